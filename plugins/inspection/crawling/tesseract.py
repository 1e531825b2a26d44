"""Tesseract as a process of its own with limits: grey pixels in, text out, nothing on disk, nothing in logs."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

from inspection.errors import SourceUnavailable
from inspection.extraction.recognised_lines import RecognisedLine, plain_lines
from inspection.language import speak

if TYPE_CHECKING:  # loaded where there is a picture to read
    from inspection.extraction.ocr_pages import PageImage

PROGRAM = "tesseract"
PROGRAMS = "/usr/local/bin:/usr/bin:/bin"
LANGUAGES = ("chi_tra", "eng")
INSTALL = "`apt-get install tesseract-ocr tesseract-ocr-chi-tra`"
MEMORY_BYTES = 1 << 30
OPEN_FILES = 32
LONGEST_VERSION = 80
NOBODY = 65_534
# a page is one block of lines: on lists in 標楷體 11 of 12 numbers were read so, 7 with columns guessed
AS_PRINTED = ("--psm", "6", "--dpi", "300", "-c", "preserve_interword_spaces=1")
# one thread: recognition takes second place to everything else on the machine
ENVIRONMENT = {"PATH": PROGRAMS, "LANG": "C.UTF-8", "OMP_THREAD_LIMIT": "1"}


@dataclass(frozen=True, slots=True)
class Tesseract:
    """The Tesseract of this machine. `seconds` is what one page may cost, of processor and of wall time."""

    program: str
    seconds: int
    version: str = PROGRAM
    memory_bytes: int = MEMORY_BYTES

    def opened(self) -> AbstractContextManager[Tesseract]:
        """Itself: every page has a process of its own."""
        return nullcontext(self)

    def lines_of(self, page: PageImage) -> tuple[RecognisedLine, ...] | None:
        """The lines on one page; None where it could not be read. It tells no sizes."""
        text = self.text_of(page.as_pgm())
        return None if text is None else plain_lines(text)

    def text_of(self, pgm: bytes) -> str | None:
        """The text on one page; None where the process passed a limit or could not read it.

        The picture comes from a stranger's file, but as plain pixels we rendered. The process has limits before it
        starts, no more rights to gain, none of our environment, and dies with us; root hands it to nobody.
        """
        become = NOBODY if os.geteuid() == 0 else None
        process = subprocess.Popen(
            [*self._confined(), self.program, "stdin", "stdout", "-l", "+".join(LANGUAGES), *AS_PRINTED],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=ENVIRONMENT,
            cwd="/",
            user=become,
            group=become,
            extra_groups=None if become is None else [],
            start_new_session=True,
        )
        with process:
            try:
                text, _ = process.communicate(pgm, timeout=self.seconds)
            except subprocess.TimeoutExpired:
                process.kill()
                return None
            except BaseException:
                process.kill()
                raise
        return text.decode("utf-8", "replace") if process.returncode == 0 else None

    def _confined(self) -> list[str]:
        """Programs that limit themselves and become the next: one process, no shell."""
        limits = {
            "as": self.memory_bytes,
            "cpu": self.seconds,
            "fsize": 0,
            "core": 0,
            "nofile": OPEN_FILES,
        }
        return [
            *("prlimit", *(f"--{name}={value}:{value}" for name, value in limits.items())),
            *("setpriv", "--no-new-privs", "--pdeathsig", "KILL"),
            *("nice", "-n", "19"),
        ]


def installed(seconds: int, *, path: str = PROGRAMS) -> Tesseract:
    """The Tesseract of this machine; raises SourceUnavailable where it, or one of its languages, is missing."""
    remedy = speak(
        f"請執行 {INSTALL}，或於 crawl_limits.yaml 改用 `ocr: recogniser: rapidocr`",
        f"{INSTALL}, or `ocr: recogniser: rapidocr` in crawl_limits.yaml",
    )
    program = shutil.which(PROGRAM, path=path)
    if program is None:
        raise SourceUnavailable(speak(f"未安裝 Tesseract：{remedy}", f"Tesseract is not installed: {remedy}"))
    missing = sorted(set(LANGUAGES) - set(_told(program, "--list-langs").split()))
    if missing:
        raise SourceUnavailable(
            speak(
                f"Tesseract 缺少語言資料 {'、'.join(missing)}：{remedy}",
                f"Tesseract lacks the languages {', '.join(missing)}: {remedy}",
            )
        )
    version, *_ = _told(program, "--version").splitlines() or [PROGRAM]
    return Tesseract(program, seconds, version.strip()[:LONGEST_VERSION])


def _told(program: str, question: str) -> str:
    return subprocess.run(
        [program, question], env=ENVIRONMENT, capture_output=True, text=True, check=False, timeout=30
    ).stdout
