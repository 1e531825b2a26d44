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


# commands that may change something in the name of the program; whatever else changes names who did it by `--as`
BY_THE_PROGRAM = {
    "calendar spring": "proposes windows by the patterns; a person confirms one",
    "crawl run": "reads what an approved plan names, as the DAG does",
    "crawl ocr": "reads on what an approved plan named, as the DAG does",
    "findings suspect": "draws what a person then judges, as the DAG does",
    "handover run": "carries out what a person opened, as the DAG does",
    "lessons learn": "learns what a person then releases, as the DAG does",
    "roster import_roster": "the first roster, before which nobody is known; each later one names who changes it",
}


def changes_for_nobody(source: str) -> set[str]:
    """Commands that hand on who acts, or change a campaign, and do not ask for a person."""
    found = set()
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and any(".command(" in ast.unparse(one) for one in node.decorator_list):
            asked = {ast.unparse(one.annotation) for one in node.args.args if one.annotation}
            body = ast.unparse(node)
            if "Actor" not in asked and ("opened.actor" in body or "keeps=" in body):
                found.add(node.name)
    return found


@pytest.mark.parametrize(
    ("given", "found"), [('actor: MaybeActor = ""', {"close"}), ("actor: Actor", set()), ("year: Year", {"close"})]
)
def test_a_change_in_the_name_of_nobody_is_found(given: str, found: set[str]) -> None:
    planted = f"@app.command()\ndef close({given}):\n    with door() as opened:\n        shut(actor=opened.actor)"
    assert changes_for_nobody(planted) == found


def test_what_a_person_decides_is_entered_by_a_person() -> None:
    paths = (REPOSITORY / "plugins" / "inspection" / "cli").glob("*.py")
    found = {f"{path.stem} {name}" for path in paths for name in changes_for_nobody(path.read_text(encoding="utf-8"))}
    assert found == set(BY_THE_PROGRAM)
