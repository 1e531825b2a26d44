"""The recogniser compared with in `bench/ocr.py`: RapidOCR, in an interpreter of its own that has it installed.

Its argument is the longest side in pixels it looks at. Takes the path of a PGM file on each line of standard input and
answers with a line of JSON: text, processor seconds, memory in KiB at its peak. The first answer, before any question,
is the start. Nothing is fetched: the models are in the wheel.
"""

from __future__ import annotations

import importlib
import json
import resource
import sys
import time
from typing import Any

SAME_LINE = 0.5  # of a box's height


def _lines(boxes: Any, texts: Any) -> str:
    """The pieces a detector saw, put together to lines by the height they stand at."""
    pieces = []
    for box, text in zip(boxes, texts, strict=True):
        across, down = [float(corner[0]) for corner in box], [float(corner[1]) for corner in box]
        pieces.append((sum(down) / 4, min(across), max(down) - min(down), text))
    lines: list[list[tuple[float, float, float, str]]] = []
    for piece in sorted(pieces):
        if lines and piece[0] - lines[-1][-1][0] < SAME_LINE * piece[2]:
            lines[-1].append(piece)
        else:
            lines.append([piece])
    return "\n".join(" ".join(piece[3] for piece in sorted(line, key=lambda one: one[1])) for line in lines)


def _answer(text: str, seconds: float) -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"text": text, "seconds": seconds, "kib": peak}), flush=True)


def main() -> None:
    """Answers until standard input ends."""
    try:
        library = importlib.import_module("rapidocr")
    except ModuleNotFoundError:
        raise SystemExit(f"RapidOCR is not installed in {sys.executable}; `--with rapidocr` fetches it") from None
    engine = library.RapidOCR(
        params={
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            "Global.max_side_len": int(sys.argv[1]),
            "Global.log_level": "error",
            "Global.use_cls": False,
        }
    )
    _answer("", time.process_time())
    for path in sys.stdin:
        before = time.process_time()
        result = engine(path.strip())
        text = _lines(result.boxes, result.txts) if result.txts else ""
        _answer(text, time.process_time() - before)


if __name__ == "__main__":
    main()
