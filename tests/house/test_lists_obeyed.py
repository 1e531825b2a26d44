"""Fields of what stands beside the rules are obeyed too: a roster, the limits of a crawl, the command line's words."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from campaigns.paper_office import DEMO, PaperOffice
from conftest import FixedClock
from crawling.office import CountingShare
from house import planting
from house.planting import Field, name_of
from house.stage import Stage
from inspection import clock as now
from inspection.crawling import stale
from inspection.crawling.exclusions import Exclusions
from inspection.crawling.inventory import cut
from inspection.crawling.pipeline import paced
from inspection.crawling.ranges import fetch_files
from inspection.errors import BadSources
from inspection.model import Campaign, Unit
from inspection.planning import scope
from inspection.roster.importing import apply, diff
from inspection.rules import catalogue, messages
from inspection.rules.crawl_limits import CrawlLimits, QuietHours, Rates, Server, Shards, load_crawl_limits
from inspection.rules.roster import ServerEntry, parse_roster
from inspection.settings import REPOSITORY
from inspection.shares.share import Entry, Wanted
from inspection.store import roster
from inspection.store.session import session_scope

GONE = "U98"
"""A unit of the roster before, which this one has no more."""

ELSEWHERE = {
    "Ocr.enabled": "test_recognition_is_off_by_default_and_then_opens_and_changes_nothing",
    "Ocr.recogniser": "test_each_recogniser_the_rules_may_name_is_in_the_register",
    "Ocr.beside_text": "test_pictures_beside_text_are_recognised_where_the_rules_say_so_and_make_nothing_unread",
    "Ocr.pages_per_file": "test_numbers_on_pictures_of_text_are_found_after_recognition_and_masked_everywhere",
    "Ocr.seconds_per_page": "test_recognition_ends_at_its_limits_of_time_and_memory",
}
"""Fields whose effect costs a recogniser's time: the tests of `tests/crawling` that show it."""


def changed_ways(whole: Any, one: Field) -> Iterator[Any]:
    """The whole with one field changed, as it would be read from a file again; what is refused is left out."""
    for given in planting.planted_values(whole, one):
        try:
            yield type(whole).model_validate(given.model_dump(by_alias=True, warnings=False))
        except ValueError:
            continue


def fields_of(whole: Any) -> dict[str, Field]:
    """Fields by their names but those of which the parts tell."""
    skipped = planting.told_by_parts(type(whole))
    return {name_of(one): one for one in planting.fields_of(type(whole)) if one not in skipped}


@pytest.fixture
def stage(tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch, _migrated_sqlite: Path) -> Stage:
    """The demo's office."""
    found = Stage(tmp_path, clock, monkeypatch, _migrated_sqlite, catalogue.load(DEMO / "rules"))
    found.begin("demo", "2026-11-02T09:00:00+08:00")
    return found


OF_THE_UNIT_GONE = {"id": GONE, "name": "舊單位", "shares": (), "replaces": (), "merged_into": ""}


def test_each_field_of_a_roster_changes_what_an_import_writes(stage: Stage, tmp_path: Path) -> None:
    written = parse_roster(DEMO / "roster.yaml")
    written = written.model_copy(update={"servers": (ServerEntry(host="fs.shifan.test", readers=2),)})
    first, *others = written.units
    gone = first.model_copy(update=OF_THE_UNIT_GONE)
    with session_scope() as session:
        apply(session, written.model_copy(update={"units": (*written.units, gone)}), actor="test", at=now.now())
        as_it_is = diff(session, written)
        unobeyed = {
            called
            for called, one in fields_of(written).items()
            if all(diff(session, changed) == as_it_is for changed in changed_ways(written, one))
        }
        replaced = written.model_copy(update={"units": (first.model_copy(update={"replaces": (GONE,)}), *others)})
        assert diff(session, replaced) != as_it_is
    # one is shown by the unit gone; the other only refuses whoever has an address elsewhere
    assert unobeyed == {"UnitEntry.replaces", "AgencyEntry.email_domains"}
    text = (DEMO / "roster.yaml").read_text(encoding="utf-8")
    (tmp_path / "roster.yaml").write_text(text.replace("email_domains: [", "email_domains: [else."), encoding="utf-8")
    with pytest.raises(BadSources, match=r"agency\.email_domains"):
        parse_roster(tmp_path / "roster.yaml")


class Noting(CountingShare):
    """A local share that notes in how many pieces each file was asked for."""

    def _read(self, wanted: Any) -> Any:
        self.opened.append(str(len(wanted.ranges or ())))
        return super()._read(wanted)


@pytest.fixture
def large(tmp_path: Path) -> Wanted:
    """A large office file, as far as its name tells."""
    (tmp_path / "大.docx").write_bytes(b"\0" * (2 << 20))
    return Wanted(1, "大.docx", 2 << 20)


MOMENTS = [datetime.fromisoformat(f"2026-10-{day}T{hour:02}:30:00+08:00") for day in (16, 17) for hour in range(24)]
LIMITS = load_crawl_limits().model_copy(
    update={
        "shards": Shards(target_minutes=1, files_per_second=1, megabytes_per_second=10, most_files=90),
        "servers": (
            Server(
                id="alt.test",
                quiet=(QuietHours.model_validate({"from": "22:00", "until": "06:00", "days": [5]}),),
                rates=Rates(files_per_second=2, megabytes_per_second=1),
            ),
        ),
    }
)
"""The shipped limits with a server of its own, and shards so small that a few files make several."""

