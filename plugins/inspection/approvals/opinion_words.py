"""What the decider reads of 會辦, on the page and in the package: one line per unit, from the rules' wording."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from inspection.access.roles import ACTS_FOR
from inspection.approvals.consult import tags_nobody_bears
from inspection.approvals.matters import campaign_of, rule_for
from inspection.calendar import roc
from inspection.model import Approval, Opinion
from inspection.model.lifecycle import ApprovalState, OpinionState
from inspection.rules.catalogue import Catalogue
from inspection.store import opinions, roster
from inspection.vocabulary import Adoption, Stance


@dataclass(frozen=True, slots=True)
class OpinionLine:
    """One unit: what it said, by whom and when, and 採納情形; `adoption` is empty where there is nothing to adopt.

    `kind` is `waiting`, `lapsed`, `not_given` (the decision came before the day it was due), `not_asked`,
    `no_remarks`, `remarks` (not answered yet) or `answered`.
    """

    kind: str
    opinion_id: str
    unit: str
    said: str
    by: str
    adoption: str


def opinion_lines(session: Session, approval: Approval, *, catalogue: Catalogue, on: date) -> list[OpinionLine]:
    """A line per unit asked, and one per tag of the table that no unit of the roster bears."""
    found = opinions.of_approval(session, approval)
    lines = [_line(session, one, approval, catalogue, on) for one in found]
    rule = rule_for(approval.subject_kind, campaign_of(session, approval), catalogue)
    if rule is None or approval.follows_id is not None:
        return lines  # the check of a corrected version asks nobody anew
    say = catalogue.wording.line
    return lines + [
        OpinionLine("not_asked", "", tag, say("opinion_no_unit", {"tag": tag}), "", "")
        for tag in tags_nobody_bears(session, rule)
    ]


def _line(session: Session, opinion: Opinion, approval: Approval, catalogue: Catalogue, on: date) -> OpinionLine:
    say = catalogue.wording.line
    due = roc.plain(opinion.due_on)
    if opinion.state is OpinionState.NOT_ASKED and opinion.because is not None:
        return OpinionLine("not_asked", opinion.id, opinion.unit_name, say(f"opinion_{opinion.because.value}"), "", "")
    if opinion.state is OpinionState.ASKED:
        kind = _silence(opinion, approval, on)
        return OpinionLine(kind, opinion.id, opinion.unit_name, say(f"opinion_{kind}", {"due": due}), "", "")
    by = _by(session, opinion, say("opinion_entered"))
    if opinion.stance is Stance.NO_REMARKS:
        said = catalogue.office.stance_names[Stance.NO_REMARKS] + (f"：{opinion.text}" if opinion.text else "")
        return OpinionLine("no_remarks", opinion.id, opinion.unit_name, said, by, "")
    if opinion.adoption is None:
        pending = say("opinion_unanswered")
        return OpinionLine("remarks", opinion.id, opinion.unit_name, opinion.text or "", by, pending)
    adoption = adopted_words(catalogue, opinion.adoption, opinion.adoption_reason or "")
    return OpinionLine("answered", opinion.id, opinion.unit_name, opinion.text or "", by, adoption)


def _silence(opinion: Opinion, approval: Approval, on: date) -> str:
    """What to call it that a unit has said nothing: late is only who let its day pass before the decision was made."""
    if approval.state is ApprovalState.PENDING:
        return "waiting" if opinion.due_on >= on else "lapsed"
    until = approval.decided_on
    return "lapsed" if until is not None and opinion.due_on < until else "not_given"


def adopted_words(catalogue: Catalogue, adoption: Adoption, reason: str) -> str:
    """部分採納：理由…"""
    return catalogue.office.adoption_names[adoption] + (f"：{reason}" if reason else "")


def _by(session: Session, opinion: Opinion, entered: str) -> str:
    if opinion.given_by is None or opinion.given_on is None:
        return ""
    person = roster.person(session, opinion.given_by)
    name = f"{person.title}{person.name}"
    if opinion.on_behalf_of:
        name = f"{person.name}{ACTS_FOR}{roster.person(session, opinion.on_behalf_of).name}"
    return f"{name}　{roc.plain(opinion.given_on)}" + (entered if opinion.entered_by else "")
