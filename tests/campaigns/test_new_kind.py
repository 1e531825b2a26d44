"""A kind of campaign is added as data alone: it opens, runs and ends as its entry says, and is refused unfinished."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml

from campaigns.paper_office import DEMO, SOCIAL, STAFF, WORKS, PaperOffice
from conftest import FixedClock
from inspection import clock as now
from inspection import settings
from inspection.campaigns.asking import campaign_asked_for
from inspection.campaigns.closing import conclude, enter_sent_up, lacking
from inspection.campaigns.open import open_campaign
from inspection.campaigns.year_calendar import year_calendar
from inspection.crawling.campaign import (
    begin_campaign_crawl,
    finish_campaign_crawl,
    list_campaign_share,
    open_campaign_reading,
)
from inspection.doctor import examine
from inspection.documents.storage import read_document
from inspection.errors import BadSource, BadSources
from inspection.model import Campaign, CrawlRun, Document
from inspection.model.lifecycle import CampaignState
from inspection.planning.paper import print_plan
from inspection.rules import catalogue
from inspection.rules.campaign_kinds import CampaignKind
from inspection.store import campaigns, checklists
from inspection.store.kinds import kind_of, require_known, unknown
from inspection.store.session import session_scope
from inspection.store.unannounced import hidden_from
from inspection.vocabulary import Severity

LEAK_REVIEW: dict[str, object] = {
    "id": "leak_review",
    "name": "洩密後專案檢查",
    "title": "洩密後專案檢查",
    "code": "LK",
    "opened_by": "days",
    "every_half_year": False,
    "plan": "inspection",
    "joint_with": "資訊",
    "runs": ["crawl", "checklists"],
    "items_of": "ad_hoc",
    "told": "at_its_hour",
    "in_year_calendar": False,
    "ends_with": "reports",
    "sent_up": ["report_to_superior_agency"],
    "spot_per_hundred": 0,
}
CAMPAIGN = "C-115-LK-1102"
WITHOUT_CRAWL = LEAK_REVIEW | {
    "id": "handover",
    "name": "離職交接檢查",
    "title": "離職交接檢查",
    "code": "LV",
    "joint_with": "",
    "runs": ["checklists"],
    "items_of": "handover",
    "told": "beforehand",
    "in_year_calendar": True,
}
HANDOVER = "C-115-LV-1102"


def written(folder: Path, *kinds: dict[str, object]) -> Path:
    """An agency's rules with further kinds, one entry from line 2 on."""
    text = yaml.safe_dump({"kinds": list(kinds)}, allow_unicode=True, sort_keys=False)
    (folder / "campaign_kinds.yaml").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def agency(office: PaperOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PaperOffice:
    """The demo agency with a kind of its own."""
    shutil.copytree(DEMO / "rules", tmp_path / "rules")
    written(tmp_path / "rules", LEAK_REVIEW)
    monkeypatch.setenv("INSPECTION_RULES_DIR", str(tmp_path / "rules"))
    settings.reset()
    catalogue.reset()
    return office


def opened(agency: PaperOffice) -> None:
    with session_scope() as session:
        form = {"first_day": "2026-11-02", "last_day": "2026-11-20", "unit_ids": [SOCIAL, WORKS]}
        wanted = campaign_asked_for(session, "leak_review", form, at=now.now())
        assert wanted.opened_by == STAFF
        assert open_campaign(session, wanted, catalogue=agency.rules, at=now.now()).id == CAMPAIGN


def test_it_opens_under_its_own_name_and_number_and_asks_what_its_entry_says(agency: PaperOffice) -> None:
    opened(agency)
    with session_scope() as session:
        campaign = campaigns.get(session, CAMPAIGN)
        assert (campaign.kind, campaign.name) == ("leak_review", "115年下半年洩密後專案檢查")
        assert kind_of(campaign).title == "洩密後專案檢查"
    agency.draft(CAMPAIGN)
    with session_scope() as session:
        plan = campaigns.latest_plan(session, CAMPAIGN)
        assert plan is not None and plan.content["kind"] == "leak_review"
        asked = {item["id"] for item in plan.content["items"]}
        assert any("資訊室派員會同" in line for line in plan.content["sections"]["inspectors"]["lines"])
    items = {item.id for item in agency.rules.checklist_items.items if "ad_hoc" in item.kinds}
    assert asked and asked <= items


def test_nobody_inspected_hears_of_it_before_its_hour_and_no_wall_shows_it(
    agency: PaperOffice, clock: FixedClock
) -> None:
    clock.set("2026-10-30T09:00:00+08:00")
    opened(agency)
    with session_scope() as session:
        campaign = campaigns.get(session, CAMPAIGN)
        assert hidden_from(session, campaign, "P041", at=now.now())
        assert not hidden_from(session, campaign, "P041", at=campaign.window_start)
        shown = year_calendar(session, 2026, catalogue=agency.rules, at=now.now())
    assert not any(CAMPAIGN in entry.key for entry in shown.entries)


def test_it_runs_to_its_reports_like_any_inspection(agency: PaperOffice) -> None:
    opened(agency)
    agency.draft(CAMPAIGN)
    agency.submit(CAMPAIGN)
    agency.decide(campaign_id=CAMPAIGN)
    agency.send_forms(CAMPAIGN)
    with session_scope() as session:
        assert {one.unit_id for one in checklists.of_campaign(session, CAMPAIGN)} == {SOCIAL, WORKS}
    for unit in (SOCIAL, WORKS):
        agency.return_form(unit, {}, CAMPAIGN)
    agency.suspect(CAMPAIGN)
    agency.compile(CAMPAIGN)
    agency.submit_reports(CAMPAIGN)
    agency.sign("campaign_report", campaign_id=CAMPAIGN)
    agency.sign("unit_report", campaign_id=CAMPAIGN)
    agency.issue_reports(CAMPAIGN)
    with session_scope() as session:
        assert campaigns.get(session, CAMPAIGN).state is CampaignState.FOLLOWING_UP


@pytest.fixture
def handover(office: PaperOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PaperOffice:
    """The demo agency with a kind that reads no share and puts statements of its own; its plan is approved."""
    shutil.copytree(DEMO / "rules", tmp_path / "rules")
    written(tmp_path / "rules", WITHOUT_CRAWL)
    items = {
        "categories": [{"id": "LVR", "name": "離職交接"}],
        "items": [_item(1, "unit"), _item(2, "unit"), _item(3, "inspector")],
    }
    text = yaml.safe_dump(items, allow_unicode=True, sort_keys=False)
    (tmp_path / "rules" / "checklist_items.yaml").write_text(text, encoding="utf-8")
    leaving = {
        "id": "leaving",
        "cause": "離職交接不實",
        "categories": ["LVR"],
        "explanation": "文書及帳號未點交，離職後仍得接觸。",
        "practice": ["離職前逐項點交"],
    }
    text = yaml.safe_dump({"lessons": [leaving]}, allow_unicode=True, sort_keys=False)
    (tmp_path / "rules" / "awareness.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("INSPECTION_RULES_DIR", str(tmp_path / "rules"))
    settings.reset()
    catalogue.reset()
    with session_scope() as session:
        form = {"first_day": "2026-11-02", "last_day": "2026-11-20", "unit_ids": [SOCIAL, WORKS]}
        wanted = campaign_asked_for(session, "handover", form, at=now.now())
        campaign = open_campaign(session, wanted, catalogue=office.rules, at=now.now())
        assert (campaign.id, campaign.first_crawl) == (HANDOVER, False)
    office.draft(HANDOVER)
    with session_scope() as session:
        print_plan(session, HANDOVER, catalogue=office.rules, at=now.now())
    office.submit(HANDOVER)
    office.decide(campaign_id=HANDOVER)
    return office


def _item(number: int, respondent: str) -> dict[str, object]:
    return {
        "id": f"LVR-{number:03}",
        "statement": f"離職人員經管之文書、簿冊、檔案及帳號，均於離職前點交並留有紀錄（{number}）。",
        "kinds": ["handover"],
        "severity": "high",
        "respondent": respondent,
        "rotation": "core",
        "sources": ["own"],
    }


def words(kind: str) -> str:
    """The words of the first paper of a kind, a line for each paragraph, without blanks."""
    with session_scope() as session:
        paper = session.query(Document).filter_by(kind=kind).first()
        assert paper is not None
        data = read_document(paper)
    xml = zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml").decode()
    return re.sub(r"[ 　]", "", re.sub(r"<[^>]*>", "", re.sub(r"</w:p>", "\n", xml)))


def test_where_no_share_is_read_the_plan_says_so_and_its_crawl_is_none(handover: PaperOffice) -> None:
    with session_scope() as session:
        plan = campaigns.latest_plan(session, HANDOVER)
        assert plan is not None
        assert (plan.content["shares"], plan.content["crawl"]) == ([], {})
        assert [item["id"] for item in plan.content["items"]] == ["LVR-001", "LVR-002"]
        assert [item["id"] for item in plan.content["inspector_items"]] == ["LVR-003"]
        assert not any("清查" in step["work"] for step in plan.content["timetable"])
    said = words("plan")
    assert "本次不清查分享區" in said
    assert "附件二檢查人員編組表" in said and "如附件二。" in said
    for untrue in ("唯讀", "清查期間", "清查帳號", "共用資料夾", "清查網路分享區", "附件三"):
        assert untrue not in said
    with session_scope() as session:
        assert begin_campaign_crawl(session, HANDOVER, catalogue=handover.rules, at=now.now()) == []
        assert open_campaign_reading(session, HANDOVER, at=now.now()) == []
        assert set(finish_campaign_crawl(session, HANDOVER, at=now.now()).values()) == {0}
    assert list_campaign_share(session_scope, HANDOVER, "S-WORKS", login_for=lambda _: None) == []
    with session_scope() as session:
        assert session.query(CrawlRun).count() == 0


def test_where_no_share_is_read_it_runs_to_its_conclusion(handover: PaperOffice) -> None:
    handover.send_forms(HANDOVER)
    assert handover.items(WORKS, HANDOVER) == ["LVR-001", "LVR-002"]
    handover.return_form(WORKS, {"LVR-002": "不符合"}, HANDOVER)
    handover.return_form(SOCIAL, {}, HANDOVER)
    assert handover.triage(handover.suspect(HANDOVER), severity=Severity.HIGH)
    handover.compile(HANDOVER)
    report, unit = words("campaign_report"), words("unit_report")
    assert report.count("本次依計畫不清查分享區。") == 2  # in the overview, and in row 八
    assert "疑似事項處理情形" in unit and "疑似事項處理情形" in report
    for said in (report, unit):
        assert "—\n本次不清查" in said
        for untrue in ("0／0", "應清查", "無分享區", "清查完畢", "系統清查", "自動清查結果"):
            assert untrue not in said
    handover.submit_reports(HANDOVER)
    handover.sign("campaign_report", campaign_id=HANDOVER)
    handover.sign("unit_report", campaign_id=HANDOVER)
    assert handover.issue_reports(HANDOVER) == 3
    with session_scope() as session:
        (left,) = lacking(session, HANDOVER, catalogue=handover.rules)
        assert "陳報" in left.words
        enter_sent_up(
            session,
            HANDOVER,
            "report_to_superior_agency",
            on=now.today(),
            number="示政字第1150000001號",
            person_id=STAFF,
            catalogue=handover.rules,
            at=now.now(),
        )
        concluded = conclude(session, HANDOVER, person_id=STAFF, catalogue=handover.rules, at=now.now())
        assert concluded.state is CampaignState.CONCLUDED


def test_a_first_crawl_is_refused_where_no_share_is_read(handover: PaperOffice) -> None:
    with session_scope() as session:
        form = {"first_day": "2026-11-09", "last_day": "2026-11-20", "first_crawl": "yes"}
        wanted = campaign_asked_for(session, "handover", form, at=now.now())
        with pytest.raises(BadSource, match=r"離職交接檢查.*不清查分享區"):
            open_campaign(session, wanted, catalogue=handover.rules, at=now.now())


@pytest.mark.parametrize("field", [name for name in CampaignKind.model_fields if name != "id"])
def test_an_entry_without_one_of_its_fields_is_refused_with_file_and_line(tmp_path: Path, field: str) -> None:
    entry = {name: value for name, value in LEAK_REVIEW.items() if name != field}
    with pytest.raises(BadSource) as refused:
        catalogue.load(written(tmp_path, entry))
    faults = refused.value.faults if isinstance(refused.value, BadSources) else [refused.value]
    places = [fault.place for fault in faults if fault.place is not None and not isinstance(fault.place, str | Path)]
    assert [(place.file, place.line) for place in places] == [(str(tmp_path / "campaign_kinds.yaml"), 2)]
    assert field in (places[0].field or "")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"items_of": "yearly"}, "yearly"),
        ({"joint_with": "天文"}, "天文"),
        ({"sent_up": ["letter_to_the_moon"]}, "letter_to_the_moon"),
        ({"plan": "essay"}, "inspection"),
        ({"runs": []}, "runs"),
        ({"runs": ["crawl", "checklists", "duty"]}, "runs: duty"),
        ({"runs": ["crawl"]}, "runs 可為 [crawl, checklists]，或 [checklists]"),
        ({"runs": ["duty"]}, "runs: duty"),
        ({"told": "insiders"}, "told: insiders"),
        ({"ends_with": "closing_review"}, "ends_with: closing_review"),
        ({"in_year_calendar": True}, "不事先通知"),
        ({"every_half_year": True, "told": "beforehand", "in_year_calendar": True}, "every_half_year"),
        ({"opened_by": "project"}, "opened_by: project"),
        ({"code": "AD"}, "重複者為：AD"),
        ({"code": "leak"}, "code"),
        ({"mood": "grim"}, "mood"),
    ],
)
def test_an_entry_no_code_could_carry_out_is_refused(tmp_path: Path, change: dict[str, object], told: str) -> None:
    with pytest.raises(BadSource) as refused:
        catalogue.load(written(tmp_path, LEAK_REVIEW | change))
    assert told in str(refused.value)
    assert str(tmp_path / "campaign_kinds.yaml") in str(refused.value)


