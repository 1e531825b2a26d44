"""What the pages tell people to type, to set and to look for exists: commands, settings, tasks, files."""

from __future__ import annotations

import argparse
import re
import shlex
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from tools.running_pages import PROGRAM, commands, dags_page

from inspection.cli.scan import scan_parser
from inspection.rules import campaign_kinds
from inspection.rules.catalogue import SHIPPED
from inspection.settings import PREFIX, REPOSITORY, Settings

PAGES = sorted([*REPOSITORY.glob("README*.md"), *(REPOSITORY / "docs").rglob("*.md")])
MANUALS = sorted((REPOSITORY / "docs" / "manual").glob("*.md"))
# read by tests, demo or compose, not by the product
COMPOSE = (REPOSITORY / "docker-compose.yml").read_text(encoding="utf-8")
OTHERS_READ = {"INSPECTION_EXTRA_CORPUS", "INSPECTION_DEMO_HOME", *re.findall(r"\$\{(INSPECTION_\w+)", COMPOSE)}
FENCE = re.compile(r"^```[^\n]*\n(.*?)^```", re.M | re.S)
INLINE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
LAUNCH = re.compile(r"^(?:uv run (?:--frozen )?)?inspection\s+(?=[a-z-])")
TASK = re.compile(r"`(?:(planning|crawl|checklists|triage|reporting)\.(?!yaml`)([a-z_]+))`")
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)")


def named(page: Path) -> str:
    return page.relative_to(REPOSITORY).as_posix()


def typed_whole(page: Path) -> list[str]:
    """Command lines of the fenced blocks, without the program's name."""
    blocks = [block.replace("\\\n", " ") for block in FENCE.findall(page.read_text(encoding="utf-8"))]
    lines = [line.strip() for block in blocks for line in block.splitlines()]
    return [LAUNCH.sub("", line) for line in lines if LAUNCH.match(line)]


def mentioned(page: Path) -> list[str]:
    """Commands named within a sentence, perhaps in part."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    return [LAUNCH.sub("", one) for one in INLINE.findall(text) if LAUNCH.match(one)]


def command_of(line: str) -> tuple[Any, list[str]]:
    """The command a line begins with, and what is left of the line."""
    words = shlex.split(line, comments=True)
    for many in (2, 1):
        found = commands().get(" ".join([PROGRAM, *words[:many]]))
        if found is not None:
            return found, words[many:]
    raise AssertionError(f"there is no command {PROGRAM} {' '.join(words[:2])}")


def refused(line: str) -> str:
    """Why the command line itself would refuse what is typed; empty where it takes it. Nothing is run."""
    words = shlex.split(line, comments=True)
    try:
        if words[0] == "scan":
            scan_parser("inspection scan").parse_args(words[1:])
        elif words[:2] == ["crawl", "--self-check"]:
            assert len(words) == 3
        else:
            command, rest = command_of(line)
            command.make_context(words[0], rest)
    except (AssertionError, SystemExit, argparse.ArgumentError) as error:
        return str(error) or type(error).__name__
    except Exception as error:  # typer's own usage errors have no public name
        return str(error) or type(error).__name__
    return ""


WHOLE = [(named(page), line) for page in PAGES for line in typed_whole(page)]
MENTIONS = [(named(page), line) for page in PAGES for line in mentioned(page)]


@pytest.mark.parametrize(("page", "line"), WHOLE)
def test_a_command_told_to_be_typed_is_taken_as_it_stands(page: str, line: str) -> None:
    assert refused(line) == "", f"{page}: inspection {line}"


@pytest.mark.parametrize(("page", "line"), MENTIONS)
def test_a_command_named_in_a_sentence_exists_with_its_options(page: str, line: str) -> None:
    known = {words.removeprefix(f"{PROGRAM} ") for words in commands()}
    words = line.split()
    if words == ["--help"]:
        return
    path = [word for word in words[:2] if re.fullmatch(r"[a-z][a-z-]*", word)]
    called = next((one for many in (2, 1) if (one := " ".join(path[:many])) in known), None)
    if called is None:  # a whole group may be named
        assert any(one.startswith(f"{path[0]} ") for one in known), f"{page}: inspection {line}"
        assert len(path) == 1, f"{page}: inspection {line}"
        return
    options = {option for option in words if option.startswith("--") and option != "--help"}
    if called == "scan":
        has = {option for action in scan_parser("inspection scan")._actions for option in action.option_strings}
    else:
        found = commands()[f"{PROGRAM} {called}"]
        has = {option for one in found.params for option in (*one.opts, *one.secondary_opts)}
    assert options <= has, f"{page}: inspection {line}"


def test_what_is_no_command_would_be_told() -> None:
    assert refused("checklists accept --campaign C-115-H2 --as P113") == ""
    assert refused("checklists accept --campaign C-115-H2") != ""
    assert refused("checklists approve C-115-H2") != ""
    assert refused("hits decide confirmd 12 --reason 甲 --as P113") != ""
    assert refused("scan folder") != ""


def test_there_are_commands_to_look_at_in_manuals_and_pages() -> None:
    assert len(WHOLE) > 30
    assert {page for page, _ in WHOLE} >= {"docs/manual/政風人員手冊.md", "docs/manual/操作手冊.md"}
    assert [page.name for page in MANUALS] == sorted(
        ["備份與還原.md", "安裝手冊.md", "主管與首長手冊.md", "單位窗口手冊.md", "操作手冊.md", "政風人員手冊.md"]
    )


def test_every_setting_named_exists() -> None:
    known = {f"{PREFIX}{field.name.upper()}" for field in fields(Settings)} | OTHERS_READ
    for page in PAGES:
        found = re.findall(rf"{PREFIX}[A-Z][A-Z_]*[A-Z]", page.read_text(encoding="utf-8"))
        unknown = {name for name in found if name not in known and name.removesuffix("_FILE") not in known}
        assert unknown == set(), named(page)


def test_every_dag_is_in_the_operators_manual() -> None:
    shown = re.findall(r"^## .* · `([a-z_]+)`$", dags_page().partition("# Shared chapters")[0], re.M)
    manual = (REPOSITORY / "docs" / "manual" / "操作手冊.md").read_text(encoding="utf-8")
    assert len(shown) > 4
    assert [name for name in shown if f"| `{name}` " not in manual] == []


def test_every_kind_opened_as_needed_is_in_the_operators_manual() -> None:
    manual = (REPOSITORY / "docs" / "manual" / "操作手冊.md").read_text(encoding="utf-8")
    assert [
        one.id for one in campaign_kinds.load_campaign_kinds(SHIPPED).as_needed if f"`{one.id}`" not in manual
    ] == []


def test_every_task_named_in_a_manual_is_a_task() -> None:
    page = dags_page()
    seen = {f"{group}.{name}" for manual in MANUALS for group, name in TASK.findall(manual.read_text(encoding="utf-8"))}
    assert len(seen) > 5
    assert {one for one in seen if f"`{one}`" not in page} == set()


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_to_a_file_leads_there(page: Path) -> None:
    linked = LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8")))
    assert [one for one in linked if not (page.parent / one).exists()] == []
