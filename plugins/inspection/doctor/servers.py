"""The servers around us, looked at: mail, shares, Airflow."""

from __future__ import annotations

import socket

import httpx

from inspection import clock, settings
from inspection.checklists.mailbox import address_of, opened
from inspection.checklists.mailbox import where as mailbox_place
from inspection.crawling.turns import told
from inspection.doctor.check import Check
from inspection.language import speak
from inspection.notices.logging_on import greet
from inspection.notices.mail_server import ServerAway, Unusable, port_of, server_of
from inspection.shares.address import parse_address
from inspection.store import parked, roster
from inspection.store.session import session_scope


def mail() -> Check:
    """Whether the mail server takes us."""
    url = settings.get().smtp_url
    if not url:
        return Check(
            "mail",
            False,
            speak("未設定郵件伺服器", "no mail server is named"),
            speak("請設定 INSPECTION_SMTP_URL", "set INSPECTION_SMTP_URL"),
        )
    parts = server_of(url)
    where = f"{parts.hostname}:{port_of(parts)}"
    try:
        greet(session_scope, url)
    except ServerAway as error:
        remedy = speak("請啟動郵件伺服器或更正位址", "start the mail server or mend the address")
        return Check("mail", False, _no_answer(f"{where} — {error}"), remedy)
    except Unusable as error:
        return Check("mail", False, error.problem, error.remedy)
    return Check("mail", True, speak(f"{where} 有回應", f"{where} answers"))


def mailbox() -> Check:
    """Whether the mailbox of returned forms answers, where one is named."""
    chosen = settings.get()
    if not chosen.imap_url:
        return _no_mailbox(named=bool(chosen.returns_address))
    place = mailbox_place(address_of(chosen.imap_url))
    try:
        with opened(session_scope, chosen.imap_url) as box:
            by_keyword = box.keeps_keywords
    except ServerAway as error:
        remedy = speak(
            "請啟動信箱伺服器或更正 INSPECTION_IMAP_URL", "start the mailbox server or mend INSPECTION_IMAP_URL"
        )
        return Check("mailbox", False, _no_answer(f"{place} — {error}"), remedy)
    except Unusable as error:
        return Check("mailbox", False, error.problem, error.remedy)
    found = speak(f"{place} 有回應", f"{place} answers")
    if not by_keyword:
        found += speak(
            "；伺服器不存本系統之標記，以「未讀」為準，請勿以郵件軟體開啟未處理之信",
            "; the server keeps no marks of ours, so what is unread counts: open no mail there before it was read",
        )
    return Check("mailbox", True, found)


def _no_mailbox(*, named: bool) -> Check:
    found = speak(
        "未設定；表單僅由收件資料夾及入口網站送回", "none is named: forms come by drop folder and portal only"
    )
    remedy = speak(
        "已設定 INSPECTION_RETURNS_ADDRESS 而無人收信：請設定 INSPECTION_IMAP_URL，或取消該位址",
        "INSPECTION_RETURNS_ADDRESS is set and nobody reads it: set INSPECTION_IMAP_URL, or unset the address",
    )
    return Check("mailbox", not named, found, remedy if named else "")


def shares() -> Check:
    """Whether the file servers of the roster answer; with how many read them now, and may."""
    with session_scope(read_only=True) as session:
        records = roster.shares_of(session, [unit.id for unit in roster.units(session)])
        addresses = [parse_address(record.address) for record in records]
        hosts = sorted({one.host for one in addresses if not one.is_local})
        turns = "；".join(told(session, host, at=clock.now()) for host in hosts)
    servers = sorted({(one.host, one.port) for one in addresses if not one.is_local and one.host})
    silent = [f"{host}:{port}" for host, port in servers if not _answers(str(host), port)]
    found = (
        _no_answer(", ".join(silent))
        if silent
        else speak(
            f"{len(servers)} 台伺服器、{len(addresses)} 處分享區均有回應",
            f"{len(addresses)} shares on {len(servers)} servers answer",
        )
    )
    return Check(
        "shares",
        not silent,
        f"{found}；{turns}" if turns else found,
        speak("請啟動伺服器，或更正名冊內之位址", "start the server, or mend the address in the roster")
        if silent
        else "",
    )


def airflow() -> Check:
    """Whether Airflow is well, where its account is set."""
    url = settings.get().airflow_url
    if not url:
        return _without_account()
    try:
        reply = httpx.get(f"{url}/api/v2/monitor/health", timeout=5)
    except httpx.HTTPError as error:
        return Check(
            "airflow",
            False,
            _no_answer(type(error).__name__),
            speak("請啟動 Airflow 或更正 INSPECTION_AIRFLOW_URL", "start Airflow or mend INSPECTION_AIRFLOW_URL"),
        )
    down = [name for name, part in reply.json().items() if part and part.get("status") not in {"healthy", None}]
    found = speak(f"異常：{'、'.join(down)}", f"not healthy: {', '.join(down)}") if down else speak("正常", "healthy")
    return Check(
        "airflow",
        reply.is_success and not down,
        found,
        speak("請檢查所列服務", "look at the named service") if down else "",
    )


def _without_account() -> Check:
    """Without Airflow all is well; with it, what is parked there would stay so."""
    with session_scope(read_only=True) as session:
        waits = parked.is_anything(session)
    found = speak("未設定 Airflow 服務帳號", "no service account of Airflow is set")
    remedy = speak(
        "等候之步驟不會自動續辦：請設定 INSPECTION_AIRFLOW_URL 等三項並執行 `inspection sender`",
        "what is parked does not go on: set INSPECTION_AIRFLOW_URL and its like and run `inspection sender`",
    )
    return Check("airflow", not waits, found, remedy if waits else "")


def _no_answer(what: str) -> str:
    return speak(f"沒有回應：{what}", f"no answer: {what}")


def _answers(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=5):
            return True
    except OSError:
        return False
