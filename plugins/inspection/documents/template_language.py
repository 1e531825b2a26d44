"""What a template may say: Jinja tags over plain data, without attributes, methods or filters that could do harm."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from jinja2 import StrictUndefined, Undefined
from jinja2.exceptions import SecurityError
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from inspection.errors import BadSource, Place
from inspection.language import speak

# What XML 1.0 cannot hold. It is shown as U+FFFD, not dropped: a reader must see that something stood there.
_UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_SPECIAL = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]")
_LINE_END = re.compile("\r\n|[\r\x0b\x0c]")
_PLAIN = (str, int, bool, float, type(None))
_FILTERS = (
    "abs", "batch", "count", "default", "first", "groupby", "int", "join", "last", "length", "list", "map",
    "max", "min", "rejectattr", "reverse", "round", "selectattr", "sort", "sum", "trim", "unique",
)  # fmt: skip
_TESTS = ("defined", "divisibleby", "eq", "equalto", "even", "ge", "gt", "in", "le", "lt", "ne", "none", "odd")
_LOOP_FACTS = frozenset({"index", "index0", "first", "last", "length", "revindex", "revindex0", "depth"})
_LONGEST = 1_000_000


def printable(text: str) -> str:
    """Text as XML can hold it; line ends as `\\n`."""
    if _SPECIAL.search(text) is None:
        return text
    return _UNPRINTABLE.sub("\ufffd", _LINE_END.sub("\n", text))


def _as_run_text(value: object) -> object:
    """A value inside `w:t`: None prints nothing; a newline becomes a line break, a tab a tab."""
    if value is None:
        return ""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    text = printable(value)
    if "\n" not in text and "\t" not in text:
        return text
    broken = str(escape(text))
    broken = broken.replace("\n", '</w:t><w:br/><w:t xml:space="preserve">')
    return Markup(broken.replace("\t", '</w:t><w:tab/><w:t xml:space="preserve">'))  # noqa: S704 - escaped above


def _flat(value: object) -> Markup:
    """A value inside an attribute or a property: one line of text."""
    return escape("" if value is None else " ".join(printable(str(value)).split("\n")))


class TemplateEnvironment(ImmutableSandboxedEnvironment):
    """A sandbox in which a dot reaches the keys of plain data and nothing else.

    Jinja's own sandbox still lets a template read public attributes, call methods and build strings of gigabytes
    (`'a' * 1000000000`); none of that is of use on a form.
    """

    intercepted_binops = frozenset({"*", "**", "%"})

    def getattr(self, obj: Any, attribute: str) -> Any:
        """`row.name` is `row["name"]`; of anything else only the facts of a loop are seen."""
        if isinstance(obj, dict):
            return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
        if isinstance(obj, LoopContext) and attribute in _LOOP_FACTS:
            return getattr(obj, attribute)
        if isinstance(obj, Undefined):
            return str(obj)  # raises: it is strict
        raise SecurityError(f"a template may not ask for .{attribute} of a {type(obj).__name__}")

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Keys of dicts and positions of lists."""
        if isinstance(obj, dict | list | tuple) and isinstance(argument, str | int):
            try:
                return obj[argument]  # type: ignore[index]
            except (LookupError, TypeError):
                return self.undefined(obj=obj, name=str(argument))
        raise SecurityError("a template may only look into dicts and lists")

    def is_safe_callable(self, obj: Any) -> bool:
        """Only the functions given by name."""
        return any(obj is known for known in self.globals.values())

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Numbers may be multiplied; repeating a text or a list, or formatting by `%`, is refused."""
        numbers = isinstance(left, int | float) and isinstance(right, int | float)
        if not numbers or operator == "**" or abs(left * right) > _LONGEST:
            raise SecurityError(f"a template may not compute {type(left).__name__} {operator} {type(right).__name__}")
        return super().call_binop(context, operator, left, right)


def environment(functions: Mapping[str, Callable[..., object]]) -> TemplateEnvironment:
    """The language of our templates with the functions given."""
    made = TemplateEnvironment(undefined=StrictUndefined, autoescape=True, finalize=_as_run_text, cache_size=0)
    made.globals = {"range": made.globals["range"], **functions}
    made.filters = {name: made.filters[name] for name in _FILTERS}
    made.filters["flat"] = _flat
    made.tests = {name: made.tests[name] for name in _TESTS}
    return made


def require_plain(value: object, path: str = "") -> None:
    """Raises BadSource naming the field unless the value is made of dict, list, tuple, str, int, float, bool and None.

    Exact types only: a mapped record, an enum or ready-made markup would let a template reach or print more
    than was meant.
    """
    kind = type(value)
    if kind in _PLAIN:
        return
    if kind is dict:
        for key, inner in value.items():  # type: ignore[attr-defined]
            if type(key) is not str:
                _refuse(f"{path}.{key}", speak("不是文字的鍵", "a key that is no text"))
            require_plain(inner, f"{path}.{key}" if path else key)
    elif kind is list or kind is tuple:
        for position, inner in enumerate(value):  # type: ignore[arg-type]
            require_plain(inner, f"{path}[{position}]")
    else:
        _refuse(path, kind.__name__)


def _refuse(path: str, what: str) -> NoReturn:
    raise BadSource(
        speak(f"文件僅能以單純資料填寫，現有 {what}", f"documents are filled with plain data only, not {what}"),
        place=Place("context", field=path),
        remedy=speak("請提供文字、數字、清單或對照", "give text, a number, a list or a dict"),
    )
