"""LibreOffice opens every document with the right font, on the pages agreed, and gives PDF and ODT."""

import contextlib
import io
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import cast

import pytest

from documents.specimens import SPECIMENS, campaign_report, submission_brief
from inspection.documents.convert import convert_all, to_pdf
from inspection.documents.render import render
from inspection.errors import SourceUnavailable
from inspection.settings import REPOSITORY, TEMPLATES

PAGES = {
    "plan/inspection_plan.docx": 10,
    "checklist/unit_checklist.docx": 4,
    "checklist/inspection_record.docx": 4,
    "report/unit_report.docx": 2,
    "report/campaign_report.docx": 7,
    "letter/escalation_brief.docx": 1,
    "letter/submission_brief.docx": 1,
}


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("printed")
    names = list(PAGES)
    documents = [render(TEMPLATES / name, cast("Mapping[str, object]", SPECIMENS[name]())) for name in names]
    paths = {}
    for name, pdf in zip(names, convert_all(documents, "pdf"), strict=True):
        paths[name] = folder / f"{Path(name).stem}.pdf"
        paths[name].write_bytes(pdf)
    return paths


def said(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_document_prints_on_its_pages_in_kai(printed: dict[str, Path], name: str) -> None:
    assert f"Pages:           {PAGES[name]}" in said("pdfinfo", str(printed[name]))
    fonts = said("pdffonts", str(printed[name]))
    assert "TW-Kai" in fonts
    assert "Noto" not in fonts


def test_header_and_footer_stand_on_every_page(printed: dict[str, Path]) -> None:
    name = "report/campaign_report.docx"
    pages = said("pdftotext", "-layout", str(printed[name]), "-").split("\f")[: PAGES[name]]
    for number, page in enumerate(pages, 1):
        assert "解密條件" in page
        assert f"識別碼 {campaign_report()['frame']['identifier']}" in page
        assert f"第 {number} 頁" in " ".join(page.split())


@pytest.mark.clause("S4-22")
def test_a_document_becomes_odf_text() -> None:
    data = render(TEMPLATES / "letter/submission_brief.docx", cast("Mapping[str, object]", submission_brief()))
    (converted,) = convert_all([data], "odt")
    with zipfile.ZipFile(io.BytesIO(converted)) as archive:
        assert archive.read("mimetype") == b"application/vnd.oasis.opendocument.text"
        assert submission_brief()["frame"]["identifier"] in archive.read("content.xml").decode()


def test_a_conversion_that_takes_too_long_is_ended() -> None:
    data = render(TEMPLATES / "letter/submission_brief.docx", cast("Mapping[str, object]", submission_brief()))
    with pytest.raises(SourceUnavailable, match="秒未結束"):
        to_pdf(data, wait_seconds=0.05)


def test_without_libreoffice_the_remedy_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SourceUnavailable, match="apt-get install libreoffice"):
        to_pdf(b"")


CALLER = """
import sys
from pathlib import Path
from inspection.documents.convert import convert_all
convert_all([Path(sys.argv[1]).read_bytes()] * 200, "pdf")
"""


def running(word: str) -> list[int]:
    """Processes on whose command line a word stands."""
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            with contextlib.suppress(OSError):  # it has just ended
                if word.encode() in (process / "cmdline").read_bytes():
                    found.append(int(process.name))
    return found


def until(holds: Callable[[], bool], what: str) -> None:
    """Looks until something is so."""
    deadline = time.monotonic() + 120
    while not holds():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_caller_leaves_neither_libreoffice_nor_its_folder(tmp_path: Path, how: signal.Signals) -> None:
    document = tmp_path / "brief.docx"
    document.write_bytes(
        render(TEMPLATES / "letter/submission_brief.docx", cast("Mapping[str, object]", submission_brief()))
    )
    work = tmp_path / "work"
    work.mkdir()
    environment = {**os.environ, "TMPDIR": str(work), "PYTHONPATH": str(REPOSITORY / "plugins")}
    caller = subprocess.Popen([sys.executable, "-c", CALLER, str(document)], env=environment)
    until(lambda: len(running(str(work))) >= 2, "LibreOffice did not start")
    caller.send_signal(how)
    caller.wait()
    until(lambda: not running(str(work)), f"left running: {running(str(work))}")
    assert list(work.iterdir()) == []
