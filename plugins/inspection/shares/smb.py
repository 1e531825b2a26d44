"""An SMB share through the interface of shares: chains over one link, plain calls where those cannot serve."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from inspection.errors import SourceUnavailable
from inspection.language import speak
from inspection.shares import smb_packets, smb_status
from inspection.shares.address import ShareAddress
from inspection.shares.descriptor import DescriptorCache
from inspection.shares.naming import shown_names
from inspection.shares.resume import LinkKeeper
from inspection.shares.share import Fetched, Listing, Login, Wanted
from inspection.shares.smb_fetch import Fetching, Naming
from inspection.shares.smb_files import Asking
from inspection.shares.smb_plain import PlainCalls
from inspection.shares.smb_session import FastPathUnavailable, log_on
from inspection.shares.smb_walk import Folder, Walking, as_listing
from inspection.shares.smb_wire import LinkLost, Wire


class SmbShare:
    """One share (or folder of it), one connection; not for several threads, not across a fork.

    Opening logs on once and looks for the folder; it raises AccessRefused or SourceUnavailable, which name host
    and share. `fallback` says that everything goes by plain calls; `keeper` is None then.
    """

    def __init__(
        self,
        address: ShareAddress,
        login: Login | None,
        *,
        timeout_seconds: float,
        patience_seconds: float,
        with_readers: bool,
    ) -> None:
        self.address = address
        self.notes: list[str] = []
        self.fallback = False
        self._login = login
        self._timeout_seconds = timeout_seconds
        self._first_question = Asking.DATA_AND_DESCRIPTOR if with_readers else Asking.DATA
        self._naming = Naming(address.folder)
        self._descriptors = DescriptorCache()
        self._plain = PlainCalls(
            address, login, self._note, timeout_seconds=timeout_seconds, patience_seconds=patience_seconds
        )
        self.keeper: LinkKeeper | None = None
        try:
            self.keeper = LinkKeeper(self._dial, name=str(address), patience_seconds=patience_seconds)
            self._look_for_folder(self.keeper)
        except FastPathUnavailable as why:
            self._fall_back(str(why))
            self._plain.probe()
        except LinkLost as cause:
            self.close()
            raise SourceUnavailable(
                speak(
                    f"{address}：伺服器 {address.host} 立即中斷連線（{cause}） — 請檢視伺服器紀錄",
                    f"{address}: the server {address.host} closed the link at once ({cause}) — look at the "
                    "server's log",
                )
            ) from None
        except BaseException:
            self.close()
            raise

    @property
    def links_made(self) -> int:
        """How often a link was set up, the first included."""
        return self.keeper.links_made if self.keeper else 0

    def walk(self, start: str = "", *, skip: Callable[[str], bool] | None = None) -> Iterator[Listing]:
        """As `Share.walk`; DFS links are followed by plain calls, other links are listed only."""
        if self.keeper is None:
            return self._walk_plainly(start, skip)
        return Walking(self.keeper, self._plain, self._naming, self._note, start=start, skip=skip).run()

    def fetch(self, wanted: Iterable[Wanted]) -> Iterator[Fetched]:
        """As `Share.fetch`; several calls may run side by side on the one link."""
        if self.keeper is None:
            return (self._plain.read(one) for one in wanted)
        return Fetching(
            self.keeper,
            self._plain,
            self._naming,
            self._descriptors,
            first_question=self._first_question,
            wanted=wanted,
        ).run()

    def close(self) -> None:
        """Ends the connections."""
        if self.keeper:
            self.keeper.close()
        self._plain.close()

    def _dial(self) -> Wire:
        return Wire(log_on(self.address, self._login, timeout_seconds=self._timeout_seconds))

    def _note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)

    def _fall_back(self, why: str) -> None:
        self.fallback = True
        self.close()
        self.keeper = None
        self._plain.every_call = True
        self._note(
            speak(
                f"{why}：改以一般方式逐檔讀取，需時較久",
                f"{why}: everything is read by plain calls, one file at a time, which takes longer",
            )
        )

    def _look_for_folder(self, keeper: LinkKeeper) -> None:
        if not self.address.folder:
            return
        probe = _FolderProbe()
        wire = keeper.wire()
        name = self._naming.below_share("")
        options = smb_packets.DIRECTORY_FILE
        wire.send(
            [smb_packets.create_file(name, smb_packets.READ_ATTRIBUTES, options=options), smb_packets.close()], probe
        )
        wire.flush()
        while wire.under_way:
            wire.receive()
        if probe.status and probe.status not in smb_status.NEEDS_PLAIN_CALLS:
            from inspection.rules.messages import word  # rules cost more than a tree nobody changed

            raise SourceUnavailable(
                speak(
                    f"{self.address}：{self.address.host} 之分享區 {self.address.share} 存在，"
                    f"但無此資料夾（{word('read_reason', smb_status.reason_of(probe.status))}） — "
                    "請檢查拼字及帳號權限",
                    f"{self.address}: the share {self.address.share} on {self.address.host} is there, but not "
                    "this folder"
                    f" ({smb_status.reason_of(probe.status)}) — check its spelling and the account's permissions",
                )
            )

    def _walk_plainly(self, start: str, skip: Callable[[str], bool] | None) -> Iterator[Listing]:
        waiting = [Folder(start, shown_names([start])[0])]
        while waiting:
            folder = waiting.pop()
            found, reason = self._plain.list_folder(folder.raw)
            if reason:
                yield Listing(folder.shown, (), reason)
                continue
            listing, below = as_listing(folder, found, skip, self._note)
            waiting += below
            yield listing


class _FolderProbe:
    """Keeps the first failing status."""

    def __init__(self) -> None:
        self.status = smb_status.OK

    def answered(self, index: int, status: int, answer: memoryview) -> None:
        """Takes an answer."""
        self.status = self.status or status
