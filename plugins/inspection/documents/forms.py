"""Checklists as forms: issued with a sealed identity, and read back as strictly as they were filled freely."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import cast

from markupsafe import escape

from inspection.documents import form_body, safe_opening
from inspection.documents.form_body import FormBody, FormRow
from inspection.documents.form_formats import open_form
from inspection.documents.form_text import text_form
from inspection.documents.form_workbook import workbook_form
from inspection.documents.kinds.checklist import UnitChecklist
from inspection.documents.render import Properties, render
from inspection.documents.returned import FormProblem, Identity, Problem, ReturnedForm, Written
from inspection.errors import BadSource
from inspection.language import speak
from inspection.rules.answers import plain
from inspection.rules.checklist_items import MOST_ITEMS_PER_UNIT
from inspection.vocabulary import ITEM_CODE

_NAMESPACE = "urn:inspection:checklist:1"
_META = "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}"
_PROPERTY_CHARS = 240  # Word keeps text properties of up to 255 characters


def issue_checklist(
    template: Path, context: UnitChecklist, key: bytes, *, properties: Properties | None = None
) -> bytes:
    """The form of one unit, with its identity sealed under `key`; raises BadSource for more than 25 questions."""
    identity, seal = _sealed_identity(context, key)
    stamped = replace(properties or Properties(), custom=_as_properties(identity, seal), data=_as_xml(identity, seal))
    return render(template, context, properties=stamped)


def issue_workbook(context: Mapping[str, object], key: bytes, *, properties: Properties | None = None) -> bytes:
    """The same form as a workbook (.xlsx) with the same identity; `context` bears the `Head` besides. Errors as in
    `issue_checklist`."""
    return workbook_form(context, _stamped(context, key, properties))


def issue_text(context: Mapping[str, object], key: bytes, *, properties: Properties | None = None) -> bytes:
    """The same form as OpenDocument text (.odt), as `issue_workbook`."""
    return text_form(context, _stamped(context, key, properties))


def _stamped(context: Mapping[str, object], key: bytes, properties: Properties | None) -> Properties:
    identity, seal = _sealed_identity(cast("UnitChecklist", context), key)
    return replace(properties or Properties(), custom=_as_properties(identity, seal))


def _sealed_identity(context: UnitChecklist, key: bytes) -> tuple[Identity, str]:
    questions = context["questions"]
    codes = [question["code"] for question in questions]
    if not 1 <= len(questions) <= MOST_ITEMS_PER_UNIT or len(set(codes)) != len(codes):
        raise BadSource(
            speak(
                f"檢查表須有 1 至 {MOST_ITEMS_PER_UNIT} 題且代碼不得重複，現有 {len(codes)} 題",
                f"a checklist holds 1 to {MOST_ITEMS_PER_UNIT} questions of different codes, not {len(codes)}",
            )
        )
    if any(not ITEM_CODE.fullmatch(code) for code in codes):
        raise BadSource(speak("題目代碼須如 DOC-001", "a question's code looks like DOC-001"))
    identity = Identity(
        context["form_number"],
        context["unit"],
        context["version"],
        tuple((question["code"], _digest(question["statement"])) for question in questions),
    )
    return identity, _seal(identity, key)


def read_checklist(data: bytes, key: bytes) -> ReturnedForm:
    """Reads a returned form in any of its formats; raises NotTaken where the file may not be opened at all
    (see `safe_opening`).

    Everything that may be wrong with the form itself is told in `problems`, never thrown away. Answers are read by
    the visible code in the first column, then by tag or alias: LibreOffice 7.4 loses tags, leaves `showingPlcHdr` on
    and lets people type beside a control.
    """
    opened = open_form(data)
    body = form_body.read_body(opened.grid)
    problems: list[Problem] = []
    identity, seal = _identity_of(opened.parts, problems)
    sealed = identity is not None and hmac.compare_digest(seal, _seal(identity, key))
    if identity is not None and not sealed:
        problems.append(Problem(FormProblem.SEAL_INVALID))
    if identity is not None and plain(body.unit) != plain(identity.unit):
        problems.append(Problem(FormProblem.UNIT_CHANGED))
    if body.tracked:
        problems.append(Problem(FormProblem.TRACKED_CHANGES))
    problems.extend(opened.grid.faults)
    rows = _rows(body, identity, problems)
    told = (body.filler, body.date, body.opinion)
    return ReturnedForm(identity, sealed, rows, *told, tuple(problems), opened.remarks, opened.format)


def _rows(body: FormBody, identity: Identity | None, problems: list[Problem]) -> dict[str, Written]:
    rows: dict[str, FormRow] = {}
    for row in body.rows:
        if row.code in rows:
            problems.append(Problem(FormProblem.ROW_DUPLICATED, row.code))
        rows.setdefault(row.code, row)
    issued = dict(identity.questions) if identity is not None else dict.fromkeys(rows, "")
    problems.extend(Problem(FormProblem.ROW_ADDED, code) for code in rows if code not in issued)
    written = {}
    for code, digest in issued.items():
        found = rows.get(code)
        if found is None:
            problems.append(Problem(FormProblem.ROW_MISSING, code))
            found = body.loose.get(code)
        elif digest and _digest(found.statement) != digest:
            problems.append(Problem(FormProblem.QUESTION_CHANGED, code))
        written[code] = Written(code) if found is None else _written(found, problems)
    return written


def _written(row: FormRow, problems: list[Problem]) -> Written:
    if row.tick_unclear:
        problems.append(Problem(FormProblem.TICK_UNCLEAR, row.code))
    words = tuple(words for words in (row.chosen, row.beside) if words)
    return Written(row.code, words, row.ticked, row.remark)


def _digest(statement: str) -> str:
    return hashlib.sha256(plain(statement).encode()).hexdigest()[:16]


def _seal(identity: Identity, key: bytes) -> str:
    facts = [identity.form_number, identity.unit, identity.version, identity.questions]
    message = b"checklist\0" + json.dumps(facts, ensure_ascii=False).encode()
    return hmac.new(key, message, "sha256").hexdigest()


# ---- the identity, twice: Word keeps both, LibreOffice renumbers the one and keeps the other; ODT, XLSX have one


def _as_properties(identity: Identity, seal: str) -> dict[str, str]:
    pairs = ",".join(f"{code}:{digest}" for code, digest in identity.questions)
    pieces = [pairs[start : start + _PROPERTY_CHARS] for start in range(0, len(pairs), _PROPERTY_CHARS)]
    return {
        "ChecklistNumber": identity.form_number,
        "ChecklistUnit": identity.unit,
        "ChecklistVersion": str(identity.version),
        **{f"ChecklistQuestions{number}": piece for number, piece in enumerate(pieces, 1)},
        "ChecklistSeal": seal,
    }


def _as_xml(identity: Identity, seal: str) -> bytes:
    questions = "".join(f'<question code="{code}" digest="{digest}"/>' for code, digest in identity.questions)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<form xmlns="{_NAMESPACE}" number="{escape(identity.form_number)}" '
        f'unit="{escape(identity.unit)}" version="{identity.version}" seal="{seal}">{questions}</form>'
    ).encode()


def _identity_of(parts: dict[str, bytes], problems: list[Problem]) -> tuple[Identity | None, str]:
    held = (_from_properties(_custom_properties(parts)), _from_properties(_described(parts)))
    found = [pair for pair in (_from_xml(parts), *held) if pair is not None]
    if not found:
        problems.append(Problem(FormProblem.NO_IDENTITY))
        return None, ""
    if any(pair != found[0] for pair in found):
        problems.append(Problem(FormProblem.IDENTITY_DIFFERS))
    return found[0]


def _from_xml(parts: dict[str, bytes]) -> tuple[Identity, str] | None:
    for name in sorted(parts):
        if not re.fullmatch(r"customXml/item\d+\.xml", name):
            continue
        root = safe_opening.parse_xml(parts[name], name)
        if root.tag == f"{{{_NAMESPACE}}}form":
            questions = tuple((q.get("code", ""), q.get("digest", "")) for q in root)
            return _identity(
                root.get("number", ""), root.get("unit", ""), root.get("version", ""), questions
            ), root.get("seal", "")
    return None


def _custom_properties(parts: dict[str, bytes]) -> dict[str, str]:
    """Properties by name, where Word and Excel keep them."""
    if "docProps/custom.xml" not in parts:
        return {}
    root = safe_opening.parse_xml(parts["docProps/custom.xml"], "docProps/custom.xml")
    return {entry.get("name", ""): "".join(str(words) for words in entry.itertext()) for entry in root}


def _described(parts: dict[str, bytes]) -> dict[str, str]:
    """Properties by name, where OpenDocument keeps them."""
    if "meta.xml" not in parts:
        return {}
    root = safe_opening.parse_xml(parts["meta.xml"], "meta.xml")
    return {
        entry.get(f"{_META}name", ""): "".join(str(words) for words in entry.itertext())
        for entry in root.iter(f"{_META}user-defined")
    }


def _from_properties(held: dict[str, str]) -> tuple[Identity, str] | None:
    if "ChecklistSeal" not in held:
        return None
    pieces = [name for name in held if re.fullmatch(r"ChecklistQuestions\d{1,2}", name)]
    pairs = "".join(
        held[name] for name in sorted(pieces, key=lambda name: int(name.removeprefix("ChecklistQuestions")))
    )
    questions = tuple((pair.partition(":")[0], pair.partition(":")[2]) for pair in pairs.split(",") if pair)
    return _identity(
        held.get("ChecklistNumber", ""), held.get("ChecklistUnit", ""), held.get("ChecklistVersion", ""), questions
    ), held["ChecklistSeal"]


def _identity(number: str, unit: str, version: str, questions: tuple[tuple[str, str], ...]) -> Identity:
    # A version that is no number, or a code that is none, cannot be ours: the seal will not fit.
    known = tuple((code, digest) for code, digest in questions if ITEM_CODE.fullmatch(code))
    return Identity(number, unit, int(version) if re.fullmatch(r"[0-9]{1,6}", version) else -1, known)
