"""The doctor names each thing that is amiss, and what to do about it."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from inspection import clock, settings
from inspection.access import sign_in
from inspection.access.tokens import token
from inspection.doctor import CHECKS, Check, examine, running
from inspection.documents.storage import Label, keep
from inspection.roster.importing import apply
from inspection.rules import catalogue
from inspection.rules.roster import parse_roster
from inspection.store.session import session_scope
from portal.small_office import address, settle
from servers.mail import MailServer

DEMO = Path(__file__).resolve().parents[2] / "demo"


def told() -> dict[str, Check]:
    settings.reset()
    catalogue.reset()
    return {check.name: check for check in examine()}


def test_an_empty_installation_is_told_what_to_do_first(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INSPECTION_SECRET_KEY", "short")
    found = told()
    assert "openssl rand" in found["key"].found
    assert not found["database"].ok
    assert found["database"].remedy == "請執行 `inspection db upgrade`"
    assert not found["roster"].ok
    assert not found["mail"].ok
    assert "INSPECTION_SMTP_URL" in found["mail"].remedy
    assert not found["drop_folder"].ok


def test_a_server_that_does_not_answer_is_named(
    database_url: str, home: Path, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from inspection import clock as now

    roster = (DEMO / "roster.yaml").read_text(encoding="utf-8").replace("//fs.shifan.test/", "//127.0.0.1:1/")
    file = tmp_path / "roster.yaml"
    file.write_text(roster, encoding="utf-8")
    with session_scope() as session:
        apply(session, parse_roster(file), actor="test", at=now.now())
    (home / "drop").mkdir()
    monkeypatch.setenv("INSPECTION_AIRFLOW_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("INSPECTION_IMAP_URL", "imap://returns:x@127.0.0.1:1/INBOX")
    found = told()
    assert {name for name, check in found.items() if not check.ok} == {"shares", "airflow", "mailbox", "schedules"}
    assert "127.0.0.1:1" in found["shares"].found
    assert "127.0.0.1 讀取中 0／至多 4，等候 0" in found["shares"].found
    assert all(check.remedy for check in found.values() if not check.ok)
    mail_server.stop()
    assert not told()["mail"].ok
    with session_scope() as session:
        lost = keep(session, b"x", Label("plan", "C-1:v1", "一份"), at=now.now()).id
    assert told()["documents"].ok
    next((home / "documents").rglob(lost)).unlink()
    assert lost in told()["documents"].found


def test_visitors_who_all_come_from_one_place_are_told(
    database_url: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    everybody = ("mayor", "secretary", "ethics", "works", "social")

    def ask(*places: str) -> Check:
        with session_scope() as session:
            for person, place in zip(everybody, places, strict=True):
                asker = sign_in.Asker(token(), place)
                assert sign_in.issue(session, address(person), asker, at=clock.now()) is not None
        return told()["visitors"]

    assert told()["visitors"].ok
    with session_scope() as session:
        settle(session)
    found = ask(*["172.30.86.1"] * 5)
    assert not found.ok
    assert "INSPECTION_PORTAL_PROXIES（現為 127.0.0.1）" in found.remedy
    assert ask(*[f"192.0.2.{number}" for number in range(5)]).ok


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_that_differs_from_the_databases_is_told(
    database_url: str, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    monkeypatch.delenv("INSPECTION_NOW", raising=False)
    settings.reset()
    assert CHECKS["clock"]().ok
    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: real() + timedelta(hours=hours))
    found = CHECKS["clock"]()
    assert found.ok == database_url.startswith("sqlite"), "there both are one machine"
    assert ("相差 3" in found.found, "NTP" in found.remedy) == (not found.ok, not found.ok)


def test_a_disk_that_is_nearly_full_is_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "尚餘" in CHECKS["disk"]().found
    monkeypatch.setattr(running, "ROOM_BYTES", shutil.disk_usage(home).total + 1)
    looked = CHECKS["disk"]()
    assert not looked.ok and "INSPECTION_HOME" in looked.remedy
