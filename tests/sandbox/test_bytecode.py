"""A confined worker finds bytecode of all it imports: it runs as another user and could keep none it made itself."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
LISTED = "from tools.keep_bytecode import sources; print(*sources(), sep='\\n')"


def test_set_up_leaves_bytecode_of_all_a_worker_imports() -> None:
    told = subprocess.run([sys.executable, "-c", LISTED], capture_output=True, text=True, check=True, cwd=ROOT)
    named = told.stdout.split()
    assert any("pypdfium2" in source for source in named)
    assert [source for source in named if not Path(importlib.util.cache_from_source(source)).exists()] == []
