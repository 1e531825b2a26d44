"""What the domain database and the rules hold, looked at: each failure with its remedy."""

from __future__ import annotations

from inspection import clock, settings
from inspection.approvals import matters
from inspection.doctor.check import Check
from inspection.documents.signing import unfit_rows
from inspection.keyring import open_ring
from inspection.language import speak
from inspection.rules import catalogue
from inspection.store import calendar_days, kinds, migrate, rights, roster
from inspection.store.session import session_scope


def key() -> Check:
    """Whether the installation's key is set, long enough, and the one the database goes by."""
    chosen = settings.get()
    chosen.require_secret_key()
    revision, newest = migrate.current_revision()
    if revision != newest:  # told of below; an older database has no place for keys of before
        return Check("key", True, speak("已設定", "present"))
    with session_scope(read_only=True) as session:
        ring = open_ring(session)
    if ring.is_behind:
        return Check(
            "key",
            False,
            speak("已設定新金鑰，資料庫尚用舊金鑰", "a new key is set, the database goes by the one of before"),
            speak("請執行 `inspection keys rotate`", "run `inspection keys rotate`"),
        )
    changed = ring.newest.number
    found = speak(f"已設定，曾更換 {changed} 次", f"present, changed {changed} times")
    if chosen.keys_of_before and ring.kept:
        found += speak("；次行之舊金鑰可移除", "; the key of before can be taken away")
    return Check("key", True, found)


def rules_in_force() -> Check:
    """Whether the rules load; tells their version."""
    rules = catalogue.current()
    return Check(
        "rules",
        True,
        speak(
            f"版本 {rules.version[:12]}，檢查項目 {len(rules.checklist_items.items)} 項",
            f"version {rules.version[:12]}, {len(rules.checklist_items.items)} items",
        ),
    )


def signatures() -> Check:
    """Whether the rows to be signed on papers fit the table of who decides."""
    unfit = list(unfit_rows(catalogue.current().approval_table, settings.TEMPLATES))
    return Check(
        "signatures",
        not unfit,
        "；".join(unfit) or speak("簽章欄與分層負責表相符", "the rows to be signed fit who decides"),
        speak("照說明修改", "mend it as told") if unfit else "",
    )


def database() -> Check:
    """Whether the database is of the newest revision, and lets us do what we must."""
    found, newest = migrate.current_revision()
    ok = found == newest
    if ok:
        with session_scope(read_only=True) as session:
            rights.require_given(session)
    told = speak(f"版次 {found or '（無）'}，最新 {newest}", f"revision {found or 'none'} of {newest}")
    return Check(
        "database", ok, told, "" if ok else speak("請執行 `inspection db upgrade`", "run `inspection db upgrade`")
    )


def kinds_known() -> Check:
    """Whether every campaign's kind still stands in the rules."""
    with session_scope(read_only=True) as session:
        lost = kinds.unknown(session)
    found = ", ".join(lost) or speak("各檢查專案之種類均有規則", "every campaign's kind is known")
    return Check(
        "kinds",
        not lost,
        found,
        speak("請於 campaign_kinds.yaml 還原該種類", "restore the entry in campaign_kinds.yaml") if lost else "",
    )


def matters_known() -> Check:
    """Whether everything laid before somebody is of a kind the program knows."""
    with session_scope(read_only=True) as session:
        matters.require_known(session, catalogue.current())
    return Check(
        "matters", True, speak(f"陳核事項 {len(matters.kinds())} 種", f"{len(matters.kinds())} kinds to be decided")
    )


def people_known() -> Check:
    """Whether anybody stands in the roster."""
    with session_scope(read_only=True) as session:
        people = len(roster.people(session))
        roster.agency(session)
    return Check("roster", people > 0, speak(f"{people} 人", f"{people} people"))


def calendar() -> Check:
    """Whether this year's and next year's working days are known."""
    year = clock.today().year
    with session_scope(read_only=True) as session:
        days = calendar_days.calendar(session)
    missing = [one for one in (year, year + 1) if not days.knows(one)]
    remedy = speak(
        "請匯入辦公日曆表：`inspection calendar import FILE`",
        "import the official calendar: `inspection calendar import FILE`",
    )
    found = (
        speak(f"沒有 {'、'.join(map(str, missing))} 年資料", f"no data for {', '.join(map(str, missing))}")
        if missing
        else speak(f"{year} 及 {year + 1} 年", f"{year} and {year + 1}")
    )
    return Check("calendar", not missing, found, remedy if missing else "")
