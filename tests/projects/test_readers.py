"""Who may know of a project: at each door a stranger is told what is told of a code name nobody uses."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from access.asked import allows
from conftest import FixedClock
from inspection.access.policy import Act
from inspection.access.who import asking
from inspection.cli.entry import main
from inspection.clock import now
from inspection.errors import NotAllowed, NotFound
from inspection.findings.triage import Verdict, triage
from inspection.model import Campaign, Deputy, Notice, Opinion, Plan, RoleGrant
from inspection.planning.edit import edit_section
from inspection.projects.people import release_person
from inspection.projects.show import standing
from inspection.settings import REPOSITORY
from inspection.store.session import session_scope
from inspection.vocabulary import Role, TriageOutcome
from projects.project_office import (
    ACCOUNTANT,
    CODE,
    ETHICS_HEAD,
    HEAD,
    OTHER_STAFF,
    OWNER,
    PROJECT,
    REAL,
    SECRETARY,
    STAFF,
    STRANGER,
    ProjectOffice,
)

OPERATOR = "P082"
Typed = Callable[..., tuple[int, str, str]]


def grant(person: str, role: Role) -> None:
    with session_scope() as session:
        session.add(RoleGrant(person_id=person, role=role, unit_id="", valid_from=None, valid_until=None))


def act_for(principal: str, deputy: str) -> None:
    with session_scope() as session:
        first, last = date(2026, 11, 1), date(2026, 12, 31)
        session.add(Deputy(principal_id=principal, deputy_id=deputy, valid_from=first, valid_until=last, ground="公差"))


def may_read(person: str) -> bool:
    with session_scope() as session:
        campaign = session.get_one(Campaign, PROJECT)
        answers = {
            PROJECT in asking(session, person, at=now()).projects,
            allows(session, person, Act.READ_PROGRESS, campaign, at=now()),
            PROJECT not in asking(session, person, at=now()).closed,
        }
        plan = session.query(Plan).first()
        if plan is not None:
            answers.add(allows(session, person, Act.READ_PLAN, plan, at=now()))
    assert len(answers) == 1, f"the doors disagree about {person}"
    return answers.pop()


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typed:
    """A command at the entry point: status, what it said, what it warned of."""

    def type_in(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["inspection", *words])
        capsys.readouterr()
        status = 0
        try:
            main()
        except SystemExit as ended:
            status = int(ended.code or 0)
        told = capsys.readouterr()
        return status, told.out, told.err

    return type_in


@pytest.mark.clause("S0-05d")
def test_those_in_it_read_and_nobody_else(office: ProjectOffice) -> None:
    office.under_way()
    grant(OPERATOR, Role.OPERATOR)
    for person in (STAFF, ETHICS_HEAD, OWNER, HEAD):
        assert may_read(person), person
    for person in (STRANGER, OPERATOR, OTHER_STAFF, SECRETARY, ACCOUNTANT, "P041", "P103"):
        assert not may_read(person), person


def test_a_signature_opens_and_a_release_closes_with_the_day(office: ProjectOffice, clock: FixedClock) -> None:
    office.open()
    entry = office.enter()
    office.plan()
    office.decide()
    office.pledges()
    assert not may_read(OWNER)  # entered, not signed: a gap
    office.sign(entry)
    assert may_read(OWNER)
    with session_scope() as session:
        until = date(2026, 11, 6)
        release_person(session, CODE, entry, until=until, reason="職務異動", by=STAFF, at=now())
    clock.set("2026-11-06T17:00:00+08:00")
    assert may_read(OWNER)
    clock.set("2026-11-07T08:00:00+08:00")
    assert not may_read(OWNER)


def test_an_ethics_officer_comes_in_by_the_list_and_then_keeps_the_project_too(office: ProjectOffice) -> None:
    office.under_way()
    entry = office.enter(OTHER_STAFF, "協辦")
    assert not may_read(OTHER_STAFF)
    office.sign(entry)
    assert may_read(OTHER_STAFF)
    with session_scope() as session:
        assert asking(session, OTHER_STAFF, at=now()).projects[PROJECT] is not None
        assert asking(session, OWNER, at=now()).projects[PROJECT] is None


def test_deputies_of_head_and_officer_step_in_and_those_of_people_in_the_know_do_not(office: ProjectOffice) -> None:
    office.under_way()
    assert not may_read(SECRETARY)
    act_for(HEAD, SECRETARY)
    assert may_read(SECRETARY)
    act_for(OWNER, ACCOUNTANT)
    assert not may_read(ACCOUNTANT)
    act_for(STAFF, OTHER_STAFF)
    assert may_read(OTHER_STAFF)


def test_who_left_or_lost_the_office_reads_no_more(office: ProjectOffice) -> None:
    office.under_way()
    with session_scope() as session:
        session.query(RoleGrant).filter_by(person_id=STAFF, role=Role.ETHICS_STAFF).delete()
    assert not may_read(STAFF)


def test_another_officer_takes_over_when_the_ethics_head_says_so(office: ProjectOffice, typed: Typed) -> None:
    office.under_way()
    assert typed("project", "in-charge", CODE, OTHER_STAFF, "--as", STAFF)[0] == 2
    assert typed("project", "in-charge", CODE, OWNER, "--as", ETHICS_HEAD)[0] == 2
    assert typed("project", "in-charge", CODE, OTHER_STAFF, "--as", ETHICS_HEAD)[0] == 0
    assert may_read(OTHER_STAFF)
    assert not may_read(STAFF)


def test_a_unit_is_asked_for_its_opinion_only_through_a_head_in_the_know(office: ProjectOffice) -> None:
    office.open()
    office.enter()
    office.plan()  # the approval table names 採購 and 人事: neither head is on the list
    with session_scope() as session:
        assert session.query(Opinion).count() == 0
        assert session.query(Notice).filter_by(kind="opinion_requested").count() == 0
    office.sign(office.enter("P041", "採購主管"))
    with session_scope() as session:
        edit_section(session, PROJECT, "closing", "本計畫奉核定後實施，執行完畢提出檢討。", person_id=STAFF, at=now())
    office.plan()
    with session_scope() as session:
        assert [one.unit_id for one in session.query(Opinion)] == ["U04"]


def test_a_stranger_hears_the_words_told_of_a_code_name_nobody_uses(office: ProjectOffice) -> None:
    office.under_way()
    told = []
    for person, name in ((STRANGER, CODE), (STRANGER, PROJECT), (STAFF, "無此代號")):
        with pytest.raises(NotFound) as refused, session_scope() as session:
            standing(session, name, person_id=person, catalogue=office.rules, at=now())
        told.append(str(refused.value).replace(name, "…"))
    assert len(set(told)) == 1


def test_a_reader_changes_nothing_and_an_uninvolved_officer_writes_and_judges_nothing(office: ProjectOffice) -> None:
    office.plant()
    office.under_way()
    office.crawl()
    (found,) = office.suspect()
    with pytest.raises(NotAllowed), session_scope() as session:
        release_person(session, CODE, 1, until=date(2026, 11, 6), reason="試", by=OWNER, at=now())
    with pytest.raises(NotFound), session_scope() as session:
        edit_section(session, PROJECT, "closing", "改寫附則之內容。", person_id=OTHER_STAFF, at=now())
    with pytest.raises(NotAllowed), session_scope() as session:
        verdict = Verdict(TriageOutcome.DISMISSED, OTHER_STAFF, "不知情")
        triage(session, [found.id], verdict, catalogue=office.rules, at=now())


def test_at_the_command_line_the_same_people_pass(office: ProjectOffice, typed: Typed, tmp_path: Path) -> None:
    office.plant()
    office.under_way()
    office.crawl()
    office.suspect()
    shut = (
        ("project", "show", CODE, "--as", STRANGER),
        ("project", "people", CODE, "--as", OTHER_STAFF),
        ("project", "plan", CODE, "--out", str(tmp_path / "p.docx"), "--as", STRANGER),
        ("project", "move-end", CODE, "--to", "2026-12-31", "--reason", "流標", "--as", OTHER_STAFF),
        ("project", "sign", CODE, "1", "--on", "2026-11-02", "--number", "一", "--as", STRANGER),
        ("campaign", "show", PROJECT),
        ("campaign", "cancel", PROJECT, "--reason", "試", "--as", OTHER_STAFF),
        ("plan", "draft", PROJECT, "--as", OTHER_STAFF),
        ("hits", "list", PROJECT),
        ("hits", "list", PROJECT, "--as", STRANGER),
        ("hits", "suspect", PROJECT, "--as", STRANGER),
        ("crawl", "run", PROJECT),
        ("report", "compile", PROJECT, "--as", OTHER_STAFF),
    )
    for words in shut:
        status, out, err = typed(*words)
        assert status == 2, words
        assert out == "", words
        assert "查無專案" in err, words
        assert REAL not in err
    assert typed("project", "list", "--as", STRANGER)[1] == ""
    assert not (tmp_path / "p.docx").exists()
    for words in (
        ("project", "show", CODE, "--as", OWNER),
        ("project", "people", CODE, "--as", HEAD),
        ("hits", "list", PROJECT, "--as", OWNER),
        ("project", "list", "--as", STAFF),
        ("campaign", "show", PROJECT, "--as", STAFF),
        ("project", "plan", CODE, "--out", str(tmp_path / "p.docx"), "--as", OWNER),
    ):
        status, out, err = typed(*words)
        assert status == 0, (words, err)
        assert REAL not in out
    assert (tmp_path / "p.docx").stat().st_mode & 0o077 == 0


def test_every_command_on_a_campaign_asks_at_its_door_whether_a_project_is_open_to_who_acts() -> None:
    unasked = []
    for file in sorted((REPOSITORY / "plugins" / "inspection" / "cli").glob("*.py")):
        for function in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(function, ast.FunctionDef):
                continue
            if "campaign_id" not in {one.arg for one in function.args.args} or function.name == "door":
                continue
            doors = [one for one in ast.walk(function) if isinstance(one, ast.Call) and ast.unparse(one.func) == "door"]
            asked = [{word.arg for word in one.keywords} & {"reads", "keeps"} for one in doors]
            if doors and not asked[0]:
                unasked.append(f"{file.name}: {function.name}")
    assert unasked == []


def test_a_whole_project_at_the_command_line(
    office: ProjectOffice, typed: Typed, clock: FixedClock, tmp_path: Path
) -> None:
    named, opinion, scan = tmp_path / "name.txt", tmp_path / "opinion.txt", tmp_path / "scan.pdf"
    named.write_text(REAL, encoding="utf-8")
    opinion.write_text("知悉人員均依計畫切結，執行尚無缺失。\n建議提前清查分享區。\n", encoding="utf-8")
    scan.write_bytes(b"%PDF-1.7 signed")
    first = ("--unit", "U04", "--first-day", "2026-11-02", "--last-day", "2026-11-20", "--code-name", CODE)
    steps = (
        (0, ("project", "open", "tender", *first, "--name-file", str(named), "--as", STAFF)),
        (0, ("project", "add", CODE, "--person", OWNER, "--role", "採購承辦人", "--as", STAFF)),
        (0, ("plan", "assess", PROJECT, "--as", STAFF)),
        (0, ("plan", "draft", PROJECT, "--as", STAFF)),
        (0, ("plan", "submit", PROJECT, "--as", STAFF)),
        (
            0,
            (
                *("plan", "enter-decision", PROJECT, "approved", "--decider", HEAD, "--number", "示市政字第一號"),
                *("--decided-on", "2026-11-02", "--as", STAFF),
            ),
        ),
        (1, ("project", "pledges", CODE, "--as", STAFF)),
        (0, ("project", "pledge-form", CODE, "1", "--out", str(tmp_path / "pledge.docx"), "--as", STAFF)),
        (2, ("project", "sign", CODE, "1", "--on", "2026-11-02", "--scan", str(named), "--as", STAFF)),
        (0, ("project", "sign", CODE, "1", "--on", "2026-11-02", "--scan", str(scan), "--as", STAFF)),
        (0, ("project", "pledges", CODE, "--as", STAFF)),
        (0, ("project", "award", CODE, "--on", "2026-11-12", "--as", STAFF)),
        (2, ("project", "award", CODE, "--as", STAFF)),
        (2, ("project", "close", CODE, "--as", STAFF)),
    )
    for expected, words in steps:
        status, _, err = typed(*words)
        assert status == expected, (words, err)
    clock.set("2026-11-23T09:00:00+08:00")
    steps = (
        (1, ("project", "close", CODE, "--as", STAFF)),
        (0, ("project", "close", CODE, "--opinion", str(opinion), "--submit", "--as", STAFF)),
        (
            0,
            (
                *("project", "enter-decision", CODE, "approved", "--decider", HEAD, "--number", "示市政字第二號"),
                *("--decided-on", "2026-11-23", "--as", STAFF),
            ),
        ),
        (0, ("project", "submission", CODE, "--out", str(tmp_path / "letter.docx"), "--as", STAFF)),
        (0, ("project", "reported", CODE, "--on", "2026-11-23", "--number", "示市政字第三號", "--as", STAFF)),
    )
    for expected, words in steps:
        status, _, err = typed(*words)
        assert status == expected, (words, err)
    assert '"state": "closed"' in typed("project", "show", CODE, "--as", STAFF, "--json")[1]
    assert "列管結清" in typed("project", "show", CODE, "--as", STAFF)[1]


def test_stages_written_by_an_office_are_taken_and_a_fault_names_its_place(
    office: ProjectOffice, typed: Typed, tmp_path: Path
) -> None:
    office.open()
    file = tmp_path / "stages.yaml"
    line = "{id: one, stage: 甲, leak_point: 乙, precaution: 丙, lead: '{unit}', period: 丁}"
    file.write_text(f"stages:\n- {line}\n", encoding="utf-8")
    assert typed("project", "rewrite", CODE, "--stages", str(file), "--as", STAFF)[0] == 0
    file.write_text(f"stages:\n- {line.replace('乙', '')}\n", encoding="utf-8")
    status, _, err = typed("project", "rewrite", CODE, "--stages", str(file), "--as", STAFF)
    assert status == 2
    assert "stages.yaml" in err
    assert "leak_point" in err
