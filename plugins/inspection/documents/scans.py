"""A scan of a signed paper: what it is its bytes say; it is kept as it came and opened by nobody here."""

from __future__ import annotations

from inspection.documents.media_types import JPEG, PDF, PNG
from inspection.errors import BadSource
from inspection.language import speak

LARGEST_SCAN_BYTES = 20 * 1024 * 1024
SUFFIX = {PDF: "pdf", PNG: "png", JPEG: "jpg"}
# how a file of each kind begins and how it ends; PDF writers leave a line end or padding behind the mark
SHAPES = (
    (PDF, b"%PDF-", b"%%EOF", 1024),
    (PNG, b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82", 12),
    (JPEG, b"\xff\xd8\xff", b"\xff\xd9", 64),
)


def _remedy() -> str:
    return speak(
        "請以掃描機另存為 PDF、PNG 或 JPEG，再重新上傳",
        "scan the signed paper as PDF, or take a picture of it as JPEG or PNG",
    )


def scan_type(data: bytes) -> str:
    """The media type of a scan, told from its first and last bytes alone.

    Raises BadSource for an empty, too large, cut-off or other file. Nothing in it is interpreted: a scan is only kept
    and handed out again as a download.
    """
    if not data:
        raise BadSource(speak("掃描檔是空的", "the scan is empty"), remedy=_remedy())
    if len(data) > LARGEST_SCAN_BYTES:
        limit = LARGEST_SCAN_BYTES // (1024 * 1024)
        raise BadSource(
            speak(f"掃描檔超過 {limit} MB", f"the scan is larger than {limit} MB"),
            remedy=speak(
                "請降低解析度（200 dpi 即可）或改為黑白後重新掃描", "scan it anew with 200 dpi, or in black and white"
            ),
        )
    for kind, begins, ends, within in SHAPES:
        if data.startswith(begins):
            if ends not in data[-within:]:
                raise BadSource(
                    speak("掃描檔不完整（檔尾缺漏）", "the scan is cut off"),
                    remedy=speak("請重新掃描或重新上傳", "scan or send it again"),
                )
            return kind
    raise BadSource(speak("掃描檔不是 PDF、PNG 或 JPEG", "the scan is no PDF, PNG or JPEG"), remedy=_remedy())
