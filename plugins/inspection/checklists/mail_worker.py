"""A confined process that takes mails apart: `python -m inspection.checklists.mail_worker`."""

from __future__ import annotations

from inspection.checklists.mail_parts import told_by
from inspection.extraction.preload import preload
from inspection.sandbox.frames import pack, unpack
from inspection.sandbox.serve import serve


def handle(message: bytes) -> bytes:
    """Takes one mail apart; the answer is plain JSON and the bytes of what may be forms."""
    head, (data,) = unpack(message)
    told = told_by(bytes(data), whole=bool(head.get("whole")))
    bears = [one.value for one in told.bears]
    found = {"sender": told.sender, "automatic": told.automatic, "bears": bears, "names": told.names}
    return pack(found, told.forms)


if __name__ == "__main__":
    preload()  # character sets of names: after confinement no file opens any more
    serve(handle)
