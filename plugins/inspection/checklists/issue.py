"""Issues checklists: the sealed form of each unit, in Word and what goes beside it, and the notice to its contact."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import cast

from sqlalchemy.orm import Session

from inspection import clock, settings
from inspection.audit.steps import advance
from inspection.calendar import roc
from inspection.checklists.record_sheet import print_record_sheets
from inspection.documents.copies import keep_copy
from inspection.documents.forms import issue_checklist, issue_text, issue_workbook
from inspection.documents.kinds.checklist import KIND, UnitChecklist, question
from inspection.documents.printing import Paper, head_of, print_paper, title_of
from inspection.documents.render import Properties
from inspection.keyring import open_ring
from inspection.model import Campaign, Checklist, Document
from inspection.model.lifecycle import CampaignState, ChecklistState
from inspection.notices.conditions.checklist import while_out
from inspection.notices.outbox import Letter, write
from inspection.planning.decision import plan_in_force
from inspection.rules.answers import Asked
from inspection.rules.catalogue import Catalogue
from inspection.store import campaigns, checklists, documents, roster
from inspection.vocabulary import FormCopy, UnitSeal


def form_key(key: bytes) -> bytes:
    """The key forms are sealed with, derived from one of the installation's."""
    return hashlib.sha256(b"inspection checklist seal" + key).digest()


def issue(session: Session, campaign_id: str, *, catalogue: Catalogue, actor: str, at: datetime) -> int:
    """Issues all prepared checklists of a campaign, and prints the inspectors' record sheets; returns how many are out.

    Raises NotAllowed without approval.
    """
    plan_in_force(session, campaign_id)
    campaign = campaigns.get(session, campaign_id)
    if campaign.state == CampaignState.APPROVED:
        advance(session, campaign, CampaignState.INSPECTING, actor=actor, at=at)
    every = checklists.of_campaign(session, campaign_id)
    for checklist in every:
        if checklist.state == ChecklistState.PREPARED:
            _issue_one(session, campaign, checklist, catalogue=catalogue, actor=actor, at=at)
    print_record_sheets(session, campaign_id, catalogue=catalogue, at=at)
    return len(every)


def _issue_one(
    session: Session, campaign: Campaign, checklist: Checklist, *, catalogue: Catalogue, actor: str, at: datetime
) -> None:
    document = _print(session, campaign, checklist, catalogue, at)
    checklist.document_id = document.id
    unit = roster.unit(session, checklist.unit_id)
    on = clock.local_date(at)
    count = len(checklists.questions(session, checklist.id))
    for person in roster.answering_for(session, unit.id, on=on):
        letter = Letter(
            key=f"checklist-issued:{checklist.id}:{person.id}",
            kind="checklist_issued",
            person_id=person.id,
            values={
                "campaign_name": campaign.name,
                "unit_name": unit.name,
                "item_count": count,
                "formats": "、".join(format_names(catalogue.office.checklist_copies)),
                "due": roc.with_weekday(checklist.due_on),
                "has_page": bool(settings.get().named_portal_url),
                "sealed_on_page": catalogue.office.unit_seal is UnitSeal.PAGE,
                "drop_folder": ways_besides(catalogue),
            },
            campaign_id=campaign.id,
            attachments=forms_of(session, document.id),
            still_wanted=while_out(checklist.id),
        )
        write(session, letter, at=at)
    advance(session, checklist, ChecklistState.ISSUED, actor=actor, at=at, details={"document_id": document.id})
    checklist.issued_at = at
    session.flush()


def forms_of(session: Session, document_id: str) -> tuple[str, ...]:
    """Ids of a form as it went out: in Word, then what went beside it."""
    return (document_id, *(one.id for _, one in sorted(documents.copies(session, document_id).items())))


def _print(session: Session, campaign: Campaign, checklist: Checklist, catalogue: Catalogue, at: datetime) -> Document:
    key = form_key(open_ring(session).newest.key)
    context = _context(session, campaign, checklist, catalogue)
    paper = Paper(KIND, checklist.id, context, checklist.questions_hash, created=at, fill=partial(_sealed, key))
    document = print_paper(session, paper, catalogue=catalogue, at=at)
    for target in catalogue.office.checklist_copies:
        _print_beside(session, paper, document, target, catalogue=catalogue, key=key, at=at)
    return document


def _print_beside(
    session: Session,
    paper: Paper,
    document: Document,
    target: FormCopy,
    *,
    catalogue: Catalogue,
    key: bytes,
    at: datetime,
) -> None:
    """The same form with the same seal in another format; how to hand that in is said in words of its own."""
    head = head_of(session, paper, catalogue=catalogue)
    due = {"due": paper.context["due"], **_words(catalogue)}
    told = [*catalogue.wording.say(f"checklist_instructions_{target}", due), all_yes_disclosed(catalogue)]
    context = {**paper.context, **head, "instructions": told}
    properties = Properties(title=title_of(paper, head), author=head["office"], created=at)
    keep_copy(session, document, target.value, _WRITERS[target](context, key, properties=properties), at=at)


_WRITERS = {FormCopy.ODT: issue_text, FormCopy.XLSX: issue_workbook}
_NAMES = {FormCopy.ODT: "ODT檔", FormCopy.XLSX: "Excel檔"}


def format_names(copies: Iterable[FormCopy]) -> list[str]:
    """What people call the formats a form goes out in, Word's first."""
    return ["Word檔", *(_NAMES[one] for one in copies)]


def _context(session: Session, campaign: Campaign, checklist: Checklist, catalogue: Catalogue) -> UnitChecklist:
    due = roc.with_weekday(checklist.due_on)
    return {
        "title": catalogue.wording.line("checklist_title", {"campaign": campaign.name}),
        "unit": roster.unit(session, checklist.unit_id).name,
        "form_number": checklist.id,
        "version": 1,
        "period": roc.days(campaign.window_start, campaign.window_end),
        "due": due,
        "instructions": [
            *catalogue.wording.say("checklist_instructions", {"due": due, **_words(catalogue)}),
            all_yes_disclosed(catalogue),
        ],
        "questions": [
            question(one.item_id, one.category, one.statement, one.basis, Asked.of(one.spec))
            for one in checklists.questions(session, checklist.id)
        ],
    }


def all_yes_disclosed(catalogue: Catalogue) -> str:
    """What form and page tell who fills them: that nothing but 符合 round after round may lead to a visit."""
    rounds = catalogue.triage.cross_check.all_yes_rounds
    return catalogue.wording.line("all_yes_disclosed", {"rounds": rounds, **_words(catalogue)})


def ways_besides(catalogue: Catalogue) -> str:
    """Where a file may be sent but by the page, as mails and forms say it: the drop folder, and the mailbox where one
    is switched on."""
    folder, address = catalogue.office.drop_folder, settings.get().named_returns_address
    return catalogue.wording.line("or_mailed", {"drop_folder": folder, "address": address}) if address else folder


def _words(catalogue: Catalogue) -> dict[str, str]:
    own = {value.value: name for value, name in catalogue.office.answer_names.items()}
    return {**own, "drop_folder": ways_besides(catalogue)}


def _sealed(key: bytes, template: Path, context: Mapping[str, object], properties: Properties) -> bytes:
    return issue_checklist(template, cast("UnitChecklist", context), key, properties=properties)
