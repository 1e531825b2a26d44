"""Pages made from the rules as shipped: detectors, checklist items, escalation ladders."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from inspection.rules.catalogue import Catalogue, load
from inspection.rules.checklist_items import ChecklistItem, Respondent, Rotation
from inspection.rules.ladder import Channel, Rung
from inspection.vocabulary import Role, Severity

RESPONDENT = {Respondent.UNIT: "單位", Respondent.INSPECTOR: "檢查人員"}
PUT_ON = {Respondent.UNIT: "單位檢查表、計畫附件", Respondent.INSPECTOR: "實地檢查紀錄表、計畫附件"}
AGAINST = {
    "marks": "標示缺失",
    "unmarked": "應保密未標示",
    "exposure": "廣泛可讀",
    "stale": "久未異動",
    "fixes": "列管逾期",
    "training": "受訓紀錄",
}
ROTATION = {Rotation.CORE: "每次", Rotation.ROTATING: "輪替"}
LADDER = {
    "fix": "改善案件",
    "fix_first_crawl": "改善案件（首次清查）",
    "checklist": "檢查表",
    "correction": "檢查表退回補正",
    "approval": "等候核定",
    "opinion": "會辦意見",
    "question": "請單位說明",
}
REPORTED = {"alone": "單獨成立", "record": "須成紀錄", "list": "須成清冊", "never": "僅佐證"}


@cache
def shipped() -> Catalogue:
    """The rules as shipped, no agency's overlay: the pages must not depend on who makes them."""
    return load(None)


