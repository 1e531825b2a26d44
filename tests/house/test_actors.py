"""Every event names who acted: a person, or a program by its name; never a word that somebody typed into the code."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
PLACES = ("plugins/inspection", "dags")
# how a verb is told who acts
NAMES = frozenset({"actor", "by", "person_id", "entered_by", "opened_by", "drafted_by", "compiled_by", "asked_by"})


def made_up(source: str) -> list[int]:
    """Lines on which an actor is a text of the code, itself or by a constant of the module, instead of a person of the
    roster or of `access.work.program`."""
    tree = ast.parse(source)
    texts = {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            found += [value.lineno for name, value in _defaults(node) if name in NAMES and _is_text(value)]
        if not isinstance(node, ast.Call):
            continue
        for keyword in node.keywords:
            value = keyword.value
            if keyword.arg in NAMES and (_is_text(value) or (isinstance(value, ast.Name) and value.id in texts)):
                found.append(value.lineno)
    return found


def _is_text(value: ast.expr | None) -> bool:
    return isinstance(value, ast.Constant) and isinstance(value.value, str) and bool(value.value)


def _defaults(node: ast.FunctionDef) -> list[tuple[str, ast.expr]]:
    """Names of arguments with what they are where nobody says otherwise."""
    by_place = node.args.args[len(node.args.args) - len(node.args.defaults) :]
    pairs = [
        *zip(by_place, node.args.defaults, strict=True),
        *zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True),
    ]
    return [(one.arg, value) for one, value in pairs if value is not None]


@pytest.mark.parametrize(
    "planted",
    [
        'verb(session, actor="airflow", at=at)',
        'ACTOR = "follow_up"\nverb(session, actor=ACTOR, at=at)',
        'verb(session, drafted_by="cli")',
        'def verb(year, actor="cli"): pass',
        'def verb(year, *, actor="cli"): pass',
    ],
)
def test_a_made_up_actor_is_found(planted: str) -> None:
    assert made_up(planted)


@pytest.mark.parametrize(
    "fine", ["verb(actor=opened.actor)", 'ACTOR = program(DAG, "x")\nverb(actor=ACTOR)', 'verb(person_id="")']
)
def test_a_person_or_a_named_program_passes(fine: str) -> None:
    assert made_up(fine) == []


def test_no_actor_is_made_up() -> None:
    paths = [path for place in PLACES for path in (REPOSITORY / place).rglob("*.py")]
    assert len(paths) > 100
    found = [
        f"{path.relative_to(REPOSITORY)}:{line}" for path in paths for line in made_up(path.read_text(encoding="utf-8"))
    ]
    assert found == []
