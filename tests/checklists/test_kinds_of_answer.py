"""A statement answered by a number, a date or a text: from the rule to the form, the row and the figures."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from campaigns.paper_office import CAMPAIGN, SECOND_STAFF, SOCIAL, WORKS, PaperOffice, plan_content
from checklists.filling import filled
from inspection import clock as now
from inspection import settings
from inspection.checklists import refusals
from inspection.checklists.review import accept
from inspection.documents.returned import FormProblem
from inspection.model import Answer, ChecklistReturn
from inspection.reports import words
from inspection.reports.figures import gather
from inspection.rules import catalogue
from inspection.store import checklists, findings
from inspection.store.session import session_scope

OF_WORKS = f"{CAMPAIGN}:{WORKS}"
PAPERS, INVENTORY, KEEPER = "DOC-901", "DOC-902", "DOC-903"
ASKED = {
    PAPERS: ("本期新收密件之件數。", {"kind": "number", "unit": "件", "most": 5000}),
    INVENTORY: ("最近一次密件清查之日期。", {"kind": "date"}),
    KEEPER: ("本單位密件保管之處所。", {"kind": "text", "most": 40}),
}
WRITTEN = {f"{PAPERS}.result": "1,234", f"{INVENTORY}.result": "115年10月30日", f"{KEEPER}.result": "二樓保險箱"}


def lay_over(folder: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, object]) -> None:
    """An agency's own rules."""
    for name, content in files.items():
        (folder / name).write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    monkeypatch.setenv("INSPECTION_RULES_DIR", str(folder))
    settings.reset()
    catalogue.reset()


