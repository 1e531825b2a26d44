"""Changes one field of the rules wherever it stands, so that a test may see whether anybody obeys it."""

from __future__ import annotations

import contextlib
import itertools
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields as dataclass_fields
from dataclasses import is_dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any

from pydantic import BaseModel, ValidationError

from inspection.rules.load import RuleModel

Field = tuple[type[RuleModel], str]
"""A field by the model that declares it, and its name."""
Change = Callable[[Any, Any], Any]
"""From a field's value and its annotation to another value; the same value where this change cannot be made."""


def name_of(field: Field) -> str:
    """Model and field, as the list of what is not obeyed yet names them."""
    return f"{field[0].__name__}.{field[1]}"


def fields_of(model: type[BaseModel]) -> list[Field]:
    """Every field of a family of rules, those of the models inside included, each once, at the model declaring it."""
    seen: dict[Field, None] = {}
    waiting, known = [model], set()
    while waiting:
        one = waiting.pop(0)
        if one in known:
            continue
        known.add(one)
        for name, info in one.model_fields.items():
            seen.setdefault((_declares(one, name), name))
            waiting.extend(inner for inner in _models_in(info.annotation))
    return list(seen)


def with_field(rules: Any, field: Field, change: Change) -> Any:
    """The same rules with one field changed wherever it stands; unchanged parts are shared."""
    if isinstance(rules, BaseModel):
        update: dict[str, Any] = {}
        for name, info in type(rules).model_fields.items():
            old = getattr(rules, name)
            new = with_field(old, field, change)
            if (_declares(type(rules), name), name) == field:
                new = change(new, info.annotation)
            if new is not old:
                update[name] = new
        return rules.model_copy(update=update) if update else rules
    if isinstance(rules, tuple):
        parts = tuple(with_field(part, field, change) for part in rules)
        return parts if any(new is not old for new, old in zip(parts, rules, strict=True)) else rules
    if isinstance(rules, Mapping):
        entries = {key: with_field(part, field, change) for key, part in rules.items()}
        return entries if any(entries[key] is not rules[key] for key in rules) else rules
    return rules


def texts_marked(rules: Any, mark: Callable[[Field], str], left_alone: Callable[[Field], bool]) -> Any:
    """Rules whose texts each end with the mark of their field; codes (ASCII) and the fields left alone stay."""
    if isinstance(rules, BaseModel):
        update = {}
        for name in type(rules).model_fields:
            field = (_declares(type(rules), name), name)
            value = getattr(rules, name)
            new = texts_marked(value, mark, left_alone)
            if not left_alone(field):
                new = _marked(new, mark(field))
            update[name] = new
        return rules.model_copy(update=update)
    if isinstance(rules, tuple):
        return tuple(texts_marked(part, mark, left_alone) for part in rules)
    if isinstance(rules, Mapping):
        return {key: texts_marked(part, mark, left_alone) for key, part in rules.items()}
    return rules


def changes(value_type: Any) -> Iterator[Change]:
    """Ways to change a field of this annotation, the tamest first; a field is obeyed if any of them shows."""
    yield _other
    if _is_list(value_type):
        yield lambda value, _: dict(list(value.items())[1:]) if isinstance(value, Mapping) else value
        yield lambda value, _: value[:1] if isinstance(value, tuple) else value
        yield lambda value, _: value[1:] if isinstance(value, tuple) else value
        yield lambda value, _: () if isinstance(value, tuple) else value
        yield lambda value, _: tuple(reversed(value)) if isinstance(value, tuple) else value
    else:
        yield _other_again
        yield _mirrored


def _marked(value: Any, mark: str) -> Any:
    if isinstance(value, str) and not isinstance(value, Enum) and value and not value.isascii():
        return value + mark
    if isinstance(value, tuple):
        return tuple(_marked(part, mark) for part in value)
    if isinstance(value, Mapping):
        return {key: _marked(part, mark) for key, part in value.items()}
    return value


def _other(value: Any, annotation: Any) -> Any:
    """Another value of the same type."""
    if value is None or value in ("", (), {}):
        return _some(annotation)
    if isinstance(value, bool):
        return not value
    if isinstance(value, Enum):
        members = list(type(value))
        return members[(members.index(value) + 1) % len(members)]
    if isinstance(value, int | float | Decimal):
        return value + 1 if value >= 1 else value + 0.25 if isinstance(value, float) else value + 1
    if isinstance(value, str):
        return _next_choice(value, annotation) or f"{value}x" if value.isascii() else f"{value}改"
    if isinstance(value, datetime | date):
        return value - timedelta(days=800)
    if isinstance(value, time):
        return time((value.hour + 5) % 24, value.minute)
    if isinstance(value, Mapping):
        return {key: _other(part, None) for key, part in value.items()}
    if isinstance(value, tuple):
        if isinstance(value[0], BaseModel):
            return value[:-1]
        return tuple(_other(part, _inner(annotation)) for part in value)
    return value


