"""Keeps bytecode of all that the command line and a worker import: `make setup`.

A confined worker runs as another user and would compile every module at each start (a fifth of what `inspection scan`
of one small file costs).
"""

from __future__ import annotations

import importlib
import py_compile
import sys
from collections.abc import Iterator

ENTRIES = (
    "inspection.cli.entry",
    "inspection.cli.scan",
    "inspection.detection.worker",
    # what reads pictures of text loads in a worker of its own
    "inspection.extraction.rapidocr_worker",
    "rapidocr.main",
    "rapidocr.inference_engine.onnxruntime",
)


def sources() -> Iterator[str]:
    """The source of each module that is imported when they start, but for those that are part of the interpreter."""
    for name in ENTRIES:
        importlib.import_module(name)
    for module in list(sys.modules.values()):
        spec = getattr(module, "__spec__", None)
        if spec is not None and spec.cached and spec.origin and spec.origin.endswith(".py"):
            yield spec.origin


if __name__ == "__main__":
    for source in sources():
        try:
            py_compile.compile(source)
        except OSError as error:  # another's folder: slower, and no more
            sys.stderr.write(f"keep_bytecode: {source}: {error.strerror}\n")