def table(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A Markdown table; a bar within a cell is escaped, a line break becomes a space."""
    heads = list(heads)
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(value: object) -> str:
    return " ".join(str(value).replace("|", "\\|").split())


def detectors_page(rules: Catalogue) -> str:
    """What each detector looks for, on which ground, and what is done about it; examples never show a value."""
    book, severities = rules.detectors, rules.severities
    names = {one.id: one.name for one in severities.severities}
    groups = list(dict.fromkeys(detector.group for detector in book.detectors))
    head = (
        "# Detectors\n\nWhat the crawl holds to be sensitive. To change one: [changing the rules]"
        "(../changing-the-rules.md#2-a-detector).\nA hit is 疑似; only an officer's confirmation makes it a finding. "
        "Words in angle brackets stand for values made when the tests run.\n\n"
        f"Read: {book.engine.people_high} people or more raise a file to {names[Severity.HIGH]}, "
        f"{book.engine.people_critical} to {names[Severity.CRITICAL]}; a share everybody can read raises it by one."
    )
    parts = [head]
    for group in groups:
        rows = []
        for one in (detector for detector in book.detectors if detector.group == group):
            ground = book.grounds[one.ground]
            weak = one.severity_without_context
            level = names[one.severity] + (f"（無前後文：{names[weak]}）" if weak else "")
            cited, remedies = f"{ground.title}{ground.article}", "、".join(one.remedies)
            traps = "；".join(one.traps)
            rows.append((one.id, one.name, level, REPORTED[one.report], cited, remedies, one.source, traps))
        heads = ("id", "名稱", "等級", "列報", "依據", "措施（依序）", "規則來源", "易誤判者")
        parts.append(f"## {group}\n\n{table(heads, rows)}")
    hit = [(one.id, _case(one.cases.hit), _case(one.cases.miss)) for one in book.detectors]
    parts.append("## 一例應中、一例不應中\n\n" + table(("id", "應中", "不應中"), hit))
    grounds = [(f"{one.title}{one.article}", one.text) for one in book.grounds.values()]
    parts.append("## 依據\n\n" + table(("依據", "要旨"), grounds))
    return "\n\n".join(parts) + "\n"


def _case(cases: tuple[str, ...]) -> str:
    return f"`{' '.join(cases[0].split())}`" if cases else "—"


def checklist_items_page(rules: Catalogue) -> str:
    """Every statement by category, with basis, severity, who answers and to which units it is put."""
    items = rules.checklist_items
    names = {one.id: one.name for one in rules.severities.severities}
    in_use = [item for item in items.items if not item.retired]
    head = (
        "# Checklist items\n\nStatements answered 符合、不符合 or 不適用. To change one: [changing the rules]"
        "(../changing-the-rules.md#1-a-checklist-item).\nA unit is asked at most 25 a round.\n\n"
        f"In use: {len(in_use)} in {len(items.categories)} categories."
    )
    parts = [head]
    for category in items.categories:
        rows = [_item_row(rules, item, names[item.severity]) for item in in_use if item.prefix == category.id]
        if rows:
            heads = ("id", "檢查項目", "依據", "等級", "填答", "頻率", "對象", "檢查種類", "出處（不列印）")
            parts.append(f"## {category.id} {category.name}\n\n{table(heads, rows)}")
    retired = [item.id for item in items.items if item.retired]
    if retired:
        parts.append(f"## 停用\n\n{'、'.join(retired)}")
    tags = [(tag.id, tag.meaning) for tag in items.unit_tags]
    parts.append("## 單位標籤\n\n" + table(("標籤", "意義"), tags))
    return "\n\n".join(parts) + "\n"


def _item_row(rules: Catalogue, item: ChecklistItem, severity: str) -> tuple[str, ...]:
    return (
        item.id,
        item.statement,
        rules.basis_text(item),
        severity,
        RESPONDENT[item.respondent],
        ROTATION[item.rotation],
        "、".join(item.unit_tags) or "各單位",
        "、".join(rules.campaign_kinds.rule(kind).title for kind in item.kinds),
        "；".join(item.sources),
    )


def catalogue_review_page(rules: Catalogue) -> str:
    """How each statement stands: what it rests on, who answers it where, how grave, by when, on which evidence, and
    what the machine can hold against it."""
    names = {one.id: one.name for one in rules.severities.severities}
    in_use = [item for item in rules.checklist_items.items if not item.retired]
    own = sum(item.fix_within_working_days is not None for item in in_use)
    head = (
        "# The catalogue, reviewed\n\nHow each statement in use was judged against the source documents (decision "
        "[0065](../decisions/0065-each-statement-judged-against-its-source.md)). 改善 counts working days: the "
        "severity's, or its own where a clause orders that, which is then named. 應備: whoever answers 符合 names that "
        "evidence or lays it beside. 比對: what a crawl or a register would contradict it by; where none stands, no "
        f"machine can know.\n\nIn use: {len(in_use)}; with a deadline of their own: {own}; evidence demanded: "
        f"{sum(item.evidence_required for item in in_use)}; cross-checked: {sum(bool(i.cross_checks) for i in in_use)}."
    )
    heads = ("id", "依據", "填答", "列於", "等級", "改善", "佐證", "比對", "審查理由")
    parts = [head]
    for category in rules.checklist_items.categories:
        rows = [_judged(rules, item, names[item.severity]) for item in in_use if item.prefix == category.id]
        if rows:
            parts.append(f"## {category.id} {category.name}\n\n{table(heads, rows)}")
    return "\n\n".join(parts) + "\n"


def _judged(rules: Catalogue, item: ChecklistItem, severity: str) -> tuple[str, ...]:
    set_by = rules.basis_text(item.model_copy(update={"bases": item.deadline_set_by}))
    days = f"{rules.fix_within(item.severity, item.id)}日" + (f"（{set_by}）" if item.deadline_set_by else "")
    evidence = ("應備：" if item.evidence_required else "") + item.evidence
    checks = "、".join(AGAINST[one.against] for one in item.cross_checks)
    kinds = "、".join(rules.campaign_kinds.rule(kind).title for kind in item.kinds)
    where = f"{PUT_ON[item.respondent]}：{kinds}"
    whom = f"{RESPONDENT[item.respondent]}（{'、'.join(item.unit_tags) or '各單位'}）"
    return (item.id, rules.basis_text(item), whom, where, severity, days, evidence or "—", checks or "—", item.why)


def ladder_page(rules: Catalogue) -> str:
    """Deadlines by severity, and each ladder: when who is told by which way."""
    severities = rules.severities.severities
    rows = [
        (
            one.name,
            one.fix_within_working_days,
            one.reply_within_working_days,
        )
        for one in severities
    ]
    head = (
        "# Deadlines and ladder\n\nWorking days, counted from the next day. To change them: [changing the rules]"
        "(../changing-the-rules.md#4-a-rung).\nWhoever stands above the ethics office is never mailed: a 簽稿 is laid "
        "before the ethics head, who signs it or not."
    )
    parts = [head, "## 期限\n\n" + table(("等級", "改善", "說明"), rows)]
    for ladder in rules.ladders.ladders:
        rungs = [
            (
                rung.name,
                *(_offset(rung, severity.id) for severity in severities),
                "、".join(_role(rules, role) for role in rung.to),
                "、".join(_role(rules, role) for role in rung.cc),
                _way(rules, rung),
            )
            for rung in ladder.rungs
        ]
        heads = ("階", *(severity.name for severity in severities), "對象", "副知", "方式")
        parts.append(f"## {LADDER[ladder.id]}\n\n{table(heads, rungs)}")
    days = rules.ladders.draft_ignored_after_working_days
    correction = rules.ladders.correction_working_days
    parts.append(
        f"A checklist sent back is to be corrected within {correction} working days, and never before it was due. "
        f"With a 簽稿 the ethics head is asked to decide within {days} working days. Where nobody holds the roles of a "
        "rung it is recorded as passed upward with the reason, and the ethics office is told; the next rung comes on "
        "its own day. Where only some are vacant the others are told, and record and notice say who was not."
    )
    return "\n\n".join(parts) + "\n"


def _offset(rung: Rung, severity: Severity) -> str:
    days = rung.at(severity)
    if days is None:
        return "—"
    return f"逾{days}日" if days > 0 else "當日" if days == 0 else f"前{-days}日"


def _role(rules: Catalogue, role: Role) -> str:
    return rules.wording.line(f"role_{role.value}")


def _way(rules: Catalogue, rung: Rung) -> str:
    if rung.channel is Channel.MAIL:
        return f"通知（`{rung.template}`）"
    return f"簽稿，由{_role(rules, rung.laid_before)}核可" if rung.laid_before else "簽稿"
