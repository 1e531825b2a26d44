"""This machine, looked at: fonts, programs, walls, clock."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from datetime import timedelta

from inspection import clock, settings
from inspection.crawling import campaign as crawling
from inspection.crawling.recognisers import reads_a_page
from inspection.doctor.check import Check
from inspection.documents.returned import Reading
from inspection.documents.safe_opening import WORD_MAIN
from inspection.errors import BadSource
from inspection.extraction.codec import Request, decode_reading, encode_request
from inspection.extraction.libarchive import is_at_hand
from inspection.extraction.passage import ReadLimits
from inspection.language import speak
from inspection.sandbox import walls
from inspection.sandbox.frames import pack
from inspection.sandbox.pool import Pool
from inspection.store import gauges
from inspection.store.session import session_scope
from inspection.vocabulary import ReadStatus

MOST_APART = timedelta(seconds=30)
A_WORKER = "inspection.extraction.worker"
A_FORM_WORKER = "inspection.checklists.form_worker"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
WORDS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
PAPER = {
    "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{WORD_MAIN}"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{OFFICE}" Target="word/document.xml"/></Relationships>',
    "word/document.xml": f'<w:document xmlns:w="{WORDS}"><w:body><w:p><w:r><w:t>one line</w:t></w:r></w:p></w:body>'
    "</w:document>",
}
FONTS = ("標楷體", "TW-Kai", "DFKai-SB", "BiauKai")


def fonts() -> Check:
    """Whether a Kai font is installed."""
    if shutil.which("fc-list") is None:
        return Check(
            "fonts",
            False,
            speak("未安裝 fontconfig", "fontconfig is not installed"),
            speak("請安裝 fontconfig 及 fonts-cns11643-kai", "install fontconfig and fonts-cns11643-kai"),
        )
    listed = subprocess.run(["fc-list", ":", "family"], capture_output=True, text=True, check=False).stdout.replace(
        "\\", ""
    )
    found = [font for font in FONTS if font in listed]
    return Check(
        "fonts",
        bool(found),
        ", ".join(found) or speak("沒有楷體字型", "no Kai font"),
        "" if found else speak("請安裝 fonts-cns11643-kai", "install fonts-cns11643-kai"),
    )


def libreoffice() -> Check:
    """Whether LibreOffice is installed."""
    found = shutil.which("soffice")
    return Check(
        "libreoffice",
        bool(found),
        found or speak("未安裝", "not found"),
        "" if found else speak("請安裝 libreoffice-writer", "install libreoffice-writer"),
    )


def archives() -> Check:
    """Whether RAR, 7z and tar can be read."""
    ok = is_at_hand()
    remedy = speak(
        "請安裝 libarchive13，再重新掃描（不用 --baseline）：先前之 RAR、7z 及 tar 檔均記為格式不支援",
        "install libarchive13, then scan anew without baseline: RAR, 7z and tar files ended as unsupported_format",
    )
    return Check(
        "archives",
        ok,
        speak("RAR、7z 及 tar 可讀", "RAR, 7z and tar are read")
        if ok
        else speak("RAR、7z 及 tar 無法讀取：缺 libarchive", "RAR, 7z and tar are not read: no libarchive"),
        "" if ok else remedy,
    )


def recognition() -> Check:
    """Whether pictures of text can be read, where the rules ask for it."""
    if not crawling.limits().ocr.enabled:
        return Check(
            "recognition", True, speak("未啟用；圖像內文字列為未讀取", "off: pictures of text count as unread")
        )
    recogniser = crawling.recogniser()
    if reads_a_page(recogniser):
        return Check("recognition", True, recogniser.version)
    return Check(
        "recognition",
        False,
        speak(f"{recogniser.version} 無法讀取一張空白頁", f"{recogniser.version} cannot read a blank page"),
        speak("請確認本機可用記憶體達 2 GB", "see that this machine has 2 GB of memory to spare"),
    )


def _reads_a_line(pool: Pool) -> bool:
    """Whether a worker does its work behind the walls: a call its libraries need may be refused on this machine."""
    return all(_is_read(pool, name, data) for name, data in (("line.txt", b"one line\n"), ("line.docx", _a_paper())))


def _is_read(pool: Pool, name: str, data: bytes) -> bool:
    answer = pool.one(encode_request(Request(name, (data,), ReadLimits(), len(data)))).answer
    return answer is not None and decode_reading(answer).status is ReadStatus.SCANNED


def _reads_a_form() -> bool:
    """Whether the reader of returned forms opens a paper: it parses with another library than the one of files."""
    with Pool(A_FORM_WORKER, 1) as pool:
        answer = pool.one(pack({}, [b"", _a_paper()])).answer
    return answer is not None and Reading.of_json(answer).form is not None


def _a_paper() -> bytes:
    """The smallest Word document: one line."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in PAPER.items():
            package.writestr(name, content)
    return made.getvalue()


def sandbox() -> Check:
    """Asks a real worker which of its walls stand on this machine."""
    with Pool(A_WORKER, 1) as pool:
        try:
            missing = pool.start().missing
        except BadSource as error:
            return Check("sandbox", False, error.problem, error.remedy)
        reads = bool(missing) or (_reads_a_line(pool) and _reads_a_form())
    if not reads:
        return Check(
            "sandbox",
            False,
            speak("讀檔程序在隔離中無法讀取試讀之一行文字或 Word 檔", "behind its walls a worker cannot read one line"),
            speak(
                "系統呼叫之允許清單可能不合本機之核心或函式庫：請使用本版之映像檔，並通報維護者",
                "the allowed calls may not fit this machine's libraries: use this release's image, and report it",
            ),
        )
    if not missing:
        return Check("sandbox", True, speak("讀檔程序之各隔離層均在", "all walls of the reading workers stand"))
    found = speak(f"讀檔隔離缺：{'、'.join(missing)}", f"walls missing: {', '.join(missing)}")
    remedy = speak(
        "正式環境不予讀取：請更新核心，或於 INSPECTION_ACCEPT_MISSING_WALLS 逐一列出",
        "production would not read: use a newer kernel, or name them in INSPECTION_ACCEPT_MISSING_WALLS",
    )
    ok = set(missing) <= walls.accepted()
    return Check("sandbox", ok, found, "" if ok else remedy)


def clock_in_force() -> Check:
    """What the time is here, who says so, and whether the machine of the database says the same."""
    if settings.get().now:
        return Check("clock", True, speak("由 INSPECTION_NOW 固定", "fixed by INSPECTION_NOW"))
    with session_scope(read_only=True) as session:
        before = clock.now()
        there = gauges.time_there(session)
        after = clock.now()
    apart = max(before - there, there - after) if there else timedelta()
    if apart <= MOST_APART:
        return Check("clock", True, f"{after:%Y-%m-%d %H:%M} UTC")
    seconds = round(apart.total_seconds())
    return Check(
        "clock",
        False,
        speak(f"本機與資料庫主機之時鐘相差 {seconds} 秒", f"the clocks here and at the database are {seconds} s apart"),
        speak(
            "各主機請以同一時間伺服器校時（NTP）：檔案伺服器之使用次序及工作之認領以時間為準",
            "set all machines by one time server (NTP): turns at file servers and claimed work go by the time",
        ),
    )
