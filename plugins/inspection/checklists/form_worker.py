"""A confined process that reads returned forms: `python -m inspection.checklists.form_worker`."""

from __future__ import annotations

from inspection.documents.forms import read_checklist
from inspection.documents.returned import NotTaken, Reading
from inspection.extraction.preload import preload
from inspection.sandbox.frames import unpack
from inspection.sandbox.serve import serve


def handle(message: bytes) -> bytes:
    """Reads one form; the answer is plain JSON, never an object of the untrusted side."""
    _, (key, data) = unpack(message)
    try:
        reading = Reading(read_checklist(bytes(data), bytes(key)))
    except NotTaken as error:
        reading = Reading(None, error.fault, error.problem)
    return reading.as_json()


if __name__ == "__main__":
    preload()  # codecs of zip names and the like: after confinement no file opens any more
    serve(handle)
