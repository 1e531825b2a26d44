"""`make gallery`: every document of the last demo as a contact sheet, one picture per document."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pypdfium2
from PIL import Image

from inspection.settings import REPOSITORY

FOLDER = REPOSITORY / "var" / "gallery" / "demo"
DEMO = REPOSITORY / "var" / "demo"
ENDINGS = (".docx", ".odt", ".pdf")
PAGE_WIDTH = 420  # pixels; small print stays readable, four pages fit a screen
PAGES_PER_ROW = 4
GAP = 12


def to_pdf(document: Path, folder: Path) -> Path:
    """The document as LibreOffice prints it, in a profile of its own: a person's running office is left alone."""
    if document.suffix == ".pdf":
        return document
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf",
         "--outdir", str(folder), str(document)],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    return folder / f"{document.stem}.pdf"


def contact_sheet(pdf: Path) -> Image.Image:
    """All pages side by side, four in a row, on grey."""
    pages = []
    with pypdfium2.PdfDocument(pdf) as opened:
        for page in opened:
            picture: Image.Image = page.render(scale=PAGE_WIDTH / page.get_width()).to_pil()
            pages.append(picture)
    rows = [pages[start : start + PAGES_PER_ROW] for start in range(0, len(pages), PAGES_PER_ROW)]
    heights = [max(page.height for page in row) + GAP for row in rows]
    width = GAP + max(sum(page.width + GAP for page in row) for row in rows)
    sheet = Image.new("RGB", (width, GAP + sum(heights)), "#8a8f98")
    top = GAP
    for row, height in zip(rows, heights, strict=True):
        left = GAP
        for page in row:
            sheet.paste(page, (left, top))
            left += page.width + GAP
        top += height
    return sheet


def main() -> int:
    """Writes var/gallery/demo/*.png and names each; says so where no demo has run."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    documents = [path for path in sorted(DEMO.rglob("*")) if path.suffix in ENDINGS]
    if not documents:
        sys.stderr.write("no documents of a demo: run `make demo` first\n")
    for document in documents:
        name = "-".join(document.relative_to(DEMO).with_suffix("").parts)
        with tempfile.TemporaryDirectory(prefix="inspection-gallery-") as work:
            contact_sheet(to_pdf(document, Path(work))).save(FOLDER / f"{name}.png")
        sys.stdout.write(f"{FOLDER.relative_to(REPOSITORY) / name}.png\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
