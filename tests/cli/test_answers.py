"""What the command line answers: exit status 0, 1, 2 or 3, and one line that says what to do."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from campaigns.paper_office import CAMPAIGN, DEMO, HEAD, STAFF, PaperOffice, leaves
from inspection import settings
from inspection.cli.entry import main
from inspection.cli.scan import WORDS
from inspection.model import Campaign
from inspection.notices.outbox import Letter, write
from inspection.rules.messages import shipped
from inspection.store.session import dispose_engines, session_scope
from inspection.vocabulary import Verdict
from servers.mail import MailServer

OPEN = ("campaign", "open", "semiannual", "--first-day", "2026-11-02", "--last-day", "2026-11-20")


class Typed:
    """What one command left: its exit status and both outputs."""

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status, self.out, self.err = status, out, err


@pytest.fixture
def inspection(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typing:
    """Types a command at the entry point."""
    return Typing(monkeypatch, capsys)


class Typing:
    """A person at the keyboard."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch, self._capsys = monkeypatch, capsys

    def __call__(self, *words: str) -> Typed:
        self._monkeypatch.setattr(sys, "argv", ["inspection", *words])
        status = 0
        try:
            main()
        except SystemExit as ended:
            status = int(ended.code or 0)
        told = self._capsys.readouterr()
        return Typed(status, told.out, told.err)


def campaigns() -> int:
    """How many campaigns there are."""
    with session_scope() as session:
        return session.query(Campaign).count()


# ------------------------------------------------------------------------------------------------ 0 and 1


def test_a_campaign_is_opened_once_and_shown(office: PaperOffice, inspection: Typing) -> None:
    opened = inspection(*OPEN, "--as", STAFF, "--unit", "U02", "--json")
    assert (opened.status, opened.err) == (0, "")
    campaign = json.loads(opened.out)["campaign"]
    assert json.loads(inspection(*OPEN, "--as", STAFF, "--unit", "U02", "--json").out)["campaign"] == campaign
    assert campaigns() == 1
    shown = inspection("campaign", "show", campaign, "--json")
    assert (shown.status, json.loads(shown.out)["state"]) == (0, "draft")


def test_people_are_answered_in_the_language_of_the_installation_and_machines_in_english(
    office: PaperOffice, inspection: Typing, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.open()
    assert "檢查專案\t種類\t狀態\t名稱\n" in inspection("campaign", "list").out
    told = inspection("campaign", "list").out
    assert f"{CAMPAIGN}\t定期保密檢查\t籌備中\t" in told
    assert "狀態: 籌備中" in inspection("campaign", "show", CAMPAIGN).out
    machine = json.loads(inspection("campaign", "list", "--json").out)
    assert (machine["kind"], machine["state"]) == ("semiannual", "draft")
    monkeypatch.setenv("INSPECTION_LANG", "en")
    settings.reset()
    assert "campaign\tkind\tstate\tname\n" in inspection("campaign", "list").out
    assert "state: draft" in inspection("campaign", "show", CAMPAIGN).out


def test_a_chain_that_does_not_hold_is_exit_1_with_the_row(office: PaperOffice, inspection: Typing) -> None:
    assert inspection("audit", "seal").status == 0
    assert inspection("audit", "verify", "--json").status == 0
    from sqlalchemy import text

    with session_scope() as session:
        guard = " ON event" if session.get_bind().dialect.name == "postgresql" else ""
        session.execute(text(f"DROP TRIGGER guard_event_update{guard}"))
        session.execute(text("UPDATE event SET actor = 'P01'"))
    told = inspection("audit", "verify")
    assert told.status == 1
    assert told.err == "事件 1（第 1 個串鏈）遭變更\n"


def test_a_mail_refused_for_good_is_exit_1(office: PaperOffice, mail_server: MailServer, inspection: Typing) -> None:
    from inspection import clock as now

    values = {"campaign_name": "甲", "report_name": "乙", "copy_number": 1}
    with session_scope() as session:
        write(session, Letter("k", "report_delivered", HEAD, values), at=now.now())
    mail_server.refuse("mayor@shifan.test", 550)
    told = inspection("deliver", "--json")
    assert (told.status, json.loads(told.out)["failed"]) == (1, 1)
    assert "須另指定窗口" in told.err


def test_a_form_refused_in_the_drop_folder_is_exit_1(office: PaperOffice, inspection: Typing) -> None:
    drop = settings.get().drop_folder_path
    drop.mkdir(parents=True)
    (drop / "x.docx").write_bytes(b"no form")
    told = inspection("checklists", "collect", "--json")
    counts = {"taken": 0, "refused": 1, "waiting": 0, "unreadable": 0}
    assert (told.status, json.loads(told.out)) == (1, counts)
    assert "refused/" in told.err


# ---------------------------------------------------------------------------- 2: wrong usage, bad input


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("campaign", "open", "weekly"), "weekly"),
        (("campaign", "open", "semiannual"), "--first-day"),
        (("no-such-verb",), "no-such-verb"),
        (("plan", "draft"), "campaign_id"),
    ],
)
def test_wrong_usage_is_exit_2(
    sqlite_url: str, home: Path, inspection: Typing, words: tuple[str, ...], told: str
) -> None:
    answer = inspection(*words)
    assert answer.status == 2
    assert told in answer.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ("campaign", "open", "semiannual", "--first-day", "2.11.2026", "--last-day", "2026-11-20", "--as", STAFF),
            "命令列，欄位 --first-day：不是日期 — 請寫成 2026-11-02",
        ),
        (
            ("campaign", "open", "semiannual", "--first-day", "2026-11-20", "--last-day", "2026-11-02", "--as", STAFF),
            "期間迄日早於起日 — 迄日須在起日當日或之後",
        ),
        ((*OPEN, "--as", "P999"), "名冊查無人員 P999"),
        ((*OPEN, "--as", STAFF, "--unit", "U99"), "名冊查無單位 U99"),
        (("campaign", "show", "C-none"), "查無檢查專案 C-none；請以 `inspection campaign list` 查詢"),
        (("plan", "draft", "C-none", "--as", STAFF), "查無檢查專案 C-none；請以 `inspection campaign list` 查詢"),
        (("follow-up", "--on", "tomorrow"), "命令列，欄位 --on：不是日期 — 請寫成 2026-11-02"),
        (("fixes", "release", "F-none", "--as", "P111"), "查無列管案件 F-none"),
        (("hits", "decide", "confirmed", "7", "--reason", "甲", "--as", "P113"), "查無疑似事項 7"),
        (
            ("hits", "decide", "confirmed", "7", "--reason", " ", "--as", "P113"),
            "判定理由未填 — 每一次判定（含批次）都須寫明理由",
        ),
        (("checklists", "accept", "C-none:U02", "--as", "P113"), "查無檢查表 C-none:U02"),
    ],
)
def test_bad_input_is_exit_2_and_one_line(
    office: PaperOffice, inspection: Typing, words: tuple[str, ...], told: str
) -> None:
    answer = inspection(*words)
    assert (answer.status, answer.err, answer.out) == (2, f"{told}\n", "")
    assert campaigns() == 0


