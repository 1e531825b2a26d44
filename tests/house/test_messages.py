"""People are spoken to in the office's Chinese: every sentence stands beside its English twin, and neither mixes both.

Errors for programmers are told by their class. Everything else that reads as words for people must be said by `speak`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import pytest

from house.spoken import CHINESE, ENGLISH, NAMES, QUOTED
from inspection import doctor, errors
from inspection.model import lifecycle
from inspection.rules import messages
from inspection.vocabulary import Role

REPOSITORY = Path(__file__).resolve().parents[2]
# whoever reads these looks at code: misuse by our own callers, a worker's or a wire's inner words, Jinja's sandbox
FOR_PROGRAMMERS = {
    "AssertionError", "NotImplementedError", "TypeError", "KeyError", "Misuse", "SecurityError",
    "Unreadable", "NotTaken", "LinkLost", "FastPathUnavailable", "PermissionError",
}  # fmt: skip
# texts that are no sentences for people (patterns, SQL, keys), or may stay English (help, descriptions of settings)
NOT_SAID = {
    "compile", "search", "match", "fullmatch", "split", "sub", "finditer", "findall", "text", "CheckConstraint",
    "Index", "DDL", "keyed_hash",
    "keyed_hash_by", "Gauge", "_steps", "_setting", "Option", "Argument", "Typer", "add_argument", "ArgumentParser",
    "program", "read",
}  # fmt: skip
# elements and attributes of office files
MARKUP = re.compile(r"<[a-z]+:|[a-z]+:[a-z-]+=|xmlns")
# says nothing but rows and reasons: what it raises ends in the sandbox
SILENT = "plugins/inspection/extraction/"
FAMILY = {name for name, one in vars(errors).items() if isinstance(one, type) and issubclass(one, Exception)}
SINKS = FAMILY | {"ValueError", "warn", "echo", "BadParameter", "ArgumentTypeError", "AirflowFailException", "Check"}


@dataclass(frozen=True, slots=True)
class Said:
    """One literal with the calls around it, innermost first, and which argument it is of `speak` (None: of none)."""

    where: str
    text: str
    calls: tuple[str, ...]
    spoken: int | None


def _flat(node: ast.AST) -> str | None:
    if isinstance(node, ast.JoinedStr):
        return "".join(str(one.value) if isinstance(one, ast.Constant) else "{}" for one in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _walk(node: ast.AST, calls: tuple[str, ...], spoken: int | None, where: str) -> Iterator[Said]:
    text = _flat(node)
    if text is not None:
        yield Said(f"{where}:{getattr(node, 'lineno', 0)}", text, calls, spoken)
        if isinstance(node, ast.JoinedStr):
            for part in node.values:
                if isinstance(part, ast.FormattedValue):
                    yield from _walk(part.value, ("{}", *calls), spoken, where)
        return
    if isinstance(node, ast.Compare) or (isinstance(node, ast.Expr) and _flat(node.value) is not None):
        return  # asked for, or a docstring
    if isinstance(node, ast.Call):
        name = _name(node)
        for index, argument in enumerate(node.args):
            yield from _walk(argument, (name, *calls), index if name == "speak" else spoken, where)
        for keyword in node.keywords:
            if keyword.arg not in {"help", "epilog", "description", "metavar"}:
                yield from _walk(keyword.value, (name, *calls), spoken, where)
        yield from _walk(node.func, calls, spoken, where)
        return
    for child in ast.iter_child_nodes(node):
        yield from _walk(child, calls, spoken, where)


def said_in(source: str, where: str) -> list[Said]:
    """Every literal of a module that could be words for somebody."""
    return list(_walk(ast.parse(source), (), None, where))


def faults_of(said: Said) -> str | None:
    """What is wrong with a literal; None where nothing is."""
    if set(said.calls) & (FOR_PROGRAMMERS | NOT_SAID) or MARKUP.search(said.text):
        return None
    bare = NAMES.sub("", said.text)
    if said.spoken == 0:
        if ENGLISH.search(bare):
            return "English within Chinese"
        return None if CHINESE.search(said.text) or not re.search("[a-z]{3,} [a-z]{2}", bare) else "no Chinese"
    if said.spoken == 1:
        return "Chinese within English" if CHINESE.search(QUOTED.sub("", said.text)) else None
    if ENGLISH.search(bare):
        return "English alone"
    if CHINESE.search(said.text) and said.calls and said.calls[0] in SINKS:
        return "Chinese alone"
    return None


def test_every_sentence_is_said_in_chinese_and_in_english() -> None:
    found = []
    for path in sorted([*REPOSITORY.glob("plugins/**/*.py"), *REPOSITORY.glob("dags/*.py")]):
        where = str(path.relative_to(REPOSITORY))
        if where.startswith(SILENT):
            continue
        for said in said_in(path.read_text(encoding="utf-8"), where):
            fault = faults_of(said)
            if fault:
                found.append(f"{said.where}: {fault}: {said.text[:120]!r} {said.calls[:2]}")
    assert found == []


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('raise NotFound(f"unit {one} is not in the roster")', "English alone"),
        ('raise BadSource("名冊查無單位")', "Chinese alone"),
        ('raise BadSource(speak("名冊查無單位; look again", "no such unit"))', "English within Chinese"),
        ('raise BadSource(speak("no such unit", "no such unit"))', "English within Chinese"),
        ('raise BadSource(speak("名冊查無單位", "no such 單位"))', "Chinese within English"),
        ('problem = "the field is unknown"', "English alone"),
        ('warn("run it again with the option")', "English alone"),
        ('raise Misuse("an instant must be aware")', None),
        ('raise NotFound(speak(f"查無單位 {one}；請執行 `inspection roster import FILE`", f"no unit {one}"))', None),
    ],
)
def test_each_kind_of_fault_is_seen(line: str, fault: str | None) -> None:
    assert [found for one in said_in(line, "x.py") if (found := faults_of(one))] == ([fault] if fault else [])


def test_no_sentence_is_chosen_before_the_language_is_known() -> None:
    early = []
    for path in sorted(REPOSITORY.glob("plugins/**/*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        functions = [
            one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        ]
        within = {id(inner) for one in functions for inner in ast.walk(one)}
        early += [
            f"{path.relative_to(REPOSITORY)}:{one.lineno}"
            for one in ast.walk(tree)
            if isinstance(one, ast.Call) and _name(one) == "speak" and id(one) not in within
        ]
    assert early == []


def test_every_state_and_every_name_the_command_line_prints_has_its_word() -> None:
    words = messages.shipped()
    machines = [one for one in vars(lifecycle).values() if isinstance(one, type) and issubclass(one, StrEnum)]
    states = {one for machine in machines for one in machine}
    own = {one.value for one in words.words if one.label.endswith("state")}
    assert len({one.value for one in states}) > 40
    assert sorted({one.value for one in states} - own) == []
    assert sorted(one for one in doctor.CHECKS if words.word("check", one) == one) == []
    assert sorted(one.value for one in Role if messages.role_word(one) == one.value) == []
    printed = set()
    for path in REPOSITORY.glob("plugins/inspection/cli/*.py"):
        if path.stem in {"main", "scan"}:  # typer's own settings; figures for machines alone
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            keys = node.keys if isinstance(node, ast.Dict) else []
            printed |= {one.value for one in keys if isinstance(one, ast.Constant) and isinstance(one.value, str)}
    assert sorted(one for one in printed - {""} if words.label(one) == one) == []