SHOWN = {
    "CrawlLimits.rates": LIMITS.model_copy(update={"rates": Rates(files_per_second=5)}),
    "Server.rates": LIMITS.model_copy(update={"servers": (LIMITS.servers[0].model_copy(update={"rates": None}),)}),
    "Sizes.ranges_from_kilobytes": LIMITS.model_copy(
        update={"sizes": LIMITS.sizes.model_copy(update={"ranges_from_kilobytes": 4096})}
    ),
}
"""Changes that no value made up by itself makes."""


def told_of(limits: CrawlLimits, large: Wanted, folder: Path) -> Iterator[str]:
    """What a crawl under these limits leaves out, how it is shared out, and when and how fast it reads."""
    exclusions = [Exclusions(limits, of_ethics_unit=ethics) for ethics in (True, False)]
    yield repr([one.whole_share for one in exclusions])
    yield repr([exclusions[1].folder(f"課/{name}") for name in ("個人", "$RECYCLE.BIN", "公文")])
    sizes = {"信.msg": 1, "大.docx": 256 << 20, "更大.docx": 257 << 20}
    yield repr([exclusions[1].file(Entry(name, False, size, 0, 0, 0)) for name, size in sizes.items()])
    yield repr([len(part) for part in cut(((one, one % 2 << 20) for one in range(300)), limits.shards)])
    for host in ("alt.test", "neu.test"):
        yield repr([limits.quiet_until(host, moment) for moment in MOMENTS])
        yield repr(slept(limits.rates_of(host)))
    share = Noting(folder)
    list(fetch_files(share, [large], ranges_from_bytes=limits.sizes.ranges_from_bytes))
    yield repr(share.opened)


def slept(rates: Rates) -> list[float]:
    """How long a reader waits before each of some files."""
    at, waits = [0.0], []

    def sleep(seconds: float) -> None:
        waits.append(round(seconds, 6))
        at[0] += seconds

    list(
        paced(
            [Wanted(key, f"{key}.txt", 3_000_000) for key in range(3)],
            files_per_second=rates.files_per_second,
            bytes_per_second=rates.megabytes_per_second * 1_000_000,
            sleep=sleep,
            monotonic=lambda: at[0],
        )
    )
    return waits


def of_the_plan(limits: CrawlLimits, monkeypatch: pytest.MonkeyPatch) -> str:
    """What a plan says is left out, and before which day a file is long untouched."""
    monkeypatch.setattr(scope, "load_crawl_limits", lambda *_: limits)
    monkeypatch.setattr(stale, "limits", lambda: limits)
    with session_scope() as session:
        campaign = session.scalars(select(Campaign)).one()
        units = list(session.scalars(select(Unit).order_by(Unit.id)))
        terms = scope.terms(campaign, roster.agency(session), catalogue.current())
        return f"{scope.shares(session, units)} {terms} {stale.stale_before(MOMENTS[0])}"


def test_each_limit_of_a_crawl_changes_what_it_does(
    stage: Stage, large: Wanted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    PaperOffice().open()

    def told(limits: CrawlLimits) -> Iterator[str]:
        yield from told_of(limits, large, tmp_path)
        yield of_the_plan(limits, monkeypatch)

    as_it_is = list(told(LIMITS))

    def seen(limits: CrawlLimits) -> bool:
        return any(told_now != before for told_now, before in zip(told(limits), as_it_is, strict=True))

    unobeyed = {
        called
        for called, one in fields_of(LIMITS).items()
        if one[1] != "id" and not any(map(seen, changed_ways(LIMITS, one)))
    }
    assert unobeyed - {called for called, limits in SHOWN.items() if seen(limits)} == set(ELSEWHERE)
    folder = REPOSITORY / "tests" / "crawling"
    tests = "".join((folder / name).read_text(encoding="utf-8") for name in ("test_ocr.py", "test_rapidocr.py"))
    assert [name for name in ELSEWHERE.values() if f"\ndef {name}(" not in tests] == []


QUOTED = re.compile(r"[\"']([A-Za-z0-9_-]+)[\"']")


def unsaid(words: messages.Messages, named: Collection[str]) -> set[str]:
    """Words nothing that is printed can bear: neither the label nor the code stands anywhere in the code."""
    labels = {one.id for one in words.labels if one.id not in named}
    codes = {one.value for one in words.words if not one.value.isdecimal()} - {str(True), str(False)}
    return labels | (codes - set(named))


def quoted(folders: Iterable[str]) -> set[str]:
    """Every name that stands as a text in the product's code."""
    paths = [path for folder in folders for path in sorted((REPOSITORY / folder).rglob("*.py"))]
    return {
        one for path in paths for one in re.findall(r"[\"']([A-Za-z0-9_-]+)[\"']", path.read_text(encoding="utf-8"))
    }


def test_each_word_of_the_command_line_can_be_said() -> None:
    words, named = messages.shipped(), quoted(("plugins", "dags"))
    assert unsaid(words, named) == set()
    planted = messages.Messages(
        labels=(*words.labels, messages.Label(id="plumage", zh="羽色")),
        words=(*words.words, messages.Saying(label="state", value="hibernating", zh="休眠中")),
    )
    assert unsaid(planted, named) == {"plumage", "hibernating"}