def test_somebody_who_left_does_nothing_at_the_command_line(office: PaperOffice, inspection: Typing) -> None:
    leaves(STAFF)
    answer = inspection(*OPEN, "--as", STAFF)
    assert (answer.status, answer.err) == (2, f"人員 {STAFF} 已離職；請以名冊內現職人員執行\n")


def test_a_crawl_or_forms_before_the_approval_are_exit_2(office: PaperOffice, inspection: Typing) -> None:
    office.open()
    answer = inspection("crawl", "run", CAMPAIGN)
    refusal = f"檢查專案 {CAMPAIGN} 尚無核定之計畫，不得分送或清查\n"
    assert (answer.status, answer.err) == (2, refusal)


def test_paper_without_a_number_is_exit_2_with_what_to_fill_in(office: PaperOffice, inspection: Typing) -> None:
    office.open()
    office.draft()
    office.submit()
    words = ("plan", "enter-decision", CAMPAIGN, "approved", "--decider", HEAD, "--decided-on", "2026-11-02")
    answer = inspection(*words, "--number", " ", "--as", STAFF)
    assert (answer.status, answer.err) == (2, "紙本或公文系統核定須登錄文號 — 填入核定簽的收發文號\n")
    assert inspection(*words, "--number", "示市政字第1號", "--as", STAFF).status == 0


def test_a_database_never_migrated_is_exit_2_with_the_remedy(
    empty_database_url: str, home: Path, monkeypatch: pytest.MonkeyPatch, inspection: Typing
) -> None:
    monkeypatch.setenv("INSPECTION_DATABASE_URL", empty_database_url)
    settings.reset()
    answer = inspection("campaign", "list")
    assert (answer.status, answer.err) == (2, "資料庫尚未建立資料表 — 請執行 `inspection db upgrade`\n")
    assert inspection("db", "check").status == 1
    assert inspection("db", "upgrade").status == 0
    assert inspection("db", "check").status == 0
    assert inspection("campaign", "list").status == 0


# ------------------------------------------------------------------------------------------------ 3: not there now


def test_a_database_that_does_not_answer_is_exit_3(
    home: Path, monkeypatch: pytest.MonkeyPatch, inspection: Typing
) -> None:
    monkeypatch.setenv("INSPECTION_DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1:1/none?connect_timeout=2")
    settings.reset()
    answer = inspection("campaign", "list")
    assert answer.status == 3
    assert answer.err == "資料庫沒有回應（OperationalError）；請執行 `inspection doctor` 檢查\n"
    dispose_engines()


def test_a_mail_server_that_is_down_is_exit_3(office: PaperOffice, mail_server: MailServer, inspection: Typing) -> None:
    office.open()
    office.draft()
    office.submit()
    mail_server.stop()
    answer = inspection("deliver")
    assert answer.status == 3
    assert answer.err.startswith("郵件伺服器未收下此信")


def test_a_drop_folder_that_is_not_there_is_exit_3(office: PaperOffice, inspection: Typing) -> None:
    answer = inspection("checklists", "collect")
    assert answer.status == 3
    assert "請建立或掛載" in answer.err


def test_the_installed_command_ends_with_the_same_status() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "inspection.cli", "no-such-verb"],
        cwd=DEMO.parent / "plugins",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "no-such-verb" in done.stderr


def test_what_a_scan_says_is_called_as_everywhere() -> None:
    everywhere = {(one.label, one.value): one.zh for one in shipped().words}
    assert {key: everywhere.get(key) for key in WORDS} == WORDS
    assert {value for label, value in everywhere if label == "verdict"} == {str(one) for one in Verdict}
    assert set(WORDS) >= {(label, value) for label, value in everywhere if label in {"read_status", "verdict"}}
