"""XML and text as they come: decoding, entities, and the guards against declarations no office file may carry."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape

from inspection.extraction.character_sets import decode_bytes, decode_labelled
from inspection.extraction.unreadable import corrupt

DECLARED = re.compile(rb"""^\s*<\?xml[^<>]{0,200}?encoding\s*=\s*["']([\w.-]{1,40})["']""")
AT_ONCE_CHARS = 4 << 20
ATTRIBUTE = re.compile(r"""([\w.:-]+)\s*=\s*(?:"([^"<>]*)"|'([^'<>]*)')""")
# what XML allows and hardly any office program writes: then the text is put into the common form first
SELDOM = ("='", "= ", " =", "=\n", "\n=", "=\r", "\r=", "=\t", "\t=")
ELEMENT = re.compile(r"""<(/?)([^\s<>/!?"'=]+)((?:[^<>"']++|"[^"]*+"|'[^']*+')*+)>""")
GIVEN = re.compile(r"""([^\s"'=/]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
ODD_PREFIX = re.compile(r"xmlns:\w*[^\w\s=:]")
ROOT = re.compile(r"<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)")


def decode_xml(data: bytes) -> str:
    """An XML part as text, comments removed and CDATA escaped; raises Unreadable(corrupt) for entity declarations.

    Entity declarations are forbidden in office packages (ECMA-376 part 2, 9.1): their text would not be what is shown.
    """
    return settled(decode_declared(data))


def settled(text: str) -> str:
    """XML text without comments, CDATA escaped, tags in the one form; raises Unreadable(corrupt) for entities."""
    if "<!" in text:
        text = _resolve_declarations(text)
    return canonical(text)


def canonical(text: str) -> str:
    """XML with its tags in the one form readers look for: `name="value"`, no blanks round `=`, no `<` or `>` within.

    Text that is so already is handed back as it is.
    """
    odd = ODD_PREFIX.search(text, 0, 8_000) is not None
    if not odd and text.count("<") == text.count(">") and not any(form in text for form in SELDOM):
        return text
    return ELEMENT.sub(_canonical_tag, text)


def _canonical_tag(found: re.Match[str]) -> str:
    closing, name, raw = found.groups()
    prefix, colon, local = name.rpartition(":")
    if colon and not re.fullmatch(r"\w+", prefix):
        name = f"{re.sub(r'[^0-9A-Za-z_]', '_', prefix)}:{local}"
    if "=" not in raw:
        return f"<{closing}{name}{raw.rstrip()}>" if raw else f"<{closing}{name}>"
    given = "".join(f' {key}="{_quoted(double or single)}"' for key, double, single in GIVEN.findall(raw))
    return f"<{closing}{name}{given}{'/' if raw.rstrip().endswith('/') else ''}>"


def _quoted(value: str) -> str:
    return value.replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")


def root_name(text: str) -> str:
    """Local name of an XML text's root element; empty where there is none at the beginning."""
    found = ROOT.search(text, 0, 65_536)
    return found[1] if found else ""


def decode_declared(data: bytes) -> str:
    """XML by its byte order, its declaration, or its bytes."""
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return data.decode("utf-16", "replace")
    if data[:4] in {b"<\0?\0", b"\0<\0?", b"<\0!\0", b"\0<\0!"}:
        return data.decode("utf-16-le" if data[0] == 0x3C else "utf-16-be", "replace")
    declared = DECLARED.match(data[:300])
    if declared and declared[1].lower() not in {b"utf-8", b"utf8"}:
        return decode_labelled(data, declared[1].decode("ascii"))
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return decode_bytes(data)


def _resolve_declarations(text: str) -> str:
    if "<!ENTITY" in text:
        raise corrupt("declares entities, which office packages forbid")
    if "<![CDATA[" in text:
        text = _sections(text, "<![CDATA[", "]]>", keep=True)
    if "<!--" in text:
        text = _sections(text, "<!--", "-->", keep=False)
    return text


def _sections(text: str, start: str, end: str, *, keep: bool) -> str:
    """Replaces each section by its escaped content, or drops it; linear, an unclosed one runs to the end."""
    head, *chunks = text.split(start)
    kept = [head]
    for chunk in chunks:
        inside, _, after = chunk.partition(end)
        if keep:
            kept.append(inside.replace("&", "&amp;").replace("<", "&lt;"))
        kept.append(after)
    return "".join(kept)


def tokens(pattern: re.Pattern[str], xml: str) -> Iterable[tuple[str, ...]]:
    """All matches as tuples of groups: at once where that is small, one by one where it would fill the memory."""
    if len(xml) < AT_ONCE_CHARS:
        return pattern.findall(xml)
    return (found.groups("") for found in pattern.finditer(xml))


def plain(text: str) -> str:
    """Text with its entities resolved."""
    return unescape(text) if "&" in text else text


def attributes(raw: str) -> dict[str, str]:
    """Attributes of a tag by their local name, entities resolved."""
    return {name.rpartition(":")[2]: plain(double or single) for name, double, single in ATTRIBUTE.findall(raw)}


def attribute(raw: str, name: str) -> str:
    """One attribute of a tag by its full or local name; empty where there is none."""
    if name not in raw:
        return ""
    return attributes(raw).get(name, "")
