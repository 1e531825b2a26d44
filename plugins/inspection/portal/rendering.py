"""Fills the page templates: strict, escaped, with the office's dates and short codes as filters."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cache
from itertools import groupby
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from sqlalchemy import select
from sqlalchemy.orm import Session

from inspection import clock, settings
from inspection.calendar import roc
from inspection.documents.paper_code import short_code
from inspection.model import Agency
from inspection.rules import catalogue
from inspection.store import roster
from inspection.vocabulary import ApprovalOutcome, Severity

FOLDER = settings.TEMPLATES / "portal"
SHOWN_CONTACTS = 2  # the roster lists the ethics office and the duty room first


@cache
def environment() -> Environment:
    """The templates of the portal."""
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "roc": roc.plain,
        "roc_weekday": roc.with_weekday,
        "roc_day": lambda instant: roc.plain(clock.local_date(instant)),
        "roc_last_day": lambda instant: roc.plain(roc.last_day(instant)),
        "day": day,
        "moment": moment,
        "hour": hour,
        "short_code": short_code,
        "telephone": telephone,
        "outcome": outcome,
        "severity_name": severity_name,
        "groupby_kept": grouped,
    }
    return made


def render(template: str, values: Mapping[str, Any]) -> str:
    """A page's HTML; an unknown value is a fault, never an empty place."""
    return environment().get_template(template).render(values)


def particulars(session: Session) -> dict[str, Any]:
    """What every page prints of the agency: name, telephones, address of the portal."""
    found = session.scalars(select(Agency)).first()
    if found is None:
        return no_particulars()
    return no_particulars() | {
        "agency": found.name,
        "agency_short": found.short_name,
        "hotline": str(found.details.get("hotline", "")),
        "contacts": list(found.details.get("contacts", ()))[:SHOWN_CONTACTS],
    }


def no_particulars() -> dict[str, Any]:
    """The same without an agency: before the roster is known, or when the database does not answer."""
    return {
        "agency": "",
        "agency_short": "",
        "hotline": "",
        "contacts": [],
        "portal_url": settings.get().portal_url,
        "is_demo": settings.get().profile == "demo",
        "style_version": stylesheet()[1],
    }


def unit_names(session: Session) -> dict[str, str]:
    """Names of the active units by id."""
    return {unit.id: unit.name for unit in roster.units(session)}


@cache
def stylesheet() -> tuple[bytes, str]:
    """The one style sheet: tokens, then the pages' own; with a short digest so that a change is seen at once."""
    data = b"\n".join((FOLDER / name).read_bytes() for name in ("tokens.css", "pages.css"))
    return data, hashlib.sha256(data).hexdigest()[:10]


@cache
def script() -> tuple[bytes, str]:
    """The one script, of the page on which checklists are answered; with a short digest as the style sheet has."""
    data = (FOLDER / "answering.js").read_bytes()
    return data, hashlib.sha256(data).hexdigest()[:10]


def day(value: date) -> str:
    """11/12: within one year, tables print the day only."""
    return f"{value.month:02}/{value.day:02}"


def moment(value: datetime) -> str:
    """115年11月12日 10:42, in the office's zone."""
    local = value.astimezone(clock.zone())
    return f"{roc.plain(local.date())}　{local:%H:%M}"


def hour(value: datetime) -> str:
    """10:42, in the office's zone."""
    return f"{value.astimezone(clock.zone()):%H:%M}"


def severity_name(severity: str) -> str:
    """A level as the rules name it."""
    return catalogue.current().severities.rule(Severity(severity)).name


def grouped(rows: Iterable[Any], name: str) -> list[list[Any]]:
    """Runs of rows that say the same under a name, in their order (Jinja's own grouping sorts)."""
    return [list(each) for _, each in groupby(rows, key=lambda row: getattr(row, name))]


@pass_context
def outcome(_: Context, value: str) -> str:
    """核定, 修正後如擬 or 退回, in the agency's own words (`outcome_names` of office.yaml).

    It takes the context so that Jinja asks for them with each page and does not write them into the compiled template.
    """
    return catalogue.current().office.outcome_names[ApprovalOutcome(value)]


def telephone(value: str) -> str:
    """The digits of a telephone number, for a link that dials."""
    return "".join(character for character in value if character.isdigit() or character == "+")
