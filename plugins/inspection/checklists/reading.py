"""Reads returned forms in the sandbox: an untrusted document is opened by nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from inspection.checklists.take_in import Reader
from inspection.documents.returned import FileFault, NotTaken, Reading, ReturnedForm
from inspection.sandbox.frames import pack
from inspection.sandbox.pool import Pool, PoolLimits

LIMITS = PoolLimits(wall_seconds=20.0, memory_bytes=512 << 20)


@contextmanager
def read_in_sandbox() -> Iterator[Reader]:
    """A reader of forms while the confined worker lives."""
    with Pool("inspection.checklists.form_worker", 1, LIMITS) as pool:

        def read(data: bytes, key: bytes) -> ReturnedForm:
            outcome = pool.one(pack({}, [key, data]))
            if outcome.answer is None:
                reason = outcome.reason.value if outcome.reason else "corrupt"
                raise NotTaken(FileFault.BROKEN, f"the form could not be read ({reason})")
            told = Reading.of_json(outcome.answer)
            if told.form is None:
                raise NotTaken(told.fault or FileFault.BROKEN, told.problem)
            return told.form

        yield read
