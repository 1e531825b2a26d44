"""Every door asks the policy before it shows or does: pages of the portal, commands, tasks of the DAGs.

A command asks by a verb that asks, or by `door(…, keeps=…)`, `reads=…` or `act=…`. A task asks by a verb, rests on an
approval (`plan_in_force`, `require_signed`), or takes a campaign's own step in the name of who ordered it (`door_of`).
What does neither is named below, each with its reason; a line that is needed no more is refused too.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest
from starlette.routing import Mount, Route

from house.calls import Source, reached, read
from inspection.access.policy import TABLE
from inspection.portal import guard, signing_in
from inspection.portal.app import DOORS, create_app

REPOSITORY = Path(__file__).resolve().parents[2]
POLICY = "inspection.access.policy"
ASKING = frozenset(
    {f"{POLICY}.{name}" for name in ("may", "demand", "require_role", "scope", "campaigns_for")}
    | {"inspection.access.who.asking"}
)
APPROVED = frozenset({"inspection.planning.decision.plan_in_force", "inspection.reports.decision.require_signed"})
COMMAND_DOOR, ORDERED = "inspection.cli.speaking.door", "inspection_door.door_of"

COMMANDS_WITHOUT = {
    "awareness template": "an empty form",
    "awareness list_sessions": "counts by half-year, no matter of a unit; for whoever runs the machine",
    "awareness topics": "counts by topic",
    "awareness show_coverage": "counts by unit",
    "calendar show": "public holidays",
    "calendar year": "days on which something is due",
    "campaign kinds": "what the rules say of kinds",
    "database upgrade": "tables",
    "database check": "tables",
    "handover list_all": "for whoever runs the machine, who carries them out",
    "handover run": "as the hourly DAG does",
    "house follow_up": "reminds by the rules of the ladder, as the DAG does",
    "house deliver": "sends what a verb wrote, as the DAG does",
    "house copies": "makes copies of kept documents, as the DAG does",
    "house metrics": "counts and instants, for whoever runs the machine",
    "house doctor": "looks at servers and settings",
    "house portal": "starts the processes that serve pages; each page asks",
    "house verify": "the chain of events",
    "house seal": "the chain of events",
    "lessons learn": "learns as the nightly DAG does; nothing takes effect by it",
    "keeping backup": "for whoever runs the machine: all it has lies before them",
    "keeping restore": "into an empty installation, where nobody is yet",
    "keeping tidy": "takes away what nothing rests on, as the DAG does",
    "keeping save": "for whoever runs the machine and holds its key",
    "keeping rotate": "for whoever runs the machine and holds both keys",
    "keeping take_out": "opens by a passphrase",
    "sample verify": "the figures of two papers, without any database",
    "main scan_alone": "a folder, without any database",
    "plan declare_form": "an empty form",
    "spring windows": "windows and ids of campaigns",
}
TASKS_WITHOUT = {
    "ad_hoc_inspection open_campaign": "the verb asks whom the form names",
    "semiannual_inspection open_campaign": "the verb asks whom the form names",
    "spring_festival_security open_campaign": "opens what a person confirmed",
    "campaign_chapters find_quiet": "lists what a crawl under an approved plan left for later",
    "campaign_chapters finish_crawl": "counts what a crawl under an approved plan has read",
    "campaign_chapters list_what_is_missing": "counts what a person has yet to do",
    "campaign_chapters plan_returned": "a place to clear from",
    "campaign_chapters reports_returned": "a place to clear from",
    "project_safeguard review_returned": "a place to clear from",
    "deliver_notices drain_outbox": "sends what a verb wrote, each looked at again before it goes",
    "follow_up climb_ladder": "reminds by the rules of the ladder",
    "follow_up remind_of_pledges": "reminds by the rules",
    "housekeeping seal_events": "the chain of events",
    "housekeeping check_calendar": "tells what is due",
    "housekeeping watch_operations": "tells the operators what was not done",
    "housekeeping apply_retention": "takes away by the terms what a person filed",
    "housekeeping spring_windows": "lists what a person confirmed",
    "housekeeping carry_out_handovers": "carries out what was opened by who might",
    "learn_lessons learn": "learns from what was decided; nothing takes effect by it",
    "make_copies convert_documents": "makes copies of kept documents",
    "recognise_pictures find_pictures": "lists what approved crawls left",
    "recognise_pictures suspect_found": "adds to what was suspected",
}


def fine_calls(node: ast.AST) -> bool:
    """Whether a piece of source opens the command door with something to be asked about."""
    return any(
        isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "door"
        and any(one.arg in {"reads", "keeps", "act"} for one in call.keywords)
        for call in ast.walk(node)
    )


def does_not_ask(sources: Mapping[str, Source], function: str) -> bool:
    """Whether nothing asks on any way from a door inward."""
    # the command door asks only where it is told what about: calling it alone is no asking
    seen = reached(sources, function, beyond=frozenset({COMMAND_DOOR}))
    if seen & (ASKING | APPROVED | {ORDERED}):
        return False
    inside = (one.rpartition(".") for one in seen)
    bodies = [sources[module].functions[name] for module, _, name in inside if name in _functions(sources, module)]
    return not any(fine_calls(body) for body in bodies)


def _functions(sources: Mapping[str, Source], module: str) -> Mapping[str, ast.FunctionDef]:
    return sources[module].functions if module in sources else {}


@cache
def house() -> dict[str, Source]:
    """Every module of the house and every DAG file."""
    found = {}
    for path in (REPOSITORY / "plugins" / "inspection").rglob("*.py"):
        parts = path.relative_to(REPOSITORY / "plugins").with_suffix("").parts
        name = ".".join(parts).removesuffix(".__init__")
        found[name] = read(name, path.read_text(encoding="utf-8"))
    for path in (REPOSITORY / "dags").glob("*.py"):
        found[path.stem] = read(path.stem, path.read_text(encoding="utf-8"))
    return found


def doors(sources: Mapping[str, Source], prefix: str, decorator: str) -> dict[str, str]:
    """Functions so decorated, by the name they bear in the lists above."""
    found = {}
    for module, source in sources.items():
        if module.startswith(prefix) and (prefix or "." not in module):
            for name, node in source.functions.items():
                said = [ast.unparse(one) for one in node.decorator_list]
                if any(one.partition("(")[0] == decorator or f".{decorator}(" in one for one in said):
                    found[f"{module.rpartition('.')[2]} {name}"] = f"{module}.{name}"
            for how, name in source.handed_over:
                where, _, function = name.rpartition(".")
                if f".{decorator}(" in how and function in _functions(sources, where):
                    found[f"{where.rpartition('.')[2]} {function}"] = name
    return found


def silent(sources: Mapping[str, Source], prefix: str, decorator: str) -> set[str]:
    """Doors that ask nothing."""
    return {shown for shown, name in doors(sources, prefix, decorator).items() if does_not_ask(sources, name)}


def test_every_command_asks_or_is_named_with_its_reason() -> None:
    assert len(doors(house(), "inspection.cli.", "command")) > 90
    assert silent(house(), "inspection.cli.", "command") == set(COMMANDS_WITHOUT)


def test_every_task_asks_or_is_named_with_its_reason() -> None:
    assert len(doors(house(), "", "task") | doors(house(), "", "sensor")) > 30
    assert silent(house(), "", "task") | silent(house(), "", "sensor") == set(TASKS_WITHOUT)


def test_every_page_is_a_door_whose_act_stands_in_the_table() -> None:
    known = {(door.method, door.path) for door in DOORS}
    assert {door.act for door in DOORS} <= set(TABLE)
    served = {"/static/portal.css", "/static/answering.js", "/static/icon.svg", "/health", "/healthz"}
    open_to_all = served | {door.path for door in signing_in.DOORS}
    assert unguarded(create_app().routes) - open_to_all == set()
    assert len(known) > 40


def unguarded(routes: object) -> set[str]:
    """Paths whose endpoint was not made by the guard."""
    return {
        route.path
        for route in routes  # type: ignore[attr-defined]
        if isinstance(route, Route | Mount)
        and getattr(getattr(route, "endpoint", None), "__module__", "") != guard.__name__
    }


def test_a_page_past_the_guard_is_found() -> None:
    application = create_app()
    application.router.routes.append(Route("/planted", lambda _request: None))
    assert "/planted" in unguarded(application.routes)


COMMAND = """
from inspection.cli.speaking import door
@app.command()
def planted(campaign, actor):
    with door({asked}) as opened:
        {verb}
