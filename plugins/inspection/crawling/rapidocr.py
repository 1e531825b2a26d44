"""RapidOCR as a confined worker: grey pixels in, lines of text out; its models lie in its package."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

from inspection.errors import SourceUnavailable
from inspection.language import speak

if TYPE_CHECKING:  # loaded where there is a picture to read
    from inspection.extraction.ocr_pages import PageImage
    from inspection.extraction.recognised_lines import RecognisedLine
    from inspection.sandbox.pool import Pool

PACKAGES = ("rapidocr", "onnxruntime")
MEMORY_BYTES = 1280 << 20  # a page takes up to 1 GiB
ANSWER_BYTES = 4 << 20
PAGES_PER_WORKER = 200


@dataclass(frozen=True, slots=True)
class RapidOcr:
    """RapidOCR as installed. `seconds` is what one page may cost, of processor and of wall time."""

    seconds: int
    version: str
    memory_bytes: int = MEMORY_BYTES

    @contextmanager
    def opened(self) -> Iterator[RapidOcrReader]:
        """A worker that stays, since its models take a second and a half to load."""
        from inspection.extraction.rapidocr_worker import WORKER
        from inspection.sandbox.pool import Pool, PoolLimits

        limits = PoolLimits(
            wall_seconds=self.seconds,
            cpu_seconds=self.seconds,
            memory_bytes=self.memory_bytes,
            answer_bytes=ANSWER_BYTES,
            jobs_per_worker=PAGES_PER_WORKER,
        )
        with Pool(WORKER, 1, limits) as pool:
            yield RapidOcrReader(pool)


@dataclass(frozen=True, slots=True)
class RapidOcrReader:
    """RapidOCR at work."""

    pool: Pool

    def lines_of(self, page: PageImage) -> tuple[RecognisedLine, ...] | None:
        """The lines on one page; None where the worker passed a limit or could not read it."""
        from inspection.extraction.rapidocr_worker import answered_lines, page_request

        answer = self.pool.one(page_request(page)).answer
        return None if answer is None else answered_lines(answer)


def installed(seconds: int) -> RapidOcr:
    """RapidOCR as installed; raises SourceUnavailable where its package, models or runtime are missing."""
    from inspection.extraction.rapidocr_worker import model_files

    if not model_files():
        raise SourceUnavailable(
            speak(
                "未安裝 RapidOCR 或其模型：請執行 `make setup`（或 `uv sync --frozen`），"
                "或於 crawl_limits.yaml 改用 `ocr: recogniser: tesseract`",
                "RapidOCR or its models are not installed: `make setup` (or `uv sync --frozen`), or"
                " `ocr: recogniser: tesseract` in crawl_limits.yaml",
            )
        )
    return RapidOcr(seconds, ", ".join(f"{package} {version(package)}" for package in PACKAGES))
