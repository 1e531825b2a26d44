"""Loads the recogniser and reads a page where there is no network: `unshare --net python without_network.py PAGE`."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

from PIL import Image

from inspection.extraction.ocr_pages import PageImage
from inspection.extraction.rapidocr_worker import answered_lines, handle, page_request, prepare

if __name__ == "__main__":
    print("interfaces", [name for _, name in socket.if_nameindex()])
    with Image.open(Path(sys.argv[1])) as shown:
        page = PageImage("pgm", 1, shown.width, shown.height, shown.tobytes())
    prepare(b"")
    for line in answered_lines(handle(page_request(page))):
        print("read", line.text)