def test_an_unknown_kind_is_refused_with_those_there_are(office: PaperOffice) -> None:
    with session_scope() as session, pytest.raises(BadSource, match="it_audit") as refused:
        wanted = campaign_asked_for(session, "leak_review", {}, at=now.now())
        open_campaign(session, wanted, catalogue=office.rules, at=now.now())
    assert "leak_review" in str(refused.value)


def test_a_kind_taken_out_of_the_rules_is_told_and_its_campaigns_are_withheld(
    agency: PaperOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(agency)
    with session_scope() as session:
        session.get_one(Campaign, CAMPAIGN).state = CampaignState.FOLLOWING_UP
    later = date(2027, 5, 3)
    agency.open("C-later", first_day=later, last_day=later + timedelta(days=11))
    with session_scope() as session:
        assert [one.id for one in campaigns.before(session, campaigns.get(session, "C-later"))] == [CAMPAIGN]
    monkeypatch.setenv("INSPECTION_RULES_DIR", str(DEMO / "rules"))
    settings.reset()
    catalogue.reset()
    with session_scope() as session:
        assert unknown(session) == ["leak_review"]
        with pytest.raises(BadSource, match="leak_review"):  # the portal does not start
            require_known(session)
        assert campaigns.before(session, campaigns.get(session, "C-later")) == []
        with pytest.raises(BadSource, match="leak_review"):
            kind_of(campaigns.get(session, CAMPAIGN))
    (told,) = [check for check in examine() if check.name == "kinds"]
    assert not told.ok and "leak_review" in told.found and "campaign_kinds.yaml" in told.remedy