def _other_again(value: Any, annotation: Any) -> Any:
    """A value farther away, for what one step does not move."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, Enum):
        members = list(type(value))
        return members[(members.index(value) - 1) % len(members)]
    if isinstance(value, int | float | Decimal):
        return type(value)(0) if value < 1 else type(value)(max(1, value // 10))
    if isinstance(value, str):
        return ""
    if isinstance(value, date):
        return value + timedelta(days=8000)
    if isinstance(value, Mapping):
        return {key: _other_again(part, None) for key, part in value.items()}
    return value


def _mirrored(value: Any, _: Any) -> Any:
    """Numbers whose order is turned round."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return value
    return 1000 - value


def _some(annotation: Any) -> Any:
    """Some value of a type, for a field that is empty; None where none comes to mind."""
    for one in _alternatives(annotation):
        origin = typing.get_origin(one)
        if origin is typing.Literal:
            return typing.get_args(one)[0]
        if origin is tuple:
            inner = _some(typing.get_args(one)[0])
            return () if inner is None else (inner,)
        if isinstance(one, type) and issubclass(one, Enum):
            return next(iter(one))
        if isinstance(one, type) and one in (int, float, str, date):
            return {int: 1, float: 0.5, str: "改", date: date(2020, 1, 1)}[one]
    return None


def _alternatives(annotation: Any) -> list[Any]:
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        return _alternatives(typing.get_args(annotation)[0])
    if origin in (typing.Union, types.UnionType):
        return [inner for one in typing.get_args(annotation) for inner in _alternatives(one)]
    return [annotation]


def _next_choice(value: str, annotation: Any) -> str | None:
    """The next word of a Literal."""
    for one in _alternatives(annotation):
        if typing.get_origin(one) is typing.Literal and value in typing.get_args(one):
            words = typing.get_args(one)
            return str(words[(words.index(value) + 1) % len(words)])
    return None


def _is_list(annotation: Any) -> bool:
    return any(typing.get_origin(one) in (tuple, dict) for one in _alternatives(annotation))


def _inner(annotation: Any) -> Any:
    found = [one for one in _alternatives(annotation) if typing.get_origin(one) is tuple]
    return typing.get_args(found[0])[0] if found else None


def _declares(model: type[BaseModel], name: str) -> Any:
    """The model whose body declares a field, so that an inherited one is one field."""
    return next(one for one in reversed(model.__mro__) if name in getattr(one, "__annotations__", {}))


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for inner in typing.get_args(annotation) for model in _models_in(inner)]


def families(rules: Any) -> dict[str, RuleModel]:
    """The rule families of a catalogue by the name it keeps them under."""
    assert is_dataclass(rules)
    named = {one.name: getattr(rules, one.name) for one in dataclass_fields(rules)}
    return {name: value for name, value in named.items() if isinstance(value, RuleModel)}


def holds_models(field: Field) -> bool:
    """Whether a field holds models, whose own fields are looked at besides."""
    return bool(_models_in(_annotation(field)))


def told_by_parts(model: type[BaseModel]) -> set[Field]:
    """Fields of a family that hold models no other field of it holds: obeyed as far as those models' own fields are."""
    holding = {one: _models_in(_annotation(one)) for one in fields_of(model) if holds_models(one)}
    held = [inner for models in holding.values() for inner in models]
    return {one for one, models in holding.items() if all(held.count(inner) == 1 for inner in models)}


def planted_values(rules: Any, field: Field) -> Iterator[Any]:
    """The rules with the field changed in one way after the other: wherever it stands, then to what stands elsewhere,
    then in one place alone. Nothing is said of whether such rules would load."""
    if (called := name_of(field)) in SHOWN_BY:
        yield with_field(rules, field, lambda *_: SHOWN_BY[called])
    if is_tag(field):
        yield from _tagged_otherwise(rules, field)
        return
    present = _values(rules, field)
    unlike = [value for number, value in enumerate(present) if value not in present[:number]]
    ways = list(_ways(field, unlike))
    places = [present.index(value) for value in unlike[:PLACES]] if len(present) > 1 else []
    for change in (*ways, *(_at(place, way) for place in places for way in ways)):
        changed = with_field(rules, field, change)
        if changed is not rules and changed != rules:
            yield changed


