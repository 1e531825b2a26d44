"""The checklist answered on a page: typed, kept as typed, looked at once more, sent; all without scripts too."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from inspection.access.policy import Act
from inspection.checklists import draft as drafting
from inspection.checklists import past, proofs, refusals, sealing
from inspection.checklists.draft import ANSWER, FILLER, NONE, OPINION, Change, Clash, Draft
from inspection.checklists.entering import LONGEST_NAME, LONGEST_REMARK, Problems
from inspection.checklists.issue import all_yes_disclosed
from inspection.checklists.past import Last, LastRound
from inspection.checklists.sheet import SentBack, sent_back
from inspection.checklists.submit import Ready, ready, submit
from inspection.errors import Conflict, NotFound
from inspection.keyed_hash import keyed_hash
from inspection.language import legible, speak
from inspection.model import Checklist, ChecklistProof, ChecklistQuestion
from inspection.model.lifecycle import ChecklistState, RulingState
from inspection.portal import rendering
from inspection.portal.guard import Door, Visit
from inspection.portal.responses import GoTo, Page, Reply, Told
from inspection.rules import catalogue
from inspection.rules.answers import Asked, kept_answer, stance
from inspection.store import campaigns, checklists, people, rulings
from inspection.store import proofs as stored
from inspection.vocabulary import Control

ANSWERS = "/checklists/{subject_id}/answers"
LONGEST_REASON = 1000


@dataclass(frozen=True, slots=True)
class Field:
    """One field: name, text, the digest of what stands in the draft, and another's text it clashes with."""

    name: str
    text: str
    was: str
    clash: Clash | None


@dataclass(frozen=True, slots=True)
class Line:
    """A statement as it is answered: its fields by part, how it was answered last round, and what is wrong with it."""

    position: int
    item_id: str
    category: str
    statement: str
    basis: str
    asked: Asked
    is_choice: bool
    is_number: bool
    is_text: bool
    is_stressed: bool
    is_sent_back: bool
    why: str
    is_accepted: bool
    fields: Mapping[str, Field]
    last: Last | None
    problems: tuple[str, ...]
    proofs: int

    @property
    def is_answered(self) -> bool:
        """Whether something stands where the answer goes."""
        return bool(self.fields[ANSWER].text.strip() or self.fields[NONE].text)


def _open(visit: Visit, checklist: Checklist) -> Checklist:
    """Before it is sent out there is nothing to be seen here; raises Conflict where nothing is taken any more."""
    _require_sent_out(checklist)
    drafting.require_open(visit.session, checklist)
    return checklist


def _require_sent_out(checklist: Checklist) -> None:
    if checklist.state is ChecklistState.PREPARED:
        raise NotFound(speak("查無此事項", "there is no such matter"))


def page(visit: Visit, checklist: Checklist) -> Reply:
    """The form with whatever was typed by anybody of the unit."""
    _open(visit, checklist)
    drafting.note_opened(visit.session, checklist, visit.person_id, at=visit.at)
    return _form(visit, checklist, drafting.of(visit.session, checklist))


def _form(
    visit: Visit,
    checklist: Checklist,
    draft: Draft,
    clashes: Sequence[Clash] = (),
    problems: Problems | None = None,
) -> Reply:
    values = form_values(visit, checklist, draft, clashes, problems)
    return Page("answering.html.j2", values, status=409 if clashes else 422 if problems else 200, scripted=True)


def form_values(
    visit: Visit, checklist: Checklist, draft: Draft, clashes: Sequence[Clash], problems: Problems | None
) -> dict[str, object]:
    """What the page of statements prints of a draft, whoever types it."""
    every = checklists.questions(visit.session, checklist.id)
    back = sent_back(visit.session, checklist)
    shown = (*clashes, *draft.clashes)
    put = every if visit.query.get("all") else _asked_again(every, back, draft, problems or [])
    before = past.last_round(
        visit.session, checklist, past.rounds_before(visit.session, checklist, barred=visit.who.barred)
    )
    laid = proofs.by_item(stored.standing(visit.session, checklist.id))
    lines = _lines(draft, put, (shown, problems or []), back, before, laid, _accepted(visit, checklist))
    filler = field_of(draft, FILLER, shown)
    return {
        **_head(visit, checklist),
        "groups": [(category, list(each)) for category, each in groupby(lines, key=lambda one: one.category)],
        "count": len(lines),
        "disclosed": all_yes_disclosed(visit.work.catalogue),
        "left_out": len(every) - len(put),
        "answered": sum(one.is_answered for one in lines),
        "draft": draft,
        "filler": filler,
        "opinion": field_of(draft, OPINION, shown),
        "filler_text": filler.text or ("" if filler.clash else _offered(visit)),
        "names": people.named(visit.session, {one.by for one in shown}),
        "clashes": clashes,
        "overtaken": draft.clashes,
        "problems": _said(visit, checklist, problems or []),
        "sent_back": back,
        "given_back": sealing.given_back(visit.session, checklist),
        "last_round": before.name,
        "reason": past.stress_reason(visit.session, checklist),
        "longest": LONGEST_REMARK,
        "longest_name": LONGEST_NAME,
        "owner": keyed_hash("draft owner", visit.person_id, checklist.id)[:16],
        "script_version": rendering.script()[1],
        "way": "answers",
    }


