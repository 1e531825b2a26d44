"""The plan of the window: complete by rule, printed with its hours, and nothing before its approval."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
import yaml

from campaigns.paper_office import STAFF, PaperOffice, fix, notices
from conftest import FixedClock
from documents.word import body_of, lines_of, text_of
from inspection import clock as now
from inspection import settings
from inspection.calendar import roc
from inspection.campaigns.spring_open import to_be_opened
from inspection.campaigns.spring_windows import Circular, WindowChoice, confirm
from inspection.checklists.prepare import prepare
from inspection.checklists.record_sheet import print_record_sheets
from inspection.crawling.campaign import begin_campaign_crawl
from inspection.documents.storage import read_document
from inspection.errors import BadSource, BadSources, Conflict, NotAllowed
from inspection.planning.edit import edit_section
from inspection.planning.paper import print_plan
from inspection.planning.submit import await_contents
from inspection.planning.versions import OPEN_CASES
from inspection.rules import catalogue
from inspection.rules.checklist_items import Respondent
from inspection.store import campaigns
from inspection.store.session import session_scope
from inspection.vocabulary import Severity
from spring.window_office import CAMPAIGN, NUMBER, WindowOffice, lists, shift

HEADINGS = ["依據", "目的", "任務", "執行", "協調配合", "通信聯絡"]
# the rules a plan of 2014 cites, as an office of that year would have had them on record
OF_2014 = [
    {"id": "agency-secrecy-rule", "valid_from": "2009-04-21"},
    {"id": "state-secrets-act", "valid_from": "2003-10-01", "number": "92.2.6公布"},
    {"id": "document-handbook", "valid_from": "2010-01-01", "number": "99年1月修正"},
]


def printed(office: WindowOffice, campaign_id: str = CAMPAIGN) -> list[str]:
    """The paragraphs of the plan as printed."""
    with session_scope() as session:
        document = print_plan(session, campaign_id, catalogue=office.rules, at=now.now())
        return [line for line in lines_of(body_of(read_document(document))) if line.strip()]


def content(campaign_id: str = CAMPAIGN) -> dict[str, object]:
    """The newest plan as data."""
    with session_scope() as session:
        plan = campaigns.latest_plan(session, campaign_id)
        assert plan is not None
        return dict(plan.content)


def test_a_plan_waits_for_its_lists_tells_who_ordered_it_once_and_goes_on_by_itself(new_year: WindowOffice) -> None:
    def lacks() -> int:
        with session_scope() as session:
            return len(await_contents(session, CAMPAIGN, catalogue=new_year.rules, at=now.now()))

    new_year.confirm()
    new_year.open()
    new_year.draft()
    assert [lacks(), lacks()] == [3, 3]
    (told,) = notices("plan_contents_awaited")
    assert (told.person_id, told.campaign_id) == (STAFF, CAMPAIGN)
    assert "尚缺3項" in told.subject
    new_year.import_lists()
    assert lacks() == 0, "drafted anew from the lists, without anybody clearing a task"
    new_year.submit()


def test_a_plan_without_its_lists_cannot_be_submitted(new_year: WindowOffice) -> None:
    new_year.confirm()
    assert new_year.open() == CAMPAIGN
    new_year.draft()
    with pytest.raises(BadSources) as refused:
        new_year.submit()
    lacks = [fault.problem.rpartition(" ")[2] for fault in refused.value.faults]
    assert lacks == ["key_targets", "duty_roster", "contacts"]
    new_year.import_lists()
    new_year.draft()
    assert new_year.submit().approver_id == "P01"


def test_a_roster_with_one_day_uncovered_or_no_fire_brigade_keeps_the_plan_back(new_year: WindowOffice) -> None:
    new_year.confirm()
    new_year.open()
    given = lists()
    del given["duty_roster"][5]  # the night of 2 February
    given["contacts"] = [one for one in given["contacts"] if one["kind"] != "消防"]
    new_year.import_file(new_year.write(given))
    new_year.draft()
    # the night before still has somebody on duty until eight in the morning: the day is covered
    with pytest.raises(BadSources) as refused:
        new_year.submit()
    assert [fault.problem for fault in refused.value.faults] == ["計畫「通信聯絡」缺 contacts"]
    given = lists()
    del given["duty_roster"][5:7]
    new_year.import_file(new_year.write(given))
    new_year.draft()
    with pytest.raises(BadSources, match="計畫「執行」缺 duty_roster"):
        new_year.submit()


@pytest.mark.clause("S3-01", "S3-02", "S3-04", "S3-22")
def test_the_plan_of_2027_prints_circular_window_and_contacts_under_the_headings_of_the_source(
    new_year: WindowOffice,
) -> None:
    new_year.confirm()
    new_year.open()
    new_year.import_lists()
    new_year.draft()
    lines = printed(new_year)
    places = [lines.index(heading) for heading in HEADINGS]
    assert places == sorted(places)
    assert f"115年12月25日{NUMBER}函辦理。" in lines
    assert "工作期間：116年1月28日（星期四）22時起至2月11日（星期四）24時止，為期15日。" in lines
    parts = [lines.index(f"{one}：") for one in ("落實機密維護", "強化安全維護", "協助機關保防聯繫", "狀況反映")]
    assert parts == sorted(parts) and places[3] < parts[0] and parts[-1] < places[4]
    last = lines.index("本計畫奉　核定後實施，如有未盡事宜得隨時修正。")
    assert last > lines.index("消防分隊") > places[5]
    assert "虛構縣示範市公所116年度春安工作期間公務機密暨機關安全維護執行計畫" in lines
    assert "協請工務課加強工地安全；各工地應確保水、火、電安全管制，及材料、設備、門禁保全及易燃物品清運。" in lines
    assert any("請財政課加強查緝來路不明" in line for line in lines)


@pytest.mark.clause("S3-04")
def test_the_window_of_the_source_is_printed_as_the_source_has_it(
    new_year: WindowOffice, clock: FixedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "legal_bases.yaml").write_text(yaml.safe_dump({"bases": OF_2014}, allow_unicode=True), encoding="utf-8")
    monkeypatch.setenv("INSPECTION_RULES_DIR", str(rules))
    settings.reset()
    catalogue.reset()
    clock.set("2014-01-06T09:00:00+08:00")
    window = new_year.confirm(WindowChoice.CLASSIC25, 2014, "廉政字第10200378760號")
    campaign_id = new_year.open(window)
    new_year.import_lists(campaign_id, first=date(2014, 1, 21), days=25)
    new_year.draft(campaign_id)
    lines = printed(new_year, campaign_id)
    assert "102年12月25日廉政字第10200378760號函辦理。" in lines
    assert "工作期間：103年1月21日（星期二）22時起至2月14日（星期五）24時止，為期25日。" in lines
    assert campaign_id == "C-103-SF"


@pytest.mark.clause("S3-03", "S3-21")
def test_targets_division_and_duty_are_annexed_and_the_rules_divide_the_work_where_nobody_did(
    new_year: WindowOffice,
) -> None:
    new_year.confirm()
    new_year.open()
    given = lists()
    del given["division"]
    new_year.import_file(new_year.write(given))
    new_year.draft()
    told = content()
    division = {line["work"]: line for line in told["division"]}  # type: ignore[attr-defined]
    assert division["私劣酒查緝"] == {
        "work": "私劣酒查緝",
        "lead": "財政課",
        "support": "警察機關",
        "period": "專案期間",
    }
    lines = printed(new_year)
    assert "附件一　值勤輪值表" in lines and "附件三　任務分工表" in lines
    assert "市長辦公室" in lines
    assert "22時至翌日8時" in lines and "22時至24時" in lines


def test_an_agency_adds_a_point_and_a_check_of_its_own(new_year: WindowOffice, tmp_path: Path) -> None:
    rules = tmp_path / "own"
    rules.mkdir()
    (rules / "spring.yaml").write_text(
        "points:\n- {id: fireworks, part: safety, text: '請{units}加強爆竹煙火攤位之稽查。', unit_tags: [財政]}\n"
        "- {id: liquor, text: '請{units}加強查緝私釀酒品。'}\n"
        "safety_checks:\n- {id: boiler, category: 消防, statement: 鍋爐已停機並關閉燃料閥。}\n",
        encoding="utf-8",
    )
    own = catalogue.load(rules).spring
    texts = {point.id: point.text for point in own.points}
    assert texts["fireworks"] == "請{units}加強爆竹煙火攤位之稽查。"
    assert texts["liquor"] == "請{units}加強查緝私釀酒品。"
    assert own.safety_checks[-1].id == "boiler"
    (rules / "spring.yaml").write_text("points:\n- {id: liquor, text: '請{unit}加強查緝。'}\n", encoding="utf-8")
    with pytest.raises(BadSource, match=r"spring.yaml，第 2 行，欄位 points.*未知之空格：unit"):
        catalogue.load(rules)


def test_a_section_may_be_worded_otherwise_and_stays_so(new_year: WindowOffice) -> None:
    new_year.confirm()
    new_year.open()
    new_year.import_lists()
    new_year.draft()
    with session_scope() as session:
        edit_section(session, CAMPAIGN, "liaison", "加強宣導赴陸風險。\n・出境前填報。", person_id=STAFF, at=now.now())
    new_year.draft()
    lines = printed(new_year)
    assert lines[lines.index("加強宣導赴陸風險。") + 1] == "出境前填報。"


@pytest.mark.clause("S3-08")
def test_before_the_approval_nothing_is_sent_crawled_or_asked(new_year: WindowOffice) -> None:
    new_year.confirm()
    new_year.open()
    new_year.import_lists()
    new_year.draft()
    new_year.submit()
    with pytest.raises(NotAllowed), session_scope() as session:
        begin_campaign_crawl(session, CAMPAIGN, catalogue=new_year.rules, at=now.now())
    with pytest.raises(NotAllowed), session_scope() as session:
        prepare(session, CAMPAIGN, actor=STAFF, at=now.now())
    assert new_year.ask("2027-01-28T22:30:00+08:00").letters == 0
    with pytest.raises(Conflict, match="不再回報"):
        new_year.report(shift("0128"), "2027-01-28T23:00:00+08:00")
    assert {one.kind for one in notices()} == {"approval_requested", "opinion_requested"}
    new_year.decide()
    with session_scope() as session:
        assert len(prepare(session, CAMPAIGN, actor=STAFF, at=now.now())) == 12
    assert new_year.ask("2027-01-28T22:30:00+08:00").letters == 1


def test_a_newer_circular_moves_the_campaign_only_before_its_approval(new_year: WindowOffice) -> None:
    def announce(number: str, end: str) -> str:
        with session_scope() as session:
            circular = Circular(
                WindowChoice.ANNOUNCED,
                date(2027, 1, 8),
                number,
                datetime.fromisoformat("2027-01-25T22:00:00+08:00"),
                datetime.fromisoformat(end),
            )
            return confirm(session, 2027, circular, person_id="P111", at=now.now()).id

    window = announce("甲字第1號", "2027-02-12T00:00:00+08:00")
    assert new_year.open(window) == CAMPAIGN
    new_year.import_lists(first=date(2027, 1, 25), days=18)
    new_year.draft()
    assert announce("甲字第2號", "2027-02-13T00:00:00+08:00") == window
    new_year.draft()
    assert content()["sections"]["basis"]["holds"] == []  # type: ignore[index]
    assert new_year.open(window) == CAMPAIGN
    new_year.import_lists(first=date(2027, 1, 25), days=19)
    new_year.draft()
    with session_scope() as session:
        assert roc.last_day(campaigns.get(session, CAMPAIGN).window_end) == date(2027, 2, 12)
    new_year.submit()
    new_year.decide()
    announce("甲字第3號", "2027-02-14T00:00:00+08:00")
    with pytest.raises(Conflict, match="請先變更或取消該檢查專案"):
        new_year.open(window)


def test_another_window_of_the_year_takes_the_campaign_with_it_and_opens_no_second_one(new_year: WindowOffice) -> None:
    new_year.confirm()
    assert new_year.open() == CAMPAIGN
    other = new_year.confirm(WindowChoice.CLASSIC25, number="廉政字第11600000020號")
    with session_scope() as session:
        assert to_be_opened(session, at=now.now()) == []
    assert new_year.open(other) == CAMPAIGN
    with session_scope() as session:
        campaign = campaigns.get(session, CAMPAIGN)
        assert roc.window(campaign.window_start, campaign.window_end).endswith("2月20日（星期六）24時止，為期25日")
    with pytest.raises(NotAllowed, match="已由後函取代"):
        new_year.open()


@pytest.mark.clause("S0-07a")
def test_the_plan_carries_the_cases_left_open_by_the_half_years_inspection(
    office: PaperOffice, clock: FixedClock, tmp_path: Path
) -> None:
    case = office.one_fix(Severity.HIGH)
    due = roc.plain(fix(case).due_on)
    clock.set("2027-01-11T09:00:00+08:00")
    new_year = WindowOffice(tmp_path)
    new_year.confirm()
    new_year.open()
    new_year.import_lists()
    new_year.draft()
    assert content()[OPEN_CASES] == [{"number": case, "unit": "工務課", "severity": "高", "due": due}]
    lines = printed(new_year)
    place = lines.index("以前各次檢查尚列管中之缺失計1件，併入本次追蹤：")
    assert lines.index("協調配合") < place < lines.index("通信聯絡")
    assert lines[place + 5 : place + 9] == [case, "工務課", "高", due]


def test_a_plan_before_which_nothing_is_open_says_nothing_of_it(new_year: WindowOffice) -> None:
    new_year.confirm()
    new_year.open()
    new_year.import_lists()
    new_year.draft()
    assert OPEN_CASES not in content()
    assert not any("以前各次檢查" in line for line in printed(new_year))


def test_what_inspectors_look_at_stands_in_the_annex_and_on_the_sheets_of_the_window(new_year: WindowOffice) -> None:
    new_year.in_force()
    with session_scope() as session:
        prepare(session, CAMPAIGN, actor=STAFF, at=now.now())
        sheets = print_record_sheets(session, CAMPAIGN, catalogue=new_year.rules, at=now.now())
        texts = [text_of(read_document(one)) for one in sheets]
    annex = "".join(printed(new_year))
    wanted = [
        one
        for one in new_year.rules.checklist_items.items
        if one.respondent is Respondent.INSPECTOR and "spring_festival" in one.kinds and not one.unit_tags
    ]
    assert {"SPR-002"} < {one.id for one in wanted}
    assert texts
    assert [one.id for one in wanted if any(one.statement not in text for text in (annex, *texts))] == []
