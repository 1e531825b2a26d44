"""Hides found values wherever else they stand: in paths, sheet names, label names."""

from __future__ import annotations

import re

from inspection.detection.normalise import normalised

MIN_CHARS = 2
MAX_VALUES = 5000


class Concealer:
    """Knows what was found in one file and takes it out of any other text about that file."""

    def __init__(self) -> None:
        self._masks: dict[str, str] = {}  # by the found text without blanks and hyphens, in lower case

    def learn(self, value: str, raw: str, shown: str) -> None:
        """Notes a found value, as it stood and in canonical form, with what may be shown instead."""
        for form in {_squeezed(value), _squeezed(raw)}:
            if len(form) >= MIN_CHARS and len(self._masks) < MAX_VALUES:
                self._masks[form] = shown

    def learn_from(self, other: Concealer) -> None:
        """Takes over what another one knows."""
        for form, shown in other._masks.items():
            if len(self._masks) < MAX_VALUES:
                self._masks.setdefault(form, shown)

    def conceal(self, text: str) -> str:
        """The text without any found value; unchanged where it holds none."""
        plain = normalised(text)
        squeezed = _squeezed(plain)
        hidden = plain
        for form in sorted((form for form in self._masks if form in squeezed), key=len, reverse=True):
            loose = r"[-\s]*".join(map(re.escape, form))
            shown = self._masks[form].replace("\\", "")
            hidden = re.sub(loose, shown, hidden, flags=re.IGNORECASE)
        return text if hidden == plain else hidden


def _squeezed(text: str) -> str:
    return re.sub(r"[-\s]+", "", text).lower()
