"""Reads the papers of a campaign as people see them, and counts from the rows what must stand on them.

Nothing here knows how the reports are made: the figures come from SQL of its own, the words from the rendered PDFs.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pypdfium2
import yaml
from sqlalchemy import Connection, text

from inspection.documents.convert import convert_all

ITEMS = Path(__file__).resolve().parents[2] / "plugins" / "inspection" / "rules" / "checklist_items.yaml"
TAIPEI = ZoneInfo("Asia/Taipei")
SEVERITIES = {"critical": "重大", "high": "高", "medium": "中", "low": "低"}
UNDECIDED = {"open", "asked", "explained"}
BACK = {"returned", "accepted"}
LEFT_UNREAD = {"excluded", "national_secret_mark"}
FURNITURE = re.compile(r"^(?:密\s|識別碼|.*第 \d+ 頁，共 \d+ 頁|編號：)")
TABLE_HEAD = re.compile(r"^項目 內容$|^附表|^\S{1,6}(?:\s\S{1,6}){3,}$")
HEADING = re.compile(r"^(?:[壹貳參肆伍陸柒捌玖拾]、\S{1,14}|附件[一二三四五六七八]　\S+|主旨：|說明：|擬辦：|敬陳)$")
# the heads of the row to be signed on reports, forms and record sheets; on the last two a line of the form has its code
SIGNED = re.compile(r"承辦人 |填表人 單位主管|檢查人員 會同人員")
# the code in the margin of a paper is base32, so it holds none of 0, 1, 8 and 9 and cannot be taken for that of an item
ITEM_CODE = re.compile(r"[A-Z]{3}-(?=\d{0,2}[0189])\d{3}")
DAYS = "SELECT day, working FROM calendar_day WHERE :c = :c ORDER BY source DESC"
PENDING = {"waiting", "access_denied", "locked", "offline", "server_fault"}


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page, lines as they stand."""
    document = pypdfium2.PdfDocument(pdf)
    return [page.get_textpage().get_text_range().replace("\r", "") for page in document]


def tight(words: str) -> str:
    """Text without white space: lines break where they like."""
    return re.sub(r"\s", "", words)


def bare_pages(name: str, pages: list[str]) -> list[str]:
    """Pages that hold the row to be signed alone, that end with a heading, or that hold nothing."""
    faults = []
    for number, page in enumerate(pages, 1):
        lines = [line.strip() for line in page.splitlines() if line.strip()]
        body = [line for line in lines if not FURNITURE.match(line)]
        signed = next((place for place, line in enumerate(body) if SIGNED.match(line)), None)
        above = body if signed is None else [line for line in body[:signed] if not TABLE_HEAD.match(line)]
        if signed is not None and name.startswith(("checklist ", "inspection_record ")):
            above = [line for line in above if ITEM_CODE.search(line)]
        if not above:
            faults.append(f"{name}: page {number} holds the row to be signed alone, or nothing")
        elif number < len(pages) and HEADING.match(body[-1]):
            faults.append(f"{name}: page {number} ends with the heading {body[-1]!r}")
    return faults


@dataclass(frozen=True)
class Papers:
    """The papers' texts, without white space; unit papers by unit id, drafts by the number of the case."""

    plan: str
    checklists: dict[str, str]
    sheets: dict[str, str]
    units: dict[str, str]
    campaign: str
    plan_brief: str
    report_brief: str
    briefs: dict[str, str]

    def all(self) -> Iterator[tuple[str, str]]:
        """Every paper with a name for messages."""
        yield from (("plan", self.plan), ("campaign report", self.campaign))
        yield from (("brief on the plan", self.plan_brief), ("brief on the report", self.report_brief))
        for kind in ("checklists", "sheets", "units", "briefs"):
            yield from ((f"{kind} {name}", words) for name, words in getattr(self, kind).items())

    def with_words(self, paper: str, old: str, new: str, *, unit: str = "") -> Papers:
        """The same papers but for one word; the word must be there."""
        before = getattr(self, paper)
        words = before[unit] if unit else before
        assert old in words, f"{old!r} stands nowhere on {paper} {unit}"
        changed = words.replace(old, new, 1)
        return replace(self, **{paper: {**before, unit: changed} if unit else changed})


