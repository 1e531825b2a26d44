"""異動即提醒: a roster file that moves people says what hangs on them, and nothing is dropped in silence."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from campaigns.paper_office import (
    CAMPAIGN,
    CONTACT,
    DEMO,
    ETHICS_HEAD,
    HEAD,
    SECOND_STAFF,
    SECRETARY,
    STAFF,
    UNIT_HEAD,
    WORKS,
    PaperOffice,
    notices,
)
from inspection import clock as now
from inspection.cli.entry import main
from inspection.handovers.implied import Outlook, apply, look
from inspection.model import Event, Handover, Notice, Person
from inspection.rules.roster import parse_roster
from inspection.store import approvals, groups, handovers, roster
from inspection.store.session import session_scope
from inspection.vocabulary import HandedKind, Role

TEXT = (DEMO / "roster.yaml").read_text(encoding="utf-8")
OLD = "- {id: P042, name: 蔡○翰, title: 技士, email: u04-contact@shifan.test, unit: U04, roles: [contact]}\n"
NEW = "- {id: P043, name: 方○新, title: 技佐, email: u04-new@shifan.test, unit: U04, roles: [contact]}\n"
DEPUTY = "- {principal: P041, deputy: P042, valid_from: 2026-11-23, valid_until: 2026-11-25, ground: 休假}\n"
FIRST_STAFF = "roles: [contact, ethics_staff, operator]}"


def written(folder: Path, *changes: tuple[str, str]) -> Path:
    """The demo's roster with changes, as a file."""
    told = TEXT
    for old, new in changes:
        assert told.count(old) == 1, old
        told = told.replace(old, new)
    path = folder / "roster.yaml"
    path.write_text(told, encoding="utf-8")
    return path


def imported(path: Path) -> Outlook:
    """Imports a file."""
    with session_scope() as session:
        return apply(session, parse_roster(path), catalogue=PaperOffice().rules, actor="cli", at=now.now())


def rows() -> tuple[int, ...]:
    """How many rows there are of what an import may write."""
    with session_scope() as session:
        return tuple(session.query(kind).count() for kind in (Person, Handover, Notice, Event))


def test_the_difference_names_the_handover_and_writes_nothing(office: PaperOffice, tmp_path: Path) -> None:
    office.one_fix()
    before = rows()
    file = parse_roster(written(tmp_path, (OLD, NEW), (DEPUTY, "")))
    for _ in range(2):
        with session_scope() as session:
            (found,) = look(session, file, catalogue=office.rules, at=now.now()).handovers
        assert (found.from_id, found.to_id, found.hanging) == (CONTACT[WORKS], "P043", 0)
        assert dict(found.counts)[HandedKind.FIX] == 1
    assert rows() == before


def test_a_new_contact_takes_what_the_old_one_held(office: PaperOffice, tmp_path: Path) -> None:
    office.one_fix()
    path = written(tmp_path, (OLD, NEW), (DEPUTY, ""))
    (found,) = imported(path).handovers
    assert found.hanging == 0
    with session_scope() as session:
        lines = {line.kind: line.taker_id for line in handovers.lines(session, found.handover_id)}
        ((_, copy),) = handovers.copies_of(session, "P043")
    assert lines[HandedKind.FIX] == lines[HandedKind.SHARE] == lines[HandedKind.COPY] == "P043"
    assert copy.copy_number == 2
    told = {one.person_id for one in notices("handover_listed")}
    assert {STAFF, SECOND_STAFF, ETHICS_HEAD} <= told
    after = rows()
    assert imported(path).handovers == []  # twice is once
    assert rows() == after


def test_an_ethics_officer_who_leaves_leaves_no_group_without_a_leader(office: PaperOffice, tmp_path: Path) -> None:
    office.approved_plan()
    with session_scope() as session:
        led = [one.key for one in groups.in_force(session) if one.leader_id == STAFF]
    assert led
    imported(written(tmp_path, (FIRST_STAFF, "roles: [contact, operator]}")))
    with session_scope() as session:
        assert {one.leader_id for one in groups.in_force(session) if one.key in led} <= {SECOND_STAFF, ETHICS_HEAD}


