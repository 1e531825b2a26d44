"""The roster in the database: shown before it is written, written whole or not at all, and nobody is ever deleted."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from campaigns.paper_office import CAMPAIGN, DEMO, PaperOffice
from inspection import clock as now
from inspection.cli.entry import main
from inspection.errors import BadSource
from inspection.model import Campaign, Person, RoleGrant, Unit
from inspection.roster.importing import ChangeKind, apply, diff
from inspection.rules.roster import parse_roster
from inspection.store import events, people, roster
from inspection.store.session import session_scope
from inspection.vocabulary import Role

TEXT = (DEMO / "roster.yaml").read_text(encoding="utf-8")
CONTACT = "- {id: P042, name: 蔡○翰, title: 技士, email: u04-contact@shifan.test, unit: U04, roles: [contact]}\n"
NEW = "- {id: P043, name: 方○新, title: 技佐, email: u04-new@shifan.test, unit: U04, roles: [contact]}\n"
DEPUTY = "- {principal: P041, deputy: P042, valid_from: 2026-11-23, valid_until: 2026-11-25, ground: 休假}\n"


def written(folder: Path, *changes: tuple[str, str]) -> Path:
    """The demo's roster with changes, as a file."""
    told = TEXT
    for old, new in changes:
        assert told.count(old) == 1, old
        told = told.replace(old, new)
    path = folder / "roster.yaml"
    path.write_text(told, encoding="utf-8")
    return path


def imported(path: Path) -> list[tuple[str, str, str]]:
    """Imports a file; what was changed."""
    with session_scope() as session:
        changes = apply(session, parse_roster(path), actor="P112", at=now.now())
        return [(one.kind.value, one.what, one.id) for one in changes]


def test_the_same_file_again_changes_nothing_and_leaves_no_event(office: PaperOffice, tmp_path: Path) -> None:
    with session_scope() as session:
        before = len(events.of_subject(session, "roster", "DEMO"))
    assert imported(written(tmp_path)) == []
    with session_scope() as session:
        assert len(events.of_subject(session, "roster", "DEMO")) == before == 1


def test_looking_at_the_differences_writes_nothing(office: PaperOffice, tmp_path: Path) -> None:
    file = parse_roster(written(tmp_path, ("title: 市長", "title: 代理市長")))
    for _ in range(2):
        with session_scope() as session:
            (change,) = diff(session, file)
            assert (change.kind, change.id, change.fields) == (
                ChangeKind.CHANGE,
                "P01",
                (("title", "市長", "代理市長"),),
            )
    with session_scope() as session:
        assert roster.person(session, "P01").title == "市長"


def test_who_is_no_longer_in_the_file_stays_inactive_and_holds_no_role(office: PaperOffice, tmp_path: Path) -> None:
    changed = imported(written(tmp_path, (CONTACT, NEW), (DEPUTY, "")))
    assert ("leave", "person", "P042") in changed
    with session_scope() as session:
        left = session.get_one(Person, "P042")
        assert (left.active, left.name) == (False, "蔡○翰")
        assert session.query(RoleGrant).filter_by(person_id="P042").all() == []
        assert [one.id for one in roster.holders(session, Role.CONTACT, on=now.today(), unit_id="U04")] == ["P043"]


def test_who_comes_back_is_the_same_person(office: PaperOffice, tmp_path: Path) -> None:
    imported(written(tmp_path, (CONTACT, NEW), (DEPUTY, "")))
    imported(written(tmp_path))
    with session_scope() as session:
        assert session.get_one(Person, "P042").active
        assert not session.get_one(Person, "P043").active


def test_a_unit_that_was_inspected_keeps_its_name_in_the_campaign_when_it_leaves(
    office: PaperOffice, tmp_path: Path
) -> None:
    office.open()
    unit = TEXT[TEXT.index("- id: U06") : TEXT.index("- id: U07")]
    people = TEXT[TEXT.index("- {id: P061") : TEXT.index("- {id: P071")]
    imported(written(tmp_path, (unit, ""), (people, "")))
    with session_scope() as session:
        assert not session.get_one(Unit, "U06").active
        assert "U06" not in {one.id for one in roster.units(session)}
        assert session.get_one(Campaign, CAMPAIGN).name


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("unit: U04, roles: [contact]}", "unit: U44, roles: [contact]}", "people.14.unit"),
        ("email: mayor@shifan.test", "email: mayor@elsewhere.test", "電子郵件不屬本機關網域"),
        ("email: mayor@shifan.test", "email: csec@shifan.test", "兩人使用同一電子郵件"),
        ("deputy: P02,", "deputy: P77,", "查無人員 'P77'"),
        ("  staff: 60", "  staff: many", "staff"),
    ],
)
def test_a_bad_roster_is_told_with_file_line_and_field_and_nothing_is_written(
    office: PaperOffice,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    old: str,
    new: str,
    told: str,
) -> None:
    path = written(tmp_path, ("title: 市長", "title: 代理市長"), (old, new))
    line = 1 + path.read_text(encoding="utf-8").split(new)[0].count("\n")
    monkeypatch.setattr(sys, "argv", ["inspection", "roster", "import", str(path), "--apply"])
    with pytest.raises(SystemExit) as ended:
        main()
    answer = capsys.readouterr().err
    assert ended.value.code == 2
    assert f"roster.yaml，第 {line} 行，欄位 " in answer
    assert told in answer or told.rpartition(".")[2] in answer
    with session_scope() as session:
        assert roster.person(session, "P01").title == "市長"


def test_a_file_that_is_not_there_or_no_yaml_is_exit_2(
    office: PaperOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("agency: {id: [", encoding="utf-8")
    for path in (tmp_path / "none.yaml", broken):
        monkeypatch.setattr(sys, "argv", ["inspection", "roster", "import", str(path)])
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code == 2
        assert path.name in capsys.readouterr().err


def test_an_import_that_fails_midway_leaves_everything_as_it_was(office: PaperOffice, tmp_path: Path) -> None:
    file = parse_roster(written(tmp_path, ("title: 市長", "title: 代理市長"), (CONTACT, NEW), (DEPUTY, "")))
    with pytest.raises(BadSource), session_scope() as session:
        apply(session, file, actor="P112", at=now.now())
        raise BadSource("the power went")
    with session_scope() as session:
        assert roster.person(session, "P01").title == "市長"
        assert session.get(Person, "P043") is None


def test_whom_a_unit_named_is_left_alone_until_the_roster_has_their_address(
    office: PaperOffice, tmp_path: Path
) -> None:
    with session_scope() as session:
        session.add(
            Person(
                id="F0", name="方○新", title="技佐", email="u04-new@shifan.test", unit_id="U04", active=True,
                login=None, of_roster=False,
            )
        )  # fmt: skip
        assert "F0" not in {one.id for one in roster.people(session)}
    assert imported(written(tmp_path)) == []
    changes = imported(written(tmp_path, (CONTACT, CONTACT + NEW)))
    assert ("leave", "person", "F0") in changes
    with session_scope() as session:
        found = people.by_address(session, "u04-new@shifan.test")
        assert found is not None
        assert (found.id, found.of_roster) == ("P043", True)
