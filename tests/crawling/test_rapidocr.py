"""RapidOCR: its models lie in its package, nothing is fetched or sent; confined, bounded, right to the last figure."""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import random
import subprocess
import sys
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from crawling import without_network
from crawling.papers import national_id
from inspection import doctor
from inspection.crawling import campaign, recognisers
from inspection.crawling.rapidocr import RapidOcr, RapidOcrReader, installed
from inspection.detection.judge import FileMeta, judge
from inspection.detection.ruleset import load_rules
from inspection.errors import BadSource, Misuse, SourceUnavailable
from inspection.extraction import rapidocr_worker
from inspection.extraction.ocr_pages import PageImage
from inspection.extraction.rapidocr_worker import bands, model_files
from inspection.extraction.recognised import read_recognised
from inspection.extraction.recognised_lines import Box, RecognisedLine, lines_from, packed, unpacked
from inspection.rules.crawl_limits import Ocr, load_crawl_limits
from inspection.sandbox.frames import pack
from inspection.vocabulary import RecogniserName

KAI = "/usr/share/fonts/truetype/cns11643/TW-Kai-98_1.ttf"
TODAY = date(2026, 11, 2)
# what only root may do without a namespace of users
NO_NETWORK = ("unshare", "--net", *(() if os.geteuid() == 0 else ("--user", "--map-root-user")))
BODY = ("主旨：檢送補助案申請人名冊一份，", "請查照並於期限內辦理完竣，", "說明：依會議紀錄第三案辦理。")


def page(*lines: tuple[str, int], width: int = 1000, height: int = 0) -> PageImage:
    """Lines, each with its height in pixels, below one another."""
    shown = Image.new("L", (width, height or sum(size * 2 for _, size in lines) + 80), "white")
    pen, top = ImageDraw.Draw(shown), 40
    for text, size in lines:
        pen.text((60, top), text, fill=0, font=ImageFont.truetype(KAI, size))
        top += size * 2
    return PageImage("png", 1, shown.width, shown.height, shown.tobytes())


@pytest.fixture(scope="module")
def reader() -> Iterator[RapidOcrReader]:
    with installed(60).opened() as opened:
        yield opened


def test_a_page_is_read_to_the_last_figure_behind_every_wall(reader: RapidOcrReader) -> None:
    chance = random.Random(41)
    numbers = [national_id(chance) for _ in range(4)]
    lines = reader.lines_of(
        page(("密", 60), *((text, 30) for text in BODY), *((f"身分證字號：{one}", 30) for one in numbers))
    )
    assert lines is not None
    told = "".join(line.text for line in lines)
    assert [one for one in numbers if one not in told] == []
    assert "檢送補助案申請人名冊" in told
    assert [line for line in lines if line.stands_out] == [RecognisedLine("密", stands_out=True)]
    layers = reader.pool.layers
    assert layers is not None
    assert layers.missing == ()


def test_a_lone_secret_on_a_recognised_page_is_a_mark_where_it_is_large_and_nowhere_else(
    reader: RapidOcrReader,
) -> None:
    rules = load_rules()
    meta = FileMeta("掃描.pdf", TODAY, 9)
    text = [(line, 30) for line in (*BODY, *BODY)]

    def mark(first: int) -> str | None:
        lines = reader.lines_of(page(("密", first), *text))
        assert lines is not None
        assert lines[0].text == "密"
        found = judge(read_recognised([lines], file_format="pdf"), meta, rules, b"0" * 32).mark
        return found.level if found else None

    assert (mark(54), mark(30)) == ("密", None)


