"""The language sentences to people are said in: the office's Chinese, or English where the installation asks for it.

A sentence stands in both languages where it is said, so that whoever changes one sees the other. It is chosen when it
is said, not when it is shown: what is kept (a reason in an event, a failed delivery) stays in the language it was said
in. `settings` tells which one; nothing else does.
"""

from __future__ import annotations

import re
from typing import Literal

Language = Literal["zh-TW", "en"]
CHINESE: Language = "zh-TW"
ENGLISH: Language = "en"

_spoken: dict[str, Language] = {"now": CHINESE}

# control characters but tab and line ends, what turns the direction of writing, and what is no character at all: a text
# with them reads otherwise than it is, and one of the two databases refuses the first of them
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\ufffe\uffff]")


def legible(text: str) -> str:
    """A text without characters nobody sees that change how it reads; every door lets words in through here."""
    return _UNSEEN.sub("", text)


def use(language: Language) -> None:
    """From now on this process speaks it."""
    _spoken["now"] = language


def speaks_english() -> bool:
    """Whether people are spoken to in English."""
    return _spoken["now"] == ENGLISH


def speak(chinese: str, english: str) -> str:
    """One sentence, or a part of one, for people. Both texts say the same and neither holds words of the other."""
    return english if speaks_english() else chinese