def to_texts(documents: dict[str, bytes]) -> dict[str, list[str]]:
    """Word documents as the pages of their PDFs, all in one run of LibreOffice."""
    made = convert_all(list(documents.values()), "pdf", wait_seconds=400)
    return {name: pages_of(pdf) for name, pdf in zip(documents, made, strict=True)}


@dataclass
class Unit:
    """One unit, counted."""

    id: str
    name: str
    faults: dict[str, str] = field(default_factory=dict)  # number -> severity
    suspected: Counter[str] = field(default_factory=Counter)
    checklist: str = ""
    asked: dict[str, str] = field(default_factory=dict)  # code -> statement
    category: dict[str, str] = field(default_factory=dict)  # code -> category, of what is answered by 符合 and the like
    numbers: dict[str, tuple[str, str]] = field(default_factory=dict)  # code -> statement and unit of measure
    told: dict[str, Decimal | None] = field(default_factory=dict)  # code -> number given, None for 不適用
    staff: int = 0
    previous: dict[str, str] = field(default_factory=dict)  # number -> state of its fix
    fault_categories: Counter[str] = field(default_factory=Counter)
    looked_at: dict[str, str] = field(default_factory=dict)  # the inspector's, code -> statement
    said: dict[str, str] = field(default_factory=dict)  # code -> how it was answered
    comparable: int = 0  # statements declared 符合 that what was found can be held against
    contradicted: set[str] = field(default_factory=set)  # those of them a confirmed finding contradicts
    verified: int = 0  # those nothing speaks against
    shares: list[dict[str, int]] = field(default_factory=list)
    excluded: int = 0

    @property
    def questions(self) -> int:
        """How many statements were put to the unit."""
        return len(self.asked)


@dataclass
class Counted:
    """What the rows say."""

    name: str
    first: date
    last: date
    due: date
    units: dict[str, Unit]
    leaders: dict[str, list[str]]
    joint: dict[str, list[str]]
    joint_from: dict[str, list[str]]  # the same people with their own unit before them
    plan_items: set[str]
    plan_looked_at: set[str]
    fixes: dict[str, tuple[str, date, str]]  # number -> unit, due date, severity
    before: int | None  # faults of the last campaign of the kind, None before any
    told_on: date  # the first working day of the period
    judged_from: date  # the first working day after the forms are due


def roc(day: date) -> str:
    """115年11月20日."""
    return f"{day.year - 1911}年{day.month}月{day.day}日"


def _plain(value: object) -> object:
    return json.loads(value) if isinstance(value, str) else value