def _accepted(visit: Visit, checklist: Checklist) -> set[str]:
    stands = rulings.of(visit.session, checklist.id)
    return {item for item, one in stands.items() if one.state is RulingState.ACCEPTED}


def _asked_again(
    every: Sequence[ChecklistQuestion], back: SentBack | None, draft: Draft, problems: Problems
) -> Sequence[ChecklistQuestion]:
    """Of a form sent back the statements that are asked again, those changed since, and those that stand against
    sending; the others stay as they were sent."""
    if back is None:
        return every
    changed = {name.partition(".")[2] for name in (*draft.by, *draft.overtaken)}
    wanted = {*back.items, *changed, *(one["item"] for one in problems)}
    return [one for one in every if one.item_id in wanted] or every


def _offered(visit: Visit) -> str:
    """Who fills the form, as the page has it written already where nobody is named yet."""
    return f"{visit.signed.person.title}　{visit.signed.person.name}"


def _head(visit: Visit, checklist: Checklist) -> dict[str, object]:
    return {
        "checklist": checklist,
        "campaign": campaigns.get(visit.session, checklist.campaign_id),
        "unit_name": rendering.unit_names(visit.session).get(checklist.unit_id, checklist.unit_id),
        "here": "checklists",
        "sealed_on_page": sealing.wanted(visit.work.catalogue),
        "seal_asked": sealing.asked_by(visit.session, checklist),
    }


def _lines(
    draft: Draft,
    put: Sequence[ChecklistQuestion],
    wrong: tuple[Sequence[Clash], Problems],
    back: SentBack | None,
    before: LastRound,
    laid: Mapping[str, Sequence[ChecklistProof]],
    accepted: Collection[str],
) -> list[Line]:
    clashes, problems = wrong
    found = []
    for one in put:
        asked = Asked.of(one.spec)
        own = [problem for problem in problems if problem["item"] == one.item_id]
        parts = {part: field_of(draft, f"{part}.{one.item_id}", clashes) for part in drafting.PARTS}
        found.append(
            Line(
                one.position,
                one.item_id,
                one.category,
                one.statement,
                one.basis,
                asked,
                asked.answer.control is Control.CHOICE,
                bool(asked.answer.unit),
                asked.answer.control is Control.LINE and not asked.answer.unit,
                one.selected_because == past.STRESSED,
                back is not None and one.item_id in back.items,
                back.why(one.item_id) if back else "",
                one.item_id in accepted,
                parts,
                before.answers.get(one.item_id),
                tuple(refusals.lines(own, {one.item_id: one.position}, catalogue.current())),
                len(laid.get(one.item_id, ())),
            )
        )
    return found


def field_of(draft: Draft, name: str, clashes: Sequence[Clash]) -> Field:
    """A field of a draft, with what its writer typed where another has changed it too."""
    clash = next((one for one in clashes if one.name == name), None)
    return Field(name, clash.mine if clash else draft.texts[name], draft.digest(name), clash)


def _said(visit: Visit, checklist: Checklist, problems: Problems) -> list[str]:
    return refusals.said(visit.session, checklist, problems, catalogue.current())


def save(visit: Visit, checklist: Checklist) -> Reply:
    """Keeps a posted form and goes back to it, or on to what will be sent; where two changed one field, shows both."""
    draft, clashes = _merged(visit, checklist)
    if clashes:
        return _form(visit, checklist, draft, clashes)
    if visit.text("do") == "check":
        return GoTo(f"/checklists/{checklist.id}/answers/check")
    what, _, item_id = visit.text("do").partition(":")
    if what == "evidence" and item_id in {one.item_id for one in checklists.questions(visit.session, checklist.id)}:
        return GoTo(f"/checklists/{checklist.id}/evidence?item={item_id}")
    return GoTo(f"/checklists/{checklist.id}/answers")


def save_by_script(visit: Visit, checklist: Checklist) -> Reply:
    """Keeps what a script tells was changed; answers with what stands in the fields now."""
    draft, clashes = _merged(visit, checklist)
    names = people.named(visit.session, {one.by for one in clashes})
    told = {
        "saved_at": rendering.hour(draft.saved_at or visit.at),
        "fields": {name: {"text": text, "was": draft.digest(name)} for name, text in draft.texts.items()},
        "clashes": {one.name: {"theirs": one.theirs, "by": _name(names, one.by)} for one in clashes},
    }
    return Told(told)


def _name(names: Mapping[str, object], person_id: str) -> str:
    return str(getattr(names.get(person_id), "name", "")) or "先前送回之內容"


