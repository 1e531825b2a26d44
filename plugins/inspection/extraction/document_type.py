"""The document type of an XML file: the texts it declares, and the references to them, replaced within bounds."""

from __future__ import annotations

import re

from inspection.extraction.collect import Collector
from inspection.extraction.markup import plain, settled
from inspection.extraction.unreadable import corrupt
from inspection.vocabulary import ReadReason, Zone

BEGINNING = re.compile(r"<!DOCTYPE\b")
# up to the bracket that closes the internal subset, quoted texts and comments passed over
SUBSET = re.compile(
    r"""(?:[^<>"'\]\[]++|"[^"]*+"|'[^']*+'|<!--.*?-->|<[!?](?!--)(?:[^<>"']++|"[^"]*+"|'[^']*+')*+>)*+""",
    re.DOTALL,
)
HEAD = re.compile(r"""(?:[^<>"'\[\]]++|"[^"]*+"|'[^']*+')*+""")
ENTITY = re.compile(r"""<!ENTITY\s+(%\s+)?([^\s"'<>%]+)\s+(?:"([^"]*)"|'([^']*)'|(SYSTEM|PUBLIC)\b([^<>]*))""")
LITERAL = re.compile(r""""([^"]{4,})"|'([^']{4,})'""")
REFERENCE = re.compile(r"&([^\s&;#<>]{1,200});")
KNOWN = frozenset({"amp", "lt", "gt", "quot", "apos"})
ROUNDS = 8
GROWN_CHARS = 4 << 20
MOST_ENTITIES = 10_000
DECLARED = "文件類型宣告"


def without_document_type(text: str, out: Collector) -> str:
    """XML without its document type, references to declared texts replaced, settled for readers.

    Every text written into the declarations is kept as hidden. References that lead outside the file, or would make it
    grow beyond the bound, make a part unread. Raises Unreadable(corrupt) where the declarations do not end.
    """
    found = BEGINNING.search(text)
    if found is None:
        return settled(text)
    head = HEAD.match(text, found.end())
    at = head.end() if head else found.end()
    subset = ""
    if text[at : at + 1] == "[":
        inside = SUBSET.match(text, at + 1)
        end = inside.end() if inside else at + 1
        if text[end : end + 1] != "]":
            raise corrupt("XML that is cut off")
        subset = text[at + 1 : end]
        at = text.find(">", end)
    if at < 0 or text[at : at + 1] != ">":
        raise corrupt("XML that is cut off")
    body = settled(text[: found.start()] + text[at + 1 :])
    for double, single in LITERAL.findall(subset):
        out.add(Zone.HIDDEN, plain(double or single), DECLARED)
    return _replaced(body, _declared(subset), out)


def _declared(subset: str) -> dict[str, str | None]:
    """Declared texts by name; None for what lies outside the file."""
    entities: dict[str, str | None] = {}
    for parameter, name, double, single, outside, _ in ENTITY.findall(subset)[:MOST_ENTITIES]:
        if not parameter:
            entities.setdefault(name, None if outside else double or single)
    return entities


def _replaced(body: str, entities: dict[str, str | None], out: Collector) -> str:
    missed = False
    for _ in range(ROUNDS):
        names = {name for name in REFERENCE.findall(body) if name in entities}
        if not names:
            break
        grown = sum(body.count(f"&{name};") * len(entities[name] or "") for name in names)
        if grown > GROWN_CHARS:
            missed = True
            break
        missed |= any(entities[name] is None for name in names)
        body = REFERENCE.sub(lambda found: _text_of(found, entities), body)
    else:
        missed |= any(name in entities for name in REFERENCE.findall(body))
    if missed or any(name not in KNOWN and name not in entities for name in REFERENCE.findall(body) if entities):
        out.miss(DECLARED, ReadReason.UNSUPPORTED_FORMAT)
    return body


def _text_of(found: re.Match[str], entities: dict[str, str | None]) -> str:
    name = found[1]
    return (entities[name] or "") if name in entities else found[0]
