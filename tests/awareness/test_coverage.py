"""Half a year of awareness work is weighed; nothing recorded is not nothing done."""

from __future__ import annotations

import json
import sys
from datetime import date

import pytest

from awareness.keeping import handles, held
from campaigns.paper_office import SOCIAL, STAFF, WORKS, PaperOffice
from inspection.awareness.coverage import Coverage, coverage, half_a_year_before, of_half
from inspection.cli.entry import main
from inspection.errors import BadSource
from inspection.store.session import session_scope

H2 = "115H2"


def seen(office: PaperOffice, on: date, half: str = H2) -> Coverage:
    with session_scope() as session:
        return coverage(session, of_half(half), rules=office.rules.awareness, on=on)


@pytest.mark.clause("S0-04g", "S1-00")
def test_contents_and_months_without_awareness_work_are_told(office: PaperOffice) -> None:
    held(office, "2026-07-15", tags=["law", "practice"])
    held(office, "2026-09-01", tags=["faults"], month="2026-08")
    found = seen(office, date(2026, 11, 2))
    assert found.sessions_by_tag == {"law": 1, "practice": 1, "faults": 1, "leaks": 0}
    assert found.tags_missing == ("leaks",)
    assert found.months_without == (date(2026, 9, 1), date(2026, 10, 1))
    assert found.months_over == 4


def test_a_month_still_running_is_not_missing_and_an_unrequired_content_is_not_either(office: PaperOffice) -> None:
    assert seen(office, date(2026, 7, 31)).months_without == ()
    assert seen(office, date(2026, 8, 1)).months_without == (date(2026, 7, 1),)
    assert len(seen(office, date(2027, 3, 1)).months_without) == 6


@pytest.mark.clause("S0-04e")
def test_who_handles_secrets_is_trained_only_by_being_named_at_a_training(office: PaperOffice) -> None:
    for person, unit in (("P021", SOCIAL), ("P022", SOCIAL), ("P042", WORKS)):
        handles(office, person, unit)
    held(office, "2026-08-05", "training", people=["P022"], units=[SOCIAL])
    held(office, "2026-08-06", "video", people=["P042"], units=[WORKS])
    found = seen(office, date(2026, 11, 2))
    units = {one.unit.id: one for one in found.units}
    assert (units[SOCIAL].handlers, units[SOCIAL].trained, units[SOCIAL].untrained) == (2, 1, ("P021",))
    assert units[WORKS].untrained == ("P042",)
    assert (found.handlers, found.untrained) == (3, 2)
    assert {one.id for one in found.units_without} == {one.unit.id for one in found.units} - {SOCIAL, WORKS}
    assert seen(office, date(2026, 11, 2), "115H1").untrained == 3


def test_who_no_longer_handles_secrets_is_not_counted(office: PaperOffice) -> None:
    handles(office, "P022", SOCIAL)
    handles(office, "P042", WORKS, until="2026-09-30")
    assert seen(office, date(2026, 9, 30)).handlers == 2
    assert seen(office, date(2026, 10, 1)).handlers == 1


def test_a_quiz_average_is_weighed_by_how_many_took_it(office: PaperOffice) -> None:
    held(office, "2026-07-15", "event", quiz_takers=10, quiz_average=90)
    held(office, "2026-08-15", "event", quiz_takers=30, quiz_average=70)
    held(office, "2026-09-15", "event", quiz_takers=5)
    found = seen(office, date(2026, 11, 2))
    assert (found.quiz_takers, found.quiz_average) == (40, 75.0)


def test_nothing_recorded_is_told_apart_from_nothing_done(office: PaperOffice) -> None:
    assert not seen(office, date(2026, 11, 2)).is_recorded
    held(office, "2026-06-30")
    found = seen(office, date(2026, 11, 2))
    assert (found.is_recorded, found.sessions) == (True, 0)
    assert not seen(office, date(2026, 11, 2), "114H2").is_recorded


def test_the_months_an_assessment_looks_back_on_are_six_whole_ones() -> None:
    months = half_a_year_before(date(2026, 11, 2))
    assert (months.start, months.end) == (date(2026, 5, 1), date(2026, 11, 1))
    assert (months.name, months.before().name) == ("115年5月至10月", "114年11月至115年4月")
    with pytest.raises(BadSource, match="請寫成 115H1 或 115H2"):
        of_half("2026-2")


def test_the_command_tells_people_and_machines_and_exits_1_where_something_is_missing(
    office: PaperOffice, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def typed(*words: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["inspection", "awareness", *words])
        status = 0
        try:
            main()
        except SystemExit as ended:
            status = int(ended.code or 0)
        return status, capsys.readouterr().out

    session = ("video", "保密短片", "--on", "115/10/5", "--tag", "law", "--unit", "社會課", "--as", STAFF)
    assert typed("add", *session, "--attendees", "18", "--channel", "web=115/10/6")[0] == 0
    assert typed("add", *session, "--attendees", "18", "--channel", "web=115/10/6") == (0, "")
    assert typed("handler", "P022", "--unit", SOCIAL, "--since", "2026-01-01", "--as", STAFF)[0] == 0
    status, out = typed("coverage", "--half", H2, "--json")
    told = json.loads(out)
    assert status == 1
    assert (told["sessions"], told["handlers"], told["untrained"]) == (1, 1, 1)
    assert "清潔隊" in told["units_without"]
    assert "社會課\t1\t1\t0\tP022" in typed("coverage", "--half", H2)[1]
    assert "保密短片" in typed("list", "--half", H2)[1]
    assert typed("coverage", "--half", H2, "--before", "2026-11-02")[0] == 2
