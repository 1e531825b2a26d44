"""A confined process that looks at files of evidence: `python -m inspection.checklists.proof_worker`.

First whether anything in the file acts or points outside, then what it says: by the same rules as a crawl.
"""

from __future__ import annotations

from inspection.detection import worker
from inspection.documents.bare_pictures import bare
from inspection.documents.proof_files import media_type
from inspection.documents.returned import NotTaken
from inspection.sandbox.frames import pack, unpack
from inspection.sandbox.serve import serve


def handle(payload: bytes) -> bytes:
    """Looks at one file; the answer is its media type and the rows of a crawl, or why it is not taken; and the picture
    alone where its camera wrote something beside it."""
    _, blobs = unpack(payload)
    data = b"".join(map(bytes, blobs))
    try:
        kind = media_type(data)
        kept = bare(data, kind)
    except NotTaken as error:
        return pack({"fault": error.fault.value, "kind": "", "rows": []})
    judged, _ = unpack(worker.handle(payload))
    return pack({"fault": "", "kind": kind, "rows": judged["rows"]}, [] if kept == data else [kept])


if __name__ == "__main__":
    serve(handle, worker.prepare)
