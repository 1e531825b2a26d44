"""Lists a whole tree with many folders under way at once; one chain usually answers a folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from inspection.language import speak
from inspection.shares import smb_packets, smb_status
from inspection.shares.naming import join, shown_names
from inspection.shares.resume import LinkKeeper
from inspection.shares.share import Entry, Listing
from inspection.shares.smb_fetch import BLAME_LIMIT, Naming
from inspection.shares.smb_packets import DirectoryEntry, Message
from inspection.shares.smb_plain import PlainCalls
from inspection.shares.smb_wire import IGNORED, LinkLost, Wire
from inspection.vocabulary import ReadReason

MOST_FOLDERS = 16
LISTING_BYTES = 128 << 10
DEEPEST_FOLDER = 200
LIST_DIRECTORY = 0x1

FOLDER, REPARSE_POINT = 0x10, 0x400
# OFFLINE, RECALL_ON_OPEN, RECALL_ON_DATA_ACCESS: opening these would fetch them from tape or cloud
OFFLINE = 0x1000 | 0x40000 | 0x400000
# Reparse points that are plain files to a reader: deduplicated, compressed, moved to tape (HSM, HSM2), and, with a
# number in the middle, kept by a cloud client
_PLAIN_TAGS = {0x80000013, 0x80000017, 0xC0000004, 0x80000006}
_CLOUD_TAG, _CLOUD_MASK = 0x9000001A, 0xFFFF0FFF
DFS_TAGS = {0x8000000A, 0x80000012}
_EPOCH_FILETIME = 116_444_736_000_000_000  # 1970 in hundreds of nanoseconds since 1601

Identity = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder to be listed, with those above it: a link that leads back up shows the identity of one of them."""

    raw: str
    shown: str
    parent: Folder | None = None
    identity: Identity | None = None
    depth: int = 0

    def is_own_ancestor(self) -> bool:
        """Whether a folder above is the same folder. (Ids alone do not tell: each mounted disk counts anew.)"""
        above = self.parent
        while above is not None:
            if self.identity is not None and self.identity == above.identity:
                return True
            above = above.parent
        return False


class FolderJob:
    """Open + list + list in one chain, further lists while there is more, then close."""

    def __init__(self, folder: Folder, listing_bytes: int) -> None:
        self.folder = folder
        self.blame = 0
        self.suspected = False
        self.listing_bytes = listing_bytes
        self.entries: list[DirectoryEntry] = []
        self.file_id = b""
        self.status = smb_status.OK
        self.done = False
        self.wants_more = False
        self._left = 0

    def opening(self, name: str) -> list[Message]:
        """The first chain; forgets what came before."""
        self.entries, self.file_id, self.status, self.done, self.wants_more = [], b"", smb_status.OK, False, False
        self._left = 3
        access = LIST_DIRECTORY | smb_packets.READ_ATTRIBUTES | smb_packets.SYNCHRONIZE
        question = smb_packets.query_directory(smb_packets.SAME_FILE, self.listing_bytes)
        options = smb_packets.DIRECTORY_FILE | 0x20  # SYNCHRONOUS_IO_NONALERT
        return [smb_packets.create_file(name, access, options=options), question, question]

    def further(self) -> list[Message]:
        """The next question, once `wants_more`."""
        self.wants_more, self._left = False, 1
        return [smb_packets.query_directory(self.file_id, self.listing_bytes)]

    def answered(self, index: int, status: int, answer: memoryview) -> None:
        """Takes one answer."""
        self._left -= 1
        if index == 0:
            if status:
                self.status = status
            else:
                self.file_id = smb_packets.opened_id(answer)
        elif status == smb_status.OK:
            self.entries += smb_packets.parse_directory(smb_packets.output_buffer(answer))
        elif not self.status:
            self.status = status
        if self._left == 0:
            self.done = self.status != smb_status.OK
            self.wants_more = not self.done

    @property
    def failure(self) -> int:
        """The status that counts: the end of the list is none."""
        return 0 if self.status in {smb_status.NO_MORE_FILES, smb_status.NO_SUCH_FILE} and self.file_id else self.status


