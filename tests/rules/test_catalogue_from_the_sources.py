"""The catalogue held against the source documents, from their side: what they order, whom they name, what leaks.

The tables below were written from the documents' text, not from the rules: a statement that is changed, or a new one,
has to be argued here too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest

from inspection.planning.select import choose
from inspection.rules import catalogue
from inspection.rules.checklist_items import ChecklistItem, Respondent
from inspection.vocabulary import SEVERITY_RANK, Severity
from rules.citing import clauses_of

RULES = catalogue.load()
ITEMS = RULES.checklist_items
IN_USE = {item.id: item for item in ITEMS.items if not item.retired}
WITH_CHECKLISTS = {kind.items_of for kind in RULES.campaign_kinds.kinds if kind.has_checklists}
TURNS = (2026 * 2, 2026 * 2 + 1)  # the rounds of a year

ORDERED = {
    "DOC-010": (1, "S3 四2(1)2(3)"),  # 下班或臨時離開辦公室時，應將公文收藏……並即加鎖
    "COP-002": (1, "S1 原因03"),  # 誤繕誤印之廢紙，應立即銷燬
    "DST-003": (1, "S2 其他5"),  # 凡具有機密性之廢棄字紙必須立即銷燬
    "SPR-001": (2, "S3 四1"),  # 工作期間：……起
    "SPR-002": (1, "S3 四2(1)2(5)"),  # 春節連續假日期間……抽屜、公文櫃應確實上鎖
    "SPR-003": (2, "S3 四1"),
    "SPR-004": (2, "S3 四1"),
    "SPR-005": (2, "S3 四1"),
    "SPR-006": (5, "S3 四2(2)5"),  # 近期及春節連續假期前後
    "SPR-007": (2, "S3 四1"),
    "SPR-009": (1, "S3 四3"),  # 立即通報本處
    "SPR-011": (1, "S3 四2(2)4"),  # 應立即通報地區調查機關處理
    "INC-001": (1, "S0 十一(二)"),  # 應即密報機關首長及有關單位主管
    "INC-004": (1, "S3 四2(1)8"),  # 應即通報當地調查處站
}
"""Where a document orders something at once or by a day: the statement, its working days, the place."""

NAMED = {
    "總務": {"COM-003", "COM-005"},  # seed 002 通信2：總務室應定期檢查……發現異常裝置物
    "資訊": {"INF-006", "INF-010", "INF-011", "INF-018", "INF-019", "SPR-010"},  # seed 000 八, seed 003 四2(1)5–7
    "工地": {"SPR-007"},  # seed 003 四2(2)6：協請本府建設處
    "財政": {"SPR-008"},  # seed 003 四2(2)7：請本府財政處
    "人事": {"PER-006", "PRO-008", "RMT-005"},  # seed 003 四2(3)1, seed 004 教育部人事處
    "密碼": {"CIP-001", "CIP-002"},  # seed 000 十：配有密碼（語）之單位
    "政風": {"COM-006", "COP-004", "VST-002", "INC-001", "INC-002", "INC-003", "INC-005", "SPR-005", "PER-002"},
    "": {"DOC-001", "DOC-002", "PER-001", "SHR-001", "DST-001", "FUP-001", "COM-008", "COM-009"},  # 各單位
}
"""Whom a document names for it, by the tag of the roster; every unit where it names none."""

LEAKS_AT_ONCE = {
    "COM-009",  # 以通訊軟體或私人信箱傳送：已離開機關
    "INF-003",  # 未加密而以電子方式傳送
    "INF-004",  # 機密電子檔在公用磁碟
    "INF-014",  # 攜出之媒體未加密
    "SHR-003", "SHR-004",  # 個資清冊人人可讀、對外公告
    "PRO-005", "PRO-007",  # 底價單、考題未隔離
    "WHI-001", "WHI-002",  # 檢舉人身分
    "RMT-004",  # 網際網路傳送
    "INC-001", "INC-004",  # 洩密、資安事件而未即時陳報：損害持續擴大
}  # fmt: skip
"""Faults by which something leaks, or may at any moment; all others protect less, or are formalities."""

FORMALITIES = {"SPR-001", "SPR-004", "FUP-002", "FUP-004", "PER-002", "VST-002", "DOC-013", "EQP-003", "MTG-008"}
"""What is not made, not told or not brought up to date, and by which nothing lies open."""

OF_RECORDS = re.compile("名冊|列冊|登記|紀錄|清冊|清單|並留|簽收|切結|具結")


def put_within_a_year(item: ChecklistItem) -> bool:
    """Whether some unit finds it on its form, or an inspector on the record, within a year's rounds of some kind."""
    for kind in set(item.kinds) & WITH_CHECKLISTS:
        for tag in item.unit_tags or ("",):
            found = ITEMS.applicable(kind, {tag}, item.respondent)
            if item.respondent is Respondent.INSPECTOR and item in found:
                return True
            if any(one.item is item for turn in TURNS for one in choose(found, stressed=set(), turn=turn)):
                return True
    return False


