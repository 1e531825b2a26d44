"""Turns our .docx into PDF and ODT by a headless LibreOffice of its own profile and fonts."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from inspection.errors import BadSource, SourceUnavailable
from inspection.language import speak

KEEPER = Path(__file__).with_name("convert_keeper.py")
FONTS = Path(__file__).with_name("fonts.conf")
_PROGRAMS = ("soffice", "libreoffice")


def to_pdf(data: bytes, *, wait_seconds: float = 90.0) -> bytes:
    """The document as PDF; errors as in `convert_all`."""
    return convert_all([data], "pdf", wait_seconds=wait_seconds)[0]


def convert_all(documents: list[bytes], target: str, *, wait_seconds: float = 90.0) -> list[bytes]:
    """Many documents in one run (measured: one 1.2 s, twenty 4.2 s), as `pdf`, `odt` or `docx`.

    Raises SourceUnavailable where LibreOffice is absent or does not end in time, BadSource for a document it
    cannot read. Only documents of our own or such as passed `form_formats.open_form` belong here.
    """
    program = next((found for found in map(shutil.which, _PROGRAMS) if found), None)
    if program is None:
        raise SourceUnavailable(
            speak(
                "未安裝 LibreOffice；請執行 `apt-get install libreoffice-writer-nogui`",
                "LibreOffice is not installed: `apt-get install libreoffice-writer-nogui`",
            )
        )
    with tempfile.TemporaryDirectory(prefix="inspection-convert-") as name:
        folder = Path(name)
        sources = [folder / f"{number}.docx" for number in range(len(documents))]
        for source, data in zip(sources, documents, strict=True):
            source.write_bytes(data)
        out = folder / "out"
        _run(program, folder, out, target, sources, wait_seconds)
        results = [out / f"{source.stem}.{target}" for source in sources]
        for number, result in enumerate(results, 1):
            if not result.exists():
                raise BadSource(
                    speak(
                        f"LibreOffice 無法讀取 {len(documents)} 份文件中之第 {number} 份",
                        f"LibreOffice could not read document {number} of {len(documents)}",
                    )
                )
        return [result.read_bytes() for result in results]


def _run(program: str, folder: Path, out: Path, target: str, sources: list[Path], wait_seconds: float) -> None:
    command = [
        program,
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--headless",
        "--norestore",
        "--nolockcheck",
        "--convert-to",
        target,
        "--outdir",
        str(out),
        *map(str, sources),
    ]
    # Nothing of our environment is handed on: neither keys nor proxies are LibreOffice's business.
    environment = {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "FONTCONFIG_FILE": str(FONTS),
    }
    keeper = [sys.executable, "-I", "-S", str(KEEPER), str(os.getpid()), str(folder)]
    process = subprocess.Popen(
        [*keeper, *command],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(timeout=wait_seconds)
    except subprocess.TimeoutExpired:
        raise SourceUnavailable(
            speak(f"LibreOffice 逾 {wait_seconds:.0f} 秒未結束", f"LibreOffice did not end within {wait_seconds:.0f} s")
        ) from None
    finally:
        assert process.stdin is not None
        process.stdin.close()  # the keeper ends what still runs
        process.wait()