def count(rows: Connection, campaign: str) -> Counted:
    """Everything anew, from the tables."""

    def ask(query: str) -> list[tuple]:  # type: ignore[type-arg]
        return [tuple(row) for row in rows.execute(text(query), {"c": campaign})]

    ((name, start, end, due),) = ask(
        "SELECT name, window_start, window_end, checklist_due_on FROM campaign WHERE id = :c"
    )
    units = {
        unit: Unit(unit, called)
        for unit, called in ask("SELECT unit_id, unit_name FROM campaign_unit WHERE campaign_id = :c ORDER BY unit_id")
    }
    for unit, staff in ask("SELECT id, staff_count FROM unit WHERE :c = :c"):
        if unit in units:
            units[unit].staff = staff
    for number, unit, severity, category in ask(
        "SELECT id, unit_id, severity, category FROM finding WHERE campaign_id = :c AND state <> 'withdrawn'"
    ):
        units[unit].faults[number] = severity
        units[unit].fault_categories[category] += 1
    before = _before(units, ask)
    for unit, state in ask(
        "SELECT unit_id, state FROM suspicion WHERE campaign_id = :c AND beside_id IS NULL "
        "AND (kind <> 'declared_otherwise' OR raised_at IS NOT NULL)"
    ):
        units[unit].suspected["undecided" if state in UNDECIDED else state] += 1
    _lists(units, rows, ask)
    _shares(units, ask)
    ((content,),) = ask("SELECT content FROM plan WHERE campaign_id = :c AND state = 'approved'")
    plan = dict(_plain(content))  # type: ignore[call-overload]
    _hold_against(units, ask)
    looked_at = {item["id"]: item["statement"] for item in plan["inspector_items"]}
    for one in plan["units"]:
        units[one["id"]].looked_at = {code: looked_at[code] for code in one["inspector_items"]}
    people = {one: f"{title}{called}" for one, title, called in ask("SELECT id, title, name FROM person WHERE :c = :c")}
    leaders: dict[str, list[str]] = {unit: [] for unit in units}
    joint: dict[str, list[str]] = {unit: [] for unit in units}
    joint_from: dict[str, list[str]] = {unit: [] for unit in units}
    home = dict(ask("SELECT p.id, u.name FROM person p JOIN unit u ON u.id = p.unit_id WHERE :c = :c"))
    for group in plan["groups"]:
        for unit in group["unit_ids"]:
            leaders[unit].append(people[group["leader_id"]])
            joint[unit] += [people[one] for one in group["member_ids"]]
            joint_from[unit] += [home[one] + people[one] for one in group["member_ids"]]
    fixes = {
        number: (unit, _day(due_on), severity)
        for number, unit, due_on, severity in ask(
            "SELECT f.id, f.unit_id, f.due_on, g.severity FROM fix f JOIN finding g ON g.id = f.finding_id "
            "WHERE f.campaign_id = :c"
        )
    }
    return Counted(
        name,
        _local(start),
        _local(end, before=True),
        _day(due),
        units,
        leaders,
        joint,
        joint_from,
        {item["id"] for item in plan["items"]},
        set(looked_at),
        fixes,
        before,
        _working(_local(start), ask),
        min(_working(_day(due) + timedelta(days=1), ask), _local(end, before=True)),
    )


def _lists(units: dict[str, Unit], rows: Connection, ask: Callable[[str], list[tuple[Any, ...]]]) -> None:
    """What was asked on each form, and what its newest return says."""
    for checklist, unit, state in ask("SELECT id, unit_id, state FROM checklist WHERE campaign_id = :c"):
        units[unit].checklist = state
        query = "SELECT item_id, statement, category, spec FROM checklist_question WHERE checklist_id = :l"
        for code, words, category, spec in rows.execute(text(query), {"l": checklist}):
            units[unit].asked[code] = words
            answer = dict(dict(_plain(spec) or {}).get("answer") or {"kind": "statement"})  # type: ignore[call-overload]
            if answer["kind"] == "number":
                units[unit].numbers[code] = (words, answer["unit"])
            else:
                units[unit].category[code] = category
        newest = (
            "SELECT item_id, value FROM answer WHERE checklist_id = :l AND version = "
            "(SELECT max(version) FROM answer WHERE checklist_id = :l)"
        )
        for code, value in rows.execute(text(newest), {"l": checklist}):
            # JSON comes as text from SQLite, as what it says from PostgreSQL
            answer = dict(_plain(value) or {})  # type: ignore[call-overload]
            if code in units[unit].category:
                units[unit].said[code] = str(answer.get("said"))
            elif answer:
                units[unit].told[code] = Decimal(answer["number"]) if "number" in answer else None


