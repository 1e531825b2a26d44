"""Whatever is typed wrong, the answer is in the office's Chinese; English where the installation asks for it."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
import typer

from campaigns.paper_office import STAFF, PaperOffice
from cli.test_answers import Typing, inspection
from house.spoken import CHINESE, english_in
from inspection import settings
from inspection.cli.main import app
from inspection.rules import catalogue
from inspection.store.session import dispose_engines

__all__ = ["inspection"]


def _leaves(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    verbs = getattr(command, "commands", None)
    if verbs is None:
        yield path, command
        return
    for name, verb in verbs.items():
        yield from _leaves(verb, (*path, name))


VERBS = dict(_leaves(typer.main.get_command(app)))
SERVES = ("portal",)  # what would not end by itself


def _nonsense(parameter: Any) -> list[str]:
    """Something for a parameter that is certainly not there."""
    kind = parameter.type_descriptor.annotation
    if getattr(parameter, "is_flag", False):
        return []
    value = "無此"
    if isinstance(kind, type) and issubclass(kind, Enum):
        value = str(next(iter(kind)).value)
    elif kind is int:
        value = "999999"
    elif kind is Path:
        value = "/無此/無此"
    elif parameter.name == "actor":
        value = STAFF
    argument = parameter.param_type_name == "argument"
    return [value] if argument else [parameter.opts[0], value]


def _spoken(told: str) -> None:
    assert CHINESE.search(told), told
    assert english_in(told) == [], told


@pytest.mark.parametrize("path", VERBS, ids=" ".join)
def test_wrong_usage_of_a_command_is_told_in_chinese(
    sqlite_url: str, inspection: Typing, path: tuple[str, ...]
) -> None:
    told = inspection(*path, "--no-such-option")
    assert (told.status, told.out) == (2, "")
    _spoken(told.err)
    if any(one.required for one in VERBS[path].params):
        told = inspection(*path)
        assert (told.status, told.out) == (2, "")
        _spoken(told.err)


@pytest.mark.parametrize("path", [one for one in VERBS if one not in {SERVES, ("scan",)}], ids=" ".join)
def test_what_is_not_there_is_told_in_chinese(office: PaperOffice, inspection: Typing, path: tuple[str, ...]) -> None:
    required = [one for one in VERBS[path].params if one.required or one.name == "actor"]
    told = inspection(*path, *(word for one in required for word in _nonsense(one)))
    if told.status:
        _spoken(told.err + told.out)
    assert english_in(told.err) == [], told.err
    assert "Traceback" not in told.err


@pytest.mark.parametrize(
    "words",
    [
        (), ("no-such-verb",), ("plan", "no-such-verb"), ("campaign", "open"), ("campaign", "open", "weekly"),
        ("campaign", "show"), ("campaign", "show", "甲", "乙"), ("campaign", "show", "甲", "--json=1"),
        ("hits", "decide", "confirmed", "seven", "--reason", "甲"),
        ("hits", "decide", "perhaps", "7", "--reason", "甲"),
        ("campaign", "open", "semiannual", "--first-day"), ("opinion", "list", "甲", "--on", "乙"),
        ("scan",), ("scan", "甲"), ("scan", "甲", "--jsonl"), ("scan", "甲", "--jsonl", "x", "--explain"),
        ("scan", "甲", "--jsonl", "x", "--workers", "many"), ("scan", "甲", "--no-such"), ("scan", "甲", "--explain=1"),
    ],
)  # fmt: skip
def test_each_kind_of_wrong_usage_is_told_in_chinese(
    sqlite_url: str, inspection: Typing, words: tuple[str, ...]
) -> None:
    told = inspection(*words)
    assert told.status == 2
    if words != ():  # the help itself, which stays English
        _spoken(told.err)


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("nonsense", 2), ("mysql://u:geheim@h/d", 2), ("postgresql+nodriver://u:geheim@h/d", 2),
        ("postgresql+psycopg://u:geheim@127.0.0.1:1/d?connect_timeout=2", 3), ("sqlite:////proc/none/here.db", 2),
    ],
)  # fmt: skip
@pytest.mark.parametrize("words", [("campaign", "list"), ("db", "check"), ("db", "upgrade")], ids=" ".join)
def test_a_wrong_address_of_the_database_is_told_and_no_password_with_it(
    home: Path, monkeypatch: pytest.MonkeyPatch, inspection: Typing, words: tuple[str, ...], url: str, status: int
) -> None:
    monkeypatch.setenv("INSPECTION_DATABASE_URL", url)
    settings.reset()
    told = inspection(*words)
    dispose_engines()
    assert told.status == status
    _spoken(told.err)
    assert "geheim" not in told.err


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("INSPECTION_PROFILE", "holiday"), ("INSPECTION_LANG", "de"), ("INSPECTION_ALLOW_SCAN", "maybe"),
        ("INSPECTION_SECRET_KEY_FILE", "/none/here"), ("INSPECTION_NOW", "tomorrow"), ("INSPECTION_RULES_DIR", "/none"),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_told_in_chinese(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, inspection: Typing, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    if name.endswith("_FILE"):
        monkeypatch.delenv(name.removesuffix("_FILE"), raising=False)
    settings.reset()
    catalogue.reset()  # rules read for an earlier test would hide where they are not
    told = inspection("calendar", "year", "2027")
    assert told.status == 2
    _spoken(told.err)
    assert name in told.err


def test_a_port_that_is_taken_is_told(office: PaperOffice, inspection: Typing) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        told = inspection("portal", "--bind", f"127.0.0.1:{taken.getsockname()[1]}")
    assert told.status == 3
    assert "埠號已被占用" in told.err
    _spoken(told.err)
    told = inspection("portal", "--bind", "nowhere")
    assert told.status == 2
    _spoken(told.err)


@pytest.mark.parametrize(
    ("number", "status"), [(errno.ENOSPC, 3), (errno.EACCES, 2), (errno.EISDIR, 2), (errno.EDQUOT, 3), (9999, 2)]
)
def test_a_refusal_of_the_system_nobody_foresaw_is_told_in_chinese(
    sqlite_url: str, inspection: Typing, monkeypatch: pytest.MonkeyPatch, number: int, status: int
) -> None:
    def refused() -> None:
        raise OSError(number, "No such luck today", "/some/where.db")

    monkeypatch.setattr("inspection.store.migrate.upgrade", refused)
    told = inspection("db", "upgrade")
    assert told.status == status
    assert "/some/where.db" in told.err
    _spoken(told.err)


def test_a_folder_nobody_may_write_to_is_told(office: PaperOffice, tmp_path: Path, inspection: Typing) -> None:
    (tmp_path / "甲.txt").write_text("內容", encoding="utf-8")
    told = inspection("scan", str(tmp_path), "--jsonl", str(tmp_path))
    assert told.status == 2
    _spoken(told.err)
    told = inspection("scan", str(tmp_path), "--jsonl", "/proc/none/rows.jsonl")
    assert told.status == 2
    _spoken(told.err)


def test_the_same_is_said_in_english_where_the_installation_asks_for_it(
    office: PaperOffice, monkeypatch: pytest.MonkeyPatch, inspection: Typing
) -> None:
    monkeypatch.setenv("INSPECTION_LANG", "en")
    settings.reset()
    for words, said in (
        (("campaign", "show", "C-none"), "campaign C-none does not exist; see `inspection campaign list`\n"),
        (("follow-up", "--on", "x"), "command line, field --on: is no day — write 2026-11-02\n"),
        (("campaign", "show"),
         "command line: Missing argument 'campaign_id'. — see `inspection campaign show --help`\n"),
        (("hits", "decide", "confirmed", "7", "--reason", " ", "--as", "P113"),
         "the reason is missing — each decision needs a reason, one on a batch too\n"),
    ):  # fmt: skip
        told = inspection(*words)
        assert (told.status, told.err) == (2, said)