class Walking:
    """One run of `walk`; folders whose link broke are listed anew, one by one."""

    def __init__(
        self,
        keeper: LinkKeeper,
        plain: PlainCalls,
        naming: Naming,
        note: Callable[[str], None],
        *,
        start: str,
        skip: Callable[[str], bool] | None,
    ) -> None:
        self._keeper = keeper
        self._plain = plain
        self._naming = naming
        self._note = note
        self._skip = skip
        self._wire: Wire | None = None
        self._waiting: list[FolderJob | Folder] = [Folder(start, shown_names([start])[0])]
        self._suspects: list[FolderJob] = []
        self._under_way: list[FolderJob] = []

    def run(self) -> Iterator[Listing]:
        """Yields each folder once. Raises SourceUnavailable or AccessRefused when the link stays away."""
        while self._waiting or self._suspects or self._under_way:
            if not self._keeper.is_current(self._wire):
                self._waiting += self._under_way  # lost by a reading that shares the link
                self._under_way = []
                self._wire = self._keeper.wire()
            wire = self._wire
            assert wire is not None
            try:
                self._fill(wire)
                wire.flush()
                if not any(job.done or job.wants_more for job in self._under_way):
                    wire.receive()
                finished = self._finished(wire)
            except LinkLost as cause:
                named = self._given_up()
                self._keeper.lost(wire, cause)
                if named:
                    yield Listing(
                        named.folder.shown, (), ReadReason.TIMEOUT if cause.silent else ReadReason.SERVER_FAULT
                    )
                continue
            for job in finished:
                yield self._listing(job)

    def _fill(self, wire: Wire) -> None:
        limit = 1 if self._suspects or any(job.suspected for job in self._under_way) else MOST_FOLDERS
        while (self._suspects or self._waiting) and len(self._under_way) < limit:
            cost = 1 + 2 * smb_packets.credits_for(LISTING_BYTES)
            if self._under_way and not wire.can_afford(cost):
                return
            while not wire.can_afford(cost) and wire.under_way:  # a reading on the same link holds the credits
                wire.flush()
                wire.receive()
            job = self._suspects.pop() if self._suspects else self._job(self._waiting.pop())
            affordable = max(1, (wire.credits - 1) // 2) << 16
            job.listing_bytes = min(LISTING_BYTES, wire.link.max_listing, affordable)
            wire.send(job.opening(self._naming.below_share(job.folder.raw)), job)
            self._under_way.append(job)

    def _job(self, waiting: FolderJob | Folder) -> FolderJob:
        return waiting if isinstance(waiting, FolderJob) else FolderJob(waiting, LISTING_BYTES)

    def _finished(self, wire: Wire) -> list[FolderJob]:
        done = []
        for job in self._under_way:
            if job.wants_more:
                wire.send(job.further(), job, first_index=1)
            elif job.done:
                done.append(job)
                if job.file_id:
                    wire.send([smb_packets.close(job.file_id, tell_state=False)], IGNORED)
                if job.failure in smb_status.SESSION_DEAD:
                    raise LinkLost(f"status 0x{job.failure:08X}")
        if done:
            self._under_way = [job for job in self._under_way if not job.done]
            self._keeper.fruitful()
        return done

    def _listing(self, job: FolderJob) -> Listing:
        folder, entries = job.folder, job.entries
        if job.failure in smb_status.NEEDS_PLAIN_CALLS:
            found, reason = self._plain.list_folder(folder.raw)
            if reason:
                return Listing(folder.shown, (), reason)
            entries = found
        elif job.failure:
            return Listing(folder.shown, (), smb_status.reason_of(job.failure))
        listing, below = as_listing(folder, entries, self._skip, self._note)
        self._waiting += below
        return listing

    def _given_up(self) -> FolderJob | None:
        suspects, self._under_way, self._wire = self._under_way, [], None
        if len(suspects) == 1:
            suspects[0].blame += 1
            if suspects[0].blame >= BLAME_LIMIT:
                return suspects[0]
        for job in suspects:
            job.suspected = True
        self._suspects += suspects
        return None


def as_listing(
    folder: Folder, found: list[DirectoryEntry], skip: Callable[[str], bool] | None, note: Callable[[str], None]
) -> tuple[Listing, list[Folder]]:
    """A folder's entries as rows know them, and the folders in it that are to be listed next."""
    if folder.identity is None:
        folder = replace(folder, identity=_identity_of_self(found))
    listed = [entry for entry in found if entry.name not in {".", ".."}]
    entries, below = [], []
    for raw, name in zip(listed, shown_names([entry.name for entry in listed]), strict=True):
        entry = as_entry(raw, join(folder.raw, raw.name), join(folder.shown, name))
        entries.append(entry)
        if entry.is_folder and not entry.offline and not (skip and skip(entry.path)):
            next_folder = _below(folder, raw, entry, note)
            if next_folder:
                below.append(next_folder)
    return Listing(folder.shown, tuple(entries)), below


def _below(parent: Folder, raw: DirectoryEntry, entry: Entry, note: Callable[[str], None]) -> Folder | None:
    if entry.is_link and raw.reparse_tag not in DFS_TAGS:
        note(speak("分享區內之連結僅列出，不予追蹤", "links on the share are listed but not followed"))
        return None
    identity = (raw.file_id, raw.written, raw.changed) if raw.file_id else None
    folder = Folder(join(parent.raw, raw.name), entry.path, parent, identity, parent.depth + 1)
    if folder.depth > DEEPEST_FOLDER or folder.is_own_ancestor():
        note(speak("連回上層之資料夾不重複列出", "a folder that leads back to a folder above it is not listed again"))
        return None
    return folder


def as_entry(raw: DirectoryEntry, raw_path: str, path: str) -> Entry:
    """A server's entry as rows know it."""
    attributes, tag = raw.attributes, raw.reparse_tag if raw.attributes & REPARSE_POINT else 0
    plain = tag in _PLAIN_TAGS or tag & _CLOUD_MASK == _CLOUD_TAG
    is_folder = bool(attributes & FOLDER)
    return Entry(
        path,
        is_folder,
        0 if is_folder else raw.size_bytes,
        (raw.written - _EPOCH_FILETIME) * 100,
        (raw.changed - _EPOCH_FILETIME) * 100,
        raw.file_id,
        bool(attributes & OFFLINE),
        bool(attributes & REPARSE_POINT) and not plain,
        raw_path if raw_path != path else "",
    )


def _identity_of_self(found: list[DirectoryEntry]) -> Identity | None:
    for entry in found:
        if entry.name == "." and entry.file_id:
            return entry.file_id, entry.written, entry.changed
    return None
