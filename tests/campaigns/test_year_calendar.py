"""The year on one page: all that is due, by the calendar in force, and nothing that must not be foreseen."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import icalendar
import pytest

from campaigns.calendars import CommandLine, csv_of
from campaigns.paper_office import ETHICS_HEAD, STAFF, PaperOffice, fix
from conftest import FixedClock
from inspection import clock as now
from inspection.calendar.official_csv import parse_official_csv
from inspection.campaigns import calendar_import
from inspection.campaigns.open import Wanted, open_campaign
from inspection.campaigns.spring_windows import Circular, WindowChoice, confirm, propose
from inspection.campaigns.year_calendar import Entry, year_calendar
from inspection.campaigns.year_paper import print_year, year_context, year_ical
from inspection.documents.kinds.year_calendar import YearCalendar
from inspection.errors import BadSource
from inspection.model import Campaign
from inspection.model.lifecycle import CampaignState
from inspection.projects.open import WantedProject, open_project
from inspection.store.session import session_scope
from inspection.vocabulary import ProjectKind, Severity


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(monkeypatch, capsys)


def entries(office: PaperOffice, year: int = 2027) -> dict[str, Entry]:
    with session_scope() as session:
        return {one.key: one for one in year_calendar(session, year, catalogue=office.rules, at=now.now()).entries}


def page(office: PaperOffice, year: int = 2027) -> YearCalendar:
    with session_scope() as session:
        told = year_calendar(session, year, catalogue=office.rules, at=now.now())
        return year_context(told, office.rules, on=now.today())


def day_of(told: YearCalendar, month: int, day: int) -> str:
    return told["months"][month - 1]["days"][day - 1]["look"]


@pytest.mark.clause("S0-07a")
def test_a_year_without_campaigns_shows_both_slots_on_open_days(office: PaperOffice) -> None:
    found = entries(office)
    assert {key: (one.first, one.tentative) for key, one in found.items() if key.startswith("slot")} == {
        "slot-116H1": (date(2027, 5, 3), True),
        "slot-116H2": (date(2027, 11, 1), True),
    }
    assert found["slot-116H1"].words == "116年上半年定期保密檢查（預定開始）"
    assert found["next-calendar-2027"].words == "匯入117年辦公日曆表，推算並依函確認117年春安工作期間"


def test_an_opened_campaign_takes_the_place_of_its_slot_until_it_is_called_off(office: PaperOffice) -> None:
    office.open(first_day=date(2027, 5, 10), last_day=date(2027, 5, 28))
    found = entries(office)
    assert "slot-116H1" not in found
    assert (found["campaign-C-paper"].first, found["campaign-C-paper"].last) == (date(2027, 5, 10), date(2027, 5, 28))
    assert found["checklists-C-paper"].first == date(2027, 5, 19)
    with session_scope() as session:
        session.get_one(Campaign, "C-paper").state = CampaignState.CANCELLED
    assert "slot-116H1" in entries(office)
    assert "campaign-C-paper" not in entries(office)


def test_what_nobody_shall_foresee_is_on_no_wall(office: PaperOffice) -> None:
    before = page(office)
    first, last = date(2027, 8, 2), date(2027, 8, 6)
    hidden = Wanted("ad_hoc", first, last, STAFF, campaign_id="C-hidden", first_crawl=False)
    project = WantedProject(ProjectKind.TENDER, "U04", first, last, STAFF)
    with session_scope() as session:
        open_campaign(session, hidden, catalogue=office.rules, at=now.now())
        open_project(session, project, catalogue=office.rules, at=now.now())
    assert page(office) == before


@pytest.mark.clause("S3-04")
def test_the_window_is_marked_as_proposed_until_it_is_confirmed(office: PaperOffice) -> None:
    assert not any(key.startswith("spring") for key in entries(office))
    with session_scope() as session:
        propose(session, 2027, actor="test", at=now.now())
    found = entries(office)
    assert all(found[f"spring-116-{pattern}"].tentative for pattern in ("npa15", "classic25"))
    assert "擬議" in found["spring-116-npa15"].words
    with session_scope() as session:
        circular = Circular(WindowChoice.NPA15, date(2026, 10, 30), "內授警字第1號")
        confirm(session, 2027, circular, person_id=ETHICS_HEAD, at=now.now())
    found = entries(office)
    assert "spring-116-classic25" not in found
    assert found["spring-116-npa15"].words == ("春安工作期間，首日22時起至末日24時止，為期15日（內授警字第1號）")
    told = page(office)
    assert told["months"][0]["entries"][-1]["when"] == "1/28–2/11"
    looks = [day_of(told, month, day) for month, day in ((1, 27), (1, 28), (1, 30), (2, 11), (2, 12))]
    assert looks == ["plain", "period", "period_closed", "period", "plain"]


def test_open_deadlines_are_counted_by_day_and_follow_a_typhoon(office: PaperOffice) -> None:
    fix_id = office.one_fix(Severity.HIGH)
    due = fix(fix_id).due_on
    assert entries(office, 2026)[f"fixes-{due}"].words == "缺失改善期限：1件"
    assert day_of(page(office, 2026), due.month, due.day) == "due"
    with session_scope() as session:
        closure = calendar_import.Closure(due, "颱風停止上班", "府人考字第1號")
        calendar_import.close_day(session, closure, actor="test", at=now.now())
    moved = fix(fix_id).due_on
    assert f"fixes-{moved}" in entries(office, 2026)
    assert f"fixes-{due}" not in entries(office, 2026)


def test_a_pending_decision_is_on_the_page(office: PaperOffice) -> None:
    office.open()
    office.draft()
    due = office.submit().due_on
    lines = [line for month in page(office, due.year)["months"] for line in month["entries"]]
    assert {"when": f"{due.month}/{due.day}", "what": "陳核文件決定期限：1件"} in lines


def test_a_busy_month_is_summed_up_in_one_line_on_the_page(office: PaperOffice) -> None:
    office.one_fix(Severity.HIGH)
    with session_scope() as session:
        told = year_calendar(session, 2026, catalogue=office.rules, at=now.now())
        (due,) = [one for one in told.entries if one.counted == "year_fixes"]
        days = [date(2026, 9, day) for day in (7, 1, 30)] + [date(2026, 10, day) for day in range(1, 6)]
        more = [replace(due, key=f"fixes-{day}", first=day, last=day, count=4) for day in sorted(days)]
        busy = replace(told, entries=(*more, *told.entries))
        context = year_context(busy, office.rules, on=now.today())
    assert context["months"][8]["entries"][0] == {"when": "9/1、9/7、9/30", "what": "缺失改善期限：12件"}
    assert context["months"][9]["entries"][0] == {"when": "10/1–10/5", "what": "缺失改善期限：20件"}
    assert [day_of(context, 9, day) for day in (1, 2, 7, 30)] == ["due", "plain", "due", "due"]


@pytest.mark.clause("S0-03")
def test_legal_bases_come_up_for_review_a_year_after_they_were_checked(office: PaperOffice) -> None:
    found = entries(office)["bases-2027-11-20"]
    checked = [one for one in office.rules.legal_bases.bases if one.checked_on == date(2026, 11, 20)]
    assert found.count == len([one for one in checked if one.valid_to is None])
    before, after = (len(office.rules.legal_bases.due_for_review(date(2027, 11, day))) for day in (20, 21))
    assert after - before == found.count > 0


def test_the_page_says_what_its_working_days_rest_on(office: PaperOffice) -> None:
    assert page(office)["basis"] == "工作日：推估，辦公日曆表尚未匯入"
    assert day_of(page(office), 3, 6) == "closed"
    with session_scope() as session:
        year = parse_official_csv(csv_of(2027, {date(2027, 3, 6): (True, "補行上班")}), source="116.csv")
        calendar_import.apply(session, year, document_number="總處培字第2號", actor="test", at=now.now())
    assert page(office)["basis"] == "工作日：依辦公日曆表（總處培字第2號），115年11月2日匯入"
    assert day_of(page(office), 3, 6) == "makeup"


def test_a_month_has_31_cells_and_the_days_it_has(office: PaperOffice) -> None:
    told = page(office)
    assert [len(month["days"]) for month in told["months"]] == [31] * 12
    assert sum(bool(day["number"]) for month in told["months"] for day in month["days"]) == 365
    assert told["months"][1]["days"][28] == {"number": "", "weekday": "", "look": "none"}
    assert told["months"][0]["days"][0]["weekday"] == "五"


def test_a_year_no_calendar_knows_is_refused(office: PaperOffice, command: CommandLine) -> None:
    with session_scope() as session, pytest.raises(BadSource, match="沒有 118 年（2029）之辦公日曆"):
        year_calendar(session, 2029, catalogue=office.rules, at=now.now())
    assert command("calendar", "year", "2029").status == 2


def test_the_page_is_one_a3_sheet_kept_once_a_day(office: PaperOffice, clock: FixedClock) -> None:
    def printed() -> tuple[str, bytes]:
        with session_scope() as session:
            document, data = print_year(session, 2027, catalogue=office.rules, at=now.now())
            return document.id, data

    first = printed()
    clock.set("2026-11-02T16:00:00+08:00")
    assert printed() == first
    document = zipfile.ZipFile(io.BytesIO(first[1])).read("word/document.xml").decode()
    assert 'w:w="23814" w:h="16840" w:orient="landscape"' in document
    assert document.count("<w:tr>") + document.count("<w:tr ") == 1 + 1 + 1 + 12
    clock.set("2026-11-03T09:00:00+08:00")
    assert printed() != first


def test_the_command_line_lists_the_year_and_writes_both_files(
    office: PaperOffice, command: CommandLine, tmp_path: Path
) -> None:
    with session_scope() as session:
        propose(session, 2027, actor="test", at=now.now())
    ical, docx = tmp_path / "116.ics", tmp_path / "116.docx"
    said = command("calendar", "year", "2027", "--ical", str(ical), "--docx", str(docx))
    assert said.status == 0
    assert [row["from"] for row in said.rows] == sorted(str(row["from"]) for row in said.rows)
    events = icalendar.Calendar.from_ical(ical.read_bytes()).walk("VEVENT")
    assert len(events) == len(said.rows) > 4
    assert [str(event["SUMMARY"]) for event in events] == [row["what"] for row in said.rows]
    (window,) = [event for event in events if "npa15" in str(event["UID"])]
    assert window.decoded("DTEND").isoformat() == "2027-02-11T16:00:00+00:00"
    assert zipfile.is_zipfile(docx)
    with session_scope() as session:
        assert year_ical(session, 2027, catalogue=office.rules, at=now.now()) == ical.read_bytes()
