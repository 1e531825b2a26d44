"""Hides found values wherever else they stand: in paths, sheet names, label names."""

from __future__ import annotations

import re

from inspection.detection.normalise import normalised

MIN_CHARS = 2
MAX_VALUES = 5000


class Concealer:
    """Knows what was found in one file and takes it out of any other text about that file."""

    def __init__(self) -> None:
        self._masks: dict[str, str] = {}

    def learn(self, value: str, raw: str, shown: str) -> None:
        """Notes a found value, as it stood and in canonical form, with what may be shown instead."""
        for form in {value, raw.strip()}:
            if len(form) >= MIN_CHARS and len(self._masks) < MAX_VALUES:
                self._masks[form] = shown

    def conceal(self, text: str) -> str:
        """The text without any found value; unchanged where it holds none."""
        plain = normalised(text)
        hidden = plain
        squeezed = _squeezed(plain)
        for form in sorted(self._masks, key=len, reverse=True):
            if _squeezed(form) in squeezed:
                loose = r"[-\s]*".join(re.escape(character) for character in _squeezed(form))
                hidden = re.sub(loose, self._masks[form].replace("\\", ""), hidden, flags=re.IGNORECASE)
        return text if hidden == plain else hidden


def _squeezed(text: str) -> str:
    return re.sub(r"[-\s]+", "", text).lower()
