"""Reads returned forms in the sandbox: an untrusted document is opened by nobody else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from inspection.checklists.take_in import Reader
from inspection.documents.forms import Answer, FormProblem, Identity, Problem, ReturnedForm
from inspection.errors import BadSource
from inspection.sandbox.frames import pack
from inspection.sandbox.pool import Pool, PoolLimits
from inspection.vocabulary import AnswerValue

LIMITS = PoolLimits(wall_seconds=20.0, memory_bytes=512 << 20)


@contextmanager
def read_in_sandbox() -> Iterator[Reader]:
    """A reader of forms while the confined worker lives."""
    with Pool("inspection.checklists.form_worker", 1, LIMITS) as pool:

        def read(data: bytes, key: bytes) -> ReturnedForm:
            outcome = pool.one(pack({}, [key, data]))
            if outcome.answer is None:
                reason = outcome.reason.value if outcome.reason else "corrupt"
                raise BadSource(f"the form could not be read ({reason})", remedy="save it anew as .docx and return it")
            told = json.loads(outcome.answer)
            if "problem" in told:
                raise BadSource(str(told["problem"]), remedy=str(told["remedy"]))
            return _form(told["form"])

        yield read


def _form(told: dict[str, Any]) -> ReturnedForm:
    identity = told["identity"]
    return ReturnedForm(
        identity=Identity(identity[0], identity[1], identity[2], tuple((one[0], one[1]) for one in identity[3]))
        if identity
        else None,
        sealed=told["sealed"],
        answers={
            code: Answer(code, AnswerValue(value) if value else None, mended, remark)
            for code, value, mended, remark in told["answers"]
        },
        filler=told["filler"],
        date=told["date"],
        statement=told["statement"],
        problems=tuple(Problem(FormProblem(kind), code) for kind, code in told["problems"]),
        remarks=tuple(told["remarks"]),
    )
