"""Plan forms, sentences of the assessment, spring windows, items: complete, citing their numbers, answerable."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.calendar import roc, spring
from inspection.calendar.working_days import build
from inspection.errors import BadSource
from inspection.rules import catalogue
from inspection.rules.assessment_sentences import Factor, say
from inspection.rules.checklist_items import Respondent
from inspection.rules.plan_sections import SectionContent, gaps
from inspection.vocabulary import Level, MarkedAs

RULES = catalogue.load()
SENTENCES = RULES.assessment_sentences


@pytest.mark.clause("S0-06b", "S0-07g", "S3-02", "S3-21")
@pytest.mark.parametrize(
    ("kind", "headings"),
    [
        (
            "semiannual",
            "檢查目的 檢查項目 受檢單位與人員 檢查人員編組 檢查方法與程序 檢查時間 檢查結果處理 行政支援處理",
        ),
        ("project", "實施依據或目的 實施期間 狀況研判 防範措施 執行分工 附則"),
        ("spring_festival", "依據 目的 任務 執行 協調配合 通信聯絡"),
    ],
)
def test_a_plan_has_the_headings_its_source_demands(kind: str, headings: str) -> None:
    sections = RULES.plan_form(kind).sections
    assert [one.heading for one in sections if one.heading and not one.within] == headings.split()


@pytest.mark.clause("S3-23")
def test_the_spring_plan_ends_with_a_paragraph_without_title() -> None:
    assert RULES.plan_form("spring_festival").sections[-1].heading == ""


@pytest.mark.parametrize("kind", RULES.campaign_kinds.ids(lambda _: True))
def test_a_plan_is_complete_only_when_no_section_lacks_text_or_data(kind: str) -> None:
    form = RULES.plan_form(kind)
    full = {section.id: SectionContent("字" * section.min_characters, set(section.needs)) for section in form.sections}
    assert gaps(form, full) == ()
    for section in form.sections:
        without = {name: content for name, content in full.items() if name != section.id}
        assert [gap.lacks for gap in gaps(form, without)] == ["text", *section.needs]
        blank = {**full, section.id: SectionContent(" 　\n" * 400, set(section.needs))}
        assert [(gap.section, gap.lacks) for gap in gaps(form, blank)] == [(section.id, "text")]
        for need in section.needs:
            poorer = {**full, section.id: SectionContent(full[section.id].text, set(section.needs) - {need})}
            assert [(gap.section, gap.lacks) for gap in gaps(form, poorer)] == [(section.id, need)]


def test_the_crawls_shares_account_and_method_must_stand_in_an_inspection_plan() -> None:
    method = next(s for s in RULES.plan_form("semiannual").sections if s.id == "method")
    assert set(method.needs) == {"shares", "crawl_account", "method"}


@pytest.mark.clause("S0-07c")
def test_a_sentence_cites_its_numbers_and_says_what_the_plan_should_stress() -> None:
    facts = {"staff": 40, "trained": 15, "share": 37.5}
    sentence = say(SENTENCES, {**facts, "period": "115年5月至10月"}, Factor.ALERTNESS)[0]
    assert sentence.text == "承辦機密業務人員40人，115年5月至10月已受保密講習15人（37.5%），低於八成，應加強宣導。"
    assert sentence.numbers == facts
    assert sentence.stresses == ("PER",)


def test_the_other_side_of_a_bound_gives_the_other_sentence() -> None:
    facts = {"staff": 40, "trained": 32, "share": 80, "period": "115年5月至10月"}
    high, lacking = say(SENTENCES, facts, Factor.ALERTNESS)
    assert high.rule_id == "training_high"
    assert lacking.text.startswith("機密業務單位、保密宣導、宣導測驗、自評結果、檢查表繳交、自評與清查比對資料不足")
    assert not lacking.is_sufficient


@pytest.mark.parametrize(
    "facts",
    [{}, {"staff": 0, "trained": 0, "share": 0}, {"answered": 19, "nonconforming": 1, "nonconforming_share": 5}],
)
def test_too_few_cases_say_that_data_do_not_suffice(facts: dict[str, int | float | str]) -> None:
    said = say(SENTENCES, facts, Factor.ALERTNESS)
    assert len(said) == 1
    assert said[0].text == "「經常處理公務機密之員工保密警覺程度」部分資料不足，未作研判。"
    assert not said[0].is_sufficient


def test_large_numbers_are_printed_with_separators() -> None:
    facts = {"files": 1204567, "confirmed": 3, "unit": "工務課", "unit_confirmed": 2}
    said = say(SENTENCES, facts, Factor.ENVIRONMENT)
    assert said[0].text == "前次清查檔案1,204,567件，經確認缺失3件，以工務課2件最多。"


@given(
    st.dictionaries(
        st.sampled_from(sorted({name for rule in SENTENCES.sentences for name in rule.numbers})), st.integers(0, 5000)
    ),
    st.sampled_from(list(Factor)),
)
def test_no_sentence_is_said_without_every_number_it_rests_on(facts: dict[str, int], factor: Factor) -> None:
    for sentence in say(SENTENCES, {**facts, "unit": "甲課"}, factor):
        assert set(sentence.numbers) <= facts.keys()
        for name, value in sentence.numbers.items():
            assert value == facts[name]
            assert f"{value:,}" in sentence.text


def test_a_word_where_a_number_is_asked_is_refused() -> None:
    with pytest.raises(BadSource, match="事實 staff 須為數字"):
        say(SENTENCES, {"staff": "many", "trained": 1, "share": 1}, Factor.ALERTNESS)


def test_the_announced_windows_are_those_the_patterns_would_have_proposed() -> None:
    windows = RULES.spring_windows.windows
    assert [window.year for window in windows] == [2011, 2014, 2022, 2023, 2024, 2025, 2026]
    for window in windows:
        fitting = [
            proposal.pattern.value
            for proposal in spring.proposals(window.year, build())
            if (proposal.start, proposal.end) == (window.start, window.end)
        ]
        assert fitting == ([window.matches] if window.matches in {"npa15", "classic25"} else [])
        if window.matches == "end_only":
            assert spring.proposals(window.year, build())[0].end == window.end


def test_the_window_of_103_lasts_25_days_and_ends_at_the_next_midnight() -> None:
    window = RULES.spring_windows.window(2014)
    assert window is not None
    assert roc.window_days(window.start, window.end) == 25
    assert window.end.hour == 0
    assert window.end - window.start == timedelta(days=24, hours=2)
    assert RULES.spring_windows.window(2015) is None


def test_an_agency_adds_the_window_of_its_own_circular(tmp_path: Path) -> None:
    text = "year,start,end,matches,source\n2026,2026-02-11 00:00,2026-02-25 24:00,neither,本局函\n"
    (tmp_path / "spring_windows.csv").write_text(text, encoding="utf-8-sig")
    own = catalogue.load(tmp_path)
    window = own.spring_windows.window(2026)
    assert window is not None
    assert window.source == "本局函"
    assert own.spring_windows.window(2025) == RULES.spring_windows.window(2025)
    assert own.version != RULES.version


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("2026,2026-02-11 22:00,2026-02-10 24:00,npa15,函", "第 2 行，欄位 end：期間迄日早於起日"),
        ("2025,2026-02-11 22:00,2026-02-25 24:00,npa15,函", "第 2 行，欄位 year"),
        ("2026,2026-02-11 22:00,2026-02-25 24:00,maybe,函", "第 2 行，欄位 matches"),
        ("2026,2026-02-11 22:00,2026-02-25 24:00,npa15,", "第 2 行，欄位 source"),
        ("2026,2026-02-11 22:00,2026-02-25 24:00,npa15", "第 2 行：須有 5 欄"),
    ],
)
def test_a_wrong_window_is_named_by_line_and_field(tmp_path: Path, row: str, reason: str) -> None:
    (tmp_path / "spring_windows.csv").write_text(f"year,start,end,matches,source\n{row}\n", encoding="utf-8")
    with pytest.raises(BadSource, match=reason):
        catalogue.load(tmp_path)


def test_every_item_can_be_answered_by_one_of_three_words() -> None:
    for item in RULES.checklist_items.items:
        assert not any(sign in item.statement for sign in "？?＿"), item.id
        assert "是否" not in item.statement, item.id


def test_every_statement_is_put_in_some_kind_of_campaign() -> None:
    asking = {kind.items_of for kind in RULES.campaign_kinds.kinds if kind.has_checklists}
    assert [one.id for one in RULES.checklist_items.items if not one.retired and not asking & set(one.kinds)] == []


def test_no_two_items_say_the_same() -> None:
    statements = [item.statement for item in RULES.checklist_items.items]
    assert len(set(statements)) == len(statements)


def test_items_go_to_units_by_kind_tag_and_respondent() -> None:
    items = RULES.checklist_items
    plain = {item.id for item in items.applicable("semiannual", set(), Respondent.UNIT)}
    works = {item.id for item in items.applicable("semiannual", {"採購", "工地"}, Respondent.UNIT)}
    assert "PRO-004" in works - plain
    assert "SPR-007" not in works
    assert "SPR-007" in {i.id for i in items.applicable("spring_festival", {"工地"}, Respondent.UNIT)}
    assert plain < works
    assert not plain & {item.id for item in items.applicable("semiannual", set(), Respondent.INSPECTOR)}


def test_a_retired_item_is_put_to_nobody_but_keeps_its_id(tmp_path: Path) -> None:
    (tmp_path / "checklist_items.yaml").write_text("items:\n- {id: DOC-001, retired: true}\n", encoding="utf-8")
    items = catalogue.load(tmp_path).checklist_items
    assert "DOC-001" not in {i.id for i in items.applicable("semiannual", set(), Respondent.UNIT)}
    assert items.item("DOC-001") is not None


@pytest.mark.clause("S4-13")
def test_our_own_reports_are_proposed_a_level_with_a_condition_of_the_menu() -> None:
    mark = RULES.office.proposed_mark(MarkedAs.UNIT_REPORT)
    assert mark.level is Level.CONFIDENTIAL
    wording = RULES.office.declassification(mark.declassification or "")
    assert wording is not None
    assert not wording.needs_date
    on_date = RULES.office.declassification("on_date")
    assert on_date is not None
    assert on_date.needs_date
