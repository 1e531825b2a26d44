"""Text files as offices save them: UTF-8 with or without a mark at the front, or Big5 as Windows writes it."""

from __future__ import annotations

from inspection.errors import BadSource
from inspection.language import speak


def decode(content: bytes, source: str) -> str:
    """The text of a file; raises BadSource where it is neither UTF-8 nor Big5."""
    # cp950 is Big5 as Windows writes it; UTF-8 is tried first because Big5 text is hardly ever valid UTF-8
    for encoding in ("utf-8-sig", "cp950"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadSource(
        speak("既非 UTF-8 亦非 Big5", "neither UTF-8 nor Big5"),
        place=source,
        remedy=speak("請另存為 CSV UTF-8", "save the file as CSV UTF-8"),
    )