def without_record(items: Iterable[ChecklistItem]) -> list[str]:
    """Statements of units that speak of a record, demand none and do not say why."""
    return [
        item.id
        for item in items
        if item.respondent is Respondent.UNIT
        and OF_RECORDS.search(item.statement)
        and not item.evidence_required
        and not item.why
    ]


def test_every_statement_is_put_to_somebody_within_a_year() -> None:
    assert len(IN_USE) > 130
    assert [item.id for item in IN_USE.values() if not put_within_a_year(item)] == []
    nobody = IN_USE["DOC-001"].model_copy(update={"kinds": ("project",)})
    assert not put_within_a_year(nobody)


def test_none_names_a_kind_that_puts_no_statements() -> None:
    assert {kind for item in IN_USE.values() for kind in item.kinds} == WITH_CHECKLISTS


def test_a_deadline_of_its_own_has_what_a_document_orders_and_nothing_else() -> None:
    own = {
        item.id: (item.fix_within_working_days, next(clauses_of(item.deadline_set_by[0]))[0])
        for item in IN_USE.values()
        if item.deadline_set_by
    }
    assert own == ORDERED
    for item_id in ORDERED:
        (cited,) = IN_USE[item_id].deadline_set_by
        assert all(clauses for _, clauses in clauses_of(cited)), f"{item_id}: of no clause"


@pytest.mark.parametrize("severity", Severity)
def test_none_gives_longer_than_the_severity_and_its_own_shortens(severity: Severity) -> None:
    usual = RULES.severities.rule(severity).fix_within_working_days
    given = {item.id: RULES.fix_within(severity, item.id) for item in IN_USE.values()}
    assert {item: days for item, days in given.items() if days > usual} == {}
    assert {item for item, days in given.items() if days < usual} == {
        item for item, (days, _) in ORDERED.items() if days < usual
    }
    of_item = [RULES.severities.rule(IN_USE[item].severity).fix_within_working_days for item in ORDERED]
    assert all(days < usual for (days, _), usual in zip(ORDERED.values(), of_item, strict=True)), "one shortens nothing"


def test_what_leaks_at_once_is_grave_and_nothing_else() -> None:
    assert {item.id for item in IN_USE.values() if item.severity is Severity.CRITICAL} == LEAKS_AT_ONCE
    assert all(SEVERITY_RANK[IN_USE[one].severity] <= SEVERITY_RANK[Severity.MEDIUM] for one in FORMALITIES)


def test_it_is_put_to_whom_the_document_names() -> None:
    for tag, items in NAMED.items():
        assert {one: IN_USE[one].unit_tags for one in items} == dict.fromkeys(items, (tag,) if tag else ()), tag


def test_who_speaks_of_a_record_is_asked_for_it_or_it_is_told_why_not() -> None:
    assert sum(bool(OF_RECORDS.search(item.statement)) for item in IN_USE.values()) > 25
    assert without_record(IN_USE.values()) == []
    silent = IN_USE["DOC-012"].model_copy(update={"evidence_required": False, "why": ""})
    assert without_record([silent]) == ["DOC-012"]


def test_no_evidence_is_asked_that_may_not_be_handed_over() -> None:
    """Photographs and recordings of meetings hold what is secret (officer review A17, seed 004 教育部規範五); of
    a leak only the number of its papers may stand on a form."""
    told = {item.id: item.evidence for item in IN_USE.values()}
    assert {one for one, evidence in told.items() if re.search("照片|錄影|截圖", evidence)} == set()
    assert all("文號" in told[one] for one in told if one.startswith("INC-") and one != "INC-004")