SHOWN_BY = {
    "LabelLine.not_a_mark": ("密",),
    "KindRule.watched": ("TOP-PROC-PRICE", "TOP-PROC-BIDDER", "TOP-DRAFT"),
}
"""Values that show what others made up here do not, or late: a level an office does not take for one, what a tender
is watched for beside all that becomes public of it."""

PLACES = 8
"""In how many places a field is changed alone; where more are needed the rules bear few values."""


def _ways(field: Field, unlike: list[Any]) -> Iterator[Change]:
    annotation = _annotation(field)
    yield from changes(annotation)
    if holds_models(field):
        return
    for step in range(1, min(len(unlike), 4)):
        yield lambda value, _, step=step: unlike[(unlike.index(value) + step) % len(unlike)]  # type: ignore[misc]


def is_tag(field: Field) -> bool:
    """Whether a field can have one value only, by which its model is told from others that may stand in its place."""
    annotation = _annotation(field)
    return typing.get_origin(annotation) is typing.Literal and len(typing.get_args(annotation)) == 1


def _tagged_otherwise(rules: Any, field: Field) -> Iterator[Any]:
    """The rules with another model, of another tag, wherever that of this tag stands."""
    for holder in fields_of(type(rules)):
        beside = _models_in(_annotation(holder)) if holds_models(holder) else []
        for other in beside if field[0] in beside else ():
            with contextlib.suppress(ValidationError):  # one that needs more than its tag
                changed = with_field(rules, holder, _in_place_of(field[0], other()))
                if changed is not rules:
                    yield changed


def _in_place_of(model: type[RuleModel], other: BaseModel) -> Change:
    def change(value: Any, annotation: Any) -> Any:
        if isinstance(value, tuple):
            parts = tuple(change(part, annotation) for part in value)
            return value if all(new is old for new, old in zip(parts, value, strict=True)) else parts
        return other if type(value) is model else value

    return change


def _at(place: int, change: Change) -> Change:
    """The change made in one place of those the field stands in, in the order they are met."""
    passed = itertools.count()
    return lambda value, annotation: change(value, annotation) if next(passed) == place else value


def _values(rules: Any, field: Field) -> list[Any]:
    present: list[Any] = []

    def noted(value: Any, _: Any) -> Any:
        present.append(value)
        return value

    with_field(rules, field, noted)
    return present


def _annotation(field: Field) -> Any:
    return field[0].model_fields[field[1]].annotation


def places(rules: Any) -> Iterator[RuleModel]:
    """Every model in some rules, themselves included."""
    if isinstance(rules, RuleModel):
        yield rules
        for name in type(rules).model_fields:
            yield from places(getattr(rules, name))
    elif isinstance(rules, tuple):
        for part in rules:
            yield from places(part)
    elif isinstance(rules, Mapping):
        yield from places(tuple(rules.values()))


def touched(before: Any, after: Any, field: Field) -> set[int]:
    """The models (by `id`) of `before` in which the field is another one in `after`, which was made of it."""
    if before is after:
        return set()
    if isinstance(before, RuleModel):
        found = set()
        for name in type(before).model_fields:
            old, new = getattr(before, name), getattr(after, name, None)
            found |= touched(old, new, field)
            if (_declares(type(before), name), name) == field and old != new:
                found.add(id(before))
        return found
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        before, after = tuple(before.values()), tuple(after.values())
    if isinstance(before, tuple) and isinstance(after, tuple):
        return {one for old, new in zip(before, after, strict=False) for one in touched(old, new, field)}
    return set()


Read = dict[Field, set[int]]
"""Fields that were read, each with the models (by `id`) it was read of."""


@contextlib.contextmanager
def reading() -> Iterator[Read]:
    """Notes which fields of rules are read while the block runs; one that nobody reads cannot be obeyed there."""
    read: Read = {}
    plain = RuleModel.__getattribute__

    def noted(model: RuleModel, name: str) -> Any:
        if name in type(model).__pydantic_fields__:
            read.setdefault((_declares(type(model), name), name), set()).add(id(model))
        return plain(model, name)

    def dumped(model: RuleModel, **given: Any) -> dict[str, Any]:
        list(places(model))  # each field of each part is read by that
        return BaseModel.model_dump(model, **given)

    RuleModel.__getattribute__ = noted  # type: ignore[method-assign, assignment]
    RuleModel.model_dump = dumped  # type: ignore[method-assign, assignment]
    try:
        yield read
    finally:
        del RuleModel.__getattribute__, RuleModel.model_dump
