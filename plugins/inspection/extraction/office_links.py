"""Which part of an Office package is what: by relationships and content types (ECMA-376 part 2), not by its name."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from posixpath import normpath
from urllib.parse import unquote

from inspection.extraction.archive import Package
from inspection.extraction.markup import attributes, decode_xml, root_name

RELATION = re.compile(r"<(?:\w+:)?Relationship\b([^<>]*)>")
TYPE = re.compile(r"<(?:\w+:)?(Override|Default)\b([^<>]*)>")
TYPES_PART = "[content_types].xml"
MAIN = "officedocument"
# words of relationships and content types for what is read alike
SAME = {
    "glossary": "glossarydocument", "threadedcomment": "threadedcomments", "dialogsheet": "worksheet",
    "macrosheet": "worksheet", "xlmacrosheet": "worksheet", "xlintlmacrosheet": "worksheet", "chartex": "chart",
    "chartusershapes": "drawing",
}  # fmt: skip
# roots of parts that nothing names: the part itself says what it is
ROOTS = {
    "hdr": "header", "ftr": "footer", "footnotes": "footnotes", "endnotes": "endnotes", "settings": "settings",
    "glossaryDocument": "glossarydocument", "styles": "styles", "sst": "sharedstrings", "styleSheet": "styles",
    "worksheet": "worksheet", "chartsheet": "chartsheet", "dialogsheet": "worksheet", "macrosheet": "worksheet",
    "ThreadedComments": "threadedcomments", "comments": "comments", "wsDr": "drawing", "chartSpace": "chart",
    "dataModel": "diagramdata", "pivotCacheDefinition": "pivotcachedefinition",
    "pivotCacheRecords": "pivotcacherecords", "externalLink": "externallink", "connections": "connections",
    "sld": "slide", "notes": "notesslide", "sldMaster": "slidemaster", "sldLayout": "slidelayout",
    "notesMaster": "notesmaster", "handoutMaster": "handoutmaster", "cmLst": "comments", "userShapes": "drawing",
    "Types": "contenttypes", "Relationships": "relationships", "Properties": "properties",
    "coreProperties": "coreproperties", "theme": "theme", "themeOverride": "theme", "fonts": "fonttable",
    "numbering": "numbering", "webSettings": "websettings", "calcChain": "calcchain", "presentationPr": "presprops",
    "viewPr": "viewprops", "tblStyleLst": "tablestyles", "datastoreItem": "customxmlprops", "people": "people",
    "personList": "people", "chartStyle": "chartstyle", "colorStyle": "chartstyle", "layoutDef": "diagramlayout",
    "colorsDef": "diagramcolors", "styleDef": "diagramstyle", "metadata": "sheetmetadata",
}  # fmt: skip
TECHNICAL = frozenset((
    "theme", "themeoverride", "fonttable", "numbering", "websettings", "calcchain", "presprops", "viewprops",
    "tablestyles", "thumbnail", "image", "hdphoto", "vbaproject", "wordvbadata", "printersettings", "customxmlprops",
    "people", "person", "chartstyle", "chartcolorstyle", "diagramlayout", "diagramquickstyle", "diagramstyle",
    "diagramcolors", "sheetmetadata", "font", "audio", "video", "media", "slideupdateinfo", "contenttypes",
    "relationships", "properties", "core-properties", "coreproperties", "extended-properties", "custom-properties",
    "styles", "styleswitheffects", "attachedtoolbars", "keymapcustomizations", "activexcontrolbinary",
    "xmlsignatures", "signature", "digital-signature", "origin", "commentsextended", "commentsids",
    "commentsextensible", "ctrlprop", "classificationlabels", "recovereddata", "xlbinaryindex", "binaryindex",
    "richvaluetypes", "rdrichvaluetypes", "diagramdrawing", "usedranges",
))  # fmt: skip
ALTERNATIVE_TEXT = "afchunk"
EMBEDDED = frozenset({"package", "oleobject", ALTERNATIVE_TEXT, "subdocument"})
FAMILIES = (
    (re.compile(r"wordprocessingml|ms-word"), "word"),
    (re.compile(r"spreadsheetml|ms-excel"), "xl"),
    (re.compile(r"presentationml|ms-powerpoint"), "ppt"),
)
MAIN_ROOTS = {"document": "word", "workbook": "xl", "presentation": "ppt"}
USUAL_MAINS = re.compile(r"(word)/document\d*\.xml|(xl)/workbook\.(?:xml|bin)|(ppt)/presentation\.xml")
BINARY_WORKBOOK = "sheet.binary"
MOST_RELATIONS = 200_000


@dataclass(frozen=True, slots=True)
class Relation:
    """One relationship of a part: `kind` is the last word of its type in small letters, `target` a member's name.

    `target` is empty where it lies outside the package or is missing.
    """

    id: str
    kind: str
    target: str


class Parts:
    """The parts of an Office package by what they are. Raises Unreadable where the package's own lists are broken.

    `main` is the main part's name and `family` word, xl or ppt; both empty where there is none.
    """

    def __init__(self, package: Package) -> None:
        self.package = package
        self._names: dict[str, str] = {}
        for name in package.names:
            self._names.setdefault(_key(name), name)
        self._types, self._defaults = self._content_types()
        self._kinds: dict[str, str] = {}
        self._roots: dict[str, str] = {}
        self.main = self._find_main()
        self.main_type = self.type_of(self.main)
        self.family = self._family()
        self._walk()
        self._ask_the_unnamed()

    @property
    def names(self) -> list[str]:
        """Member names in the order of the directory."""
        return list(self._names.values())

    def type_of(self, name: str) -> str:
        """Content type of a part in small letters; empty where none is given."""
        key = _key(name)
        return self._types.get(key) or self._defaults.get(key.rpartition(".")[2], "")

    def kind(self, name: str) -> str:
        """What a part is: by the relationship that leads to it, else by its content type; empty where neither says."""
        known = self._kinds.get(name, "")
        if known:
            return known
        given = self.type_of(name).removesuffix("+xml")
        word = given.rpartition(".")[2] if "officedocument" in given or "ms-" in given else ""
        return SAME.get(word, word) or self._roots.get(name, "")

    def is_reached(self, name: str) -> bool:
        """Whether relationships lead to a part from the package's root."""
        return name in self._kinds

    def of_kind(self, *kinds: str) -> list[str]:
        """Parts of these kinds, in the order of the directory."""
        return [name for name in self._names.values() if self.kind(name) in kinds]

    def related(self, name: str, kind: str) -> str:
        """The first part of a kind that a part refers to; where it refers to none, the first there is."""
        for relation in self.relations(name):
            if relation.kind == kind and relation.target:
                return relation.target
        return next(iter(self.of_kind(kind)), "")

    def relations(self, name: str) -> list[Relation]:
        """Relationships of a part, or of the package itself (empty name)."""
        folder, _, file = _key(name).rpartition("/")
        member = self._names.get(f"{folder}/_rels/{file}.rels".lstrip("/"))
        if member is None:
            return []
        found = []
        for raw in RELATION.findall(decode_xml(self.package.read(member))):
            given = attributes(raw)
            outside = given.get("TargetMode", "").lower() == "external"
            target = "" if outside else self._resolve(folder, given.get("Target", ""))
            kind = given.get("Type", "").rpartition("/")[2].lower()
            found.append(Relation(given.get("Id", ""), kind, target))
        return found

    def text(self, name: str) -> str:
        """A part as text; empty where there is none. Raises Unreadable."""
        return decode_xml(self.package.read(name)) if name else ""

    def rest(self, handled: frozenset[str]) -> Iterator[tuple[str, str]]:
        """(name, text) of the XML parts that are none of the kinds handled and not merely technical."""
        for name in self.names:
            if self.kind(name) not in handled | TECHNICAL | {MAIN} and _may_be_xml(name, self.type_of(name)):
                yield name, self.text(name)

    def _resolve(self, folder: str, target: str) -> str:
        path = unquote(target.replace("\\", "/").partition("#")[0]).strip()
        within = normpath(path if path.startswith("/") else f"{folder}/{path}").lstrip("/").lower()
        # some programs write a path from the package's root without its slash
        return self._names.get(within) or self._names.get(normpath(path).lstrip("/").lower(), "")

    def _content_types(self) -> tuple[dict[str, str], dict[str, str]]:
        types: dict[str, str] = {}
        defaults: dict[str, str] = {}
        member = self._names.get(TYPES_PART)
        for tag, raw in TYPE.findall(decode_xml(self.package.read(member))) if member else ():
            given = attributes(raw)
            kind = given.get("ContentType", "").lower()
            if tag == "Override":
                types[_key(given.get("PartName", ""))] = kind
            else:
                defaults[given.get("Extension", "").lower()] = kind
        return types, defaults

    def _find_main(self) -> str:
        named = next((one.target for one in self.relations("") if one.kind == MAIN and one.target), "")
        if named:
            return named
        by_type = (name for name in self.names if re.search(r"\.main(?:\+xml)?$", self.type_of(name)))
        by_name = (name for key, name in self._names.items() if USUAL_MAINS.fullmatch(key))
        return next(by_type, "") or next(by_name, "")

    def _family(self) -> str:
        if not self.main:
            return ""
        known = next((family for pattern, family in FAMILIES if pattern.search(self.main_type)), "")
        if known:
            return known
        usual = USUAL_MAINS.fullmatch(_key(self.main))
        if usual:
            return next(group for group in usual.groups() if group)
        return MAIN_ROOTS.get(root_name(self.text(self.main)), "")

    @property
    def is_binary_workbook(self) -> bool:
        """Whether the main part is a workbook of records instead of XML."""
        return BINARY_WORKBOOK in self.main_type or (self.family == "xl" and self.main.lower().endswith(".bin"))

    def other_package(self) -> str:
        """`vsdx`, `xps` or `opc` for packages of a kind without reader; empty where ours lacks its main part."""
        if "visio" in " ".join(self._types.values()) or any(key.startswith("visio/") for key in self._names):
            return "vsdx"
        if any(key.endswith((".fpage", ".fdseq", ".fdoc")) for key in self._names):
            return "xps"
        is_ours = any(key.startswith(("word/", "xl/", "ppt/")) for key in self._names)
        has_content = any(not key.startswith(("[", "_rels/", "docprops/")) for key in self._names)
        return "opc" if has_content and not is_ours else ""

    def _walk(self) -> None:
        waiting = deque(self.relations(""))
        seen = {self.main}
        if self.main:
            self._kinds[self.main] = MAIN
            waiting.extend(self.relations(self.main))
        followed = 0
        while waiting and followed < MOST_RELATIONS:
            relation = waiting.popleft()
            followed += 1
            if relation.target and relation.target not in seen:
                seen.add(relation.target)
                self._kinds[relation.target] = SAME.get(relation.kind, relation.kind)
                waiting.extend(self.relations(relation.target))

    def _ask_the_unnamed(self) -> None:
        """Parts that neither a relationship nor a content type explains say by their root what they are."""
        for name in self.names:
            if not self.kind(name) and _may_be_xml(name, self.type_of(name)):
                known = ROOTS.get(root_name(self.text(name)), "")
                if known:
                    self._roots[name] = known


def _key(name: str) -> str:
    return unquote(name.replace("\\", "/")).lstrip("/").lower()


def _may_be_xml(name: str, content_type: str) -> bool:
    end = name.lower().rpartition(".")[2]
    return end == "xml" or content_type.endswith(("+xml", "/xml"))