def _shares(units: dict[str, Unit], ask: Callable[[str], list[tuple[Any, ...]]]) -> None:
    """How far the crawl came on each share."""
    for unit, seen, scanned, unread, complete, reason in ask(
        "SELECT s.unit_id, c.seen, c.scanned, c.unreadable, c.complete, c.reason FROM crawl_share c "
        "JOIN share s ON s.id = c.share_id JOIN crawl_run r ON r.id = c.run_id "
        "WHERE r.campaign_id = :c AND r.purpose = 'campaign'"
    ):
        if reason == "excluded":
            units[unit].excluded += 1
            continue
        reasons = dict(_plain(unread) or {})  # type: ignore[call-overload]
        left = sum(files for why, files in reasons.items() if why in LEFT_UNREAD)
        waits = sum(files for why, files in reasons.items() if why in PENDING)
        units[unit].shares.append(
            {
                "seen": seen,
                "scanned": scanned,
                "left_out": left,
                "unreadable": sum(reasons.values()) - left - waits,
                "pending": waits + seen - scanned - sum(reasons.values()),
                "complete": int(bool(complete)),
            }
        )


def _before(units: dict[str, Unit], ask: Callable[[str], list[tuple[Any, ...]]]) -> int | None:
    """Every fault of the last campaign of the kind, with how its mending stands; their number."""
    last = ask(
        "SELECT e.id FROM campaign e JOIN campaign c ON c.id = :c WHERE e.kind = c.kind AND e.id <> c.id "
        "AND e.window_end <= c.window_start ORDER BY e.window_start DESC"
    )
    if not last:
        return None
    found = [
        row
        for row in ask(
            "SELECT g.id, g.unit_id, f.state, g.campaign_id FROM finding g LEFT JOIN fix f ON f.finding_id = g.id "
            "WHERE g.campaign_id <> :c AND g.state <> 'withdrawn'"
        )
        if row[3] == last[0][0]
    ]
    for number, unit, state, _ in found:
        units[unit].previous[number] = state
    return len(found)


def _working(day: date, ask: Callable[[str], list[tuple[Any, ...]]]) -> date:
    """The first working day from a day on, by the calendar's rows (a local one wins) and the days of the week."""
    told = {_day(on): bool(working) for on, working in ask(DAYS)}
    while not told.get(day, day.weekday() < 5):
        day += timedelta(days=1)
    return day


def _hold_against(units: dict[str, Unit], ask: Callable[[str], list[tuple[Any, ...]]]) -> None:
    """Which statements declared 符合 what was found, or what a register holds, speaks for or against."""
    entries = yaml.safe_load(ITEMS.read_text(encoding="utf-8"))["items"]
    checks = {one["id"]: one["cross_checks"] for one in entries if one.get("cross_checks")}
    rows = ask(
        "SELECT s.unit_id, s.kind, f.verdict, f.mark, f.hints, f.broad_readers, s.detectors, g.id, f.modified_at, "
        "r.opened_at, h.name, f.path_shown FROM suspicion s JOIN crawled_file f ON f.id = s.crawled_file_id "
        "JOIN crawl_run r ON r.id = f.run_id JOIN share h ON h.id = f.share_id "
        "LEFT JOIN finding g ON g.suspicion_id = s.id AND g.state <> 'withdrawn' "
        "WHERE s.campaign_id = :c AND s.state <> 'dismissed'"
    ) + ask(
        "SELECT h.unit_id, 'marked', f.verdict, f.mark, f.hints, f.broad_readers, '[]', NULL, f.modified_at, "
        "r.opened_at, h.name, f.path_shown FROM crawled_file f JOIN share h ON h.id = f.share_id "
        "JOIN crawl_run r ON r.id = f.run_id "
        "WHERE r.campaign_id = :c AND r.purpose = 'campaign' AND f.verdict = 'marked'"
    )
    answered = {
        (unit, code): state
        for unit, code, state in ask(
            "SELECT unit_id, item_id, state FROM suspicion WHERE campaign_id = :c AND kind = 'declared_otherwise'"
        )
    }
    against: dict[tuple[str, str], set[bool]] = defaultdict(set)
    for unit, kind, _, mark, hints, broad, detectors, finding, *aged in rows:
        defects = set(dict(_plain(mark) or {}).get("defects", ())) | set(_plain(hints) or ())  # type: ignore[call-overload]
        found, wide = set(_plain(detectors) or ()), bool(_plain(broad))  # type: ignore[call-overload]
        for code, rules in checks.items():
            if any(_speaks(rule, kind, defects, found, wide, aged) for rule in rules):
                against[unit, code].add(finding is not None)
    registers = {"fixes": _unmended(ask), "training": _untrained(ask)}
    for unit in units.values():
        if unit.checklist not in BACK:
            continue
        whole = bool(unit.shares) and all(one["complete"] and one["seen"] == one["scanned"] for one in unit.shares)
        wanted = sum(one["seen"] - one["left_out"] for one in unit.shares)
        enough = bool(unit.shares) and 100 * sum(one["scanned"] for one in unit.shares) >= 80 * wanted
        for code in (code for code, said in unit.said.items() if said == "conforms" and code in checks):
            states = against[unit.id, code]
            if (register := registers.get(checks[code][0]["against"])) is not None:
                known = unit.id in register
                unit.comparable += known
                unit.verified += known and not register[unit.id]
                continue
            if True in states and enough:
                unit.contradicted.add(code)
            settled = answered.get((unit.id, code)) == "dismissed" and True not in states
            borne_out = settled or (not states and whole)
            unit.comparable += borne_out or (bool(states) and enough)
            unit.verified += borne_out


