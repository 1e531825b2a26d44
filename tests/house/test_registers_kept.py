"""What is declared is done: each mail is written, each state entered, each decision asked for, each setting read."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from dataclasses import fields
from enum import StrEnum
from pathlib import Path

import pytest

from house import not_yet, sources
from inspection.documents.kind import DocumentKind
from inspection.documents.kinds import register
from inspection.errors import BadSource
from inspection.model.lifecycle import STEPS
from inspection.rules import catalogue
from inspection.settings import REPOSITORY, Settings

TREES = sources.trees()
RULES = catalogue.load()
OPEN = not_yet.lines()

FIRST = frozenset({
    "ChecklistItem.crawl_check", "ChecklistItem.crawl_hint", "Asked.evidence",
    "Asked.evidence_required", "Office.outcome_names", "SeverityRule.contain_within_working_days",
    "SeverityRule.recheck_within_working_days", "Severities.reopen_within_a_year_raises_by",
    "Ladders.beyond_top_every_working_days", "mail:digest", "mail:plan_approved_to_unit",
    "state:FindingState.WITHDRAWN",
    "state:FixState.REOPENED", "state:FixState.EXCEPTED", "decision:extension_1", "decision:extension_2",
    "decision:extension_3", "decision:exception", "decision:withdrawal", "decision:submission", "decision:ranking",
    "setting:imap_url", "setting:oidc_issuer", "setting:oidc_client_id", "setting:oidc_client_secret",
})  # fmt: skip
"""The list as it began. A line may go when its promise is kept; none is ever added: what is declared anew is obeyed."""


def unwritten(mails: Iterable[str], templates: Iterable[str], modules: Iterable[ast.Module]) -> set[str]:
    """Mails that neither a rung names nor any code writes."""
    return {f"mail:{one}" for one in set(mails) - set(templates) - sources.words_given(modules)}


def unentered(states: Iterable[type[StrEnum]], modules: Iterable[ast.Module]) -> set[str]:
    """States nothing is ever moved to."""
    entered = sources.states_entered(modules)
    members = {(kind.__name__, member.name) for kind in states for member in kind}
    return {f"state:{kind}.{name}" for kind, name in members - entered}


def unasked(decisions: Iterable[str], plans: Iterable[str], modules: Iterable[ast.Module]) -> set[str]:
    """Rows of the approval table that nobody asks for."""
    return {f"decision:{one}" for one in set(decisions) - set(plans) - sources.words_given(modules)}


def unread(settings: Iterable[str], modules: Iterable[ast.Module]) -> set[str]:
    """Settings no code asks for; what only looks whether they are given does not count."""
    read = {node.attr for module in modules for node in ast.walk(module) if isinstance(node, ast.Attribute)}
    return {f"setting:{one}" for one in settings if not {one, *BY_WAY_OF.get(one, ())} & read}


def unborne(marks: Iterable[str], kinds: Iterable[DocumentKind]) -> set[str]:
    """Entries of the menu of marks that no kind of document bears."""
    return {f"mark:{one}" for one in marks} - {f"mark:{mark}" for kind in kinds for mark in marks_of(kind)}


def marks_of(kind: DocumentKind) -> set[str]:
    """The marks a kind of document may bear."""
    return {mark.value for mark in (kind.mark, *kind.other_marks) if mark is not None}


LADDER = """ladders:
- id: fix
  rungs:
  - {id: late, name: 逾期, offset: 1, to: [contact], channel: mail, tone: plain, template: postcard}
