"""Checks templates before they are used, and prints them as text for `git diff`.

`python -m inspection.documents.lint FOLDER` says what is wrong with the templates below FOLDER, exit status 1;
`python -m inspection.documents.lint dump FILE` prints one template (git: `*.docx diff=docx`).
"""

from __future__ import annotations

import hashlib
import re
import sys
import zipfile
from pathlib import Path
from typing import get_args, get_origin, get_type_hints, is_typeddict

from jinja2 import TemplateSyntaxError, nodes
from lxml import etree

from inspection.documents.kind import Frame, Head
from inspection.documents.kinds import register
from inspection.documents.package import read
from inspection.documents.render import ENVIRONMENT, TEMPLATED
from inspection.documents.signing import unfit_rows
from inspection.documents.template_source import CONTROL, TAG, W, jinja_source, texts_of
from inspection.errors import BadSource
from inspection.language import speak
from inspection.rules.approval_table import load_approval_table
from inspection.rules.catalogue import SHIPPED

_SUSPICIOUS = re.compile(
    r"[｛｝]+|[{｛]％|％[}｝]|(?<!\{)\{\s*[\w.]+\s*\}(?!\})|\{\{[^{}]*\}(?!\})|(?<!\{)\{[^{}%#]*\}\}"
)
_ACTIVE = re.compile(r"vbaProject|vbaData|activeX|oleObject|/embeddings/|comments", re.IGNORECASE)
_EXTERNAL = re.compile(r'TargetMode="External"[^>]*|Type="[^"]*/(?:attachedTemplate|oleObject|aFChunk)"')
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
_OWN = frozenset({"loop", *ENVIRONMENT.globals})


def faults_of(template: Path, context: type | None, may_be_omitted: frozenset[str] = frozenset()) -> list[str]:
    """What is wrong with one template, in words; empty where nothing is.

    `context` is the TypedDict it is filled with: a name it does not have is a fault, and so is one of its fields
    that the template never prints.
    """
    try:
        parts = read(template.read_bytes())
    except (OSError, zipfile.BadZipFile):
        return [speak("不是 Word 文件（.docx）", "no Word document (.docx)")]
    faults, used = [], set[str]()
    for name, data in sorted(parts.items()):
        if _ACTIVE.search(name):
            faults.append(
                speak(
                    f"{name}：含巨集、內嵌物件或註解，請移除",
                    f"{name}: active content, embedded object or comment; remove it",
                )
            )
        if name.endswith(".rels") and _EXTERNAL.search(data.decode("utf-8", "replace")):
            faults.append(speak(f"{name}：連至文件以外", f"{name}: points outside the document"))
        if TEMPLATED.match(name):
            found, problems = _examine(name, data)
            used |= found
            faults += problems
    if context is not None:
        known = fields_of(context)
        must = known | fields_of(Frame, "frame")  # who issues it a template may leave out, the frame never
        faults += [
            speak(f"無此欄位 {path}", f"unknown field {path}")
            for path in sorted({path.removesuffix(".*") for path in used} - known - fields_of(Head))
        ]
        faults += [
            speak(f"欄位 {path} 未曾使用", f"field {path} is never printed")
            for path in sorted(_unprinted(must, used) - may_be_omitted)
        ]
    return faults


def _unprinted(known: set[str], used: set[str]) -> set[str]:
    """Fields not named, nor handed on whole (a chart) by one of their owners."""

    def owners(path: str) -> list[str]:
        pieces = re.split(r"\.|(?=\[\])", path)
        return ["".join(p if p.startswith("[") or not i else f".{p}" for i, p in enumerate(pieces[:n]))
                for n in range(1, len(pieces) + 1)]  # fmt: skip

    reached = {owner for path in used for owner in owners(path)}
    leaves = {path for path in known if not any(other != path and other.startswith(path) for other in known)}
    whole = {path.removesuffix(".*") for path in used if path.endswith(".*")}
    return {leaf for leaf in leaves if leaf not in reached and not any(o in whole for o in owners(leaf))}


def fields_of(context: object, path: str = "") -> set[str]:
    """Every path a TypedDict allows: `frame.mark`, `units`, `units[]`, `units[].name`."""
    found = {path} if path else set[str]()
    if is_typeddict(context):
        for name, hint in get_type_hints(context).items():
            found |= fields_of(hint, f"{path}.{name}" if path else name)
    elif get_origin(context) is list:
        found |= fields_of(get_args(context)[0], f"{path}[]")
    return found


