"""A confined process that renders pages for recognition: `python -m inspection.extraction.ocr_worker`."""

from __future__ import annotations

import io

from PIL import Image

from inspection.errors import Misuse
from inspection.extraction.ocr_pages import PageImage, render_page
from inspection.sandbox.frames import pack, unpack
from inspection.sandbox.serve import serve

WORKER = "inspection.extraction.ocr_worker"
FORMATS_TRIED = ("PNG", "JPEG", "GIF", "BMP", "TIFF")


def page_request(data: bytes, *, name: str, number: int) -> bytes:
    """What to send a worker for one page, counted from 0."""
    return pack({"name": name, "number": number}, (data,))


def answered_page(answer: bytes) -> PageImage:
    """The page a worker rendered; raises ValueError where the answer is not one."""
    head, blobs = unpack(answer)
    numbers = [head.get(name) for name in ("pages", "width", "height")]
    if len(blobs) != 1 or not all(isinstance(one, int) and one > 0 for one in numbers):
        raise Misuse("not a page")
    page = PageImage(str(head.get("format")), head["pages"], head["width"], head["height"], blobs[0])
    if page.width * page.height != len(page.grey):
        raise Misuse("a page whose pixels do not fit")
    return page


def handle(message: bytes) -> bytes:
    """Renders the page of one request."""
    head, (data,) = unpack(message)
    page = render_page(data, name=head["name"], number=head["number"])
    told = {"format": page.format, "pages": page.pages, "width": page.width, "height": page.height}
    return pack(told, (page.grey,))


def prepare(_: bytes) -> None:
    """Uses every decoder once, while files can still be opened."""
    for name in FORMATS_TRIED:
        made = io.BytesIO()
        Image.new("RGB", (8, 8), "white").save(made, name)
        render_page(made.getvalue(), name="a", number=0)


if __name__ == "__main__":
    serve(handle, prepare)