def _unmended(ask: Callable[[str], list[tuple[Any, ...]]]) -> dict[str, int]:
    """By unit with faults of an earlier inspection: those of the last one unmended and past their day on answering."""
    rows = ask(
        "SELECT f.unit_id, f.state, f.due_on, e.window_start, l.returned_at FROM fix f "
        "JOIN finding g ON g.id = f.finding_id JOIN campaign e ON e.id = f.campaign_id "
        "JOIN campaign c ON c.id = :c JOIN checklist l ON l.campaign_id = c.id AND l.unit_id = f.unit_id "
        "WHERE e.id <> c.id AND e.window_start < c.window_start AND g.state <> 'withdrawn' AND e.kind <> 'project' "
        "AND l.returned_at IS NOT NULL"
    )
    last = {row[0]: max(str(one[3]) for one in rows if one[0] == row[0]) for row in rows}
    waits = {"open", "accepted", "sent_back", "reopened"}
    found = dict.fromkeys(last, 0)
    for unit, state, due, start, returned in rows:
        found[unit] += str(start) == last[unit] and state in waits and _day(due) < _local(returned)
    return found


def _untrained(ask: Callable[[str], list[tuple[Any, ...]]]) -> dict[str, int]:
    """By unit somebody of which stands on the register of who handles secrets: nobody is trained in these stories."""
    rows = ask("SELECT h.unit_id, h.person_id FROM secret_handler h JOIN campaign c ON c.id = :c")
    return dict(Counter(unit for unit, _ in rows))


def _speaks(rule: dict[str, Any], kind: str, defects: set[str], found: set[str], wide: bool, aged: list[Any]) -> bool:
    match rule["against"]:
        case "marks":
            return bool(defects & set(rule["defects"]))
        case "unmarked":
            return kind in {"unmarked_sensitive", "read_by_person"} and bool(found & set(rule["detectors"]))
        case "exposure":
            return wide and bool(found & set(rule["detectors"]))
        case "stale":
            written, opened, share, path = aged
            old = _instant(written) < _instant(opened) - timedelta(days=rule["unwritten_days"])
            place = f"{share}/{path}".lower().rpartition("/")[0]
            return old and (not rule.get("folders") or any(word.lower() in place for word in rule["folders"]))
    return False


def _instant(value: object) -> datetime:
    instant = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return instant if instant.tzinfo else instant.replace(tzinfo=ZoneInfo("UTC"))


def _local(value: object, *, before: bool = False) -> date:
    instant = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    instant = instant if instant.tzinfo else instant.replace(tzinfo=ZoneInfo("UTC"))
    return (instant.astimezone(TAIPEI) - timedelta(seconds=int(before))).date()


def _day(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))
