"""What notices depend on: each condition is used, each used is registered, old rows are read into columns."""

from __future__ import annotations

import ast
import importlib
import inspect
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text

from campaigns.paper_office import CAMPAIGN, CONTACT, HEAD, STAFF, WORKS, PaperOffice, notices
from inspection import clock as now
from inspection import notices as room
from inspection.errors import BadSource
from inspection.model import Notice
from inspection.model.lifecycle import NoticeState
from inspection.notices import conditions
from inspection.notices.condition import Condition, Depends
from inspection.notices.deliver import DeliveryCounts, deliver_due
from inspection.notices.outbox import Letter, write
from inspection.store import migrate
from inspection.store.session import dispose_engines, engine_for, session_scope
from servers.mail import MailServer

PACKAGE = Path(room.__file__).parents[1]
ROOM = PACKAGE / "notices"


def makers() -> dict[str, str]:
    """The functions that make a `Depends`, as module.function, with the kind they make."""
    found = {}
    for kind in conditions.register():
        module = importlib.import_module(f"inspection.notices.conditions.{kind}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__ and not name.startswith("_"):
                found[f"{kind}.{name}"] = kind
    return found


def imported() -> set[str]:
    """What the package outside this room imports from the modules of conditions, as module.function."""
    found = set()
    for path in PACKAGE.rglob("*.py"):
        if ROOM in path.parents:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("inspection.notices.conditions."):
                module = str(node.module).rpartition(".")[2]
                found |= {f"{module}.{one.name}" for one in node.names}
    return found


def letter(
    depends: Depends | None, key: str = "k1", person: str = CONTACT[WORKS], kind: str = "report_delivered"
) -> Letter:
    """A plain notice that depends on something."""
    values = {"campaign_name": "上半年定期保密檢查", "report_name": "檢查結果", "copy_number": 1}
    return Letter(key, "report_delivered", person, values, CAMPAIGN, still_wanted=depends)


def test_every_condition_has_a_maker_that_somebody_uses() -> None:
    assert set(makers().values()) == set(conditions.register())
    assert imported() == set(makers())


def test_nobody_makes_a_condition_by_hand() -> None:
    calls = [
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Depends"
    ]
    assert sorted(calls) == ["notices/condition.py", "notices/wanted.py"]


def test_a_module_whose_condition_bears_another_name_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from inspection.notices.conditions import fix

    monkeypatch.setattr(fix, "CONDITION", Condition("gossip", fix.CONDITION.holds))
    with pytest.raises(ValueError, match=r"conditions\.fix holds the condition 'gossip'"):
        conditions.register.__wrapped__()


def test_a_letter_on_a_condition_that_does_not_exist_is_refused(office: PaperOffice) -> None:
    with pytest.raises(BadSource, match="gossip"), session_scope() as session:
        write(session, letter(Depends("gossip", "1")), at=now.now())
    assert notices("report_delivered") == []


def test_a_row_whose_condition_is_unknown_fails_openly_and_holds_up_no_other(
    office: PaperOffice, mail_server: MailServer
) -> None:
    office.open()
    with session_scope() as session:
        write(session, letter(None), at=now.now())
        write(session, letter(None, "k2"), at=now.now())
    with session_scope() as session:
        first = session.query(Notice).filter_by(key="k1").one()
        first.depends_kind, first.depends_id = "gossip", "1"
    assert deliver_due(session_scope, at=now.now()) == DeliveryCounts(sent=1, failed=1)
    failed = next(one for one in notices("report_delivered") if one.state is NoticeState.FAILED)
    assert (failed.key, "gossip" in str(failed.last_error)) == ("k1", True)


def test_old_strings_are_read_into_columns_and_back(office: PaperOffice, database_url: str) -> None:
    office.open()
    kinds = conditions.register()
    # 填報人 are younger than the strings
    then = [kind for kind in kinds if kind not in {"calling_off", "filler"}]
    depends = [kinds[kind].on(f"{kind}:1", 3 if kind == "fix" else None) for kind in then]
    with session_scope() as session:
        for one in depends:
            write(session, letter(one, f"k:{one.kind}", person=HEAD if one.kind == "request" else STAFF), at=now.now())
        write(session, letter(kinds["calling_off"].on(CAMPAIGN), "k:calling_off"), at=now.now())
        write(session, letter(None, "k:fact"), at=now.now())
    with session_scope() as session:  # the kinds of mail by which these two were known
        session.query(Notice).filter_by(key="k:request").update({"kind": "approval_requested"})
        session.query(Notice).filter_by(key="k:calling_off").update({"kind": "campaign_cancelled"})
    columns = "SELECT key, depends_kind, depends_id, depends_version FROM notice ORDER BY key"
    with session_scope() as session:
        before = [tuple(row) for row in session.execute(text(columns))]
    dispose_engines()
    command.downgrade(migrate.configuration(database_url), "0009-1")
    with engine_for(database_url).begin() as connection:
        old = {row.key: row.still_wanted for row in connection.execute(text("SELECT * FROM notice"))}
    assert old == {
        "k:adoption": "answer|adoption:1",
        "k:approval": "approval|approval:1",
        "k:calling_off": None,
        "k:checklist": "checklist|checklist:1",
        "k:code": "code|code:1",
        "k:duty": "duty|duty:1",
        "k:fact": None,
        "k:fix": "fix|fix:1|3",
        "k:opinion": "opinion|opinion:1",
        "k:pledge": "pledge|pledge:1",
        "k:question": f"question|{CAMPAIGN}|question:1",
        "k:request": "approval|request:1",
        "k:server": "server|server:1",
    }
    dispose_engines()
    migrate.upgrade(database_url)
    with session_scope() as session:
        assert [tuple(row) for row in session.execute(text(columns))] == before
