"""Turns an XML part of a Word template into Jinja source: tags joined over runs, control tags lifted out."""

from __future__ import annotations

import re
from html import unescape

from lxml import etree

from inspection.errors import BadSource
from inspection.language import speak

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
CONTROL = re.compile(r"\{(?P<kind>[%{])(?P<what>tr|tc|p|r)\s(?P<rest>.*?)[%}]\}", re.DOTALL)
# How the id of a content control stands in the source; markup that no data can make, as data is escaped.
CONTROL_ID = '<w:id w:val="0"/>'
_LIFTED = re.compile(r"<\?lifted (.*?)\?>", re.DOTALL)
_EXPRESSION = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_QUOTES = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'"})
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
# Editing marks of Word; repeated by a loop they would be duplicates of ids.
_NOISE = (f"{W}proofErr", f"{W}lastRenderedPageBreak", f"{W}bookmarkStart", f"{W}bookmarkEnd")


def jinja_source(part: bytes) -> str | None:
    """The part as Jinja source, or None where it holds no tag; raises BadSource for a tag that would lose text."""
    if b"{" not in part:
        return None
    root = etree.fromstring(part, _PARSER)
    _strip_noise(root)
    for paragraph in list(root.iter(f"{W}p")):
        _join_tags(paragraph)
    for text in list(root.iter(f"{W}t")):
        _lift(text)
    _flatten_outside_text(root)
    source = etree.tostring(root, encoding="unicode")
    source = _LIFTED.sub(lambda found: found.group(1), source)
    source = TAG.sub(lambda found: unescape(found.group(0)).translate(_QUOTES), source)
    return source if TAG.search(source) else None


def _strip_noise(root: etree._Element) -> None:
    for element in list(root.iter(*_NOISE)):
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)
    for identity in root.iterfind(f".//{W}sdtPr/{W}id"):
        identity.set(f"{W}val", "0")
    for element in root.iter(f"{W}p", f"{W}r", f"{W}tr", f"{W}sectPr"):
        for name in [str(key) for key in element.attrib]:
            if name.startswith((f"{W}rsid", f"{_W14}paraId", f"{_W14}textId")):
                del element.attrib[name]


def texts_of(paragraph: etree._Element) -> list[etree._Element]:
    """The `w:t` elements of this paragraph itself, not of one nested in a text box."""
    return [t for t in paragraph.iter(f"{W}t") if next(t.iterancestors(f"{W}p"), None) is paragraph]


def _join_tags(paragraph: etree._Element) -> None:
    """Word cuts a tag into runs as it likes: each tag moves whole into the run in which it begins."""
    texts = texts_of(paragraph)
    whole = "".join(text.text or "" for text in texts)
    if "{" not in whole:
        return
    owner = [index for index, text in enumerate(texts) for _ in text.text or ""]
    for tag in TAG.finditer(whole):
        for position in range(tag.start(), tag.end()):
            owner[position] = owner[tag.start()]
    pieces = [""] * len(texts)
    for character, index in zip(whole, owner, strict=True):
        pieces[index] += character
    for text, piece in zip(texts, pieces, strict=True):
        text.text = piece
        text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def _lift(text: etree._Element) -> None:
    """`{%tr … %}`, `{%tc`, `{%p`, `{%r` and `{{p … }}` stand for the whole row, cell, paragraph or run."""
    found = CONTROL.search(text.text or "")
    if found is None:
        return
    tag, what = found.group(0), found.group("what")
    held = next(text.iterancestors(f"{W}{what}"), None)
    parent = None if held is None else held.getparent()
    if held is None or parent is None:
        raise BadSource(speak(f"{tag} 不在 w:{what} 內", f"{tag} does not stand in a w:{what}"))
    beside = "".join(t.text or "" for t in held.iter(f"{W}t")).replace(tag, "", 1).strip()
    if beside:
        raise BadSource(
            speak(
                f"{tag} 須單獨存在，其旁有 {beside[:40]!r}，將會遺失",
                f"{tag} must stand alone, but {beside[:40]!r} stands beside it and would be lost",
            ),
            remedy=speak(
                f"請將該標記單獨置於一{'列' if what == 'tr' else '段'}",
                f"give the tag a {'row' if what == 'tr' else 'paragraph'} of its own",
            ),
        )
    opening, closing = ("{%", "%}") if found.group("kind") == "%" else ("{{", "}}")
    statement = f"{opening} {found.group('rest').strip()} {closing}"
    parent.replace(held, etree.ProcessingInstruction("lifted", statement))


def _flatten_outside_text(root: etree._Element) -> None:
    """Attributes and properties hold one line: a line break of the data must not become markup there."""
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        for name, value in element.attrib.items():
            if "{" in value:
                element.set(name, _EXPRESSION.sub(r"{{ (\1)|flat }}", str(value)))
        if element.text and "{" in element.text and element.tag != f"{W}t":
            if element.tag == f"{W}instrText" and TAG.search(element.text):
                raise BadSource(
                    speak(
                        f"功能變數不得含填寫欄位：{element.text.strip()[:40]!r}",
                        f"a field code may not be filled in: {element.text.strip()[:40]!r}",
                    )
                )
            element.text = _EXPRESSION.sub(r"{{ (\1)|flat }}", element.text)
