"""No code asks which kind of campaign it has before it: what a kind demands stands in its entry of the rules."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from inspection.rules.campaign_kinds import load_campaign_kinds
from inspection.settings import REPOSITORY

KINDS = frozenset(load_campaign_kinds(REPOSITORY / "plugins" / "inspection" / "rules").ids(lambda _: True))
SEVERAL = 2  # so many kinds side by side are a list of kinds; one alone may be a word that means something else
LISTS = (ast.List, ast.Tuple, ast.Set, ast.Dict, ast.ClassDef)
ASKED_IN_TEMPLATE = re.compile(rf"kind\s*(?:==|!=|in)[^%}}]*['\"](?:{'|'.join(sorted(KINDS))})['\"]")


def _named(node: ast.AST) -> list[str]:
    return [one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and one.value in KINDS]


def asks_for_a_kind(source: str) -> Iterator[int]:
    """Lines that compare with an id of a kind, match one, or list several."""
    for node in ast.walk(ast.parse(source)):
        asked = node.pattern if isinstance(node, ast.match_case) else node if isinstance(node, ast.Compare) else None
        if asked is not None and _named(asked):
            yield asked.lineno
        elif isinstance(node, LISTS) and len(set(_named(node))) >= SEVERAL:
            yield node.lineno


@pytest.mark.parametrize("room", ["plugins", "dags", "tools", "demo"])
def test_no_module_asks_which_kind_a_campaign_is(room: str) -> None:
    asking = {
        f"{path.relative_to(REPOSITORY)}:{line}"
        for path in (REPOSITORY / room).rglob("*.py")
        for line in asks_for_a_kind(path.read_text(encoding="utf-8"))
    }
    assert asking == set()


def test_no_template_asks_which_kind_a_campaign_is() -> None:
    asking = [
        str(path.relative_to(REPOSITORY))
        for path in (REPOSITORY / "templates").rglob("*.j2")
        if ASKED_IN_TEMPLATE.search(path.read_text(encoding="utf-8"))
    ]
    assert asking == []


@pytest.mark.parametrize(
    "source",
    [
        "if campaign.kind == 'semiannual':\n    pass",
        "if campaign.kind in ('ad_hoc', 'project'):\n    pass",
        "match kind:\n    case 'it_audit':\n        pass",
        "LETTERS = {'ad_hoc': 'AD', 'remote_work': 'RM'}",
        "UNTOLD = frozenset({'ad_hoc', 'project'})",
        "Param('ad_hoc', enum=['ad_hoc', 'remote_work'])",
        "class CampaignKind(StrEnum):\n    A = 'semiannual'\n    B = 'project'",
    ],
)
def test_code_that_does_is_caught(source: str) -> None:
    assert list(asks_for_a_kind(source))


def test_a_template_that_does_is_caught_and_a_word_that_means_something_else_is_not() -> None:
    assert ASKED_IN_TEMPLATE.search("{% if campaign.kind == 'project' %}")
    assert not list(asks_for_a_kind("record(session, subject=('project', campaign.id))"))
