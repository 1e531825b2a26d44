"""The language sentences to people are said in: the office's Chinese, or English where the installation asks for it.

A sentence stands in both languages where it is said, so that whoever changes one sees the other. It is chosen when it
is said, not when it is shown: what is kept (a reason in an event, a failed delivery) stays in the language it was said
in. `settings` tells which one; nothing else does.
"""

from __future__ import annotations

from typing import Literal

Language = Literal["zh-TW", "en"]
CHINESE: Language = "zh-TW"
ENGLISH: Language = "en"

_spoken: dict[str, Language] = {"now": CHINESE}


def use(language: Language) -> None:
    """From now on this process speaks it."""
    _spoken["now"] = language


def speaks_english() -> bool:
    """Whether people are spoken to in English."""
    return _spoken["now"] == ENGLISH


def speak(chinese: str, english: str) -> str:
    """One sentence, or a part of one, for people. Both texts say the same and neither holds words of the other."""
    return english if speaks_english() else chinese
