"""An office calendar is imported: seen first, applied once, open fixes moving with it, wrong files refused."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from campaigns.calendars import HEADER, CommandLine, csv_of, lines_of
from campaigns.paper_office import CAMPAIGN, STAFF, WORKS, PaperOffice, fix
from conftest import FixedClock
from inspection import clock as now
from inspection.calendar.official_csv import parse_official_csv
from inspection.calendar.working_days import DaySource
from inspection.campaigns import calendar_import
from inspection.campaigns.calendar_import import Closure
from inspection.errors import BadSource, NotFound
from inspection.model import Event, Fix
from inspection.model.lifecycle import FixState
from inspection.store import calendar_days, events, findings
from inspection.store.session import session_scope
from inspection.vocabulary import Severity

TYPHOON = Closure(date(2026, 11, 6), "颱風停止上班", "府人考字第1150000001號")
AS = ("--as", STAFF)
NUMBER = "總處培字第1150000002號"


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(monkeypatch, capsys)


def events_of(kind: str, subject: str) -> list[Event]:
    with session_scope() as session:
        return events.of_subject(session, kind, subject)


def moves_of(fix_id: str) -> list[str | None]:
    return [one.reason for one in events_of("fix", fix_id) if one.action == "due_moved"]


def import_year(content: bytes, number: str = NUMBER) -> calendar_import.Outlook:
    with session_scope() as session:
        year = parse_official_csv(content, source="calendar.csv")
        return calendar_import.apply(session, year, document_number=number, actor="test", at=now.now())


def close(closure: Closure = TYPHOON) -> calendar_import.Outlook:
    with session_scope() as session:
        return calendar_import.close_day(session, closure, actor="test", at=now.now())


def working_days_left(fix_id: str) -> int:
    with session_scope() as session:
        found = findings.fix(session, fix_id)
        return calendar_days.calendar(session).working_days_between(found.opened_on, found.due_on)


def test_looking_shows_days_and_deadlines_and_writes_nothing(
    office: PaperOffice, command: CommandLine, tmp_path: Path
) -> None:
    fix_id = office.one_fix(Severity.HIGH)
    due = fix(fix_id).due_on
    file = tmp_path / "115.csv"
    file.write_bytes(csv_of(2026, {date(2026, 11, 6): (False, "補假")}))
    seen = command("calendar", "import", *AS, str(file))
    assert seen.status == 1
    assert "1 日不同，1 個期限將移動" in seen.warning
    day, moved = seen.rows
    assert day == {"what": "day", "id": "2026-11-06", "was": "open", "becomes": "closed", "note": "補假"}
    assert (moved["what"], moved["id"], moved["was"]) == ("fix", fix_id, str(due))
    assert fix(fix_id).due_on == due
    with session_scope() as session:
        assert calendar_days.edition(session, 2026) is None


def test_applied_the_open_fix_moves_its_first_date_stays_and_twice_is_once(
    office: PaperOffice, command: CommandLine, tmp_path: Path
) -> None:
    fix_id = office.one_fix(Severity.HIGH)
    before, days = fix(fix_id), working_days_left(fix_id)
    file = tmp_path / "115.csv"
    file.write_bytes(csv_of(2026, {before.due_on: (False, "補假")}))
    for status in (0, 0):
        assert command("calendar", "import", *AS, str(file), "--apply", "--number", NUMBER).status == status
        after = fix(fix_id)
        assert after.due_on > before.due_on == after.original_due_on
        assert after.due_version == 1
        assert moves_of(fix_id) == [f"{before.due_on} → {after.due_on}"]
        assert len(events_of("calendar", "2026")) == 1
    assert working_days_left(fix_id) == days
    with session_scope() as session:
        edition = calendar_days.edition(session, 2026)
        assert edition is not None
        assert (edition.document_number, edition.imported_at) == (NUMBER, now.now())
    assert command("calendar", "import", *AS, str(file)).status == 0


def test_an_import_without_a_number_names_the_file_by_its_hash(office: PaperOffice) -> None:
    content = csv_of(2027)
    import_year(content, "")
    with session_scope() as session:
        edition = calendar_days.edition(session, 2027)
        assert edition is not None
        assert edition.document_number == f"sha256:{parse_official_csv(content, source='a').sha256[:16]}"
    assert not import_year(content, NUMBER).on_record  # the number is entered later
    assert import_year(content, "").on_record


def test_a_second_edition_shows_each_difference_and_moves_the_fix_back(office: PaperOffice) -> None:
    fix_id = office.one_fix(Severity.HIGH)
    due = fix(fix_id).due_on
    import_year(csv_of(2026, {due: (False, "補假")}))
    assert fix(fix_id).due_on > due
    outlook = import_year(csv_of(2026, {date(2026, 12, 25): (False, "行憲紀念日（更名）")}), "修正函")
    assert outlook.replaces is DaySource.OFFICIAL
    assert [one.day for one in outlook.days] == [due, date(2026, 12, 25)]
    assert fix(fix_id).due_on == due == fix(fix_id).original_due_on
    assert len(moves_of(fix_id)) == 2


def test_a_year_nobody_knew_becomes_countable(office: PaperOffice) -> None:
    with session_scope() as session, pytest.raises(BadSource, match="沒有 118 年（2029）之辦公日曆"):
        calendar_days.calendar(session).is_working(date(2029, 1, 2))
    outlook = import_year(csv_of(2029))
    assert (outlook.replaces, outlook.days) == (None, ())
    with session_scope() as session:
        standing = calendar_days.calendar(session).standing(date(2029, 1, 2))
        assert (standing.is_working, standing.source) == (True, DaySource.OFFICIAL)


@pytest.mark.parametrize("state", [FixState.VERIFIED, FixState.RELEASED, FixState.EXCEPTED])
def test_a_fix_that_is_done_keeps_its_day(office: PaperOffice, state: FixState) -> None:
    fix_id = office.one_fix(Severity.HIGH)
    with session_scope() as session:
        session.get_one(Fix, fix_id).state = state
    due = fix(fix_id).due_on
    close(Closure(due, "颱風停止上班", "府人考字第1150000001號"))
    assert fix(fix_id).due_on == due
    assert moves_of(fix_id) == []


def test_an_agreed_extension_only_gives_way_where_its_day_is_closed(office: PaperOffice) -> None:
    fix_id = office.one_fix(Severity.HIGH)
    with session_scope() as session:
        extended = session.get_one(Fix, fix_id)
        extended.due_on, extended.due_version = date(2026, 12, 18), 2
    close()
    assert fix(fix_id).due_on == date(2026, 12, 18)
    close(Closure(date(2026, 12, 18), "地方節日", "府人考字第1150000009號"))
    assert fix(fix_id).due_on == date(2026, 12, 21)
    assert fix(fix_id).due_version == 2


def test_a_typhoon_day_closes_once_and_can_be_withdrawn(office: PaperOffice, command: CommandLine) -> None:
    fix_id = office.one_fix(Severity.HIGH)
    due, days = fix(fix_id).due_on, working_days_left(fix_id)
    words = ("--reason", TYPHOON.reason, "--number", TYPHOON.document_number)
    first = command("calendar", "close", *AS, "2026-11-06", *words)
    assert first.status == 0
    assert [row["what"] for row in first.rows] == ["day", "fix"]
    assert command("calendar", "close", *AS, "115年11月6日", *words).rows == []
    assert fix(fix_id).due_on > due
    assert working_days_left(fix_id) == days
    assert len(events_of("calendar", "2026-11-06")) == 1
    with session_scope() as session:
        assert calendar_days.calendar(session).standing(TYPHOON.day).source is DaySource.LOCAL

    back = ("--reason", "公告有誤", "--number", "府人考字第1150000003號")
    for _ in range(2):
        assert command("calendar", "reopen", *AS, "2026-11-06", *back).status == 0
    assert fix(fix_id).due_on == due
    assert [one.action for one in events_of("calendar", "2026-11-06")] == ["closed", "reopened"]


def test_a_closure_outlives_an_import(office: PaperOffice) -> None:
    fix_id = office.one_fix(Severity.HIGH)
    close()
    due = fix(fix_id).due_on
    outlook = import_year(csv_of(2026))
    assert (outlook.days, outlook.deadlines) == ((), ())
    assert fix(fix_id).due_on == due


def test_a_checklist_due_on_a_closed_day_is_told_and_not_moved(office: PaperOffice, command: CommandLine) -> None:
    office.approved_plan()
    office.send_forms()
    with session_scope() as session:
        due = calendar_days.calendar(session).add_working_days(date(2026, 11, 2), 7)
    told = command("calendar", "close", *AS, str(due), "--reason", "颱風停止上班", "--number", "府人考字第1號")
    assert told.status == 1
    assert {"what": "checklist", "id": f"{CAMPAIGN}:{WORKS}", "was": str(due), "becomes": "",
            "note": "適逢非上班日"} in told.rows  # fmt: skip
    assert "個日期適逢非上班日，須由人員處理" in told.warning


@pytest.mark.parametrize(
    ("closure", "problem"),
    [
        (Closure(date(2026, 11, 6), " ", "1號"), "未填原因"),
        (Closure(date(2026, 11, 6), "颱風", ""), "未填文號"),
        (Closure(date(2026, 11, 6), "颱" * 201, "1號"), "超過 200 字"),
        (Closure(date(2026, 11, 7), "颱風", "1號"), "2026-11-07 本非上班日（週末）"),
        (Closure(date(2026, 10, 10), "颱風", "1號"), "本非上班日（國慶日）"),
        (Closure(date(2031, 3, 3), "颱風", "1號"), "沒有 120 年（2031）之辦公日曆"),
    ],
)
def test_a_closure_that_says_nothing_or_closes_nothing_is_refused(
    office: PaperOffice, closure: Closure, problem: str
) -> None:
    with pytest.raises(BadSource, match=problem):
        close(closure)
    with session_scope() as session:
        assert calendar_days.local_day(session, closure.day) is None


def test_only_a_closed_day_can_be_reopened(office: PaperOffice) -> None:
    with session_scope() as session, pytest.raises(NotFound, match="未曾登錄為停止上班"):
        calendar_import.reopen_day(session, TYPHOON, actor="test", at=now.now())


def _without(lines: list[str], day: str) -> list[str]:
    return [line for line in lines if not line.startswith(day)]


@pytest.mark.parametrize(
    ("edit", "problem"),
    [
        (lambda lines: _without(lines, "20270301"), "第 61 行，欄位 西元日期：應為 2027-03-01，現為 2027-03-02"),
        (lambda lines: lines[:-1], "第 365 行，欄位 西元日期：共 364 日，2027 年應有 365 日"),
        (lambda lines: [*lines[:60], "20270301,一,1,", *lines[61:]], "第 61 行，欄位 是否放假：須為 0 或 2"),
        (lambda lines: [*lines[:60], "1160301,一,0,", *lines[61:]], "第 61 行，欄位 西元日期：不是日期：'1160301'"),
        (lambda lines: [*lines[:60], "20270301,三,0,", *lines[61:]], "第 61 行，欄位 星期：2027-03-01 不是星期三"),
        (lambda lines: ["日期,星期,是否放假,備註", *lines[1:]], "第 1 行：缺少欄位 西元日期"),
        (lambda lines: [HEADER], "沒有任何日期"),
        (lambda lines: [*lines[:60], f"20270301,一,0,{'註' * 201}", *lines[61:]],
         "欄位 備註：2027-03-01 之備註超過 200 字"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused_with_line_and_field_and_leaves_the_calendar_alone(
    office: PaperOffice, command: CommandLine, tmp_path: Path, edit: object, problem: str
) -> None:
    file = tmp_path / "116.csv"
    file.write_text("\n".join(edit(lines_of(2027))), encoding="utf-8")  # type: ignore[operator]
    said = command("calendar", "import", *AS, str(file), "--apply")
    assert said.status == 2
    assert f"{file}" in said.warning
    assert problem in said.warning
    with session_scope() as session:
        assert calendar_days.edition(session, 2027) is None


def test_a_file_that_is_not_there_is_bad_input(office: PaperOffice, command: CommandLine, tmp_path: Path) -> None:
    said = command("calendar", "import", *AS, str(tmp_path / "none.csv"))
    assert (said.status, "無法讀取" in said.warning) == (2, True)


def test_show_names_what_the_year_rests_on(office: PaperOffice, command: CommandLine) -> None:
    estimated = command("calendar", "show", "2027")
    assert (estimated.status, "推估" in estimated.warning) == (1, True)
    import_year(csv_of(2027))
    close(Closure(date(2027, 8, 3), "颱風停止上班", "府人考字第1160000001號"))
    shown = command("calendar", "show", "2027")
    assert shown.status == 0
    assert {"day": "2027-08-03", "weekday": "星期二", "open": False, "name": "颱風停止上班", "source": "local"} in (
        shown.rows
    )
    assert {row["source"] for row in shown.rows} == {"official", "local"}
    assert command("calendar", "show", "2029").status == 2


def test_each_further_closed_day_moves_the_fix_anew(office: PaperOffice, clock: FixedClock) -> None:
    fix_id = office.one_fix(Severity.HIGH)
    due, days = fix(fix_id).due_on, working_days_left(fix_id)
    close()
    clock.set("2026-11-09T09:00:00+08:00")
    close(Closure(date(2026, 11, 9), "地方節日", "府人考字第1150000009號"))
    assert working_days_left(fix_id) == days
    assert len(moves_of(fix_id)) == 2
    assert fix(fix_id).original_due_on == due


def test_two_people_closing_the_same_day_at_once_close_it_once(office: PaperOffice) -> None:
    fix_id = office.one_fix(Severity.HIGH)
    days, due = working_days_left(fix_id), fix(fix_id).due_on
    with ThreadPoolExecutor(2) as people:
        outlooks = [one.result() for one in [people.submit(close) for _ in range(2)]]
    assert sorted(one.on_record for one in outlooks) == [False, True]
    assert fix(fix_id).due_on > due
    assert working_days_left(fix_id) == days
    assert len(moves_of(fix_id)) == len(events_of("calendar", "2026-11-06")) == 1


def test_a_makeup_workday_does_not_shorten_what_was_told_to_the_unit(office: PaperOffice) -> None:
    fix_id = office.one_fix(Severity.HIGH)
    due = fix(fix_id).due_on
    outlook = import_year(csv_of(2026, {date(2026, 11, 7): (True, "補行上班")}))
    assert [one.day for one in outlook.days] == [date(2026, 11, 7)]
    assert outlook.deadlines == ()
    assert fix(fix_id).due_on == due
