"""How a test tells the languages of a text apart."""

from __future__ import annotations

import re

CHINESE = re.compile(r"[㐀-鿿]")
# two words of English side by side; a blank stands for what is filled in
ENGLISH = re.compile(r"(?<![\w/.<{-])[A-Za-z]?[a-z']+ (?:\{\} )?[a-z']{2,}(?![\w/.=-])")
# names, commands, examples and quoted texts are the same in both languages
NAMES = re.compile(
    r"`[^`]*`|inspection [a-z-]+(?: [a-z-]+)*(?: [A-Z]+)*(?: --[a-z-]+(?: \S+)?)*|python -m \S+|[a-z]+=\S+"
)
# the office's own word behind its English, in brackets
QUOTED = re.compile(r"\([^)]*\)|「[^」]*」")


def english_in(text: str) -> list[str]:
    """Places of a text for people that read as English, names and commands left out."""
    return [found.group(0) for found in ENGLISH.finditer(NAMES.sub("", text))]