def test_what_a_successor_may_not_have_goes_to_whoever_stands_next_and_is_said(
    office: PaperOffice, tmp_path: Path
) -> None:
    office.open()
    office.draft()
    asked = office.submit()  # asked for by STAFF, who becomes the head
    mayor = "- {id: P01, name: 張○誠, title: 市長, email: mayor@shifan.test, roles: [agency_head]}\n"
    absence = "- {principal: P01, deputy: P02, valid_from: 2026-11-25, valid_until: 2026-11-27, ground: 公差}\n"
    path = written(
        tmp_path, (mayor, ""), (absence, ""), (FIRST_STAFF, "roles: [contact, ethics_staff, operator, agency_head]}")
    )
    found = next(one for one in imported(path).handovers if one.from_id == HEAD)
    assert found.hanging == 1
    with session_scope() as session:
        assert approvals.get(session, asked.id).approver_id in {ETHICS_HEAD, SECRETARY}


def test_a_unit_whose_contact_is_gone_writes_to_its_head(office: PaperOffice) -> None:
    office.approved_plan()
    with session_scope() as session:
        session.get_one(Person, CONTACT[WORKS]).active = False
    office.send_forms()
    told = {one.person_id for one in notices("checklist_issued")}
    assert UNIT_HEAD[WORKS] in told
    with session_scope() as session:
        assert [one.id for one in roster.answering_for(session, WORKS, on=now.today())] == [UNIT_HEAD[WORKS]]
        reached = roster.holding_any(session, (Role.CONTACT,), unit_id=WORKS, on=now.today())
    assert [one.id for one in reached] == [UNIT_HEAD[WORKS]]


def typed(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    """Types a command."""
    monkeypatch.setattr(sys, "argv", ["inspection", *words])
    try:
        main()
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def test_at_the_command_line_the_handover_stands_in_the_difference(
    office: PaperOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    office.one_fix()
    path = str(written(tmp_path, (OLD, NEW), (DEPUTY, "")))
    assert typed(monkeypatch, "roster", "import", path, "--json") == 1
    shown = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    (row,) = [one for one in shown if one["change"] == "handover"]
    assert row["what"] == f"{CONTACT[WORKS]} → P043"
    assert "fix: 1" in row["fields"]
    assert typed(monkeypatch, "roster", "import", path, "--apply") == 2, "whoever changes a roster is named"
    assert typed(monkeypatch, "roster", "import", path, "--apply", "--as", CONTACT[WORKS]) == 2
    assert typed(monkeypatch, "roster", "import", path, "--apply", "--as", STAFF) == 0
    capsys.readouterr()
    assert typed(monkeypatch, "handover", "list", "--json") == 0
    (made,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (made["handover"], made["state"]) == (row["id"], "carried_out")


def test_a_handover_is_opened_shown_and_printed_at_the_command_line(
    office: PaperOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    office.one_fix()
    words = ("--from", STAFF, "--to", SECOND_STAFF, "--on", "2026-11-09", "--reason", "調職", "--as", ETHICS_HEAD)
    assert typed(monkeypatch, "handover", "open", *words, "--json") == 0
    made = json.loads(capsys.readouterr().out)
    assert made["state"] == "open"
    paper = tmp_path / "list.docx"
    assert typed(monkeypatch, "handover", "show", made["handover"], "--docx", str(paper), "--json") == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(lines) == made["lines"]
    assert paper.read_bytes()[:2] == b"PK"
    assert typed(monkeypatch, "handover", "run", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"carried_out": 0}
    assert typed(monkeypatch, "handover", "open", *words[:6], "--instead", "x", *words[6:]) == 2
    assert "--instead" in capsys.readouterr().err
    assert typed(monkeypatch, "handover", "withdraw", made["handover"], "--reason", "取消", "--as", ETHICS_HEAD) == 0
    assert CAMPAIGN not in made["handover"]
