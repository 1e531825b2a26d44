"""Prints every document with its specimen and lays its pages on contact sheets: `gallery.py OUTDIR`."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from PIL import Image

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPOSITORY / "plugins"), str(REPOSITORY / "tests")]

from documents.specimens import SPECIMENS  # noqa: E402
from inspection.documents.convert import convert_all  # noqa: E402
from inspection.documents.render import render  # noqa: E402
from inspection.settings import TEMPLATES  # noqa: E402

_PAGE_WIDTH, _GAP = 620, 16


def contact_sheet(pages: list[Path], out: Path) -> None:
    """All pages of one document side by side, four in a row, on grey."""
    images = [Image.open(page).convert("RGB") for page in pages]
    scaled = [image.resize((_PAGE_WIDTH, round(image.height * _PAGE_WIDTH / image.width))) for image in images]
    columns = min(4, len(scaled))
    height = max(image.height for image in scaled)
    rows = -(-len(scaled) // columns)
    size = (columns * (_PAGE_WIDTH + _GAP) + _GAP, rows * (height + _GAP) + _GAP)
    sheet = Image.new("RGB", size, (150, 155, 165))
    for index, image in enumerate(scaled):
        row, column = divmod(index, columns)
        sheet.paste(image, (_GAP + column * (_PAGE_WIDTH + _GAP), _GAP + row * (height + _GAP)))
    sheet.save(out)


def main(out: Path, templates: Path = TEMPLATES) -> None:
    """Writes <document>.docx, .pdf, one PNG per page and <document>-sheet.png below `out`."""
    out.mkdir(parents=True, exist_ok=True)
    names = [Path(name).stem for name in SPECIMENS]
    filled = [
        render(templates / name, cast("Mapping[str, object]", specimen())) for name, specimen in SPECIMENS.items()
    ]
    for name, data, pdf in zip(names, filled, convert_all(filled, "pdf"), strict=True):
        (out / f"{name}.docx").write_bytes(data)
        (out / f"{name}.pdf").write_bytes(pdf)
        for old in out.glob(f"{name}-p*.png"):
            old.unlink()
        subprocess.run(["pdftoppm", "-r", "75", "-png", str(out / f"{name}.pdf"), str(out / f"{name}-p")], check=True)
        contact_sheet(sorted(out.glob(f"{name}-p*.png")), out / f"{name}-sheet.png")
        print(out / f"{name}-sheet.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *(Path(argument) for argument in sys.argv[2:3]))