def test_its_models_come_from_its_package_as_published_and_nothing_is_fetched(tmp_path: Path) -> None:
    files = importlib.metadata.files("rapidocr") or []
    published = {Path(str(one.locate())): one.hash for one in files}
    models = model_files()
    assert len(models) == 2
    for file in models.values():
        recorded = published[file]
        assert recorded is not None
        assert recorded.mode == "sha256"
        assert hashlib.sha256(file.read_bytes()).digest() == urlsafe_b64decode(f"{recorded.value}==")
    number = national_id(random.Random(42))
    shown = page((f"身分證字號：{number}", 30))
    (tmp_path / "page.pgm").write_bytes(shown.as_pgm())
    told = subprocess.run(
        [*NO_NETWORK, sys.executable, without_network.__file__, tmp_path / "page.pgm"],
        capture_output=True, text=True, check=False, cwd="/",
        env={"PYTHONPATH": os.pathsep.join(path for path in sys.path if path), "HOME": str(tmp_path / "home")},
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    first, *read = told.stdout.splitlines()
    assert first == "interfaces ['lo']"
    assert number in "".join(read)
    assert not (tmp_path / "home").exists()


def test_what_runs_the_models_reports_to_nobody() -> None:
    """From version 1.29 on it holds a client that tells its maker over the network which models ran (decision 0034)."""
    folder = Path(str(importlib.metadata.distribution("onnxruntime").locate_file("onnxruntime/capi")))
    libraries, words = [*folder.glob("*.so*")], (b"ORT_DISABLE_TELEMETRY", b"events.data.microsoft", b"curl_easy")
    assert libraries
    for library in libraries:
        held = library.read_bytes()
        assert [word for word in words if word in held] == []


def test_it_ends_at_its_limits_of_memory_and_of_time(monkeypatch: pytest.MonkeyPatch) -> None:
    small = page(("一般公文往返", 30))
    large = replace(small, width=2000, height=2000, grey=random.Random(1).randbytes(4_000_000))
    with replace(installed(60), memory_bytes=300 << 20).opened() as poor:
        assert poor.lines_of(large) is None
        assert poor.lines_of(small) is not None
    with replace(installed(60), seconds=1).opened() as hurried:
        assert hurried.lines_of(large) is None


def test_a_page_of_another_size_than_it_says_is_refused_and_the_worker_goes_on(reader: RapidOcrReader) -> None:
    for width, height in ((1 << 20, 1 << 20), (0, 0), (-3, -3), (7, 7)):
        assert reader.pool.one(pack({"width": width, "height": height}, (b"\xff" * 9,))).answer is None
    assert reader.lines_of(page(("公文", 40))) is not None


def test_a_long_page_is_read_in_bands_and_each_line_belongs_to_one() -> None:
    assert [*bands(1000, 1414)] == [(0, 1414, 0, 1414)]
    found = [*bands(1000, 7001)]
    assert [(first, end) for _, _, first, end in found] == [(0, 2000), (2000, 4000), (4000, 6000), (6000, 7001)]
    assert [(top, bottom) for top, bottom, _, _ in found] == [(0, 2120), (1880, 4120), (3880, 6120), (5880, 7001)]


def test_boxes_are_lines_from_top_to_bottom_and_left_to_right() -> None:
    left, right = Box("姓名", 10, 101, 30, 30), Box("地址", 300, 99, 30, 30)
    below = [Box(f"第{number}列", 10, 200 + 60 * number, 30, 30) for number in range(6)]
    lines = lines_from([*below, right, left])
    assert [line.text for line in lines] == ["姓名 地址", *(f"第{number}列" for number in range(6))]
    assert not any(line.stands_out for line in lines)
    large = Box("密", 500, 40, 52, 52)
    assert lines_from([large, left, *below])[0] == RecognisedLine("密", stands_out=True)
    assert not lines_from([large, left])[0].stands_out  # too little to stand out from
    assert not lines_from([replace(large, height=48), left, *below])[0].stands_out


def test_lines_travel_as_they_are_and_nothing_else_is_taken_for_lines() -> None:
    lines = (RecognisedLine("機密", stands_out=True), RecognisedLine("a\tb"))
    assert unpacked(packed(lines)) == lines
    for wrong in (b"{}", b"[1]", b'[["a"]]', b'[["a", 1]]', b"\xff", b"[" * 9):
        with pytest.raises(ValueError):
            unpacked(wrong)
    with pytest.raises(Misuse):
        rapidocr_worker.answered_lines(pack({}, (b"[1]",)))


def test_each_recogniser_the_rules_may_name_is_in_the_register(tmp_path: Path) -> None:
    assert set(recognisers.INSTALLED) == set(RecogniserName)
    assert recognisers.installed(Ocr(recogniser=RecogniserName.TESSERACT)).version.startswith("tesseract ")
    chosen = recognisers.installed(Ocr())
    assert isinstance(chosen, RapidOcr)
    version = importlib.metadata.version
    assert chosen.version == f"rapidocr {version('rapidocr')}, onnxruntime {version('onnxruntime')}"
    file = tmp_path / "crawl_limits.yaml"
    file.write_text("ocr:\n  enabled: true\n  recogniser: paddle\n", encoding="utf-8")
    with pytest.raises(BadSource) as refused:
        load_crawl_limits(rules_dir=tmp_path)
    told = str(refused.value)
    assert f"{file}，第 3 行，欄位 ocr.recogniser" in told
    assert "rapidocr" in told


def test_the_doctor_tries_the_chosen_recogniser_and_says_what_to_install(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on = load_crawl_limits().model_copy(update={"ocr": Ocr(enabled=True)})
    monkeypatch.setattr(campaign, "limits", lambda: on)
    well = doctor._guarded("recognition", doctor.CHECKS["recognition"])
    assert (well.ok, well.found) == (True, installed(60).version)
    with monkeypatch.context() as changed:
        changed.setattr(campaign, "recogniser", lambda: replace(installed(60), memory_bytes=16 << 20))
        poor = doctor._guarded("recognition", doctor.CHECKS["recognition"])
    assert not poor.ok
    assert "無法讀取一張空白頁" in poor.found
    assert "記憶體" in poor.remedy
    monkeypatch.setitem(rapidocr_worker.MODELS, "Rec", "no_such.onnx")
    missing = doctor._guarded("recognition", doctor.CHECKS["recognition"])
    assert not missing.ok
    assert "make setup" in missing.found
    with pytest.raises(SourceUnavailable, match="tesseract"):
        installed(60)