"""

BY_WAY_OF = {
    "home": ("home_folder", "documents_folder"),
    "lang": ("choose_language",),
    "drop_folder": ("drop_folder_path",),
    "returns_address": ("named_returns_address",),
    "database_url": ("effective_database_url",),
    "migration_database_url": ("effective_migration_url",),
    "secret_key": ("require_secret_key",),
}


def _declared() -> dict[str, set[str]]:
    rungs = {rung.template for ladder in RULES.ladders.ladders for rung in ladder.rungs}
    plans = {form.decided_as for form in RULES.plan_forms.forms}
    # the doctor only tells what is set, and the settings' own module obeys nothing
    acting = [
        ast.parse(path.read_text(encoding="utf-8"))
        for folder in ("plugins", "dags")
        for path in sorted((REPOSITORY / folder).rglob("*.py"))
        if path.name != "settings.py" and path.parent.name != "doctor"
    ]
    return {
        "mail": unwritten((one.id for one in RULES.mail_texts.mails), rungs, TREES),
        "state": unentered(STEPS, TREES),
        "decision": unasked((one.id for one in RULES.approval_table.documents), plans, TREES),
        "setting": unread(Settings.__annotations__, acting),
        "mark": unborne((one.id.value for one in RULES.office.proposed_marks), register().values()),
    }


@pytest.mark.parametrize("kind", ["mail", "state", "decision", "setting", "mark"])
def test_what_is_declared_is_done_or_stands_on_the_list(kind: str) -> None:
    assert _declared()[kind] == {one for one in OPEN if one.startswith(f"{kind}:")}


def test_a_setting_nobody_obeys_yet_stands_on_no_page() -> None:
    later = {f"setting:{one.name}" for one in fields(Settings) if one.metadata["later"]}
    assert later == {one for one in OPEN if one.startswith("setting:")}
    page = (REPOSITORY / "docs" / "generated" / "settings.md").read_text(encoding="utf-8")
    assert [one for one in later if one.removeprefix("setting:").upper() in page] == []


def test_lines_of_the_list_only_go() -> None:
    assert set(OPEN) <= FIRST
    assert set(OPEN.values()) <= not_yet.CHAPTERS


def test_a_mail_nobody_writes_is_found() -> None:
    assert unwritten({"checklist_issued", "postcard"}, (), TREES) == {"mail:postcard"}


def test_a_state_only_asked_for_is_not_entered() -> None:
    class LampState(StrEnum):
        LIT = "lit"
        BROKEN = "broken"

    source = (
        "advance(session, lamp, LampState.LIT)\nwhole = lamp.state != LampState.BROKEN\nDARK = {LampState.BROKEN}\n"
    )
    assert unentered([LampState], [ast.parse(source)]) == {"state:LampState.BROKEN"}


def test_a_decision_nobody_asks_for_is_found() -> None:
    assert unasked({"plan", "unit_report", "bill_of_fare"}, {"plan"}, TREES) == {"decision:bill_of_fare"}


def test_a_mark_no_paper_bears_is_found() -> None:
    assert unborne({"unit_report", "parade"}, register().values()) == {"mark:parade"}


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        ("office.yaml", "proposed_marks:\n- {id: parade, level: null}\n", r"office\.yaml，第 2 行，.*proposed_marks"),
        ("ladder.yaml", LADDER, r"ladder\.yaml，第 4 行，.*postcard"),
        (
            "approval_table.yaml",
            "documents:\n- {id: plan, countersigned_by: [球隊]}\n",
            r"approval_table\.yaml，第 2 行，.*球隊",
        ),
        (
            "campaign_kinds.yaml",
            "kinds:\n- {id: semiannual, sent_up: [parade]}\n",
            r"campaign_kinds\.yaml，第 2 行，.*parade",
        ),
    ],
)
def test_an_id_that_names_nothing_is_refused_at_load_with_its_line(
    tmp_path: Path, file: str, text: str, told: str
) -> None:
    (tmp_path / file).write_text(text, encoding="utf-8")
    with pytest.raises(BadSource, match=told):
        catalogue.load(tmp_path)


def test_a_setting_only_declared_is_found() -> None:
    assert unread({"smtp_url", "colour"}, [ast.parse("settings.get().smtp_url")]) == {"setting:colour"}


def test_each_setting_that_is_read_is_set_by_a_test_or_by_the_demo_that_a_test_runs() -> None:
    here = Path(__file__)
    paths = [path for folder in ("tests", "demo") for path in (REPOSITORY / folder).rglob("*.py") if path != here]
    tests = "\n".join(path.read_text(encoding="utf-8") for path in paths)
    named = set(re.findall(r"INSPECTION_([A-Z_]+?)(?:_FILE)?\b", tests))
    listed = {one.removeprefix("setting:") for one in OPEN if one.startswith("setting:")}
    assert {one for one in Settings.__annotations__ if one.upper() not in named} - listed == set()