def _examine(part: str, data: bytes) -> tuple[set[str], list[str]]:
    """The fields one part names, and what is wrong in its text."""
    try:
        root = etree.fromstring(data, _PARSER)
    except etree.XMLSyntaxError as error:
        return set(), [speak(f"{part}：XML 毀損", f"{part}: broken XML: {error.msg}")]
    faults = []
    for paragraph in root.iter(f"{W}p"):
        words = "".join(text.text or "" for text in texts_of(paragraph))
        odd = _SUSPICIOUS.search(TAG.sub("", words))
        if odd:
            faults.append(
                speak(
                    f"{part}：大括號不成對：{odd.group(0)!r}，見於 {words[:50]!r}",
                    f"{part}: odd braces {odd.group(0)!r} in {words[:50]!r}",
                )
            )
        controls = list(CONTROL.finditer(words))
        beside = CONTROL.sub("", words).strip()
        if len(controls) > 1 and any(c.group("what") != "r" for c in controls):
            faults.append(
                speak(
                    f"{part}：一段內有兩個控制標記：{words[:60]!r}",
                    f"{part}: two control tags in one paragraph: {words[:60]!r}",
                )
            )
        elif controls and beside and controls[0].group("what") == "p":
            faults.append(
                speak(
                    f"{part}：{controls[0].group(0)} 須獨立成段，其旁有 {beside[:40]!r}",
                    f"{part}: {controls[0].group(0)} must stand alone in its paragraph, beside it {beside[:40]!r}",
                )
            )
    try:
        source = jinja_source(data)
        tree = ENVIRONMENT.parse(source or "")
        ENVIRONMENT.from_string(source or "")
    except TemplateSyntaxError as error:
        return set(), [*faults, speak(f"{part}：範本語法有誤", f"{part}: {error.message}")]
    except BadSource as error:
        return set(), [*faults, f"{part}: {error}"]
    used: set[str] = set()
    _walk(tree, {}, used)
    return used, faults


def _path(node: nodes.Node, scope: dict[str, str]) -> str | None:
    """The dotted path an expression stands for, with loop variables traced to what they run over."""
    if isinstance(node, nodes.Name):
        return scope.get(node.name, node.name)
    if isinstance(node, nodes.Getattr):
        owner = _path(node.node, scope)
        return f"{owner}.{node.attr}" if owner else None
    if isinstance(node, nodes.Getitem):
        owner = _path(node.node, scope)
        return f"{owner}[]" if owner else None
    if isinstance(node, nodes.Filter) and node.node is not None:
        return _path(node.node, scope)
    return None


def _walk(node: nodes.Node, scope: dict[str, str], used: set[str]) -> None:
    if isinstance(node, nodes.For):
        _walk(node.iter, scope, used)
        inner = dict(scope)
        if isinstance(node.target, nodes.Name):
            inner[node.target.name] = f"{_path(node.iter, scope)}[]"
        for child in (*node.body, *node.else_):
            _walk(child, inner, used)
        return
    if isinstance(node, nodes.Name | nodes.Getattr | nodes.Getitem):
        path = _path(node, scope)
        if path and path.split(".")[0] not in _OWN:
            used.add(path)
        return
    if isinstance(node, nodes.Call):
        # Handed to a function whole: all its fields count as printed.
        used.update(f"{path}.*" for path in (_path(argument, scope) for argument in node.args) if path)
    for child in node.iter_child_nodes():
        _walk(child, scope, used)


def dump(template: Path) -> str:
    """The template as text, a line per paragraph with its style; other parts by their checksum."""
    lines = []
    for name, data in sorted(read(template.read_bytes()).items()):
        if TEMPLATED.match(name):
            lines.append(f"## {name}")
            for paragraph in etree.fromstring(data, _PARSER).iter(f"{W}p"):
                words = "".join(text.text or "" for text in texts_of(paragraph))
                style = paragraph.find(f"{W}pPr/{W}pStyle")
                if words.strip():
                    lines.append(f"[{'' if style is None else style.get(f'{W}val')}] {words}")
        elif not name.startswith("docProps/"):
            lines.append(f"## {name} {hashlib.sha256(data).hexdigest()[:12]}")
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    """Command line; 0 where all is well, 1 for a fault, 2 for wrong usage."""
    if len(arguments) == 2 and arguments[0] == "dump":
        sys.stdout.write(dump(Path(arguments[1])))
        return 0
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        sys.stderr.write("usage: python -m inspection.documents.lint FOLDER | dump FILE\n")
        return 2
    folder, found = Path(arguments[0]), 0
    kinds = {kind.template: kind for kind in register().values()}
    missing = [name for name in kinds if not (folder / name).is_file()]
    for name in missing:
        sys.stdout.write(speak(f"{name}：缺少範本\n", f"{name}: the template is missing\n"))
    for template in sorted(folder.rglob("*.docx")):
        name = template.relative_to(folder).as_posix()
        kind = kinds.get(name)
        faults = (
            faults_of(template, kind.context, kind.may_be_omitted)
            if kind
            else [speak("沒有任何文件使用此範本", "no kind of document is printed by it")]
        )
        for fault in faults:
            sys.stdout.write(speak(f"{name}：{fault}\n", f"{name}: {fault}\n"))
            found += 1
    for fault in unfit_rows(load_approval_table(SHIPPED), folder):
        sys.stdout.write(f"{fault}\n")
        found += 1
    return 1 if found or missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
