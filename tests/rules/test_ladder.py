"""Ladder, severities and approval table: who is reached when, who decides what, and what an agency may not write."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.errors import BadSource
from inspection.rules import catalogue
from inspection.rules.ladder import ABOVE_ETHICS, STATIONS, Channel, LadderKind
from inspection.vocabulary import Role, Severity

RULES = catalogue.load()
FIX = RULES.ladders.ladder(LadderKind.FIX)


@pytest.mark.parametrize(
    ("severity", "days", "rung"),
    [
        (Severity.CRITICAL, -3, None),
        (Severity.CRITICAL, -1, "remind_1"),
        (Severity.HIGH, -3, "remind_3"),
        (Severity.HIGH, 0, "due_today"),
        (Severity.CRITICAL, 1, "unit_head"),
        (Severity.CRITICAL, 3, "chief_secretary"),
        (Severity.CRITICAL, 4, "chief_secretary"),
        (Severity.CRITICAL, 5, "agency_head"),
        (Severity.HIGH, 5, "chief_secretary"),
        (Severity.HIGH, 10, "agency_head"),
        (Severity.MEDIUM, 2, "due_today"),
        (Severity.MEDIUM, 3, "unit_head"),
        (Severity.LOW, 24, "ethics_head"),
    ],
)
def test_the_highest_rung_reached_is_the_one_officers_named(severity: Severity, days: int, rung: str | None) -> None:
    reached = FIX.highest_reached(severity, days)
    assert (reached.id if reached else None) == rung


@given(st.sampled_from(list(Severity)), st.integers(-30, 100), st.integers(0, 50))
def test_waiting_longer_never_leads_down_the_ladder(severity: Severity, days: int, more: int) -> None:
    rungs = [rung for _, rung in FIX.rungs_for(severity)]
    earlier, later = FIX.highest_reached(severity, days), FIX.highest_reached(severity, days + more)
    assert earlier is None or (later is not None and rungs.index(later) >= rungs.index(earlier))


def test_whoever_stands_above_the_ethics_office_is_reached_by_a_draft_before_its_head_only() -> None:
    seen = 0
    for ladder in RULES.ladders.ladders:
        for rung in ladder.rungs:
            if ABOVE_ETHICS & {*rung.to, *rung.cc}:
                seen += 1
                assert rung.channel is Channel.DRAFT_LETTER
                assert rung.laid_before is Role.ETHICS_HEAD
    assert seen >= 4


def test_in_a_first_crawl_nobody_above_the_unit_head_is_told() -> None:
    told = {role for rung in RULES.ladders.ladder(LadderKind.FIX_FIRST_CRAWL).rungs for role in (*rung.to, *rung.cc)}
    assert told == {Role.CONTACT, Role.UNIT_HEAD}


def test_a_matter_without_severity_climbs_by_the_common_offsets() -> None:
    checklist = RULES.ladders.ladder(LadderKind.CHECKLIST)
    assert [at for at, _ in checklist.rungs_for(None)] == [-3, -1, 0, 1, 3, 5]
    assert checklist.highest_reached(None, -4) is None
    assert FIX.rungs_for(None)[0][1].id == "remind_1"


def ladder_with(folder: Path, rung: str, kind: str = "fix") -> Path:
    others = [one for one in LadderKind if one != kind]
    plain = "{id: due_today, name: 當日, offset: 0, to: [contact], channel: mail, template: fix_reminder, tone: plain}"
    text = f"ladders:\n- id: {kind}\n  rungs:\n  - {rung}\n"
    text += "".join(f"- id: {one}\n  rungs:\n  - {plain}\n" for one in others)
    (folder / "ladder.yaml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("kind", "rung", "reason"),
    [
        ("fix", "offset: 1, to: [agency_head], channel: mail", "第 4 行.*不得寄信"),
        ("fix", "offset: 1, to: [contact], cc: [chief_secretary], channel: mail", "第 4 行.*不得寄信"),
        ("fix", "offset: 1, to: [agency_head], channel: draft_letter", "第 4 行.*laid_before"),
        ("fix", "offset: 1, to: [contact], channel: mail, laid_before: ethics_head", "第 4 行.*laid_before"),
        ("fix", "to: [contact], channel: mail", "第 4 行.*擇一填寫"),
        ("fix", "offset: 1, offsets: {high: 2}, to: [contact], channel: mail", "第 4 行.*擇一填寫"),
        ("fix", "offset: 1, to: [contact], channel: pigeon", "第 4 行.*draft_letter"),
        ("fix", "offset: 1, to: [], channel: mail", "第 4 行.*至少須有 1 項"),
        ("fix_first_crawl", "offset: 1, to: [ethics_head], channel: mail", "第 2 行.*不得設單位主管以上之階"),
    ],
)
def test_a_ladder_that_breaks_the_rules_is_refused(tmp_path: Path, kind: str, rung: str, reason: str) -> None:
    whole = f"{{id: up, name: 逾期, {rung}, template: fix_overdue, tone: firm}}"
    with pytest.raises(BadSource, match=rf"ladder\.yaml，{reason}"):
        catalogue.load(ladder_with(tmp_path, whole, kind))


def test_a_rung_with_an_unknown_mail_is_refused(tmp_path: Path) -> None:
    rung = "{id: up, name: 逾期, offset: 1, to: [contact], channel: mail, template: gossip, tone: firm}"
    with pytest.raises(BadSource, match=r"ladder\.yaml，第 4 行，欄位 up\.template：所指 'gossip' 不存在"):
        catalogue.load(ladder_with(tmp_path, rung))


def test_an_unknown_mail_is_told_at_its_own_ladder_though_rungs_share_ids(tmp_path: Path) -> None:
    good = "{id: due_today, name: 當日, offset: 0, to: [contact], channel: mail, template: fix_reminder, tone: plain}"
    folder = ladder_with(tmp_path, good)
    text = (folder / "ladder.yaml").read_text(encoding="utf-8")
    head, _, last = text.rpartition("fix_reminder")
    (folder / "ladder.yaml").write_text(f"{head}gossip{last}", encoding="utf-8")
    with pytest.raises(BadSource, match=rf"ladder\.yaml，第 {len(text.splitlines())} 行，欄位 due_today\.template"):
        catalogue.load(folder)


UP = "to: [contact], channel: mail, template: fix_overdue, tone: plain}"


def test_rungs_climb_by_their_days_in_whatever_order_they_are_written(tmp_path: Path) -> None:
    rung = f"{{id: late, name: 逾期, offsets: {{high: 9, low: 2}}, {UP}\n"
    rung += f"  - {{id: soon, name: 提醒, offset: -1, {UP}\n  - {{id: third, name: 三日, offset: 3, {UP}"
    (tmp_path / "ladder.yaml").write_text(f"ladders:\n- id: fix\n  rungs:\n  - {rung}\n", encoding="utf-8")
    ladder = catalogue.load(tmp_path).ladders.ladder(LadderKind.FIX)

    def ids(severity: Severity) -> list[str]:
        return [one.id for _, one in ladder.rungs_for(severity)]

    assert ids(Severity.HIGH) == ["soon", "third", "late"]
    assert ids(Severity.LOW) == ["soon", "late", "third"]
    assert ids(Severity.MEDIUM) == ["soon", "third"]
    reached = [ladder.highest_reached(Severity.LOW, days) for days in (1, 2, 3)]
    assert [one.id for one in reached if one] == ["soon", "late", "third"]


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        ("offset: 3", "offset: 3", "「first」與「second」同在逾期第3個工作日"),
        ("offset: -2", "offset: -2", "「first」與「second」同在期限前2個工作日"),
        ("offset: 0", "offsets: {low: 0}", "「first」與「second」等級 low 同在期限當日"),
        ("offsets: {critical: 7, high: 4}", "offsets: {high: 4, critical: 8}", "等級 high 同在逾期第4個工作日"),
        ("offsets: {critical: 7, high: 7}", "offset: 7", "等級 critical、high 同在逾期第7個工作日"),
    ],
)
def test_two_rungs_due_on_one_day_are_refused_by_name_with_what_to_do(
    tmp_path: Path, one: str, other: str, told: str
) -> None:
    rung = f"{{id: first, name: 其一, {one}, {UP}\n  - {{id: second, name: 其二, {other}, {UP}"
    with pytest.raises(BadSource, match=r"ladder\.yaml，第 2 行") as refused:
        catalogue.load(ladder_with(tmp_path, rung))
    assert told in str(refused.value)
    assert "改為他日" in str(refused.value)
    assert str(refused.value).count("一日只辦一階") == 1


def test_a_matter_stands_at_the_highest_station_it_was_told_to(tmp_path: Path) -> None:
    whole = (Path(catalogue.__file__).parent / "ladder.yaml").read_text(encoding="utf-8")
    own = "{id: both_heads, name: 併告, offsets: {critical: 10, high: 11, medium: 10, low: 10}, "
    own += "to: [unit_head, ethics_head], channel: mail, template: fix_overdue, tone: firm}"
    (tmp_path / "ladder.yaml").write_text(whole.replace("- id: fix\n  rungs:\n", f"- id: fix\n  rungs:\n  - {own}\n"))
    ladder = catalogue.load(tmp_path).ladders.ladder(LadderKind.FIX)

    def stands(severity: Severity, top: str | None, days: int = 0) -> Role:
        return STATIONS[ladder.station(severity, top, days)]

    assert stands(Severity.HIGH, None) is Role.CONTACT
    assert stands(Severity.HIGH, "due_today") is Role.CONTACT
    assert stands(Severity.HIGH, "unit_head") is Role.UNIT_HEAD
    assert stands(Severity.LOW, "both_heads") is Role.ETHICS_HEAD
    assert stands(Severity.HIGH, "both_heads") is Role.AGENCY_HEAD, "a mail after a draft leads nobody down"
    assert stands(Severity.CRITICAL, "superior_ethics") is Role.AGENCY_HEAD
    assert stands(Severity.MEDIUM, "taken_out", 15) is Role.CHIEF_SECRETARY, "a rung no longer known counts by its days"
    assert stands(Severity.MEDIUM, "taken_out", -20) is Role.CONTACT


def test_whoever_a_rung_may_name_has_a_station_and_each_station_a_name() -> None:
    rung = FIX.rungs[0]
    for role in Role:
        assert 0 <= rung.model_copy(update={"to": (role,)}).station < len(STATIONS)
    for role in STATIONS:
        assert STATIONS[rung.model_copy(update={"to": (role,)}).station] is role
        assert RULES.wording.line(f"station_{role.value}")


def test_deadlines_are_those_people_can_meet() -> None:
    days = {rule.id: rule.fix_within_working_days for rule in RULES.severities.severities}
    assert days == {Severity.CRITICAL: 3, Severity.HIGH: 5, Severity.MEDIUM: 10, Severity.LOW: 20}
    assert RULES.severities.rule(Severity.CRITICAL).contain_within_working_days == 0


def test_what_is_declared_ranks_lower_and_what_returns_ranks_higher_within_the_four() -> None:
    rules = RULES.severities
    assert rules.self_declared(Severity.CRITICAL) is Severity.HIGH
    assert rules.self_declared(Severity.LOW) is Severity.LOW
    assert rules.reopened(Severity.MEDIUM) is Severity.HIGH
    assert rules.reopened(Severity.CRITICAL) is Severity.CRITICAL


def test_the_plan_is_decided_by_the_head_after_the_countersigners() -> None:
    plan = RULES.approval_table.document("plan")
    assert plan is not None
    assert plan.decided_by is Role.AGENCY_HEAD
    assert plan.countersigned_by
    assert RULES.approval_table.document("menu") is None


def test_extensions_climb_from_ethics_head_to_agency_head() -> None:
    deciders = [RULES.approval_table.document(f"extension_{number}") for number in (1, 2, 3)]
    assert [rule.decided_by for rule in deciders if rule] == [
        Role.ETHICS_HEAD,
        Role.CHIEF_SECRETARY,
        Role.AGENCY_HEAD,
    ]


def test_above_the_highest_there_is_nobody() -> None:
    table = RULES.approval_table
    assert table.next_higher(Role.ETHICS_HEAD) is Role.CHIEF_SECRETARY
    assert table.next_higher(Role.SUPERIOR_ETHICS) is None
    assert table.next_higher(Role.AUDITOR) is None


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ("{id: plan, opinion_working_days: 9}", "不得長於 waits_working_days"),
        ("{id: plan, waits_working_days: 0}", "不得小於"),
        ("{id: plan, decided_by: auditor}", "未列於 order"),
    ],
)
def test_an_impossible_approval_rule_is_refused(tmp_path: Path, entry: str, reason: str) -> None:
    (tmp_path / "approval_table.yaml").write_text(f"documents:\n- {entry}\n", encoding="utf-8")
    with pytest.raises(BadSource, match=rf"approval_table\.yaml，第 2 行.*({reason})"):
        catalogue.load(tmp_path)