"""
TASK = """
from inspection_door import door, door_of
@task{kind}()
def planted(campaign):
    with {asked} as opened:
        pass
"""


def is_found(module: str, text: str) -> bool:
    """Whether a planted module is told of."""
    sources = {**house(), module: read(module, text)}
    return does_not_ask(sources, f"{module}.planted")


@pytest.mark.parametrize(
    ("asked", "verb", "found"),
    [
        ("", "pass", True),
        ("actor", "show(campaign)", True),
        ("actor, keeps=campaign", "pass", False),
        ("actor, act=Act.KEEP_CALENDAR", "pass", False),
        ("actor", "from inspection.fixes.verify import release; release(actor)", False),
        ("actor", "from inspection.fixes import verify as verbs; verbs.release(actor)", False),
        ("actor", "from inspection.findings.notify import open_fixes; open_fixes(actor)", True),
    ],
)
def test_a_command_that_asks_nobody_is_found(asked: str, verb: str, found: bool) -> None:
    assert is_found("inspection.cli.planted", COMMAND.format(asked=asked, verb=verb)) is found


def test_a_function_handed_to_the_command_line_elsewhere_is_a_door_too() -> None:
    planted = read("inspection.cli.planted", 'from inspection.cli import house\napp.command("x")(house.copies)')
    kept = {"inspection.cli.planted": planted, "inspection.cli.house": house()["inspection.cli.house"]}
    assert doors(kept, "inspection.cli.", "command")["house copies"] == "inspection.cli.house.copies"


@pytest.mark.parametrize(
    ("kind", "asked", "found"), [("", "door()", True), (".sensor", "door()", True), ("", "door_of(campaign)", False)]
)
def test_a_task_that_asks_nobody_is_found(kind: str, asked: str, found: bool) -> None:
    text = TASK.format(kind=kind, asked=asked)
    assert is_found("planted", text) is found
    decorator = kind.lstrip(".") or "task"
    assert "planted planted" in doors({"planted": read("planted", text)}, "", decorator)
