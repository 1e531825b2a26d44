"""The limits of a crawl as data: what is not read, how much at a time, and when a server wants to be left alone."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Literal

from pydantic import Field

from inspection.rules.load import RuleModel, load_yaml
from inspection.vocabulary import RecogniserName

FILE = Path(__file__).with_name("crawl_limits.yaml")


class Switch(RuleModel):
    """One of the three things a plan must name to have read (officer review A11)."""

    id: Literal["personal_folders", "mail_files", "ethics_shares"]
    name: str
    read: bool
    folders: tuple[str, ...] = ()
    endings: tuple[str, ...] = ()
    ethics_unit: bool = False


class NeverListed(RuleModel):
    """A folder of the server's own, by its name, whatever its case."""

    id: str
    name: str


class Sizes(RuleModel):
    """Larger than `file_megabytes` is not read; office files from `ranges_from_kilobytes` are read in pieces. Smaller
    ones than 1024 are always read whole: one round trip instead of two."""

    file_megabytes: int = Field(gt=0)
    ranges_from_kilobytes: int = Field(ge=1024)

    @property
    def file_bytes(self) -> int:
        """The largest file that is read."""
        return self.file_megabytes << 20

    @property
    def ranges_from_bytes(self) -> int:
        """From this size on an office file is read in pieces."""
        return self.ranges_from_kilobytes << 10


class Stale(RuleModel):
    """After how many days without a change a sensitive file is listed apart."""

    unwritten_days: int = Field(ge=30, default=1095)


class Ocr(RuleModel):
    """Whether pictures of text are recognised and by what, also those in documents beside text, how many pages of one
    file at most, and seconds one page may cost."""

    enabled: bool = False
    recogniser: RecogniserName = RecogniserName.RAPIDOCR
    beside_text: bool = False
    pages_per_file: int = Field(ge=1, le=1_000, default=20)
    seconds_per_page: int = Field(ge=1, le=600, default=60)


class Shards(RuleModel):
    """How much work one task gets, and the speeds it is estimated by."""

    target_minutes: int = Field(ge=1, le=60)
    files_per_second: float = Field(gt=0)
    megabytes_per_second: float = Field(gt=0)
    most_files: int = Field(gt=0)

    def work_seconds(self, size_bytes: int) -> float:
        """Estimated work of one file."""
        return 1 / self.files_per_second + size_bytes / (self.megabytes_per_second * 1_000_000)

    @property
    def target_seconds(self) -> float:
        """Work of one shard; never less than that of `most_files` empty files would allow."""
        return min(self.target_minutes * 60.0, self.most_files / self.files_per_second)


class Rates(RuleModel):
    """At most so much per second and task; 0 is without limit."""

    files_per_second: float = Field(ge=0, default=0)
    megabytes_per_second: float = Field(ge=0, default=0)


class QuietHours(RuleModel):
    """Hours of the office's day in which a server is not read; `until` before `from_` runs past midnight."""

    from_: time = Field(alias="from")
    until: time
    days: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 7)

    def end(self, local: datetime) -> datetime | None:
        """When the quiet that holds at `local` ends; None where none holds."""
        for day in (local.date(), local.date() - timedelta(days=1)):
            begin = datetime.combine(day, self.from_, local.tzinfo)
            end = datetime.combine(day, self.until, local.tzinfo)
            if end <= begin:
                end += timedelta(days=1)
            if day.isoweekday() in self.days and begin <= local < end:
                return end
        return None


class Server(RuleModel):
    """One server's own wishes, by host name."""

    id: str
    quiet: tuple[QuietHours, ...] = ()
    rates: Rates | None = None


class CrawlLimits(RuleModel):
    """All limits of a crawl."""

    switches: tuple[Switch, ...]
    folders_never_listed: tuple[NeverListed, ...]
    sizes: Sizes
    shards: Shards
    rates: Rates
    servers: tuple[Server, ...]
    ocr: Ocr = Ocr()
    stale: Stale = Stale()

    def quiet_until(self, host: str, local: datetime) -> datetime | None:
        """The end of a server's quiet hours holding at `local` (aware, office's zone), or None."""
        ends = [hours.end(local) for server in self._named(host) for hours in server.quiet]
        return max((end for end in ends if end is not None), default=None)

    def rates_of(self, host: str) -> Rates:
        """How fast a server may be read by one task."""
        return next((server.rates for server in self._named(host) if server.rates is not None), self.rates)

    def _named(self, host: str) -> list[Server]:
        return [server for server in self.servers if server.id.lower() == host.lower()]


def load_crawl_limits(folder: Path = FILE.parent, rules_dir: Path | None = None) -> CrawlLimits:
    """The limits in force: those of `folder`, with an agency's own laid over. Raises BadSource."""
    return load_yaml(folder / FILE.name, CrawlLimits, overlay=rules_dir / FILE.name if rules_dir else None)
