"""The page of clauses: what each clause of the source documents demands, where it is served, which tests stand for it.

The demands are data (`docs/clauses.yaml`); the tests are found by their marker `@pytest.mark.clause("S0-07f")`,
read from the files without running them.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from pydantic import Field
from tools.rule_pages import shipped, table

from inspection.rules.load import RuleModel, load_yaml
from inspection.settings import REPOSITORY

CLAUSES = REPOSITORY / "docs" / "clauses.yaml"
TESTS = REPOSITORY / "tests"
OF_ITSELF = "政風"  # what bears this tag alone is asked of the ethics office


class Clause(RuleModel):
    """One clause. `asks`: statements of the checklist; `finds`: detectors; `where`: files that serve it; `lacks`: what
    of the demand is not served yet."""

    id: str = Field(pattern=r"^S[0-4]-\d{2}[a-m]?$")
    place: str
    demand: str
    chapter: str
    asks: tuple[str, ...] = ()
    finds: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    lacks: str = ""


class Chapter(RuleModel):
    """A chapter of the product; once `finished`, each of its clauses needs a test."""

    id: str
    name: str
    finished: bool = False


class Source(RuleModel):
    """A source document and the first part of its clauses' ids."""

    id: str = Field(pattern=r"^S[0-4]$")
    title: str


class Clauses(RuleModel):
    """The whole list."""

    sources: tuple[Source, ...]
    chapters: tuple[Chapter, ...]
    clauses: tuple[Clause, ...]


@cache
def clauses() -> Clauses:
    """The list as written."""
    return load_yaml(CLAUSES, Clauses)


@cache
def marked_tests() -> dict[str, list[str]]:
    """Test ids by clause, in the order of the files."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(TESTS.rglob("test_*.py")):
        text = path.read_text(encoding="utf-8")
        if "mark.clause" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                for clause in _marks(node):
                    found[clause].append(f"{path.relative_to(REPOSITORY).as_posix()}::{node.name}")
    return dict(found)


def _marks(function: ast.FunctionDef) -> list[str]:
    return [
        str(argument.value)
        for decorator in function.decorator_list
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.clause"
        for argument in decorator.args
        if isinstance(argument, ast.Constant)
    ]


def faults(listed: Clauses, tests: Mapping[str, Sequence[str]]) -> list[str]:
    """What is wrong with the list itself: unknown ids, files that are not there, finished chapters without a test.

    `tests`: test ids by clause, as `marked_tests` gives them.
    """
    ids = [clause.id for clause in listed.clauses]
    finished = {chapter.id: chapter.finished for chapter in listed.chapters}
    items = {item.id for item in shipped().checklist_items.items if not item.retired}
    detectors = {detector.id for detector in shipped().detectors.detectors}
    told = [f"{one}: stands twice in {CLAUSES.name}" for one in sorted({one for one in ids if ids.count(one) > 1})]
    told += [f"{one}: marked by {tests[one][0]}, not listed in {CLAUSES.name}" for one in sorted(set(tests) - set(ids))]
    for clause in listed.clauses:
        known = {*items, *detectors, *(name for name in clause.where if (REPOSITORY / name).exists())}
        missing = [name for name in (*clause.asks, *clause.finds, *clause.where) if name not in known]
        told += [f"{clause.id}: {name} does not exist" for name in missing]
        if clause.chapter not in finished:
            told.append(f"{clause.id}: no chapter {clause.chapter!r}")
        elif finished[clause.chapter] and (clause.lacks or clause.id not in tests):
            told.append(f"{clause.id}: its chapter is finished, but {clause.lacks or 'no test stands for it'}")
    return told


def state(clause: Clause) -> str:
    """served: a test stands for it; partly: something of it is lacking; asked: a statement of the checklist alone, and
    no register, sample or program stands beside the answer; open: nothing serves it, no test stands, or the ethics
    office alone answers of itself (officer review B25)."""
    if clause.id not in marked_tests():
        return "open"
    if clause.asks and not clause.where and not clause.finds:
        items = [item for item in shipped().checklist_items.items if item.id in clause.asks]
        return "asked" if any(set(item.unit_tags) != {OF_ITSELF} for item in items) else "open"
    return "partly" if clause.lacks else "served"


def clauses_page() -> str:
    """Counts by chapter, then every clause of every source."""
    listed = clauses()
    head = (
        "# Clauses\n\nWhat the five source documents demand, where it is served, and the tests that stand for it. The "
        "demands stand in `clauses.yaml`; tests bear `@pytest.mark.clause`. *served*: a test stands for the whole; "
        "*partly*: something is lacking and named; *asked*: a statement is put and nothing else stands beside its "
        "answer; *open*: no test stands for it, or only the ethics office answers, of itself. A clause of a finished "
        "chapter that is not served fails `make check`."
    )
    parts = [head, _chapters(listed)]
    for source in listed.sources:
        rows = [_row(clause) for clause in listed.clauses if clause.id.startswith(source.id)]
        parts.append(
            f"## {source.id} {source.title}\n\n" + table(("id", "條文", "要求", "where", "state", "tests"), rows)
        )
    return "\n\n".join(parts) + "\n"


def _chapters(listed: Clauses) -> str:
    names = ("served", "partly", "asked", "open")
    states = [(clause.chapter, state(clause)) for clause in listed.clauses]
    rows = [
        (chapter.name, *(states.count((chapter.id, name)) for name in names), "yes" if chapter.finished else "")
        for chapter in listed.chapters
    ]
    totals = [sum(one == name for _, one in states) for name in names]
    return table(("chapter", *names, "finished"), [*rows, ("**all**", *totals, "")])


def _row(clause: Clause) -> tuple[str, ...]:
    where = [_link(name) for name in clause.where]
    if clause.asks:
        where.append("、".join(f"`{name}`" for name in clause.asks))
    if clause.finds:
        where.append("、".join(f"`{name}`" for name in clause.finds))
    lacking = f"；尚缺：{clause.lacks}" if clause.lacks else ""
    tests = [_test(name) for name in marked_tests().get(clause.id, [])]
    return (clause.id, clause.place, clause.demand + lacking, "<br>".join(where), state(clause), "<br>".join(tests))


def _link(name: str) -> str:
    return f"[{Path(name).name}](../{name})"


def _test(name: str) -> str:
    path, _, test = name.partition("::")
    return f"[{test.removeprefix('test_').replace('_', ' ')}](../{path})"