def _merged(visit: Visit, checklist: Checklist) -> tuple[Draft, tuple[Clash, ...]]:
    """Keeps what was posted; raises as `drafting.merge` does, and as if there were nothing before it is sent out."""
    _require_sent_out(checklist)
    put = checklists.questions(visit.session, checklist.id)
    known = drafting.fields(put)
    offered = Change(FILLER, legible(_offered(visit)), drafting.digest(checklist.id, FILLER, ""))
    changes = [replace(one, offered=True) if one == offered else one for one in drafting.changes_of(visit.form, known)]
    return drafting.merge(visit.session, checklist, changes, person_id=visit.person_id, at=visit.at, put=put)


def check_page(visit: Visit, checklist: Checklist, problem: str = "") -> Reply:
    """What will be sent, line by line; or the form again with what is still missing."""
    _open(visit, checklist)
    found = ready(visit.session, checklist, at=visit.at)
    if found.problems or found.draft.overtaken:
        return _form(visit, checklist, found.draft, problems=found.problems)
    values = {
        **check_values(visit, checklist, found),
        "problem": problem,
        "may_seal": sealing.may_seal(visit.session, checklist, visit.person_id, at=visit.at)
        or sealing.sends_alone(visit.session, checklist, visit.person_id, at=visit.at),
        "longest": LONGEST_REASON,
    }
    return Page("answering_check.html.j2", values, status=409 if problem else 200)


def check_values(visit: Visit, checklist: Checklist, found: Ready) -> dict[str, object]:
    """What the page prints that shows what will be sent, line by line."""
    lines, names = _to_be_sent(visit, checklist, found), catalogue.current().office.answer_names
    said = [one["stance"] for one in lines]
    return {
        **_head(visit, checklist),
        "lines": lines,
        "tally": [(name, many) for value, name in names.items() if (many := said.count(value))],
        "form": found.form,
        "seen": found.digest,
        "warnings": _said(visit, checklist, found.warnings),
        "before": checklists.returned(visit.session, checklist.id, found.draft.after),
        "way": "answers",
    }


def _to_be_sent(visit: Visit, checklist: Checklist, found: Ready) -> list[dict[str, object]]:
    shown: list[dict[str, object]] = []
    warned = {one["item"] for one in found.warnings}
    for one in checklists.questions(visit.session, checklist.id):
        given, asked = found.answers[one.item_id], Asked.of(one.spec)
        shown.append(
            {
                "position": one.position,
                "statement": one.statement,
                "said": asked.answer.say(given.value) if given.value else "",
                "stance": stance(kept_answer(given.value)),
                "is_warned": one.item_id in warned,
                "mended": given.mended,
                "remark": given.remark,
                "proofs": [proof.name_shown for proof in found.proofs.get(one.item_id, ())],
            }
        )
    return shown


def send(visit: Visit, checklist: Checklist) -> Reply:
    """Sends what was shown; the receipt is the return's own page. Where it is sealed on the page, the head is asked to
    seal it, seals it, or gives it back with a reason."""
    reason = visit.text("reason")
    if visit.text("do") == "give_back" and (not reason or len(reason) > LONGEST_REASON):
        return check_page(visit, checklist, "reason")
    try:
        with visit.session.begin_nested():
            version = _sent(visit, checklist)
    except Conflict:
        visit.session.expire_all()
        return check_page(visit, checklists.get(visit.session, checklist.id), "moved")
    return GoTo(f"/checklists/{checklist.id}" + (f"?version={version}" if version else ""))


def _sent(visit: Visit, checklist: Checklist) -> int:
    """The version what was shown has become; 0 where it waits for the seal or was given back."""
    session, seen, person_id, at = visit.session, visit.text("seen"), visit.person_id, visit.at
    if not sealing.wanted(visit.work.catalogue):
        return submit(session, checklist.id, seen=seen, person_id=person_id, at=at)
    match visit.text("do"):
        case "seal":
            return sealing.seal(session, checklist.id, seen=seen, person_id=person_id, at=at)
        case "give_back":
            sealing.give_back(session, checklist.id, reason=visit.text("reason"), person_id=person_id, at=at)
        case _:
            sealing.ask(session, checklist.id, seen=seen, person_id=person_id, at=at)
    return 0


DOORS = (
    Door("GET", ANSWERS, Act.ANSWER_CHECKLIST, page, Checklist, notes_view=True),
    Door("POST", ANSWERS, Act.ANSWER_CHECKLIST, save, Checklist, keeps_typed=True),
    Door(
        "POST",
        "/checklists/{subject_id}/draft",
        Act.ANSWER_CHECKLIST,
        save_by_script,
        Checklist,
        keeps_typed=True,
        by_script=True,
    ),
    Door("GET", f"{ANSWERS}/check", Act.ANSWER_CHECKLIST, check_page, Checklist),
    Door("POST", f"{ANSWERS}/check", Act.ANSWER_CHECKLIST, send, Checklist, keeps_typed=True),
)
