"""Pages made from what runs: the DAG files, read without Airflow, and the command line as it takes itself apart."""

from __future__ import annotations

import argparse
import ast
from collections.abc import Iterator
from enum import Enum
from functools import cache
from typing import Any

import typer
from tools.rule_pages import table

from inspection.cli.main import app
from inspection.cli.scan import scan_parser
from inspection.settings import REPOSITORY

DAGS = REPOSITORY / "dags"
PROGRAM = "inspection"


# ---------------------------------------------------------------------------------------------------------- DAGs


def dags_page() -> str:
    """Each DAG with its page for operators, schedule, trigger form and tasks; then the chapters they share."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(DAGS.glob("*.py"))}
    parts = ["# DAGs\n\nThe text of each is what Airflow shows on its page."]
    parts += [_dag(tree, decorator) for tree in trees.values() for decorator in _decorators(tree, "dag")]
    parts.append("# Shared chapters")
    parts += [
        f"## {_word(decorator, 'group_display_name')} · `{_word(decorator, 'group_id')}`\n\n"
        + table(("task", "顯示名稱", "does"), _tasks_called(tree, function))
        for tree in trees.values()
        for function, decorator in _decorated(tree, "task_group")
    ]
    return "\n\n".join(parts) + "\n"


def _dag(tree: ast.Module, decorator: ast.Call) -> str:
    name = _word(decorator, "dag_id")
    text = (ast.get_docstring(tree) or "").replace("\n# ", "\n### ").removeprefix("# ")
    title, _, rest = text.partition("\n")
    schedule = _argument(decorator, "schedule")
    given = ast.unparse(schedule) if schedule else "None"
    parts = [f"## {title} · `{name}`", rest.strip(), f"Schedule: `{given}`"]
    form = _argument(decorator, "params")
    if isinstance(form, ast.Dict):
        rows = [
            (f"`{ast.literal_eval(key)}`", _word(value, "title"), _word(value, "description"))
            for key, value in zip(form.keys, form.values, strict=True)
            if key is not None and isinstance(value, ast.Call)
        ]
        parts.append(table(("param", "欄位", "說明"), rows))
    own = [(f"`{function.name}`", shown, _first_line(function)) for function, shown in _tasks(tree)]
    if own:
        parts.append(table(("task", "顯示名稱", "does"), own))
    return "\n\n".join(part for part in parts if part)


def _decorators(tree: ast.Module, name: str) -> list[ast.Call]:
    return [decorator for _, decorator in _decorated(tree, name)]


def _decorated(tree: ast.Module, name: str) -> Iterator[tuple[ast.FunctionDef, ast.Call]]:
    for function in tree.body:
        if isinstance(function, ast.FunctionDef):
            for decorator in function.decorator_list:
                if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == name:
                    yield function, decorator


def _tasks(tree: ast.Module) -> list[tuple[ast.FunctionDef, str]]:
    """Functions that are tasks, in the order of the file, with the name Airflow shows."""
    kinds = ("task", "task.branch", "task.short_circuit", "parked_wait")
    found = [
        (function, _word(decorator, "task_display_name"))
        for kind in kinds
        for function, decorator in _decorated(tree, kind)
    ]
    return sorted(found, key=lambda one: one[0].lineno)


def _tasks_called(tree: ast.Module, group: ast.FunctionDef) -> list[tuple[str, str, str]]:
    """The tasks a group calls, in the order they are defined, then the decisions it waits for."""
    group_id = _word(next(d for f, d in _decorated(tree, "task_group") if f is group), "group_id")
    called = {node.id for node in ast.walk(group) if isinstance(node, ast.Name)}
    rows = [
        (function.name, shown, _first_line(function)) for function, shown in _tasks(tree) if function.name in called
    ]
    rows += [(name, shown, "Waits for the decision: 核定, 修正後如擬 or 退回.") for name, shown in _gates(group)]
    return [(f"`{group_id}.{name}`", shown, does) for name, shown, does in rows]


def _gates(group: ast.FunctionDef) -> Iterator[tuple[str, str]]:
    for node in ast.walk(group):
        if isinstance(node, ast.ListComp) and _is_gate(node.elt):
            # several gates made from one row each: task id and shown name stand first
            several = node.generators[0].iter
            for row in several.elts if isinstance(several, ast.Tuple) else ():
                task_id, shown, *_ = ast.literal_eval(row)
                yield task_id, shown
        elif isinstance(node, ast.Call) and _is_gate(node) and _word(node, "task_id"):
            yield _word(node, "task_id"), _word(node, "task_display_name")


def _is_gate(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func) == "ApprovalGate"


def _argument(call: ast.Call, name: str) -> ast.expr | None:
    return next((keyword.value for keyword in call.keywords if keyword.arg == name), None)


def _word(call: ast.Call, name: str) -> str:
    value = _argument(call, name)
    return str(value.value) if isinstance(value, ast.Constant) else ""


def _first_line(function: ast.FunctionDef) -> str:
    return (ast.get_docstring(function) or "").partition("\n")[0]


# ------------------------------------------------------------------------------------------------------- commands


@cache
def commands() -> dict[str, Any]:
    """Every command by its full words, `inspection checklists accept`; groups are left out.

    The values are typer's own: they bear `help` and `params`, and have no public type.
    """
    return dict(_walk(typer.main.get_command(app), PROGRAM))


def scan_options() -> set[str]:
    """The options of `inspection scan`, which takes itself apart without typer."""
    return {option for action in scan_parser(f"{PROGRAM} scan")._actions for option in action.option_strings}


def _walk(command: Any, words: str) -> Iterator[tuple[str, Any]]:
    below = getattr(command, "commands", None)
    if below is None:
        yield words, command
    else:
        for name, inner in below.items():
            yield from _walk(inner, f"{words} {name}")


def commands_page() -> str:
    """Each command with its arguments and options, in the order of `inspection --help`."""
    head = (
        "# Commands\n\n`uv run inspection …`; in the container `inspection …`. Exit status: 0 done; 1 done, but "
        "something needs a person; 2 wrong usage or bad input; 3 a source was unavailable."
    )
    parts = [head]
    for words, command in commands().items():
        if words == f"{PROGRAM} scan":
            parts.append(f"## {words}\n\n{_scan()}")
            continue
        # a line break in a docstring belongs to the source, not to the page
        said = " ".join((command.help or "").split())
        rows = [_parameter(parameter) for parameter in command.params]
        listed = f"\n\n{table(('given', 'needed', 'meaning'), rows)}" if rows else ""
        parts.append(f"## {words}\n\n{said}{listed}")
    return "\n\n".join(parts) + "\n"


def _parameter(parameter: Any) -> tuple[str, str, str]:
    is_argument = parameter.param_type_name == "argument"
    name = parameter.name.upper() if is_argument else ", ".join((*parameter.opts, *parameter.secondary_opts))
    kind = getattr(getattr(parameter, "type_descriptor", None), "annotation", None)
    meaning = " ".join(part for part in (parameter.help or "", _one_of(kind)) if part)
    return f"`{name}`", "yes" if parameter.required else "", meaning


def _one_of(kind: object) -> str:
    if isinstance(kind, type) and issubclass(kind, Enum):
        return f"One of {', '.join(str(one.value) for one in kind)}."
    return ""


def _scan() -> str:
    taken_apart = scan_parser(f"{PROGRAM} scan")
    rows = [
        (
            f"`{', '.join(action.option_strings) or action.dest.upper()}`",
            "yes" if action.required else "",
            action.help or "",
        )
        for action in taken_apart._actions
        if not isinstance(action, argparse._HelpAction)
    ]
    return f"{taken_apart.description}\n\n{table(('given', 'needed', 'meaning'), rows)}"
