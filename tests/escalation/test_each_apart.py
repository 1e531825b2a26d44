"""Nothing silences the follow-up: a rung with a mail of its own speaks, one that cannot is refused at load, and a
matter that fails keeps no other from being followed up."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml

from campaigns.paper_office import (
    CAMPAIGN,
    CONTACT,
    ETHICS_HEAD,
    SECOND_STAFF,
    SOCIAL,
    STAFF,
    UNIT_HEAD,
    WORKS,
    PaperOffice,
    notices,
)
from escalation.many import copies
from inspection import clock as now
from inspection import settings
from inspection.errors import BadSource, InspectionError
from inspection.escalation.climb import FollowUpCounts, follow_up
from inspection.model import Event
from inspection.rules import catalogue
from inspection.rules.ladder import LadderKind
from inspection.rules.rung_values import DRAFT_VALUES, MAIL_VALUES, rung_faults
from inspection.settings import TEMPLATES
from inspection.store import checklists, findings
from inspection.store.session import engine_for, session_scope

SHIPPED = catalogue.SHIPPED
LATE = "2026-11-12"  # three working days past the due date of a fix of high severity opened on 2 November


def run(day: str, rules: catalogue.Catalogue | None = None) -> FollowUpCounts:
    """The follow-up of one day."""
    with session_scope() as session:
        return follow_up(session, on=date.fromisoformat(day), catalogue=rules or catalogue.current(), at=now.now())


def own_rung(folder: Path, kind: str, *, template: str, variables: list[str], **rung: object) -> Path:
    """An overlay in which one ladder has a rung with a mail of its own, declared as the handbook says."""
    ladder = {"id": "own", "name": "自訂", "offset": 3, "to": ["contact"], "channel": "mail", "tone": "plain"}
    whole = [{"id": kind, "rungs": [{**ladder, "template": template, **rung}]}]
    (folder / "ladder.yaml").write_text(yaml.safe_dump({"ladders": whole}, allow_unicode=True), encoding="utf-8")
    mails = [{"id": template, "purpose": "自訂之提醒", "variables": variables}]
    (folder / "mail_texts.yaml").write_text(yaml.safe_dump({"mails": mails}, allow_unicode=True), encoding="utf-8")
    return folder


def faults_of(folder: Path, templates: Path) -> list[str]:
    """What the load says of the ladders of an overlay, with the mails of another folder."""
    mails = catalogue.mail_rules.load_mail_texts(SHIPPED, folder)
    ladders = catalogue.ladder_rules.load_ladders(SHIPPED, folder)
    faults = rung_faults(ladders, mails, templates, file=SHIPPED / "ladder.yaml", overlay=folder / "ladder.yaml")
    return [str(one) for one in faults]


@pytest.fixture
def mails(tmp_path: Path) -> Path:
    """The mails with two more files beside them."""
    folder = tmp_path / "mail"
    folder.mkdir()
    for path in (TEMPLATES / "mail").glob("*.j2"):
        (folder / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "long_overdue.j2").write_text(
        '主旨：逾期{{ days_late }}\n{{ told_before }}\n{% include "_footer.j2" %}', "utf-8"
    )
    (folder / "gossip.j2").write_text('主旨：天氣{{ weather }}\n{% include "_footer.j2" %}', encoding="utf-8")
    return folder


def test_a_rung_with_a_mail_of_its_own_is_given_what_its_ladder_declares(tmp_path: Path, mails: Path) -> None:
    over = own_rung(tmp_path, "fix", template="long_overdue", variables=["days_late", "told_before"])
    assert faults_of(over, mails) == []


@pytest.mark.parametrize("kind", list(LadderKind))
def test_a_template_that_wants_what_its_ladder_does_not_give_is_refused_with_line_and_field(
    tmp_path: Path, mails: Path, kind: LadderKind
) -> None:
    over = own_rung(tmp_path, kind.value, template="gossip", variables=[])
    (fault,) = faults_of(over, mails)
    lines = (over / "ladder.yaml").read_text(encoding="utf-8").splitlines()
    line = next(number for number, text in enumerate(lines, start=1) if "template: gossip" in text)
    assert fault.startswith(f"{over / 'ladder.yaml'}，第 {line} 行，欄位 own.template：")
    assert "weather" in fault
    assert "due" in fault, "the remedy names what is given"


def test_a_template_that_is_not_there_or_broken_is_refused_too(tmp_path: Path, mails: Path) -> None:
    over = own_rung(tmp_path, "fix", template="nowhere", variables=[])
    assert "templates/mail/nowhere.j2" in faults_of(over, mails)[0]
    (mails / "gossip.j2").write_text("主旨：{{ due", encoding="utf-8")
    over = own_rung(tmp_path, "fix", template="gossip", variables=[])
    assert "gossip.j2，第 1 行" in faults_of(over, mails)[0]


def test_the_catalogue_itself_refuses_such_a_rung(tmp_path: Path) -> None:
    # the mail on a question of a campaign is no mail of the fix ladder: it wants what a fix has not
    over = own_rung(tmp_path, "fix", template="opinion_requested", variables=["document_name", "identifier"])
    with pytest.raises(BadSource, match=r"ladder\.yaml，第 \d+ 行，欄位 own\.template：.*document_name、identifier"):
        catalogue.load(over)


def test_a_ladder_without_drafts_is_refused_one(tmp_path: Path, mails: Path) -> None:
    over = own_rung(
        tmp_path, "approval", template="escalation_draft_ready", variables=[], to=["agency_head"],
        channel="draft_letter", laid_before="ethics_head",
    )  # fmt: skip
    (tmp_path / "mail_texts.yaml").unlink()
    (fault,) = faults_of(over, mails)
    assert "，欄位 own.channel：" in fault


def test_a_mail_is_given_exactly_what_its_ladder_declares(office: PaperOffice) -> None:
    fix_id = office.one_fix()
    run(LATE)
    run("2026-11-16")
    mailed, drafted = notices("fix_overdue")[0], notices("escalation_draft_ready")[0]
    assert mailed.values["fix_numbers"] == drafted.values["fix_numbers"] == fix_id
    assert set(mailed.values) == MAIL_VALUES[LadderKind.FIX]
    assert set(drafted.values) == DRAFT_VALUES[LadderKind.FIX]


def test_a_matter_that_fails_is_told_once_and_keeps_no_other_waiting(office: PaperOffice) -> None:
    sound = office.one_fix()
    # a deadline in a year nobody knows the working days of
    (spoilt,) = copies(sound, 1, due_on=date(2010, 1, 4))
    counts = run(LATE)
    assert (counts.looked_at, counts.escalated, counts.failed) == (2, 1, 1)
    assert {one.person_id for one in notices("fix_overdue")} == {ETHICS_HEAD, UNIT_HEAD[WORKS]}
    told = notices("follow_up_failed")
    assert {one.person_id for one in told} == {STAFF, SECOND_STAFF, ETHICS_HEAD}
    assert {str(one.values["matter_number"]) for one in told} == {spoilt}
    again = run("2026-11-13")
    assert (again.failed, len(notices("follow_up_failed"))) == (1, 3)
    with session_scope() as session:
        events = session.query(Event).filter_by(action="follow_up_failed").all()
    assert [(one.subject_kind, one.subject_id) for one in events] == [("fix", spoilt)]
    assert "2010" in str(events[0].reason)


def test_a_matter_that_failed_is_followed_up_once_it_is_mended(office: PaperOffice) -> None:
    sound = office.one_fix()
    (spoilt,) = copies(sound, 1, due_on=date(2010, 1, 4))
    run(LATE)
    with session_scope() as session:
        findings.fix(session, spoilt).due_on = date(2026, 11, 9)
    assert run(LATE).escalated == 1
    assert spoilt in {str(one.values["fix_numbers"]) for one in notices("fix_overdue")}


def test_a_form_or_decision_that_fails_silences_no_other(office: PaperOffice) -> None:
    office.approved_plan()
    office.send_forms()
    with session_scope() as session:
        checklists.get(session, f"{CAMPAIGN}:{SOCIAL}").due_on = date(2010, 1, 4)
    counts = run(LATE)
    assert counts.failed == 1
    reminded = {one.person_id for one in notices("checklist_reminder")}
    assert reminded == {UNIT_HEAD[WORKS], CONTACT[WORKS]}
    assert {str(one.values["matter_number"]) for one in notices("follow_up_failed")} == {f"{CAMPAIGN}:{SOCIAL}"}


ON_ONE = "NEW.key LIKE 'fix_overdue:%%-0003:%%'"
REFUSE = {
    "sqlite": [
        f"CREATE TRIGGER refuse BEFORE INSERT ON notice WHEN {ON_ONE} BEGIN SELECT RAISE(ABORT, 'refused'); END"
    ],
    "postgresql": [
        f"""CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN IF {ON_ONE} THEN RAISE EXCEPTION 'refused'; END IF; RETURN NEW; END $$""",
        "CREATE TRIGGER refuse BEFORE INSERT ON notice FOR EACH ROW EXECUTE FUNCTION refuse()",
    ],
}
"""A database that takes every notice but those on one fix."""


def test_one_that_fails_while_it_is_written_spoils_no_other_of_its_batch(office: PaperOffice) -> None:
    first = office.one_fix()
    others = copies(first, 6)
    engine = engine_for()
    with engine.begin() as connection:
        for statement in REFUSE[engine.dialect.name]:
            connection.exec_driver_sql(statement)
    counts = run(LATE)
    assert (counts.looked_at, counts.escalated, counts.failed) == (7, 6, 1)
    told = {str(one.values["fix_numbers"]) for one in notices("fix_overdue")}
    assert told == {first, *others} - {others[3]}
    assert {str(one.values["matter_number"]) for one in notices("follow_up_failed")} == {others[3]}
    with session_scope() as session:
        assert findings.rungs(session, others[3]) == [], "what failed was not climbed"


def test_a_rung_with_a_mail_of_its_own_laid_over_the_shipped_ones_speaks_on_its_day(
    office: PaperOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fix_id = office.one_fix()
    own_rung(tmp_path, "fix", template="long_overdue", variables=["days_late", "told_before"])
    (tmp_path / "mail").mkdir()
    text = '主旨：已逾期{{ days_late }}日\n{{ name }}：先前通知 {{ told_before }}\n{% include "_footer.j2" %}'
    (tmp_path / "mail" / "long_overdue.j2").write_text(text, encoding="utf-8")
    monkeypatch.setenv("INSPECTION_RULES_DIR", str(tmp_path))
    settings.reset()
    catalogue.reset()
    assert run("2026-11-11").escalated == 0
    assert run(LATE).escalated == 1
    (mail,) = notices("long_overdue")
    assert (mail.person_id, mail.subject) == (CONTACT[WORKS], "已逾期3日")
    assert (mail.depends_kind, mail.depends_id, mail.depends_version) == ("fix", fix_id, 1)


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("gossip", "主旨：天氣", r"gossip\.j2：未宣告於"),
        ("fix_overdue", "主旨：{{ weather }}", r"fix_overdue\.j2：使用未宣告之 weather"),
        ("fix_overdue", "主旨：{{ due", r"fix_overdue\.j2，第 1 行"),
    ],
)
def test_an_agencys_own_mail_that_could_not_be_written_is_refused_at_load(
    tmp_path: Path, name: str, text: str, fault: str
) -> None:
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / f"{name}.j2").write_text(text, encoding="utf-8")
    with pytest.raises(InspectionError, match=fault):
        catalogue.load(tmp_path)
