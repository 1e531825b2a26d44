"""All papers of a campaign say one thing, and what the rows say: read from the rendered PDFs, recounted by SQL.

Told twice: a campaign as it should go, and one in which forms and shares are missing and much stays undecided. One
wrong figure, name or date planted on any paper is found.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from campaigns.paper_office import CAMPAIGN, PaperOffice
from conftest import FixedClock
from inspection.store.session import session_scope
from reports.comparing_papers import contradictions
from reports.gathering_papers import as_papers, word_files
from reports.reading_papers import Counted, Papers, bare_pages, count, tight, to_texts
from reports.two_stories import EIGHT, Story, as_it_should_go, as_it_should_not, ask_numbers


@pytest.mark.timeout(600)
@pytest.mark.clause("S0-07h", "S0-07i")
@pytest.mark.parametrize("told", [as_it_should_go, as_it_should_not])
def test_papers_rows_and_one_another_agree(
    office: PaperOffice,
    clock: FixedClock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    told: Callable[[Story], None],
) -> None:
    ask_numbers(tmp_path / "rules", monkeypatch)
    told(Story(replace(office, units=EIGHT), tmp_path, clock))
    with session_scope() as session:
        pages = to_texts(word_files(session, office.rules))
        rows = count(session.connection(), CAMPAIGN)
    papers = as_papers({name: tight("".join(printed)) for name, printed in pages.items()})
    faults = contradictions(papers, rows)
    assert not faults, "\n".join(faults)
    assert papers.briefs, "nobody climbed the ladder"
    assert "範例文件" not in papers.campaign, "an officer's own words on a dismissal reach no head"
    for name, planted in wrong(papers, rows):
        assert contradictions(planted, rows), f"{name} was not found"
    assert [fault for name, printed in pages.items() for fault in bare_pages(name, printed)] == []


def test_who_compares_does_not_know_how_reports_are_made() -> None:
    here = Path(__file__).parent
    for name in ("comparing_papers", "reading_papers", "gathering_papers"):
        assert "inspection.reports" not in (here / f"{name}.py").read_text(encoding="utf-8")


def found(pattern: str, words: str) -> str:
    """What stands there."""
    match = re.search(pattern, words)
    assert match, pattern
    return match.group()


def wrong(papers: Papers, rows: Counted) -> list[tuple[str, Papers]]:
    """The same papers with one thing wrong on one of them."""
    total = sum(len(unit.faults) for unit in rows.units.values())
    graver = max(rows.units.values(), key=lambda unit: len(unit.faults))
    some = next(unit for unit in rows.units.values() if unit.checklist == "accepted" and unit.questions)
    lead, other = (
        rows.leaders[some.id][0],
        next(one for names in rows.leaders.values() for one in names if one != rows.leaders[some.id][0]),
    )
    brief = next(name for name in papers.briefs if name in rows.fixes)
    due = rows.fixes[brief][1]
    people = sum(unit.staff for unit in rows.units.values())
    row = found(r"文書機密\d{7,}", papers.campaign)
    total_of = found(r"之件數」合計[\d,]+", papers.campaign)
    crawled = f"{rows.first.month}月{rows.first.day}日至{rows.last.month}月{rows.last.day}日分享區清查"
    before = found("——建請解除列管|前次檢查無列管中之缺失", papers.campaign)
    planted = [
        ("faults of the campaign", "campaign", f"經確認缺失{total}件", f"經確認缺失{total + 1}件", ""),
        ("faults proposed", "campaign", f"缺失{total}件，擬奉核後", f"缺失{total - 1}件，擬奉核後", ""),
        ("faults of a unit", "units", f"經確認缺失{len(graver.faults)}件", "經確認缺失0件", graver.id),
        ("a finding's number", "units", next(iter(graver.faults)), f"{CAMPAIGN}-999", graver.id),
        ("units", "plan", f"受檢單位計{len(rows.units)}個", f"受檢單位計{len(rows.units) + 1}個", ""),
        ("units in the brief", "report_brief", f"經確認缺失{total}件", f"經確認缺失{total + 2}件", ""),
        ("the inspector", "units", f"檢查人員：{lead}", f"檢查人員：{other}", some.id),
        ("the unit's name in the title", "units", f"（{some.name}）", "（秘書室）", some.id),
        ("the due date", "plan", "115年11月11日前填報", "115年11月12日前填報", ""),
        ("the due date of the form", "checklists", "11月11日（星期三）前由", "11月12日（星期四）前由", some.id),
        ("the period of the crawl", "plan", "清查期間：115年11月2日", "清查期間：115年11月3日", ""),
        ("what is suspected", "campaign", "疑似事項", "疑似事項1", ""),
        ("returned forms", "campaign", "應送回8份", "應送回9份", ""),
        ("shares covered", "campaign", "應清查", "應清查1", ""),
        ("the rate of a unit", "units", "自評符合率", "自評符合率1", some.id),
        ("what inspectors look at", "sheets", "DOC-010", "DOC-019", some.id),
        ("the words of a statement", "sheets", "逾", "未逾", some.id) if "逾" in papers.sheets[some.id]
        else ("the words of a statement", "sheets", "均已標示", "皆已標示", some.id),
        ("who leads on the sheet", "sheets", f"領隊{lead}", f"領隊{other}", some.id),
        ("whose sheet", "sheets", f"受檢單位{some.name}", "受檢單位秘書室", some.id),
        ("a statement of the annex", "plan", "均已標示", "皆已標示", ""),
        ("verified beside declared", "units", "經查證相符", "經查證相符1", graver.id),
        ("the share left out", "plan", "政風室不予清查", "政風室全部資料夾（唯讀）", ""),
        ("a category's row", "campaign", row, row[:-1] + str(9 - int(row[-1])), ""),
        ("the sum of a number", "campaign", total_of, f"{total_of}0", ""),
        ("a unit's number", "units", "之件數」：", "之件數」：1", some.id),
        ("head count of the campaign", "campaign", f"個單位，編制{people}人", f"個單位，編制{people + 1}人", ""),
        ("head count of a unit", "plan", f"{some.name}主管、窗口及經辦人員（編制{some.staff}人",
         f"{some.name}主管、窗口及經辦人員（編制{some.staff + 1}人", ""),
        ("the last round's case", "campaign", before, "——列管中", ""),
        ("the timetable", "plan", crawled, crawled.replace("月", "月1", 1), ""),
        ("the deadline of a case", "briefs", f"{due.month}月{due.day}日", f"{due.month}月{due.day - 1}日", brief),
    ]  # fmt: skip
    return [(name, papers.with_words(paper, old, new, unit=unit)) for name, paper, old, new, unit in planted]
