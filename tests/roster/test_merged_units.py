"""A unit is merged or renamed in mid-campaign: open work goes to the new contact, history follows, names stay."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml

from campaigns.paper_office import CAMPAIGN, CONTACT, DEMO, SECOND_STAFF, SOCIAL, WORKS, PaperOffice, fix
from inspection import clock as now
from inspection.errors import BadSource, NotAllowed
from inspection.fixes.claim import claim
from inspection.fixes.verify import verify
from inspection.handovers.implied import apply
from inspection.model import CampaignUnit, Finding, Person, Unit
from inspection.rules.roster import parse_roster
from inspection.store import findings, history, roster
from inspection.store.session import session_scope
from inspection.vocabulary import Role


def rewritten(folder: Path, change: object) -> Path:
    """The demo's roster, changed by a function, as a file."""
    told = yaml.safe_load((DEMO / "roster.yaml").read_text(encoding="utf-8"))
    change(told)  # type: ignore[operator]
    path = folder / "roster.yaml"
    path.write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
    return path


def unit_of(told: dict[str, list[dict[str, object]]], unit_id: str) -> dict[str, object]:
    """One unit of a roster file."""
    return next(one for one in told["units"] if one["id"] == unit_id)


def into_social(told: dict[str, list[dict[str, object]]]) -> None:
    """The works unit is closed; the social unit takes its shares, its people leave or move."""
    works, social = unit_of(told, WORKS), unit_of(told, SOCIAL)
    social["shares"] = [*social["shares"], *works["shares"]]  # type: ignore[misc]
    social["replaces"] = [WORKS]
    told["units"] = [one for one in told["units"] if one["id"] != WORKS]
    told["people"] = [one for one in told["people"] if one.get("unit") != WORKS]
    told["deputies"] = [one for one in told["deputies"] if one["principal"] != "P041"]


def imported(path: Path) -> None:
    """Imports a file."""
    with session_scope() as session:
        apply(session, parse_roster(path), catalogue=PaperOffice().rules, actor="cli", at=now.now())


def test_open_work_of_a_merged_unit_is_the_new_contacts(office: PaperOffice, tmp_path: Path) -> None:
    fix_id = office.one_fix()
    imported(rewritten(tmp_path, into_social))
    with session_scope() as session:
        works = session.get_one(Unit, WORKS)
        assert (works.active, works.merged_into) == (False, SOCIAL)
        assert [one.id for one in roster.holders(session, Role.CONTACT, on=now.today(), unit_id=WORKS)] == [
            CONTACT[SOCIAL]
        ]
        claim(session, fix_id, person_id=CONTACT[SOCIAL], claim="已移置", at=now.now())
    assert fix(fix_id).unit_id == WORKS  # the record stays with the unit it was found in
    with session_scope() as session:  # what has become one unit does not verify itself
        session.get_one(Person, SECOND_STAFF).unit_id = SOCIAL
    with pytest.raises(NotAllowed), session_scope() as session:
        verify(session, fix_id, person_id=SECOND_STAFF, passed=True, note="屬實", at=now.now())


def test_the_past_of_a_merged_unit_is_the_new_units_past(office: PaperOffice, tmp_path: Path) -> None:
    office.one_fix()
    with session_scope() as session:
        finding = session.query(Finding).one()
        assert history.faults_by_category(session, CAMPAIGN, SOCIAL) == {}
    imported(rewritten(tmp_path, into_social))
    with session_scope() as session:
        assert history.faults_by_category(session, CAMPAIGN, SOCIAL) == {finding.category: 1}
        assert history.fixes(session, date(2026, 12, 31), SOCIAL)["overdue"] == 1


def renamed(told: dict[str, list[dict[str, object]]]) -> None:
    """The works unit gets another name under the same id."""
    unit_of(told, WORKS)["name"] = "建設課"


def test_a_running_campaign_keeps_the_names_it_was_opened_with(office: PaperOffice, tmp_path: Path) -> None:
    office.approved_plan()
    office.send_forms()
    for unit in office.units:
        office.return_form(unit)
    office.suspect()
    imported(rewritten(tmp_path, renamed))
    office.compile()
    with session_scope() as session:
        assert session.get_one(Unit, WORKS).name == "建設課"
        assert session.get_one(CampaignUnit, (CAMPAIGN, WORKS)).unit_name == "工務課"
        report = findings.latest_report(session, CAMPAIGN, WORKS)
        assert report is not None
        assert report.content["unit"] == "工務課"


def test_a_unit_closed_in_the_file_says_where_it_went(office: PaperOffice, tmp_path: Path) -> None:
    def closed(told: dict[str, list[dict[str, object]]]) -> None:
        into_social(told)
        unit_of(told, SOCIAL).pop("replaces")
        told["units"].append({"id": WORKS, "name": "工務課", "staff": 0, "merged_into": SOCIAL})

    path = rewritten(tmp_path, closed)
    for _ in range(2):  # twice is once
        imported(path)
    with session_scope() as session:
        assert roster.unit_now(session, WORKS) == SOCIAL
        assert roster.predecessors(session, SOCIAL) == {WORKS}
        assert WORKS not in [one.id for one in roster.units(session)]


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("merged_into", "U99", "查無單位 'U99'"),
        ("merged_into", WORKS, "併入成環：U04 → U04"),
        ("replaces", [SOCIAL], "U02 仍列於 units"),
        ("replaces", ["U98"], "單位 U04 所取代之 U98 不存在"),
    ],
)
def test_circles_and_unknown_units_are_named(
    office: PaperOffice, tmp_path: Path, field: str, value: object, told: str
) -> None:
    path = rewritten(tmp_path, lambda one: unit_of(one, WORKS).update({field: value}))
    with pytest.raises(BadSource, match=told):
        imported(path)


def test_a_unit_that_is_there_again_is_merged_no_more(office: PaperOffice, tmp_path: Path) -> None:
    imported(rewritten(tmp_path, into_social))

    def back(told: dict[str, list[dict[str, object]]]) -> None:
        told["units"] = [one for one in told["units"] if one["id"] != SOCIAL]
        told["people"] = [one for one in told["people"] if one.get("unit") != SOCIAL]
        unit_of(told, WORKS)["replaces"] = [SOCIAL]

    imported(rewritten(tmp_path, back))  # the works unit is there again and takes the social one over
    with session_scope() as session:
        assert roster.unit_now(session, SOCIAL) == WORKS
        assert session.get_one(Unit, WORKS).merged_into is None
