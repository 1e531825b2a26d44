"""The Spring-Festival window is proposed by reckoning and in force only by a person and a circular."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy.exc import IntegrityError

from campaigns.calendars import CommandLine, csv_of
from campaigns.paper_office import ETHICS_HEAD, HEAD, STAFF, PaperOffice
from conftest import FixedClock
from inspection import clock as now
from inspection.calendar import roc
from inspection.calendar.official_csv import parse_official_csv
from inspection.campaigns import calendar_import
from inspection.campaigns.spring_windows import Circular, WindowChoice, confirm, propose
from inspection.errors import BadSource, Conflict, NotAllowed, NotFound
from inspection.model import Deputy, SpringWindow
from inspection.model.lifecycle import SpringWindowState
from inspection.rules import catalogue
from inspection.store import events, spring_windows
from inspection.store.session import session_scope

CIRCULAR = Circular(WindowChoice.NPA15, date(2026, 10, 30), "內授警字第1150000001號")


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(monkeypatch, capsys)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


def proposed(year: int = 2027) -> dict[str, SpringWindow]:
    with session_scope() as session:
        return {one.pattern: one for one in propose(session, year, actor="test", at=now.now())}


def confirmed(circular: Circular = CIRCULAR, person: str = ETHICS_HEAD, year: int = 2027) -> SpringWindow:
    with session_scope() as session:
        return confirm(session, year, circular, person_id=person, at=now.now())


def steps(window_id: str) -> list[str]:
    with session_scope() as session:
        return [one.to_state or one.action for one in events.of_subject(session, "spring_window", window_id)]


@pytest.mark.clause("S3-04")
def test_both_patterns_are_proposed_with_an_exclusive_end(office: PaperOffice) -> None:
    windows = proposed()
    assert {name: roc.window(one.start_at, one.end_at) for name, one in windows.items()} == {
        "npa15": "116年1月28日（星期四）22時起至2月11日（星期四）24時止，為期15日",
        "classic25": "116年1月27日（星期三）22時起至2月20日（星期六）24時止，為期25日",
    }
    assert windows["npa15"].end_at == at("2027-02-12T00:00:00")
    assert {one.state for one in windows.values()} == {SpringWindowState.PROPOSED}
    assert all(one.estimated for one in windows.values())


def test_proposing_twice_is_once_and_puts_nothing_in_force(office: PaperOffice) -> None:
    first = proposed()
    assert proposed().keys() == first.keys()
    assert steps("spring-116-npa15") == ["proposed"]
    with session_scope() as session:
        assert spring_windows.confirmed(session, 2027) is None


def test_an_imported_calendar_moves_what_is_only_proposed(office: PaperOffice) -> None:
    proposed()
    confirmed()
    year = parse_official_csv(csv_of(2027, {date(2027, 2, 11): (False, "調整放假")}), source="116.csv")
    with session_scope() as session:
        calendar_import.apply(session, year, actor="test", at=now.now())
    windows = proposed()
    assert windows["npa15"].end_at == at("2027-02-12T00:00:00")
    assert windows["npa15"].estimated
    assert not windows["classic25"].estimated
    assert steps("spring-116-classic25") == ["proposed", "proposed"]


@pytest.mark.clause("S3-01", "S3-04")
def test_the_ethics_head_confirms_with_the_circular_and_once_is_enough(office: PaperOffice) -> None:
    proposed()
    for _ in range(2):
        window = confirmed()
        assert (window.state, window.confirmed_by) == (SpringWindowState.CONFIRMED, ETHICS_HEAD)
        assert (window.circular_on, window.circular_number) == (CIRCULAR.dated, CIRCULAR.number)
    assert steps(window.id) == ["proposed", "confirmed"]


@pytest.mark.parametrize("person", [STAFF, HEAD])
def test_nobody_else_confirms(office: PaperOffice, person: str) -> None:
    proposed()
    with pytest.raises(NotAllowed, match="期間僅得由政風室主任"):
        confirmed(person=person)


def test_a_deputy_confirms_within_the_recorded_days(office: PaperOffice, clock: FixedClock) -> None:
    proposed()
    with session_scope() as session:
        session.add(
            Deputy(
                principal_id=ETHICS_HEAD,
                deputy_id=STAFF,
                valid_from=date(2026, 11, 2),
                valid_until=date(2026, 11, 3),
                ground="請假",
            )
        )
    assert confirmed(person=STAFF).confirmed_by == STAFF
    clock.set("2026-11-04T09:00:00+08:00")
    with pytest.raises(NotAllowed, match="代理期間內"):
        confirmed(person=STAFF)


@pytest.mark.parametrize(
    ("circular", "problem"),
    [
        (Circular(WindowChoice.NPA15, date(2026, 10, 30), " "), "來函文號未填或過長"),
        (Circular(WindowChoice.NPA15, date(2026, 11, 3), "1號"), "來函日期在未來"),
        (Circular(WindowChoice.ANNOUNCED, date(2026, 10, 30), "1號"), "起訖時間僅能"),
        (Circular(WindowChoice.ANNOUNCED, date(2026, 10, 30), "1號", at("2027-02-01T22:00:00")), "起訖時間僅能"),
        (Circular(WindowChoice.NPA15, date(2026, 10, 30), "1號", at("2027-02-01T22:00:00"), at("2027-02-12T00:00:00")),
         "起訖時間僅能"),
        (Circular(WindowChoice.ANNOUNCED, date(2026, 10, 30), "1號", at("2027-02-12T22:00:00"),
                  at("2027-02-12T00:00:00")), "期間迄日早於起日"),
        (Circular(WindowChoice.ANNOUNCED, date(2026, 10, 30), "1號", at("2026-02-01T22:00:00"),
                  at("2026-02-12T00:00:00")), "迄日不在 2027 年"),
    ],
)  # fmt: skip
def test_a_confirmation_without_its_facts_is_refused(office: PaperOffice, circular: Circular, problem: str) -> None:
    proposed()
    with pytest.raises(BadSource, match=problem):
        confirmed(circular)
    with session_scope() as session:
        assert spring_windows.confirmed(session, 2027) is None


def test_a_window_nobody_proposed_cannot_be_confirmed(office: PaperOffice) -> None:
    with pytest.raises(NotFound, match="inspection calendar spring 2027"):
        confirmed()


def test_a_newer_circular_replaces_the_window_and_one_circular_names_one_window(office: PaperOffice) -> None:
    proposed()
    first = confirmed()
    with pytest.raises(Conflict, match="已登錄，其期間或日期不同"):
        confirmed(Circular(WindowChoice.CLASSIC25, CIRCULAR.dated, CIRCULAR.number))
    with pytest.raises(Conflict, match="已有較新之來函"):
        confirmed(Circular(WindowChoice.CLASSIC25, date(2026, 10, 1), "前函"))
    second = confirmed(Circular(WindowChoice.CLASSIC25, date(2026, 11, 1), "修正函"))
    assert steps(first.id) == ["proposed", "confirmed", "set_aside"]
    with session_scope() as session:
        in_force = spring_windows.confirmed(session, 2027)
        assert in_force is not None
        assert in_force.id == second.id == "spring-116-classic25"
    assert confirmed(Circular(WindowChoice.NPA15, date(2026, 11, 2), "再修正函")).id == first.id


def announced(year: int) -> Circular:
    window = catalogue.load().spring_windows.window(year)
    assert window is not None
    return Circular(WindowChoice.ANNOUNCED, date(2026, 10, 30), f"{year}函", window.start, window.end)


@pytest.mark.clause("S3-04")
@pytest.mark.parametrize(
    ("year", "words"),
    [
        (2011, "100年1月25日（星期二）22時起至2月18日（星期五）24時止，為期25日"),
        (2014, "103年1月21日（星期二）22時起至2月14日（星期五）24時止，為期25日"),
        (2022, "111年1月24日（星期一）22時起至2月7日（星期一）24時止，為期15日"),
        (2024, "113年2月1日（星期四）22時起至2月15日（星期四）24時止，為期15日"),
        (2025, "114年1月20日（星期一）22時起至2月3日（星期一）24時止，為期15日"),
        (2026, "115年2月9日（星期一）22時起至2月23日（星期一）24時止，為期15日"),
    ],
)
def test_windows_as_they_were_announced_are_kept_as_announced(office: PaperOffice, year: int, words: str) -> None:
    window = confirmed(announced(year), year=year)
    assert roc.window(window.start_at, window.end_at) == words
    with session_scope() as session:
        kept = session.get_one(SpringWindow, window.id)
        assert (kept.start_at, kept.end_at) == (announced(year).start, announced(year).end)


def test_an_announced_window_follows_its_newer_circular(office: PaperOffice) -> None:
    start, end = at("2027-01-25T22:00:00"), at("2027-02-12T00:00:00")
    confirmed(Circular(WindowChoice.ANNOUNCED, date(2026, 10, 30), "前函", start, end))
    later = at("2027-01-26T22:00:00")
    window = confirmed(Circular(WindowChoice.ANNOUNCED, date(2026, 11, 1), "後函", later, end))
    assert (window.start_at, window.circular_number) == (later, "後函")


def test_the_database_itself_holds_one_confirmed_window_and_none_without_a_circular(office: PaperOffice) -> None:
    proposed()
    confirmed()
    values = {"state": SpringWindowState.CONFIRMED}
    with pytest.raises(IntegrityError, match="confirmed_by_circular"), session_scope() as session:
        session.query(SpringWindow).filter_by(pattern="classic25").update(dict(values))
    values |= {"confirmed_by": ETHICS_HEAD, "circular_on": CIRCULAR.dated, "circular_number": "另函"}  # type: ignore[dict-item]
    with pytest.raises(IntegrityError), session_scope() as session:
        session.query(SpringWindow).filter_by(pattern="classic25").update(dict(values))


def test_the_command_line_proposes_asks_and_confirms(office: PaperOffice, command: CommandLine) -> None:
    asked = command("calendar", "spring", "2027")
    assert (
        asked.status,
        "年春安工作期間僅為擬議；請依來函執行 `inspection calendar confirm-spring`" in asked.warning,
    ) == (1, True)
    assert [row["window"] for row in asked.rows] == ["spring-116-npa15", "spring-116-classic25"]
    assert command("calendar", "spring", "116").rows == asked.rows
    unheard = command("calendar", "spring", "999")
    assert (unheard.status, "116" in unheard.warning) == (2, True)
    facts = ("--dated", "115年10月30日", "--number", CIRCULAR.number, "--as", ETHICS_HEAD)
    bounds = ("--start", "2027-01-25T22:00", "--end", "2027-02-11T24:00")
    told = command("calendar", "confirm-spring", "2027", "announced", *bounds, *facts)
    assert told.status == 0
    (row,) = told.rows
    assert row["period"] == "116年1月25日（星期一）22時起至2月11日（星期四）24時止，為期18日"
    assert command("calendar", "spring", "2027").status == 0
    wrong = command("calendar", "confirm-spring", "2027", "announced", "--start", "morgen", *bounds[2:], *facts)
    assert (wrong.status, "不是時間：'morgen'" in wrong.warning) == (2, True)
    assert command("calendar", "spring", "2100").status == 2


def test_what_was_announced_is_listed_with_the_pattern_that_would_have_proposed_it(
    office: PaperOffice, command: CommandLine
) -> None:
    told = command("calendar", "announced", "--as", STAFF)
    assert told.status == 0
    found = {row["year"]: (row["matches"], row["period"], row["source"]) for row in told.rows}
    assert found[2026] == (
        "npa15", "115年2月9日（星期一）22時起至2月23日（星期一）24時止，為期15日", "內政部2026-02-05報導",
    )  # fmt: skip
