"""Has LibreOffice write a file in another format."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

PROFILE = tempfile.TemporaryDirectory(prefix="office-profile-")


def convert(data: bytes, source: str, target: str, folder: Path) -> bytes:
    """The bytes of a file of kind `source` as LibreOffice writes them in kind `target`."""
    before = folder / f"to-{target}.{source}"
    before.write_bytes(data)
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation=file://{PROFILE.name}",
            "--headless",
            "--convert-to",
            target,
            "--outdir",
            str(folder),
            str(before),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return before.with_suffix(f".{target}").read_bytes()
