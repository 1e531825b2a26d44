"""Scans a folder or share without any database: one row per file, as the contract gives it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from inspection import settings
from inspection.crawling.baseline import Baseline, RowFigures, fingerprint, load_baseline
from inspection.crawling.exclusions import unopened
from inspection.crawling.interruption import Interruption
from inspection.crawling.judging import Judges, Row, inner_name
from inspection.crawling.scan_rows import RowFile, as_line, drop_lines, instant, unread_row
from inspection.errors import BadSource, NotAllowed, SourceUnavailable
from inspection.extraction.passage import ReadLimits
from inspection.language import speak
from inspection.shares.address import ShareAddress, parse_address
from inspection.shares.open import open_share
from inspection.shares.share import Entry, Listing, Login, Share, Wanted
from inspection.vocabulary import OUT_OF_REACH, Level, ReadReason

if TYPE_CHECKING:  # loaded where there is a file to read
    from inspection.crawling.pipeline import FileOutcome

CHANGED_HINT = "changed_while_read"
PIECES_HINT = "read_in_pieces"  # why `content_sha256` is null: nobody has seen the whole (decision 0011)
LARGEST_BYTES = ReadLimits().file_bytes
NATIONAL_SECRETS = frozenset(level.value for level in Level if level.is_national_secret)
# from this size on an office file on a share is read in pieces, and its row bears no hash of the whole
RANGES_FROM_BYTES = 8 << 20


@dataclass(frozen=True, slots=True)
class ScanRequest:
    """What to scan and where the rows go; `baseline` is an earlier output, `resume` goes on with `out`."""

    path: str
    out: Path
    baseline: Path | None = None
    resume: bool = False


@dataclass(slots=True)
class ScanCounts:
    """How far a scan is. Counts are files, those inside other files apart; `seen` grows until listing is done."""

    seen: int = 0
    done: int = 0
    carried: int = 0
    copies: int = 0
    tally: Counter[RowFigures] = field(default_factory=Counter)
    folders_refused: list[str] = field(default_factory=list)
    interrupted: bool = False

    def of(self, figure: str) -> dict[str, int]:
        """Files by status, reason, verdict or level of mark, where they have one."""
        counted: Counter[str] = Counter()
        for figures, files in self.tally.items():
            value = getattr(figures, figure)
            if value is not None:
                counted[value] += files
        return dict(sorted(counted.items()))

    @property
    def needs_a_person(self) -> list[str]:
        """Why somebody has to look, in words without any path; empty where all was seen."""
        reasons, levels = self.of("reason"), self.of("level")
        out_of_reach = sum(reasons.get(reason.value, 0) for reason in OUT_OF_REACH)
        national_secrets = sum(levels.get(level, 0) for level in NATIONAL_SECRETS)
        told = {
            speak("中途停止；可加 --resume 續行", "interrupted before the end; go on with --resume"): self.interrupted,
            speak(
                f"{len(self.folders_refused)} 個資料夾無法列出",
                f"{len(self.folders_refused)} folders could not be listed",
            ): bool(self.folders_refused),
            speak(f"{out_of_reach} 個檔案無法開啟", f"{out_of_reach} files could not be opened"): out_of_reach > 0,
            speak(
                f"{national_secrets} 個檔案標有國家機密", f"{national_secrets} files bear the mark of a national secret"
            ): national_secrets > 0,
        }
        return [words for words, holds in told.items() if holds]

    @property
    def exit_status(self) -> int:
        """0 done, 1 done but something needs a person."""
        return 1 if self.needs_a_person else 0


def scan(
    request: ScanRequest,
    judges: Judges,
    *,
    tell: Callable[[str], None],
    progress: Callable[[ScanCounts], None] = lambda _: None,
) -> ScanCounts:
    """Scans, writing rows to `request.out` (mode 0600); what has not changed since the baseline is not read.

    `tell` takes lines for stderr, `progress` is called after each file. Ctrl-C ends with a valid file and
    `interrupted`. Raises NotAllowed where scans are switched off, BadSource for wrong input, SourceUnavailable.
    """
    if not settings.get().allow_scan:
        raise NotAllowed(
            speak(
                "本機關不開放計畫外之掃描（INSPECTION_ALLOW_SCAN=false）",
                "scans outside an approved plan are switched off here (INSPECTION_ALLOW_SCAN=false)",
            )
        )
    tell(
        speak(
            "此為計畫外之掃描，結果僅供作業參考，不得列為缺失",
            "this scan runs outside an approved plan; its rows are working material, not findings",
        )
    )
    if request.baseline and request.baseline.absolute() == request.out.absolute():
        raise BadSource(
            speak("將覆寫先前之掃描結果", "the baseline would be overwritten"),
            place=request.out,
            remedy=speak("請寫入其他檔案", "write to another file"),
        )
    address = parse_address(request.path)
    baseline = load_baseline(request.baseline) if request.baseline else Baseline()
    with closing(open_share(address, _login(address), with_readers=True)) as share:
        earlier = load_baseline(request.out, torn_end=True) if request.resume and request.out.exists() else Baseline()
        interruption = Interruption()
        with interruption.watched(), closing(RowFile(request.out, keep_bytes=earlier.whole_bytes)) as out:
            work = _Scan(share, judges, out, earlier, baseline, interruption, progress)
            work.own_output = _below(address, request.out)
            try:
                work.run(ranges_from_bytes=None if address.is_local else RANGES_FROM_BYTES)
            except KeyboardInterrupt:
                work.counts.interrupted = True
            except SourceUnavailable as lost:
                raise SourceUnavailable(
                    speak(
                        f"{lost}；已寫入 {work.counts.done} 個檔案，可加 --resume 續行",
                        f"{lost}; {work.counts.done} files are written, go on with --resume",
                    )
                ) from lost
            finally:
                for note in share.notes:
                    tell(note)
    # rows of files changed or gone since the scan that is resumed; after an interrupt the next resume drops them
    stale = [] if work.counts.interrupted else earlier.left()
    if stale:
        drop_lines(request.out, stale)
    return work.counts


def _login(address: ShareAddress) -> Login | None:
    if address.is_local:
        return None
    if not address.user:
        raise BadSource(
            speak("位址未填使用者", "the address names no user"),
            remedy=speak("請寫成 smb://user@host/share/folder", "write smb://user@host/share/folder"),
        )
    password = settings.get().smb_password
    if not password:
        raise BadSource(
            speak("未提供密碼", "no password is given"),
            remedy=speak(
                "請以 INSPECTION_SMB_PASSWORD 或 INSPECTION_SMB_PASSWORD_FILE 提供",
                "give it in INSPECTION_SMB_PASSWORD or INSPECTION_SMB_PASSWORD_FILE",
            ),
        )
    return Login(address.user, password, address.domain, settings.get().smb_kerberos)


def _below(address: ShareAddress, out: Path) -> str | None:
    """Where the output lies below the scanned folder: no row is written about the rows themselves."""
    if not address.is_local:
        return None
    folder, file = Path(address.folder).resolve(), out.resolve()
    return file.relative_to(folder).as_posix() if file.is_relative_to(folder) else None


def _listed(entry: Entry) -> Row:
    return {"size_bytes": entry.size_bytes, "modified_at": instant(entry.modified_at)}


class _Scan:
    """One scan on its way."""

    def __init__(
        self,
        share: Share,
        judges: Judges,
        out: RowFile,
        earlier: Baseline,
        baseline: Baseline,
        interruption: Interruption,
        progress: Callable[[ScanCounts], None],
    ) -> None:
        self.share = share
        self.judges = judges
        self.out = out
        self.earlier = earlier
        self.baseline = baseline
        self.interruption = interruption
        self.progress = progress
        self.counts = ScanCounts()
        self.own_output: str | None = None
        self._under_way: dict[int, tuple[Entry, str]] = {}

    def run(self, *, ranges_from_bytes: int | None) -> None:
        """Lists everything, then reads what is new."""
        to_read = [pair for listing in self._listings() for pair in self._to_read(listing)]
        if not to_read:  # an unchanged tree needs no more
            return
        from inspection.crawling.pipeline import read_files

        wanted = self._wanted(to_read)
        for outcome in read_files(self.share, wanted, self.judges, ranges_from_bytes=ranges_from_bytes):
            entry, mark = self._under_way.pop(outcome.key)
            if outcome.reason is not None:
                self._write([self._unread(entry, mark, outcome.reason)])
            else:
                self.counts.copies += outcome.copy_of is not None
                self._write(self._rows(entry, mark, outcome))

    def _listings(self) -> Iterator[Listing]:
        for listing in self.share.walk():
            if listing.reason is not None:
                if not listing.folder:
                    from inspection.rules.messages import word  # rules cost more than a tree nobody changed

                    raise SourceUnavailable(
                        speak(
                            f"無法列出資料夾內容（{word('read_reason', listing.reason.value)}）",
                            f"the folder cannot be listed: {listing.reason.value}",
                        )
                    )
                self.counts.folders_refused.append(self.judges.mask(listing.folder))
            yield listing
            self.progress(self.counts)

    def _to_read(self, listing: Listing) -> list[tuple[Entry, str]]:
        """The files of a folder that are to be opened, with their fingerprints; writes the rows of all others.

        What is carried over is written folder by folder: per file, this loop is all that an unchanged tree costs.
        """
        rules_version, earlier, baseline = self.judges.rules_version, self.earlier.take, self.baseline.take
        to_read: list[tuple[Entry, str]] = []
        carried: list[bytes] = []
        figures: list[RowFigures] = []
        for entry in listing.entries:
            if entry.is_folder or entry.path == self.own_output:
                continue
            self.counts.seen += 1
            mark = fingerprint(entry, rules_version)
            reason = unopened(entry, largest_bytes=LARGEST_BYTES)
            if reason is not None:
                self._write([self._unread(entry, mark, reason)])
            elif known := earlier(entry.path, mark):
                figures.append(known[0])  # its rows stand in the output already
            elif known := baseline(entry.path, mark):
                figures.append(known[0])
                carried += known[1]
            else:
                to_read.append((entry, mark))
        with self.interruption:
            self.out.write(carried)
            self.counts.carried += len(figures)
            self.counts.done += len(figures)
            self.counts.tally.update(figures)
        return to_read

    def _wanted(self, to_read: list[tuple[Entry, str]]) -> Iterator[Wanted]:
        for key, (entry, mark) in enumerate(to_read):
            self._under_way[key] = (entry, mark)
            yield Wanted.of(key, entry)

    def _unread(self, entry: Entry, mark: str, reason: ReadReason) -> Row:
        row = unread_row(self.judges.mask(entry.path), reason)
        return {**row, **_listed(entry), "fingerprint": mark}

    def _rows(self, entry: Entry, mark: str, outcome: FileOutcome) -> list[Row]:
        own, *inner = outcome.rows
        path = own["path"] if outcome.copy_of is None else self.judges.mask(entry.path)
        hints = [*own["hints"], *([CHANGED_HINT] if outcome.changed else [])]
        hints += [PIECES_HINT] if outcome.sha256 is None else []
        listed = _listed(entry)
        rows = [{**own, "path": path, **listed, "content_sha256": outcome.sha256, "hints": hints, "fingerprint": mark}]
        for row in inner:
            name = path + inner_name(own["path"], row["path"])
            added = {"modified_at": listed["modified_at"], "within": path, "fingerprint": mark}
            rows.append({**row, "path": name, **added})
        return rows

    def _write(self, rows: list[Row]) -> None:
        lines = [as_line(row) for row in rows]
        with self.interruption:
            self.out.write(lines)
            self.counts.done += 1
            self.counts.tally[RowFigures.of(rows[0])] += 1
            self.progress(self.counts)
