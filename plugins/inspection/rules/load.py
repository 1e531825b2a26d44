"""Reads a YAML rule file into a pydantic model and tells every fault with file, line, field and remedy."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from inspection.errors import BadSource, BadSources, Place, system_fault
from inspection.language import speak
from inspection.rules.places import Trail, field_path, spelled, written_id
from inspection.rules.validation_words import problem_of, remedy_of

Spelled = tuple[str, ...]
"""Steps of a path as they are shown, see `places.spelled`."""
MAX_DEPTH = 40
"""Deeper nesting is a mistake (or an anchor that contains itself)."""


class RuleModel(BaseModel):
    """Base of everything read from rule files: frozen, unknown fields refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Schema = TypeVar("Schema", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class _Part:
    """A value of a YAML file with the line it stands on; `value` holds parts where it is a dict or list."""

    value: Any
    file: str
    line: int

    def plain(self) -> Any:
        """The value without places."""
        if isinstance(self.value, dict):
            return {key: part.plain() for key, part in self.value.items()}
        if isinstance(self.value, list):
            return [part.plain() for part in self.value]
        return self.value

    def id(self) -> Any:
        """The `id` of an entry, None where it has none."""
        own = self.value.get("id") if isinstance(self.value, dict) else None
        return own.value if own is not None and isinstance(own.value, str | int) else None

    def place(self, trail: Trail) -> Place:
        """The line of the deepest part of `trail` that stands in a file, naming the whole field.

        Entries are named by their ids: the position in a merged list is the position in no file.
        """
        part, steps = self, []
        for step in trail:
            inside = isinstance(part.value, dict | list) and (
                step in part.value if isinstance(part.value, dict) else isinstance(step, int) and step < len(part.value)
            )
            if inside:
                part = part.value[step]
            steps.append(spelled(step, part.id() if inside else None))
        return Place(part.file, part.line, field_path(steps))


def load_yaml(path: Path, schema: type[Schema], *, overlay: Path | None = None) -> Schema:
    """Reads `path`, lays `overlay` over it where that file exists, and validates the whole as `schema`.

    In an overlay a list whose entries bear `id` extends the shipped list: an entry of a known id replaces the fields
    it names, a new id is added at the end. Mappings are joined key by key; anything else replaces. Raises BadSource
    (one fault) or BadSources (all faults at once); both kinds name file, line and field.
    """
    faults: list[BadSource] = []
    part = _read(path, faults)
    if part is None:
        raise BadSource(
            speak("檔案沒有內容", "the file is empty"),
            place=Place(str(path), 1),
            remedy=speak("請還原規則檔", "restore the rule file"),
        )
    if overlay is not None and overlay.exists():
        above = _read(overlay, faults)
        part = part if above is None else _laid_over(part, above)
    _raise(faults)
    try:
        return schema.model_validate(part.plain())
    except ValidationError as error:
        _raise([_fault(detail, part, schema) for detail in error.errors()])
        raise


def rules_version(*rules: BaseModel) -> str:
    """SHA-256 (hex) over the effective rules, overlays included; comments and layout do not count."""
    digest = hashlib.sha256()
    for rule in rules:
        text = json.dumps(rule.model_dump(mode="json"), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        digest.update(text.encode() + b"\n")
    return digest.hexdigest()


def _raise(faults: list[BadSource]) -> None:
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise BadSources(faults)


def _read(path: Path, faults: list[BadSource]) -> _Part | None:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise BadSource(
            speak(f"無法讀取：{system_fault(error)}", f"cannot be read: {error.strerror}"),
            place=path,
            remedy=speak("請檢查路徑及權限", "check path and permissions"),
        ) from None
    except UnicodeDecodeError as error:
        raise BadSource(
            speak(f"第 {error.start} 位元組起不是 UTF-8", f"is not UTF-8 at byte {error.start}"),
            place=path,
            remedy=speak("請以 UTF-8 編碼另存檔案", "save the file as UTF-8"),
        ) from None
    try:
        loader, node = _composed(text)
        return None if node is None else _Builder(loader, str(path), faults).part(node, ())
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise BadSource(
            speak("不是合法的 YAML", f"is not YAML: {error.problem or error.context}"),
            place=Place(str(path), line),
            remedy=speak(
                "請檢查本行及上一行之縮排、引號及冒號",
                "check indentation, quotes and colons on this line and the one above",
            ),
        ) from None
    except yaml.YAMLError as error:
        raise BadSource(
            speak("不是合法的 YAML，或含不允許的字元", f"is not YAML: {error}"),
            place=path,
            remedy=speak("請另存為純文字 UTF-8 檔", "save the file as plain UTF-8 text"),
        ) from None


def _composed(text: str) -> tuple[Any, yaml.Node | None]:
    """The nodes of a text by libyaml, for speed; what it refuses is refused by the parser in Python, in its words."""
    if yaml.__with_libyaml__:
        try:
            fast = yaml.CSafeLoader(text)
            return fast, fast.get_single_node()
        except (yaml.YAMLError, UnicodeError):
            pass
    loader = yaml.SafeLoader(text)
    return loader, loader.get_single_node()


@dataclass(slots=True)
class _Builder:
    """Turns YAML nodes into parts and refuses doubled keys and ids."""

    loader: Any
    file: str
    faults: list[BadSource]

    def part(self, node: yaml.Node, trail: Spelled) -> _Part:
        return _Part(self.value(node, trail), self.file, node.start_mark.line + 1)

    def value(self, node: yaml.Node, trail: Spelled) -> Any:
        if len(trail) > MAX_DEPTH:
            self.refuse(
                node,
                trail,
                speak("層次過深", "is nested too deeply"),
                speak("錨點可能包含自己，請直接寫出內容", "an anchor may contain itself: write it out"),
            )
            return None
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, trail)
        if isinstance(node, yaml.SequenceNode):
            parts = [
                self.part(child, (*trail, spelled(index, written_id(child)))) for index, child in enumerate(node.value)
            ]
            self.refuse_doubled_ids(node, trail, parts)
            return parts
        try:
            return self.loader.construct_object(node)
        except (yaml.YAMLError, ValueError) as error:
            self.refuse(
                node,
                trail,
                speak("無法解讀此值", f"cannot be understood: {error}"),
                speak("請將此值加上引號", "put the value in quotes"),
            )
            return None

    def mapping(self, node: yaml.MappingNode, trail: Spelled) -> dict[str, _Part]:
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self.refuse(key, trail, speak("鍵須為單一文字", "a key must be a plain word"), "write `name: value`")
            elif key.value in seen:
                self.refuse(
                    key,
                    (*trail, spelled(key.value)),
                    speak("此鍵重複", "the key is given twice"),
                    speak("請擇一保留", "keep one of the two"),
                )
            else:
                seen.add(key.value)
        self.loader.flatten_mapping(node)
        return {
            k.value: self.part(v, (*trail, spelled(k.value))) for k, v in node.value if isinstance(k, yaml.ScalarNode)
        }

    def refuse_doubled_ids(self, node: yaml.SequenceNode, trail: Spelled, parts: list[_Part]) -> None:
        seen: set[Any] = set()
        for index, part in enumerate(parts):
            name = part.id()
            if name is not None and name in seen:
                self.refuse(
                    node.value[index],
                    (*trail, spelled(index, name), spelled("id")),
                    speak(f"id {name} 重複", f"id {name} is given twice"),
                    speak("請更改其中之一", "rename one of them"),
                )
            seen.add(name)

    def refuse(self, node: yaml.Node, trail: Spelled, problem: str, remedy: str) -> None:
        place = Place(self.file, node.start_mark.line + 1, field_path(trail))
        self.faults.append(BadSource(problem, place=place, remedy=remedy))


def _laid_over(low: _Part, high: _Part) -> _Part:
    if isinstance(low.value, dict) and isinstance(high.value, dict):
        joined = dict(low.value)
        for key, part in high.value.items():
            joined[key] = _laid_over(joined[key], part) if key in joined else part
        return _Part(joined, high.file, high.line)
    if _has_ids(low) and _has_ids(high):
        over = {part.id(): part for part in high.value}
        known = {part.id() for part in low.value}
        entries = [_entry_laid_over(part, over.get(part.id())) for part in low.value]
        return _Part([*entries, *(p for p in high.value if p.id() not in known)], high.file, high.line)
    return high


def _entry_laid_over(low: _Part, high: _Part | None) -> _Part:
    return low if high is None else _Part({**low.value, **high.value}, high.file, high.line)


def _has_ids(part: _Part) -> bool:
    return isinstance(part.value, list) and bool(part.value) and all(entry.id() is not None for entry in part.value)


def _fault(detail: ErrorDetails, part: _Part, schema: type[BaseModel]) -> BadSource:
    kind, given = detail["type"], detail["input"]
    problem = problem_of(detail)
    if isinstance(given, str | int | float | bool) and kind not in {"extra_forbidden", "missing"}:
        shown = f"{str(given)[:60]!r}"
        problem += speak(f"（現為 {shown}）", f" (given: {shown})")
    remedy = remedy_of(
        detail,
        speak("請參照規則說明文件之欄位", f"see the fields of {schema.__name__} in the rule documentation"),
    )
    return BadSource(problem, place=part.place(detail["loc"]), remedy=remedy)
