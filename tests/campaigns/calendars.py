"""Office calendars as files, made from what the library holds, with single days changed; and the command line."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from inspection.calendar.working_days import library_standing
from inspection.cli.entry import main

HEADER = "西元日期,星期,是否放假,備註"
WEEKDAYS = "一二三四五六日"


def lines_of(year: int, changed: Mapping[date, tuple[bool, str]] | None = None) -> list[str]:
    """A year's lines as the Directorate publishes them; `changed` days as (open, note)."""
    first = date(year, 1, 1)
    lines = [HEADER]
    for offset in range((date(year + 1, 1, 1) - first).days):
        day = first + timedelta(days=offset)
        standing = library_standing(day)
        is_open, note = (changed or {}).get(day, (standing.is_working, standing.name))
        lines.append(f"{day:%Y%m%d},{WEEKDAYS[day.weekday()]},{0 if is_open else 2},{note}")
    return lines


def csv_of(year: int, changed: Mapping[date, tuple[bool, str]] | None = None) -> bytes:
    """The same as bytes, UTF-8 with BOM and CRLF."""
    return "\r\n".join([*lines_of(year, changed), ""]).encode("utf-8-sig")


@dataclass(frozen=True, slots=True)
class Said:
    """How a command ended: exit status, rows on stdout, words on stderr."""

    status: int
    rows: list[dict[str, object]]
    warning: str


@dataclass(frozen=True, slots=True)
class CommandLine:
    """`inspection … --json` in this process, through the true entry point."""

    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    def __call__(self, *words: str) -> Said:
        self.monkeypatch.setattr(sys, "argv", ["inspection", *words, "--json"])
        self.capsys.readouterr()
        status = 0
        try:
            main()
        except SystemExit as ended:
            status = int(ended.code or 0)
        told = self.capsys.readouterr()
        return Said(status, [json.loads(line) for line in told.out.splitlines()], told.err)
