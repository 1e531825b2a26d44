"""Nobody tells kinds of matters apart: what differs from kind to kind stands in the entry of the register."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from inspection.campaigns.matters import KINDS

REPOSITORY = Path(__file__).resolve().parents[2]
IDS = {kind.id for kind in KINDS}
# rooms that own a kind speak of their own; nobody else takes a decision by its verb
OWNERS = {"planning", "reports", "projects"}
VERBS = {"decide_plan", "decide_reports", "decide_review"}
SAYS_THE_KIND = {"subject_kind", "decides"}
RECORDS = {"Approval", "AirflowGate", "Event"}  # columns of a query


def modules() -> list[Path]:
    """Every module of the product."""
    package = REPOSITORY / "plugins" / "inspection"
    found = [*package.rglob("*.py"), *(REPOSITORY / "dags").glob("*.py")]
    return [path for path in found if not OWNERS & set(path.relative_to(REPOSITORY).parts)]


def dispatches(source: str) -> list[str]:
    """Where a module decides by the kind of a matter, or guesses what record a request is about."""
    return [
        f"line {getattr(node, 'lineno', 0)}: {ast.unparse(node)[:80]}"
        for node in ast.walk(ast.parse(source))
        if _tells(node)
    ]


def _tells(node: ast.AST) -> bool:
    match node:
        case ast.Compare():
            sides = [node.left, *node.comparators]
            if any(_is_column(side) for side in sides) or all(_says_the_kind(side) for side in sides):
                return False  # a query, or two requests that are about the same kind
            return any(_says_the_kind(side) for side in sides) or (
                any(_is_kind(side) for side in sides) and not all(isinstance(side, ast.Constant) for side in sides)
            )
        case ast.Subscript(slice=index):
            return _says_the_kind(index)
        case ast.FormattedValue(value=value):
            return isinstance(value, ast.Attribute) and value.attr in SAYS_THE_KIND
        case ast.Match(subject=subject):
            return _says_the_kind(subject)
        case ast.Call(func=ast.Attribute(attr="get" | "get_one"), args=[_, ast.Attribute(attr="subject_id")]):
            return not _is_approval(node)
        case ast.ImportFrom(names=names):
            return bool({one.name for one in names} & VERBS)
        case _:
            return False


def _says_the_kind(node: ast.expr) -> bool:
    """`approval.subject_kind`, `matter.kind.id`; not a column of a query."""
    if not isinstance(node, ast.Attribute):
        return False
    if node.attr in SAYS_THE_KIND:
        return not _is_column(node)
    return node.attr == "id" and isinstance(node.value, ast.Attribute) and node.value.attr == "kind"


def _is_column(node: ast.expr) -> bool:
    """`Approval.subject_kind` in a query."""
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in RECORDS


def _is_kind(node: ast.expr) -> bool:
    """The id of a kind in a comparison, alone or among others."""
    if isinstance(node, ast.Constant):
        return node.value in IDS
    return isinstance(node, ast.Set | ast.Tuple | ast.List) and any(_is_kind(one) for one in node.elts)


def _is_approval(call: ast.Call) -> bool:
    """`session.get(Approval, line.subject_id)`: a line that names a request by its own id."""
    return isinstance(call.args[0], ast.Name) and call.args[0].id in {"Approval", "Fix", "Checklist"}


def test_no_module_tells_kinds_of_matters_apart() -> None:
    found = {str(path.relative_to(REPOSITORY)): dispatches(path.read_text("utf-8")) for path in modules()}
    assert len(found) > 300, "the search for modules found hardly any"
    assert {path: lines for path, lines in found.items() if lines} == {}


def test_no_page_tells_kinds_of_matters_apart() -> None:
    pages = list((REPOSITORY / "templates" / "portal").glob("*.j2"))
    assert len(pages) > 20
    assert [
        page.name for page in pages if re.search(r"matter\.kind(\.id)?\s*(==|!=|in\b|\])", page.read_text("utf-8"))
    ] == []


@pytest.mark.parametrize(
    "planted",
    [
        'if approval.subject_kind == "plan": pass',
        "if approval.subject_kind in {PLAN, REPORT}: pass",
        'if subject == "campaign_report": pass',
        'if kind in ("plan", "unit_report"): pass',
        "page = PAGES[approval.subject_kind]",
        'word = f"decide_{approval.subject_kind}"',
        'match gate.decides:\n    case "plan": pass',
        "plan = session.get(Plan, approval.subject_id)",
        "report = session.get_one(Report, asked.subject_id)",
        "from inspection.planning.decision import decide_plan",
        'if matter.kind.id != "unit_report": pass',
    ],
)
def test_one_planted_is_found(planted: str) -> None:
    assert dispatches(planted)


@pytest.mark.parametrize(
    "harmless",
    [
        "query = select(Approval).where(Approval.subject_kind == kind)",
        "kind = matters.of(approval.subject_kind)",
        "asked = session.get(Approval, line.subject_id)",
        'ApprovalGate(decides="plan")',
        "same = gate.decides == approval.subject_kind",
    ],
)
def test_asking_the_register_is_not(harmless: str) -> None:
    assert dispatches(harmless) == []
