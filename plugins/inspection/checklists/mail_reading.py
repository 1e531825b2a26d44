"""Takes mails apart in the sandbox: nobody else parses what a stranger sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from inspection.checklists.mail_parts import LONGEST_NAME, Bears, Told
from inspection.errors import Misuse
from inspection.sandbox.frames import pack, unpack
from inspection.sandbox.pool import Pool, PoolLimits

LIMITS = PoolLimits(wall_seconds=20.0, memory_bytes=512 << 20, answer_bytes=64 << 20)
LONGEST_ADDRESS = 254
Look = Callable[[bytes, bool], Told | None]


@contextmanager
def mails_in_sandbox() -> Iterator[Look]:
    """What takes a mail apart while the confined worker lives, whole or by its headers alone; None for one that could
    not be taken apart within its bounds."""
    with Pool("inspection.checklists.mail_worker", 1, LIMITS) as pool:

        def look(data: bytes, whole: bool) -> Told | None:
            outcome = pool.one(pack({"whole": whole}, [data]))
            return None if outcome.answer is None else _told(outcome.answer)

        yield look


def _told(answer: bytes) -> Told | None:
    """The answer, of which nothing is believed but its form."""
    try:
        head, forms = unpack(answer)
        bears = [Bears(one) for one in head["bears"]]
        sender, automatic = head["sender"], head["automatic"]
        names = [str(one)[-LONGEST_NAME:] for one in head["names"]]
    except (Misuse, ValueError, KeyError, TypeError):
        return None
    fits = bears.count(Bears.FORM) == len(forms) == len(names)
    if not isinstance(sender, str) or not isinstance(automatic, bool) or not fits:
        return None
    return Told(sender if len(sender) <= LONGEST_ADDRESS else "", automatic, bears, forms, names)