@pytest.fixture
def asked(office: PaperOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PaperOffice:
    """Forms are out that ask for a number, a date and a text besides; the agency says 合格 for 符合."""
    items = [
        {"id": code, "statement": statement, "kinds": ["semiannual"], "severity": "low", "respondent": "unit",
         "rotation": "core", "answer": answer}
        for code, (statement, answer) in ASKED.items()
    ]  # fmt: skip
    lay_over(tmp_path, monkeypatch, {
        "checklist_items.yaml": {"items": items}, "office.yaml": {"answer_names": {"conforms": "合格"}},
    })  # fmt: skip
    office.approved_plan()
    office.send_forms()
    return office


def kept(item: str) -> Answer:
    """The newest answer to a statement."""
    with session_scope() as session:
        return next(one for one in checklists.answers(session, OF_WORKS) if one.item_id == item)


def test_each_kind_travels_from_the_rule_to_the_row(asked: PaperOffice) -> None:
    content = plan_content()
    items = {item["id"]: item for item in content["items"]}  # type: ignore[attr-defined]
    assert items[PAPERS]["answer"] == {
        "kind": "number",
        "unit": "件",
        "most": "5000",
        "words": items[PAPERS]["answer"]["words"],
    }
    taken = asked.take_in(filled(asked.form(WORKS), dict.fromkeys(asked.items(WORKS), "合格"), WRITTEN))
    assert taken.problems == ()
    assert kept(PAPERS).value == {"kind": "number", "number": "1234"}
    assert kept(INVENTORY).value == {"kind": "date", "day": "2026-10-30"}
    assert kept(KEEPER).value == {"kind": "text", "text": "二樓保險箱"}
    others = [one for one in asked.items(WORKS) if one not in ASKED]
    assert kept(others[0]).value == {"kind": "statement", "said": "conforms"}
    with session_scope() as session:
        accept(session, OF_WORKS, person_id=SECOND_STAFF, at=now.now())
        tally = next(one for one in gather(session, CAMPAIGN, asked.rules).units if one.unit.id == WORKS).tally
    assert (tally.asked, tally.conforms, tally.other, tally.told) == (len(others), len(others), 3, 3)


@pytest.mark.parametrize(
    ("item", "written", "expected"),
    [
        (PAPERS, "5001", "一個數值（件），不小於0，不大於5,000"),
        (PAPERS, "約三件", "一個數值（件），不小於0，不大於5,000"),
        (INVENTORY, "115年2月30日", "一個確有之日期，例如115年11月13日"),
    ],
)
def test_an_unclear_answer_is_told_once_with_what_is_asked_for(
    asked: PaperOffice, item: str, written: str, expected: str
) -> None:
    every = dict.fromkeys(asked.items(WORKS), "合格")
    taken = asked.take_in(filled(asked.form(WORKS), every, {**WRITTEN, f"{item}.result": written}))
    assert list(taken.problems) == [
        {"problem": FormProblem.ANSWER_UNCLEAR.value, "item": item, "expected": expected}
    ]  # fmt: skip
    with session_scope() as session:
        position = next(one.position for one in checklists.questions(session, OF_WORKS) if one.item_id == item)
        (line,) = refusals.lines(taken.problems, {item: position}, asked.rules)
    assert line == (
        f"第{position}項之結果無法辨識，請依欄位選填或填寫一個明確之結果。第{position}項應填{expected}。"
    )  # fmt: skip


@pytest.fixture
def sent(office: PaperOffice) -> PaperOffice:
    """Forms as shipped are out."""
    office.approved_plan()
    office.send_forms()
    return office


def test_everything_the_unit_wrote_is_kept(sent: PaperOffice) -> None:
    first = sent.items(WORKS)[0]
    words = {
        f"{first}.remark": "已於11月5日改置密碼櫃", "form.filler": "陳○安", "form.date": "2026/11/9",
        "form.statement": "人力不足，請協助辦理宣導。",
    }  # fmt: skip
    sent.take_in(filled(sent.form(WORKS), {first: "不符合"}, words, ticked=first))
    assert (kept(first).mended, kept(first).remark) == (True, "已於11月5日改置密碼櫃")
    with session_scope() as session:
        whole = session.get_one(ChecklistReturn, (OF_WORKS, 1))
    assert (whole.filler, whole.dated, whole.opinion) == ("陳○安", "2026/11/9", "人力不足，請協助辦理宣導。")
    assert whole.document_id


@pytest.mark.parametrize(("tag", "longest"), [("form.filler", 200), ("form.statement", 4000), ("remark", 4000)])
def test_more_than_a_row_holds_is_refused_not_cut(sent: PaperOffice, tag: str, longest: int) -> None:
    first = sent.items(WORKS)[0]
    full = f"{first}.remark" if tag == "remark" else tag
    taken = sent.take_in(filled(sent.form(WORKS), {}, {full: "長" * (longest + 1)}))
    assert list(taken.problems) == [{"problem": "too_long", "item": first if tag == "remark" else ""}]
    assert sent.take_in(filled(sent.form(WORKS), {}, {full: "長" * longest})).accepted


def returned(office: PaperOffice, unit: str, papers: str) -> None:
    """A unit answers everything, its number of papers so; accepted."""
    every, written = dict.fromkeys(office.items(unit), "合格"), {**WRITTEN, f"{PAPERS}.result": papers}
    written[f"{PAPERS}.remark"] = "本單位無此項業務" if papers == "不適用" else ""
    assert office.take_in(filled(office.form(unit), every, written)).problems == ()
    with session_scope() as session:
        accept(session, f"{CAMPAIGN}:{unit}", person_id=SECOND_STAFF, at=now.now())


def test_numbers_are_summed_over_the_units_and_conform_to_nothing(asked: PaperOffice) -> None:
    returned(asked, SOCIAL, "7")
    returned(asked, WORKS, "1,234")
    with session_scope() as session:
        figures = gather(session, CAMPAIGN, asked.rules)
    (amount,) = figures.amounts
    assert (amount.item_id, amount.unit, amount.total, amount.asked, amount.told) == (PAPERS, "件", Decimal(1241), 2, 2)
    of_works = next(one for one in figures.units if one.unit.id == WORKS).tally
    assert of_works.conforms == of_works.asked == len(asked.items(WORKS)) - len(ASKED)
    asked.compile()
    with session_scope() as session:
        own, unit = (findings.latest_report(session, CAMPAIGN, one) for one in ("", WORKS))
        assert own is not None
        assert unit is not None
    assert own.content["told_otherwise"] == [
        "另有6項以數值、日期或文字填報，已填6項。",
        "「本期新收密件之件數」合計1,241件（應填2個單位，已填2個，不適用0個）。",
    ]
    assert "「本期新收密件之件數」：1,234件。" in unit.content["summary"]


def test_a_number_that_does_not_apply_or_never_came_is_no_zero(asked: PaperOffice) -> None:
    returned(asked, WORKS, "不適用")
    with session_scope() as session:
        figures = gather(session, CAMPAIGN, asked.rules)
        told = {one.unit.id: words.declared(one, asked.rules) for one in figures.units}
    (amount,) = figures.amounts
    assert (amount.told, amount.not_applicable, amount.asked) == (0, 1, 2)
    assert told[WORKS][-1] == "「本期新收密件之件數」：不適用。"
    assert "均無填報結果" in told[SOCIAL][-1]
