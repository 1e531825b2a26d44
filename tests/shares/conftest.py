"""The fixture of this folder: a lab with a real Samba."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from shares.lab import Lab


@pytest.fixture
def lab() -> Iterator[Lab]:
    # pytest's own folders are closed to other accounts, and the server is one
    folder = Path(tempfile.mkdtemp(prefix="inspection-shares-"))
    folder.chmod(0o755)
    with ExitStack() as stack:
        yield Lab(folder, stack)
    shutil.rmtree(folder, ignore_errors=True)
