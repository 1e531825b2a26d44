"""The first factor rests on training and awareness work, of the agency and each unit, beside the half-year before."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path

import pytest

from awareness.keeping import handles, held
from campaigns.paper_office import CAMPAIGN, ETHICS, HEAD, SOCIAL, STAFF, WORKS, PaperOffice, plan_content
from conftest import FixedClock
from inspection import clock as now
from inspection.cli.entry import main
from inspection.errors import BadSource, NotAllowed, NotFound
from inspection.model import Assessment
from inspection.planning.assess import assess, sentences_of
from inspection.planning.assess_edit import rewrite_sentence
from inspection.planning.draft import draft_plan
from inspection.store import events
from inspection.store.session import session_scope


def assessed(office: PaperOffice, campaign_id: str = CAMPAIGN) -> Assessment:
    with session_scope() as session:
        return assess(session, campaign_id, catalogue=office.rules, actor=STAFF, at=now.now())


def texts(assessment: Assessment, unit: str = "") -> dict[str, str]:
    return {str(one["rule"]): str(one["text"]) for one in sentences_of(assessment, unit)}


def lacking(assessment: Assessment, factor: int) -> str:
    """What is told to lack data in a factor."""
    found = [one for one in sentences_of(assessment) if one["factor"] == factor and "insufficient" in str(one["rule"])]
    return "".join(str(one["text"]) for one in found)


def rewritten(rule: str, text: str, *, unit: str = "", person: str = STAFF, factor: int | None = None) -> Assessment:
    with session_scope() as session:
        return rewrite_sentence(
            session, CAMPAIGN, rule, text, unit_id=unit, factor=factor, person_id=person, at=now.now()
        )


@pytest.fixture
def trained(office: PaperOffice) -> PaperOffice:
    """Three handle secrets; one was trained in the half-year before, one in this one, and a quiz was held in both."""
    for person, unit in (("P021", SOCIAL), ("P022", SOCIAL), ("P042", WORKS)):
        handles(office, person, unit)
    held(office, "2026-02-10", "training", people=["P021"], units=[SOCIAL], quiz_takers=1, quiz_average=90)
    held(office, "2026-03-10", "video")
    held(office, "2026-08-05", "training", people=["P042"], units=[WORKS], quiz_takers=4, quiz_average=82.5)
    office.open()
    return office


@pytest.mark.clause("S0-07c", "S1-01")
def test_training_months_units_and_quiz_are_said_with_their_numbers_and_trend(trained: PaperOffice) -> None:
    made = assessed(trained)
    said = texts(made)
    assert said["training_low"] == (
        "承辦機密業務人員3人，115年5月至10月已受保密講習1人（33.3%），低於八成，應加強宣導。"
    )
    assert "training_more" not in said
    assert said["training_units"] == "承辦機密業務人員未全數受訓之單位1個，以社會課2人最多。"
    assert said["awareness_held"] == "115年5月至10月辦理保密宣導1場，6個月中1個月有宣導。"
    assert said["awareness_fewer"] == "宣導場次較前半年2場減少1場。"
    assert said["awareness_units"] == "12個單位中，宣導未及者11個。"
    assert said["quiz"] == "宣導測驗4人，平均82.5分。"
    assert said["quiz_fewer"] == "測驗平均較前半年90分降低7.5分。"
    assert lacking(made, 1).startswith("自評結果、檢查表繳交、自評與清查比對資料不足")


@pytest.mark.clause("S0-07c")
def test_a_unit_whose_people_lack_training_is_stressed_in_the_plan_with_the_reason(trained: PaperOffice) -> None:
    made = assessed(trained)
    social, works = texts(made, SOCIAL), texts(made, WORKS)
    assert social["unit_untrained"] == "承辦機密業務人員2人，115年5月至10月未受保密講習2人。"
    assert social["unit_untrained_more"] == "未受訓者較前半年1人增加1人。"
    assert social["unit_unreached"] == "115年5月至10月保密宣導及於本單位0場，應予補辦。"
    assert works["unit_trained"].endswith("未受保密講習0人，已全數受訓。")
    assert works["unit_untrained_fewer"] == "未受訓者較前半年1人減少1人。"
    trained.draft()
    units = {unit["id"]: unit for unit in plan_content()["units"]}  # type: ignore[attr-defined]
    because = {item["id"]: item["because"] for item in units[SOCIAL]["items"]}
    assert because["PER-003"] == "stressed"
    assert units[SOCIAL]["stress"] == (
        "加強人員與宣導（狀況研判：承辦機密業務人員2人，115年5月至10月未受保密講習2人）。"
    )
    assert units[WORKS]["stress"] == ""
    assert units[SOCIAL]["assessment"][0] == social["unit_untrained"]


def test_without_any_record_training_is_named_as_lacking_data(office: PaperOffice) -> None:
    office.open()
    assert lacking(assessed(office), 1).startswith("承辦機密業務人員受訓、保密宣導、")
    handles(office, "P022", SOCIAL)
    made = assessed(office)
    assert texts(made)["training_low"].startswith("承辦機密業務人員1人")
    assert lacking(made, 1).startswith("保密宣導、宣導測驗、")


def test_two_rounds_of_checklists_are_set_side_by_side(office: PaperOffice, clock: FixedClock) -> None:
    office.one_fix()
    clock.set("2027-05-03T09:00:00+08:00")
    office.approved_plan("C-2", first_day=date(2027, 5, 3), last_day=date(2027, 5, 21))
    office.send_forms("C-2")
    clock.set("2027-05-17T09:00:00+08:00")
    office.return_form(SOCIAL, campaign_id="C-2")
    clock.set("2027-05-20T09:00:00+08:00")
    office.return_form(WORKS, campaign_id="C-2")
    office.suspect("C-2")
    office.compile("C-2")
    clock.set("2027-11-01T09:00:00+08:00")
    office.open("C-3", first_day=date(2027, 11, 1), last_day=date(2027, 11, 19))
    made = assessed(office, "C-3")
    said, works, social = texts(made), texts(made, WORKS), texts(made, SOCIAL)
    assert said["answers_conforming"].endswith("不符合0項，無偏高情形。")
    assert "下降" in said["answers_fewer"]
    assert said["returns_late"] == "前次檢查表應交2份，逾期2份，以工務課逾期6個工作日最久。"
    assert said["returns_more"] == "逾期份數較再前次0份增加2份。"
    assert works["unit_late"] == "前次檢查表逾期6個工作日送回。"
    assert works["unit_late_more"] == "逾期日數較再前次0日增加6日。"
    assert social["unit_late"] == "前次檢查表逾期3個工作日送回。"
    assert "unit_overdue_more" not in works  # one was overdue then, and one is now
    assert works["unit_overdue"] == "列管缺失1件，逾期未改善1件。"


@pytest.mark.clause("S0-07b")
def test_a_person_rewrites_a_sentence_and_the_figures_stay(trained: PaperOffice) -> None:
    first = assessed(trained)
    wanted = "承辦機密業務之3人中僅1人（33.3%）於本期受訓，應優先補訓。"
    second = rewritten("training_low", f"{wanted}\n")
    assert (second.version, second.figures) == (first.version + 1, first.figures)
    assert texts(second)["training_low"] == wanted
    assert rewritten("training_low", wanted).id == second.id
    with session_scope() as session:
        (event,) = events.of_subject(session, "assessment", second.id)
        assert (event.action, event.actor, event.details["section"]) == ("edited", STAFF, "training_low")
        plan = draft_plan(session, CAMPAIGN, catalogue=trained.rules, drafted_by=STAFF, at=now.now())
        assert wanted in plan.content["assessment"][0]["sentences"]
    assert assessed(trained).id == second.id


def test_what_a_person_wrote_goes_when_its_figures_change_and_stays_when_others_do(trained: PaperOffice) -> None:
    assessed(trained)
    rewritten("training_low", "3人中1人（33.3%）受訓。")
    rewritten("unit_untrained", "兩名承辦人（2人）均未受訓，共2人。", unit=SOCIAL)
    held(trained, "2026-09-05", "training", people=["P022"], units=[SOCIAL])
    said = assessed(trained)
    assert texts(said)["training_low"].startswith("承辦機密業務人員3人，")
    assert texts(said, SOCIAL)["unit_untrained"].endswith("未受保密講習1人。")
    rewritten("quiz", "4人測驗，平均82.5分，尚可。")
    held(trained, "2026-10-05", "video", units=[ETHICS])
    assert texts(assessed(trained))["quiz"] == "4人測驗，平均82.5分，尚可。"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("多數人員未受訓。", "漏列所依據之數字 3、1、33.3"),
        ("13人中1人（33.3%）。", "漏列所依據之數字 3 — "),
        (" \n", "文句空白"),
        ("3人1人33.3" + "。" * 500, "超過 500 字"),
    ],
)
def test_a_text_that_drops_a_figure_is_refused(trained: PaperOffice, text: str, told: str) -> None:
    assessed(trained)
    with pytest.raises(BadSource, match=told):
        rewritten("training_low", text)


def test_only_the_ethics_office_rewrites_and_not_under_a_plan_in_force(trained: PaperOffice) -> None:
    assessed(trained)
    with pytest.raises(NotAllowed, match="狀況研判僅得由政風室撰寫"):
        rewritten("quiz", "4人，82.5分。", person=HEAD)
    with pytest.raises(NotFound, match="'gossip' 不在研判文句內；研判文句有 awareness_contents"):
        rewritten("gossip", "甲")
    trained.draft()
    trained.submit()
    trained.decide()
    with pytest.raises(NotAllowed, match="已核定"):
        rewritten("quiz", "4人，82.5分。")


def test_the_command_shows_the_rules_by_which_a_sentence_is_rewritten(
    trained: PaperOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def typed(*words: str) -> str:
        monkeypatch.setattr(sys, "argv", ["inspection", "plan", *words, "--as", STAFF])
        main_ended(main)
        return capsys.readouterr().out

    assert "quiz\t1\t\t宣導測驗4人，平均82.5分。" in typed("assess", CAMPAIGN)
    told = json.loads(typed("assess", CAMPAIGN, "--json"))
    assert told["figures"]["agency"]["1"]["quiz_average"] == 82.5
    text = tmp_path / "text.txt"
    text.write_text("4人測驗，平均82.5分，尚可。", encoding="utf-8")
    assert "版次: 2" in typed("assess-edit", CAMPAIGN, "quiz", "--text", str(text))


def main_ended(run: object) -> None:
    """Runs the entry point to its end, which is an exit of status 0."""
    assert callable(run)
    with pytest.raises(SystemExit) as ended:
        run()
    assert not ended.value.code
