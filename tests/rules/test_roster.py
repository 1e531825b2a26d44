"""The roster file: the demo agency reads, and every fault is told with file, line and field."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from inspection.errors import BadSource, BadSources
from inspection.rules import catalogue
from inspection.rules.checklist_items import Respondent
from inspection.rules.roster import Roster, parse_roster
from inspection.settings import REPOSITORY
from inspection.vocabulary import Role

DEMO = REPOSITORY / "demo" / "roster.yaml"
TEXT = DEMO.read_text(encoding="utf-8")


def demo() -> Roster:
    return parse_roster(DEMO)


def changed(folder: Path, old: str, new: str) -> Path:
    assert TEXT.count(old) == 1, f"{old!r} must stand once in the demo roster"
    path = folder / "roster.yaml"
    path.write_text(TEXT.replace(old, new), encoding="utf-8")
    return path


def test_the_demo_agency_has_twelve_units_each_with_head_and_contact() -> None:
    roster = demo()
    assert len(roster.units) == 12
    for unit in roster.units:
        assert len(roster.holders(Role.UNIT_HEAD, unit.id)) == 1
        assert len(roster.holders(Role.CONTACT, unit.id)) == 1
    assert [unit.name for unit in roster.units if unit.is_ethics] == ["政風室"]
    assert roster.agency.details["hotline"]


def test_a_person_with_several_roles_is_one_record() -> None:
    head = demo().holders(Role.ETHICS_HEAD)[0]
    assert [(grant.role, grant.unit) for grant in head.grants] == [(Role.UNIT_HEAD, "U11"), (Role.ETHICS_HEAD, "")]
    assert len({person.email for person in demo().people}) == len(demo().people)


def test_deputies_have_their_period_with_both_ends() -> None:
    deputy = demo().deputies[0]
    assert (deputy.principal, deputy.deputy) == ("P01", "P02")
    assert (deputy.valid_from, deputy.valid_until) == (date(2026, 11, 25), date(2026, 11, 27))


def test_a_role_may_be_held_for_another_unit_and_for_a_time(tmp_path: Path) -> None:
    old = "email: csec@shifan.test, roles: [chief_secretary]"
    new = "email: csec@shifan.test, roles: [chief_secretary, {role: unit_head, unit: U03, valid_until: 2026-12-31}]"
    roster = parse_roster(changed(tmp_path, old, new))
    second = roster.holders(Role.CHIEF_SECRETARY)[0].grants[1]
    assert (second.unit, second.valid_until) == ("U03", date(2026, 12, 31))


def test_every_unit_of_the_demo_is_asked_all_its_items_within_a_year_and_gets_some() -> None:
    items = catalogue.load().checklist_items
    for unit in demo().units:
        tags = set(unit.tags)
        assert items.year_shortfall("semiannual", tags) == 0, unit.name
        assert len(items.applicable("semiannual", tags, Respondent.UNIT)) >= 20, unit.name


def test_a_unit_with_too_many_tags_is_told_how_many_items_find_no_place() -> None:
    items = catalogue.load().checklist_items
    every_tag = {tag.id for tag in items.unit_tags}
    shortfall = items.year_shortfall("semiannual", every_tag)
    assert shortfall > 0
    assert items.year_shortfall("semiannual", every_tag, rounds=4) < shortfall


LIU = "email: u04-head@shifan.test, unit: U04, roles: [unit_head]"
TSAI = "email: u04-contact@shifan.test, unit: U04, roles: [contact]"
SHARE = "{id: U04, name: 工務課, address: //fs.shifan.test/工務課}"


@pytest.mark.parametrize(
    ("old", "new", "field", "problem"),
    [
        (LIU, LIU.replace("U04", "U99"), "people[P041].unit", "查無單位 'U99'"),
        (LIU, LIU.replace("[unit_head]", "[chief]"), "people[P041].roles[0].role", "unit_head"),
        (LIU, LIU.replace("email: u04-head@shifan.test, ", ""), "people[P041].email", "缺少此欄位"),
        (LIU, LIU.replace("u04-head@", "u04-head"), "people[P041].email", "須符合"),
        (LIU, LIU.replace("shifan.test", "elsewhere.test"), "people[P041].email", "電子郵件不屬本機關網域"),
        (LIU, LIU.replace("u04-head", "U05-contact"), "people[P041].email", "兩人使用同一電子郵件"),
        (LIU, LIU.replace("[unit_head]", "[inspector]"), "units[U04]", "工務課沒有單位主管"),
        (TSAI, TSAI.replace("[contact]", "[]"), "units[U04]", "工務課沒有單位窗口"),
        (TSAI, TSAI.replace("[contact]", "[{role: contact, unit: U98}]"), "people[P042].roles[0].unit", "'U98'"),
        (SHARE, SHARE.replace("//fs", "\\\\\\\\fs"), "units[U04].shares[U04].address", "須符合"),
        (
            SHARE,
            SHARE.replace("//fs.shifan.test/工務課", "//fs.shifan.test"),
            "units[U04].shares[U04].address",
            "須符合",
        ),
        (SHARE, SHARE.replace("工務課}", "農業課}"), "units[U04].shares[U04].address", "重複"),
        (SHARE, SHARE.replace("id: U04", "id: U05"), "units[U04].shares[U05].id", "重複"),
        ("- id: U05\n", "- id: U04\n", "units[U04].id", "重複"),
        ("  name: 工務課\n", "  name: 農業課\n", "units[U04].name", "兩個單位同名"),
        ("  staff: 16\n", "  staff: many\n", "units[U04].staff", "須為整數"),
        ("  staff: 60\n", "  staff: 60\n  is_ethics: true\n", "units", "is_ethics 只能有一個單位"),
        ("{id: P041, ", "{id: P042, ", "people[P042].id", "重複"),
        ("principal: P041", "principal: P999", "deputies[1].principal", "查無人員 'P999'"),
        ("deputy: P042", "deputy: P041", "deputies[1]", "不得代理自己"),
        ("valid_until: 2026-11-25", "valid_until: 2026-11-22", "deputies[1]", "早於"),
        ("roles: [agency_head]", "roles: [auditor]", "people", "無人擔任機關首長"),
        ("deputies:\n", "servers: [{host: other.test, readers: 2}]\ndeputies:\n", "servers[0].host", "沒有分享區位於"),
        ("deputies:\n", "servers: [{host: fs.shifan.test, readers: 0}]\ndeputies:\n", "servers[0].readers", "1"),
        (
            "deputies:\n",
            "servers: [{host: fs.shifan.test, readers: 2}, {host: FS.shifan.test, readers: 3}]\ndeputies:\n",
            "servers[0].host",
            "重複",
        ),
        ("  hotline:", "  hotlin:", "agency.hotlin", "無此欄位"),
    ],
)
def test_a_fault_names_file_line_and_field(tmp_path: Path, old: str, new: str, field: str, problem: str) -> None:
    path = changed(tmp_path, old, new)
    with pytest.raises(BadSource) as refused:
        parse_roster(path)
    faults = refused.value.faults if isinstance(refused.value, BadSources) else [refused.value]
    places = {str(fault.place): fault for fault in faults}
    told = next((text for text in places if text.endswith(f"，欄位 {field}")), None)
    assert told is not None, list(places)
    assert problem in places[told].problem
    assert places[told].remedy
    line = int(told.split("第 ")[1].split(" 行")[0])
    assert told.startswith(f"{path}，第 {line} 行，")
    # a fault of a whole list or entry is told at its first line, at most a few above what was changed; what a unit
    # lacks is told at the unit
    text = path.read_text(encoding="utf-8")
    made_on = text[: text.rfind(new)].count("\n") + 1 + new.startswith("  ")
    lines = text.splitlines()
    assert field in {"people", "units"} or made_on - 8 <= line <= made_on + 1 or lines[line - 1] == "- id: U04"


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    path = changed(tmp_path, LIU, LIU.replace("U04", "U99"))
    path.write_text(path.read_text(encoding="utf-8").replace("principal: P01,", "principal: P00,"), encoding="utf-8")
    with pytest.raises(BadSources) as refused:
        parse_roster(path)
    assert "查無單位 'U99'" in str(refused.value)
    assert "查無人員 'P00'" in str(refused.value)
    assert "工務課沒有單位主管" in str(refused.value)
