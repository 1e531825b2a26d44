"""Why one file is held for what it is: its row in words, with nothing shown but what the row keeps masked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from inspection import settings
from inspection.crawling.judging import Judges, Row
from inspection.crawling.pipeline import read_files
from inspection.errors import BadSource, NotAllowed
from inspection.language import speak
from inspection.rules.detectors import load_detectors
from inspection.rules.messages import word
from inspection.shares.local import LocalShare
from inspection.shares.share import Wanted

GRADES = {1: "弱", 2: "中", 3: "強"}
VERDICTS = {
    "clean": "未發現敏感內容",
    "marked": "已有標示",
    "defective_mark": "標示不完整",
    "unmarked_sensitive": "疑似含敏感內容而無標示",
    "unknown": "無法判斷",
}


def explain(file: Path, judges: Judges) -> Iterator[str]:
    """Lines about a local file and those inside it. Raises NotAllowed where scans are switched off, BadSource where
    it is no file."""
    if not settings.get().allow_scan:
        raise NotAllowed(
            speak(
                "本機關不開放計畫外之掃描（INSPECTION_ALLOW_SCAN=false）",
                "scans outside an approved plan are switched off here (INSPECTION_ALLOW_SCAN=false)",
            )
        )
    if not file.is_file():
        raise BadSource(
            speak("不是檔案", "is no file"),
            place=file,
            remedy=speak(
                "請給單一檔案之路徑；整個資料夾請用 inspection scan",
                "give the path of one file; for a whole folder use inspection scan",
            ),
        )
    wanted = Wanted(0, file.name, file.stat().st_size)
    with closing(LocalShare(file.resolve().parent)) as share:
        (outcome,) = read_files(share, [wanted], judges, ranges_from_bytes=None)
    if outcome.reason is not None:
        yield f"{judges.mask(file.name)}：未讀取（{word('read_reason', outcome.reason)}）"
        return
    names = {rule.id: rule.name for rule in load_detectors(settings.get().rules_dir).detectors}
    for row in outcome.rows:
        yield from _lines_of(row, names)


def _lines_of(row: Row, names: dict[str, str]) -> Iterator[str]:
    yield f"{row['path']}：{VERDICTS[row['verdict']]}"
    if row["reason"]:
        yield f"　未讀取或未全讀（{word('read_reason', row['reason'])}）"
    for part in row["unread"]:
        yield f"　未讀部分：{part['part']}（{word('read_reason', part['reason'])}）"
    if row["mark"]:
        yield f"　標示：{row['mark']['level']}"
    for category in row["categories"]:
        name = names.get(category["detector"], category["detector"])
        if "basis" in category:
            yield f"　{name}：語意比對（疑似線索），強度{GRADES[category['strength']]}；遮蔽之關鍵段落："
        else:
            yield f"　{name}：規則命中{category['count']}筆；遮蔽節錄："
        for at, text in zip(category["locators"], category["excerpts"], strict=False):
            yield f"　　{at}：{text}"
