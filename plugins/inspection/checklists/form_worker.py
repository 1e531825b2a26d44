"""A confined process that reads returned forms: `python -m inspection.checklists.form_worker`."""

from __future__ import annotations

import json

from inspection.documents.forms import ReturnedForm, read_checklist
from inspection.errors import BadSource
from inspection.extraction.preload import preload
from inspection.sandbox.frames import unpack
from inspection.sandbox.serve import serve


def handle(message: bytes) -> bytes:
    """Reads one form; the answer is plain JSON, never an object of the untrusted side."""
    _, (key, data) = unpack(message)
    try:
        return json.dumps({"form": _plain(read_checklist(bytes(data), bytes(key)))}).encode()
    except BadSource as error:
        return json.dumps({"problem": error.problem, "remedy": error.remedy}).encode()


def _plain(form: ReturnedForm) -> dict[str, object]:
    identity = form.identity
    return {
        "identity": [identity.form_number, identity.unit, identity.version, list(identity.questions)]
        if identity
        else None,
        "sealed": form.sealed,
        "answers": [
            [answer.code, answer.value.value if answer.value else None, answer.mended, answer.remark]
            for answer in form.answers.values()
        ],
        "filler": form.filler,
        "date": form.date,
        "statement": form.statement,
        "problems": [[problem.kind.value, problem.code] for problem in form.problems],
        "remarks": list(form.remarks),
    }


if __name__ == "__main__":
    preload()  # codecs of zip names and the like: after confinement no file opens any more
    serve(handle)
