"""A small agency for the topology: four units, a file server that works, another that is off, people's mailboxes."""

from __future__ import annotations

import csv
import io
import os
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml
from demo.files import Planted, office_files
from demo.people import StoryFailed

from servers.mail import ReceivedMail
from topology.images import REPOSITORY

UNITS = ("U04", "U08", "U09", "U11")
ETHICS_UNIT = "U11"
GOOD = "//samba:1445/share"
DEAD = "//172.30.87.250:1445/share"  # an address of the office's network at which there is nobody
ON_DEAD = "U08"
CHIEF_SECRETARY = "P02"
HEAD, ETHICS, SECOND_ETHICS, ETHICS_HEAD = "P01", "P112", "P113", "P111"
SHARE_USER, MAIL_USER = 50001, 50002
WAIT_SECONDS = 60.0


def roster(*, dead: bool = True) -> dict[str, Any]:
    """The demo's roster with four of its units; the shares of one of them lie on the server that is off."""
    told = yaml.safe_load((REPOSITORY / "demo" / "roster.yaml").read_text(encoding="utf-8"))
    told["units"] = [one for one in told["units"] if one["id"] in UNITS]
    for unit in told["units"]:
        server = DEAD if dead and unit["id"] == ON_DEAD else GOOD
        unit["shares"] = [{"id": unit["id"], "name": unit["name"], "address": f"{server}/{unit['id']}"}]
    told["people"] = [one for one in told["people"] if one.get("unit", ETHICS_UNIT) in UNITS]
    known = {one["id"] for one in told["people"]}
    told["deputies"] = [one for one in told["deputies"] if {one["principal"], one["deputy"]} <= known]
    return dict(told)


def lay_out_shares(folder: Path, *, today: date, seed: int) -> int:
    """The files of the units whose server works, in the share of the file server; returns how many."""
    names = {one["id"]: one["name"] for one in roster()["units"]}
    made = office_files(Planted(), today=today, seed=seed)
    count = 0
    for unit, name in names.items():
        for path, data in made[name].items():
            target = folder / unit / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
            count += unit != ON_DEAD
    for one in [folder, *folder.rglob("*")]:
        os.chown(one, SHARE_USER, SHARE_USER)
    return count


def declared_shares(today: date) -> str:
    """The 分享區清冊 of these units, as CSV."""
    rows = (REPOSITORY / "demo" / "declared_shares.csv").read_text(encoding="utf-8").splitlines()
    names = {one["name"] for one in roster()["units"]}
    day = f"{today.year - 1911}年{today.month}月{today.day}日"
    out = io.StringIO()
    writer = csv.writer(out)
    for row in csv.reader(rows):
        if row[0] == "單位" or row[1] in names:
            writer.writerow([re.sub(r"^\d+年.*日$", day, cell) for cell in row])
    return out.getvalue()


def office_calendar(year: int) -> str:
    """An office calendar of a year in the form of the 人事行政總處, with weekends alone."""
    lines = ["西元日期,星期,是否放假,備註"]
    day = date(year, 1, 1)
    while day.year == year:
        off = day.weekday() >= 5
        lines.append(f"{day:%Y%m%d},{'一二三四五六日'[day.weekday()]},{2 if off else 0},")
        day += timedelta(days=1)
    return "\n".join(lines) + "\n"


@dataclass(frozen=True, slots=True)
class Mailboxes:
    """What the mail server of the office took, as its folder holds it."""

    box: Path

    def all(self) -> list[ReceivedMail]:
        """Every mail, oldest first."""
        files = [*self.box.glob("new/*"), *self.box.glob("cur/*")]
        return [_read(one) for one in sorted(files, key=lambda one: one.stat().st_mtime_ns)]

    def of(self, address: str) -> list[ReceivedMail]:
        """All mails to an address, oldest first."""
        return [one for one in self.all() if address in one.recipients]

    def newest(self, address: str, *, wanted: str, after: int = 0) -> ReceivedMail:
        """The newest mail to an address whose subject holds `wanted`; waits for it."""
        deadline = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < deadline:
            if found := [one for one in self.of(address)[after:] if wanted in one.subject]:
                return found[-1]
            time.sleep(0.2)
        raise StoryFailed(f"no mail {wanted!r} came to {address}")


def _read(path: Path) -> ReceivedMail:
    raw = path.read_bytes()
    bare = ReceivedMail("", (), raw, path).message
    told: Sequence[str] = [one.strip() for one in str(bare["X-RcptTo"]).split(",")]
    return ReceivedMail(str(bare["X-MailFrom"]), tuple(told), raw, path)
