"""A confined process that reads text on pictures of pages: `python -m inspection.extraction.rapidocr_worker`.

RapidOCR with the models of its own package, named by their paths: nothing is looked for elsewhere, nothing is fetched.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from inspection.errors import Misuse
from inspection.extraction.ocr_pages import PageImage
from inspection.extraction.recognised_lines import Box, RecognisedLine, lines_from, packed, unpacked
from inspection.sandbox.frames import pack, unpack
from inspection.sandbox.serve import serve

WORKER = "inspection.extraction.rapidocr_worker"
PACKAGE, RUNTIME = "rapidocr", "onnxruntime"
MODELS = {"Det": "PP-OCRv6_det_small.onnx", "Rec": "PP-OCRv6_rec_small.onnx"}
LONGEST_SIDE = 2_000  # pixels looked at: at 3,600 pages took thrice the time and were read no better
LONG, BAND = 3, 2  # times as high as wide: cut into bands, and how high a band is
OVERLAP = 120  # pixels
LOWEST_PRIORITY = 19
WARMING = "INSPECTION 2026"


def model_files() -> dict[str, Path]:
    """The models inside the installed package, by the step they serve; empty where package or runtime is missing."""
    package = find_spec(PACKAGE)
    if package is None or find_spec(RUNTIME) is None or not package.submodule_search_locations:
        return {}
    folder = Path(package.submodule_search_locations[0]) / "models"
    files = {step: folder / name for step, name in MODELS.items()}
    return files if all(file.is_file() for file in files.values()) else {}


def page_request(page: PageImage) -> bytes:
    """What to send a worker for one page."""
    return pack({"width": page.width, "height": page.height}, (page.grey,))


def answered_lines(answer: bytes) -> tuple[RecognisedLine, ...]:
    """The lines a worker read; raises Misuse where the answer is not such."""
    try:
        _, (lines,) = unpack(answer)
        return unpacked(lines)
    except ValueError:
        raise Misuse("not the lines of a page") from None


def handle(message: bytes) -> bytes:
    """Reads the page of one request."""
    head, (grey,) = unpack(message)
    return pack({}, (packed(_read(head["width"], head["height"], grey)),))


class _Engine:
    """The library with its models, loaded once before the walls go up."""

    it: Any = None
    numpy: Any = None


def bands(width: int, height: int) -> Iterator[tuple[int, int, int, int]]:
    """A page in bands of rows: from where to where each is looked at, and from where to where its lines are its own.

    A page of usual shape is one; a long one (a chat on a telephone) would become too small to read. Bands overlap, so
    that each line stands whole in the one that owns its middle.
    """
    if height <= LONG * width:
        yield 0, height, 0, height
        return
    step = max(BAND * width, 2 * OVERLAP)
    for start in range(0, height, step):
        stop = min(start + step, height)
        yield max(start - OVERLAP, 0), min(stop + OVERLAP, height), start, stop


def _read(width: int, height: int, grey: bytes) -> tuple[RecognisedLine, ...]:
    rows = _Engine.numpy.frombuffer(grey, dtype="uint8").reshape(height, width)
    boxes: list[Box] = []
    for top, bottom, first, end in bands(width, height):
        # no words in the answer are an empty page; what fails inside raises
        found = _Engine.it(_Engine.numpy.repeat(rows[top:bottom, :, None], 3, axis=2))
        seen = zip(found.boxes.tolist(), found.txts, strict=True) if found.txts else ()
        boxes += [box for corners, text in seen if first <= (box := _box(corners, text, top)).middle < end]
    return lines_from(boxes)


def _box(corners: list[list[float]], text: str, top: int) -> Box:
    (left_x, left_y), (right_x, right_y), (low_right_x, low_right_y), (low_left_x, low_left_y) = corners
    across = (left_x, right_x, low_right_x, low_left_x)
    down = (left_y, right_y, low_right_y, low_left_y)
    left_edge = ((low_left_x - left_x) ** 2 + (low_left_y - left_y) ** 2) ** 0.5
    right_edge = ((low_right_x - right_x) ** 2 + (low_right_y - right_y) ** 2) ** 0.5
    return Box(text, min(across), top + sum(down) / 4, max(down) - min(down), (left_edge + right_edge) / 2)


def prepare(_: bytes) -> None:
    """Loads the library and its models and reads one page, while files can still be opened."""
    os.nice(LOWEST_PRIORITY)
    files = model_files()
    _Engine.numpy = import_module("numpy")
    import_module("cv2").setNumThreads(1)
    runtime = f"EngineConfig.{RUNTIME}"
    _Engine.it = import_module(PACKAGE).RapidOCR(
        params={
            # one thread: walls hold only the one that puts them up, and no worker may start another
            f"{runtime}.intra_op_num_threads": 1,
            f"{runtime}.inter_op_num_threads": 1,
            **{f"{step}.model_path": str(file) for step, file in files.items()},
            # a strip is not enlarged by its short side: that would cost any memory
            "Det.limit_type": "max",
            "Det.limit_side_len": LONGEST_SIDE,
            "Global.max_side_len": LONGEST_SIDE,
            "Global.log_level": "critical",
            "Global.use_cls": False,
            # lines side by side cost memory and no less time
            "Rec.rec_batch_num": 1,
        }
    )
    page = Image.new("L", (800, 200), 255)
    ImageDraw.Draw(page).text((60, 60), WARMING, fill=0, font=ImageFont.load_default(60))
    read = " ".join(line.text for line in _read(page.width, page.height, page.tobytes()))
    if "2026" not in read:
        raise Misuse("the recogniser does not read the page it is warmed with")


if __name__ == "__main__":
    serve(handle, prepare)
