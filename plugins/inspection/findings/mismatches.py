"""A statement answered 符合 that facts speak against: asked of the unit first, and a 疑似事項 only by a person's word.

The machine asks once, in neutral words and naming no file. Where everything it rests on is reserved (檢舉人身分,
考績懲處, 甄審, 密碼), it asks nobody: an officer names who may be asked, as with any reserved case (review A12).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from inspection.audit.events import record
from inspection.audit.steps import advance, advance_all
from inspection.errors import BadSource, Conflict
from inspection.findings.questions import Question, ask
from inspection.findings.suspected import digest
from inspection.language import speak
from inspection.model import ChecklistQuestion, Suspicion
from inspection.model.lifecycle import SuspicionState
from inspection.rules.catalogue import Catalogue
from inspection.store import campaigns, checklists, contradictions, findings
from inspection.store.comparison import Compared, compared
from inspection.store.cross_check import Against
from inspection.store.once import insert_all_once, rows_touched
from inspection.vocabulary import SEVERITY_RANK, Severity, SuspicionKind, TriageOutcome

KIND = SuspicionKind.DECLARED_OTHERWISE


def draw_mismatches(session: Session, campaign_id: str, *, catalogue: Catalogue, actor: str, at: datetime) -> int:
    """Asks every unit of a campaign about the statements its facts speak against; how many are new. Twice is once.

    Who corrected such an answer and has declared 符合 again since is asked again. After 檢查結案 nothing is asked any
    more. Raises NotFound for an unknown campaign.
    """
    if campaigns.get(session, campaign_id).state in campaigns.CONCLUDED:
        return 0
    put = {one.unit_id: one.id for one in checklists.of_campaign(session, campaign_id)}
    rows = [
        row
        for unit_id, own in compared(session, campaign_id, catalogue).items()
        for row in _rows(campaign_id, unit_id, put[unit_id], own, catalogue, at)
    ]
    if not rows:
        return 0
    prints = {row["fingerprint"] for row in rows}
    again = [one for one in contradictions.corrected(session, campaign_id) if one.fingerprint in prints]
    undecided = dict.fromkeys(("decided_reason", "decided_at", "answer_due_on", "explanation", "explained_by"))
    advance_all(session, again, SuspicionState.OPEN, actor=actor, at=at, values=undecided)
    fresh = insert_all_once(session, Suspicion, rows, keys=["campaign_id", "fingerprint"])
    fresh |= {(campaign_id, one.fingerprint) for one in again}
    if not fresh:
        return 0
    query = select(Suspicion).where(
        Suspicion.campaign_id == campaign_id, Suspicion.fingerprint.in_([print_ for _, print_ in fresh])
    )
    drawn = list(session.scalars(query.order_by(Suspicion.unit_id, Suspicion.id)))
    details: dict[str, object] = {"count": len(drawn)}
    record(session, at=at, actor=actor, subject=("campaign", campaign_id), action="cross_checked", details=details)
    told = [one for one in drawn if not catalogue.triage.reserved(one.detectors)]
    if told:
        ask(session, told, question_of_program(catalogue, actor), acting={}, catalogue=catalogue, at=at)
    return len(drawn)


def question_of_program(catalogue: Catalogue, actor: str) -> Question:
    """The question as the program puts it: no person asks, and the days to answer are its own."""
    return Question(
        catalogue.wording.line("question_declared_otherwise"),
        actor=actor,
        asked_by=None,
        within=catalogue.triage.cross_check.answer_within_working_days,
        mail="mismatch_to_unit",
    )


def _rows(
    campaign_id: str, unit_id: str, checklist_id: str, own: Compared, catalogue: Catalogue, at: datetime
) -> list[dict[str, object]]:
    return [
        {
            "campaign_id": campaign_id,
            "unit_id": unit_id,
            "kind": KIND,
            "fingerprint": digest(KIND, checklist_id, item_id),
            "checklist_id": checklist_id,
            "item_id": item_id,
            "state": SuspicionState.OPEN,
            "suggested_severity": _severity(item_id, catalogue),
            "noted_at": at,
            **_rests_on(own.found.get(item_id, ()), catalogue),
        }
        for item_id in sorted(own.doubted)
    ]


def _severity(item_id: str, catalogue: Catalogue) -> Severity:
    item = catalogue.checklist_items.item(item_id)
    return item.severity if item else Severity.MEDIUM


def _rests_on(against: Sequence[Against], catalogue: Catalogue) -> dict[str, object]:
    """How much by kind of fact, and which detectors; of reserved files only where there are no others."""
    open_to_unit = {one.against: _told(one, catalogue, reserved=False) for one in against}
    counts = {kind: count for kind, (count, _) in open_to_unit.items() if count}
    chosen = open_to_unit if counts else {one.against: _told(one, catalogue, reserved=True) for one in against}
    return {
        "rests_on": {kind: count for kind, (count, _) in chosen.items() if count},
        "detectors": sorted({one for _, detectors in chosen.values() for one in detectors}),
    }


def _told(one: Against, catalogue: Catalogue, *, reserved: bool) -> tuple[int, frozenset[str]]:
    if not one.pieces:  # of a register: people and deadlines, nothing reserved
        return (0 if reserved else one.count), frozenset()
    mine = [piece for piece in one.pieces if bool(catalogue.triage.reserved(piece.detectors)) is reserved]
    return len(mine), frozenset(detector for piece in mine for detector in piece.detectors)


def refuse_unfit(chosen: Sequence[Suspicion], outcome: TriageOutcome) -> None:
    """Refuses what cannot be said of a contradiction that is no 疑似事項 yet, and what can be said of nothing else.

    Raises BadSource for an outcome that does not fit, Conflict for a second question to the unit.
    """
    for one in chosen:
        place = speak(f"疑似事項第{one.id}號", f"suspicion {one.id}")
        if outcome is TriageOutcome.RAISED and one.kind is not KIND:
            raise BadSource(
                speak("僅填報與清查不一致之事項得列為疑似，其餘已是疑似事項", "only a contradiction can be raised"),
                place=place,
                remedy=speak("請確認為缺失、不成立或列自主改善", "confirm it, dismiss it, or note it as mended"),
            )
        if one.beside_id is not None and outcome is not TriageOutcome.RAISED:
            raise Conflict(
                speak(
                    f"本件已併入疑似事項第{one.beside_id}號，與該檔案一併判定",
                    f"this is decided with suspicion {one.beside_id}, beside whose file it was raised",
                )
            )
        if one.is_question and outcome in {TriageOutcome.CONFIRMED, TriageOutcome.SELF_IMPROVED}:
            raise BadSource(
                speak("填報與清查不一致，尚非疑似事項，不得逕予確認", "a contradiction is confirmed only once raised"),
                place=place,
                remedy=speak(
                    "說明可採者判不成立；未說明或不足採者先列為疑似", "dismiss it where explained, else raise it first"
                ),
            )
        if one.kind is KIND and outcome is TriageOutcome.ASK_UNIT and one.asked_at and one.state == SuspicionState.OPEN:
            raise Conflict(speak("本件已請單位說明過", "the unit has been asked about this already"))


def is_fit(chosen: Sequence[Suspicion], outcome: TriageOutcome) -> bool:
    """The same as an answer."""
    try:
        refuse_unfit(chosen, outcome)
    except (BadSource, Conflict):
        return False
    return True


def raise_all(
    session: Session,
    chosen: Sequence[Suspicion],
    reason: str,
    *,
    raised_by: str,
    acting: Mapping[str, object],
    catalogue: Catalogue,
    at: datetime,
) -> None:
    """Makes 疑似事項 of contradictions: a matter of its own, or one with that of a file it rests on, counted and
    decided with the file. The same again changes nothing. Raises Conflict where another officer was faster."""
    beside = {campaign: _files_of(session, campaign, catalogue) for campaign in {one.campaign_id for one in chosen}}
    for one in chosen:
        if one.raised_at is not None:
            continue
        file = beside[one.campaign_id].get((one.unit_id, one.item_id or ""))
        mine = update(Suspicion).where(
            Suspicion.id == one.id, Suspicion.raised_at.is_(None), Suspicion.state == one.state
        )
        if rows_touched(session, mine.values(raised_at=at, beside_id=file)) != 1:
            raise Conflict(speak(f"疑似事項 {one.id} 他人已先處理", f"suspicion {one.id}: another was faster"))
        session.refresh(one, ["raised_at", "beside_id"])
        details: dict[str, object] = {**acting, **({"follows": file} if file else {})}
        if file or one.state == SuspicionState.OPEN:
            subject = ("suspicion", str(one.id))
            record(session, at=at, actor=raised_by, subject=subject, action="raised", reason=reason, details=details)
        else:
            advance(session, one, SuspicionState.OPEN, actor=raised_by, at=at, reason=reason, details=details)


def _files_of(session: Session, campaign_id: str, catalogue: Catalogue) -> dict[tuple[str, str], int]:
    """By (unit, item): the gravest 疑似事項 of a file that speaks against it."""
    found: dict[tuple[str, str], set[int]] = {}
    for unit, own in compared(session, campaign_id, catalogue).items():
        for item, against in own.found.items():
            pieces = [piece.suspicion_id for told in against for piece in told.pieces]
            found[unit, item] = {one for one in pieces if one is not None}
    wanted = sorted({one for ids in found.values() for one in ids})
    grave = {one.id: (-SEVERITY_RANK[one.suggested_severity], one.id) for one in findings.chosen(session, wanted)}
    return {key: min(ids, key=grave.__getitem__) for key, ids in found.items() if ids}


def found_in_words(one: Suspicion, question: ChecklistQuestion, catalogue: Catalogue) -> str:
    """What the unit is told, and what a finding says: the statement, and how much speaks against it; no file."""
    line = catalogue.wording.line
    told = [line(f"mismatch_{kind}", {"count": count}) for kind, count in sorted((one.rests_on or {}).items())]
    values = {"item": question.item_id, "statement": question.statement.rstrip("。"), "found": "；".join(told)}
    return line("fact_declared_otherwise", values)
