"""Office packages that are pictures and next to no text: a scan laid into Word, photographed pages as slides."""

from __future__ import annotations

import re

from inspection.extraction.archive import Package
from inspection.extraction.collect import Collector, picture
from inspection.extraction.pdf_pictures import MOST_STAMPED
from inspection.vocabulary import ReadReason, Zone

LEAST_BYTES = 20_000  # smaller ones are logos, rules and dots; a scanned page takes more
PICTURE = re.compile(r".*\.(?:png|jpe?g|jfif|gif|bmp|dib|tiff?)", re.IGNORECASE)
PREVIEW = re.compile(r"(?:docprops|thumbnails)/.*", re.IGNORECASE)


def large_pictures(package: Package) -> list[str]:
    """Members that are pictures large enough to be pages, in the order of the directory; none is opened for it."""
    return [
        name
        for name in package.names
        if PICTURE.fullmatch(name) and not PREVIEW.fullmatch(name) and package.members[name].size_bytes >= LEAST_BYTES
    ]


def miss_pictures(package: Package, out: Collector) -> None:
    """Tells the pictures of a document that says hardly more than a stamp, as on a page of PDF: nobody has looked at
    them. Pictures beside text make nothing unread and are counted."""
    said = sum(len("".join(one.text.split())) for one in out.passages if one.zone is not Zone.PROPERTY)
    pictures = len(large_pictures(package))
    if said > MOST_STAMPED:
        out.pictures = pictures
        return
    for number in range(pictures):
        out.miss(picture(number + 1), ReadReason.NO_TEXT_LAYER)
