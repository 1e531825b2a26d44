"""What a unit types on the page, kept field by field until it is sent; two people at it merge and never lose.

A field is `answer.DOC-001`, `none.DOC-001` (不適用, where the answer is no choice), `mended.DOC-001`, `remark.DOC-001`,
`filler` or `opinion`. What was typed is kept as typed, half a date included; it becomes an answer by the one reading
there is (`rules.answers`), as the words of a returned file do. A field not in the draft holds what the newest return
says. What was typed before a return changed the same field is not laid over it: both are shown, the return's stands
(`Draft.overtaken`) until somebody who saw both saves the field.

Each change comes with a digest of what its writer saw there (`was`): what another has changed meanwhile is told apart
from what the writer did not touch, and only where both changed one field to different texts is somebody asked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.orm import Session

from inspection.audit.events import record
from inspection.audit.steps import advance
from inspection.checklists.entering import kept_out
from inspection.documents.returned import FormProblem, Problem, ReturnedForm, Written
from inspection.errors import BadSource, Conflict, SourceUnavailable
from inspection.keyed_hash import keyed_hash
from inspection.language import speak
from inspection.model import Checklist, ChecklistDraft, ChecklistQuestion
from inspection.model.lifecycle import ChecklistState
from inspection.rules.answers import AnswerGiven, Asked, StatementAnswer, answer_of
from inspection.store import campaigns, checklists, drafts
from inspection.vocabulary import AnswerValue, Control

ANSWER, NONE, MENDED, REMARK = "answer", "none", "mended", "remark"
PARTS = (ANSWER, NONE, MENDED, REMARK)
FILLER, OPINION = "filler", "opinion"
YES = "yes"
LONGEST_TYPED = 20_000  # beyond what is taken when it is sent: what is too long is told then, not cut here
TRIES = 20
LAID = ""  # who typed what nobody did
DRAFTED, SEAL_TAKEN_BACK = "draft_begun", "seal_taken_back"


@dataclass(frozen=True, slots=True)
class Change:
    """A field as its writer left it, and the digest of what they had seen there.

    `offered`: the page had put this text into an empty field itself, so its writer says nothing against what another
    has written there since.
    """

    name: str
    text: str
    was: str
    offered: bool = False


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that two people changed to different texts: what stands there now, and by whom (an id).

    `overtaken`: `theirs` was typed here before a return came that says `mine`.
    """

    name: str
    mine: str
    theirs: str
    by: str
    overtaken: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """All fields of a form with their texts. `after`: the return it would replace, `version` 0: nothing is kept yet.

    `sent`: what that return says in each field. `seal_asked`: the unit head is asked to seal what stands here.
    `overtaken`: what was typed into fields a later return changed, as it is kept (`text`, `by`, `over`).
    """

    checklist_id: str
    version: int
    after: int
    saved_at: datetime | None
    texts: Mapping[str, str]
    by: Mapping[str, str]
    sent: Mapping[str, str] = field(default_factory=dict)
    seal_asked: bool = False
    overtaken: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def clashes(self) -> tuple[Clash, ...]:
        """The fields a later return changed, each with what was typed there before."""
        return tuple(
            Clash(name, self.texts[name], one["text"], one["by"], overtaken=True)
            for name, one in self.overtaken.items()
        )

    def digest(self, name: str) -> str:
        """What a field holds, for whoever changes it to show that they saw it."""
        return digest(self.checklist_id, name, self.texts[name])

    @property
    def is_touched(self) -> bool:
        """Whether anything stands in it that was not sent."""
        return bool(self.by)


def digest(checklist_id: str, name: str, text: str) -> str:
    """A keyed digest of a field's text: 16 hex digits."""
    return keyed_hash("draft field", checklist_id, name, text)[:16]


def of(session: Session, checklist: Checklist, put: Sequence[ChecklistQuestion] | None = None) -> Draft:
    """The draft of a checklist as it stands; without one, what the newest return says. `put`: its statements, where
    they are at hand."""
    found = checklists.questions(session, checklist.id) if put is None else put
    return _draft(session, checklist, found, drafts.get(session, checklist.id))


def merge(
    session: Session,
    checklist: Checklist,
    changes: Sequence[Change],
    *,
    person_id: str,
    at: datetime,
    put: Sequence[ChecklistQuestion] | None = None,
    laid: bool = False,
) -> tuple[Draft, tuple[Clash, ...]]:
    """Keeps what was changed; the draft as it stands then, and what was not kept because another changed it too.
    `put`: the statements of the form, where they are at hand. `laid`: the texts were read of a file, nobody typed them.

    Raises Conflict where no return is taken any more, BadSource for a text beyond all bounds, SourceUnavailable where
    too many save at once: a moment later it goes.
    """
    require_open(session, checklist)
    if any(len(one.text) > LONGEST_TYPED for one in changes):
        raise BadSource(speak(f"{_named(changes)}文字過長，未儲存", f"too long, not kept: {_named(changes)}"))
    for attempt in range(TRIES):
        draft = of(session, checklist, put)
        taken, clashes = sorted_out(draft, changes)
        settled = {one.name for one in changes if one.name in draft.overtaken and one.was == draft.digest(one.name)}
        if not taken and not settled:
            return draft, clashes
        if attempt:  # whoever was first may have moved the form on
            session.refresh(checklist, ["state"])
        # before the draft: as sending does, it holds the form first
        now_filling(session, checklist, person_id, at=at, seal_asked=draft.seal_asked)
        after = _changed(draft, taken, settled, LAID if laid else person_id, at=at)
        if _kept(session, draft, _content(after), at=at):
            if not draft.is_touched:
                record(session, at=at, actor=person_id, subject=("checklist", checklist.id), action=DRAFTED)
            return after, clashes
    raise SourceUnavailable(speak("多人同時填寫，請再按一次儲存", "many save at once; save again"))


def _named(changes: Iterable[Change]) -> str:
    """The fields whose texts are beyond all bounds, by the codes people see."""
    return "、".join(one.name.partition(".")[2] or one.name for one in changes if len(one.text) > LONGEST_TYPED)


def _content(draft: Draft) -> dict[str, Mapping[str, str]]:
    """A draft as it is kept: of each field what was typed, by whom, and over what of the newest return."""
    typed = {name: {"text": draft.texts[name], "by": by, "over": draft.sent[name]} for name, by in draft.by.items()}
    return {**draft.overtaken, **typed}


def _changed(draft: Draft, taken: Iterable[Change], settled: Collection[str], person_id: str, *, at: datetime) -> Draft:
    """The next version of a draft, as it would be read again; `settled`: overtaken fields saved by who saw both."""
    now = {one.name: one.text for one in taken}
    by = {name: one for name, one in draft.by.items() if name not in now}
    by |= {name: person_id for name, text in now.items() if text != draft.sent[name]}
    return replace(
        draft,
        version=draft.version + 1,
        saved_at=at if by else None,
        texts={**draft.texts, **now},
        by=by,
        seal_asked=False,
        overtaken={name: one for name, one in draft.overtaken.items() if name not in settled},
    )


def _kept(session: Session, draft: Draft, content: Mapping[str, Mapping[str, str]], *, at: datetime) -> bool:
    if draft.version == 0:
        return drafts.begin(session, draft.checklist_id, content, at=at)
    return drafts.replace(session, draft.checklist_id, draft.version, content, at=at)


def empty(session: Session, draft: Draft, *, at: datetime) -> None:
    """Leaves nothing in a draft that was sent; raises Conflict where it was changed since it was read."""
    if draft.version == 0 and drafts.get(session, draft.checklist_id) is None:
        return
    if not drafts.replace(session, draft.checklist_id, draft.version, {}, at=at):
        raise Conflict(speak("送出前內容已更動，請再檢視", "the draft was changed meanwhile; look again"))


def now_filling(
    session: Session, checklist: Checklist, person_id: str, *, at: datetime, seal_asked: bool = True
) -> None:
    """A form somebody works on is 填報中; whoever changes what waits for the unit head's seal takes it back.
    `seal_asked`: whether the draft was seen to wait for it, where somebody looked."""
    if checklist.state in checklists.OUT and checklist.state is not ChecklistState.FILLING:
        step(session, checklist, ChecklistState.FILLING, person_id, at=at)
    if seal_asked and drafts.take_back_seal(session, checklist.id):
        record(session, at=at, actor=person_id, subject=("checklist", checklist.id), action=SEAL_TAKEN_BACK)


def note_opened(session: Session, checklist: Checklist, person_id: str, *, at: datetime) -> None:
    """A form somebody of the unit has before them is 已開啟."""
    if checklist.state is ChecklistState.ISSUED:
        step(session, checklist, ChecklistState.OPENED, person_id, at=at)


def step(session: Session, checklist: Checklist, target: ChecklistState, person_id: str, *, at: datetime) -> None:
    """Moves a form on by what somebody does with it; where another was first, theirs stands."""
    try:
        with session.begin_nested():
            advance(session, checklist, target, actor=person_id, at=at)
    except Conflict:
        session.refresh(checklist, ["state"])


def require_open(session: Session, checklist: Checklist) -> None:
    """Raises Conflict where no return is taken for a checklist."""
    if kept_out(checklist, campaigns.get(session, checklist.campaign_id)):
        raise Conflict(speak("本檢查表現不收件，無法填報", "no return is taken for this checklist now"))


def sorted_out(draft: Draft, changes: Iterable[Change]) -> tuple[list[Change], tuple[Clash, ...]]:
    """What of some changes is to be kept, and what is not because another changed the same field too."""
    taken, clashes = [], []
    for one in changes:
        now = draft.texts.get(one.name)
        if now is None or one.text == now or digest(draft.checklist_id, one.name, one.text) == one.was:
            continue  # no such field, nothing new, or not touched by this writer
        if one.offered and now:
            continue  # it was written in for want of a text, and meanwhile there is one
        if one.was == draft.digest(one.name):
            taken.append(one)
        else:
            clashes.append(Clash(one.name, one.text, now, draft.by.get(one.name, "")))
    return taken, tuple(clashes)


def _draft(
    session: Session, checklist: Checklist, put: Sequence[ChecklistQuestion], row: ChecklistDraft | None
) -> Draft:
    after = checklists.newest_version(session, checklist.id)
    sent, known = returned(session, checklist, put, after), fields(put)
    content: Mapping[str, Mapping[str, str]] = row.content if row else {}
    kept = {name: one for name, one in content.items() if _fits(known, name, one["text"]) and one["text"] != sent[name]}
    overtaken = {name: kept.pop(name) for name in list(kept) if kept[name].get("over", sent[name]) != sent[name]}
    # nobody typed what was read of a file, nor who fills the form, which the page writes in itself
    overtaken = {name: one for name, one in overtaken.items() if name != FILLER and one["by"] != LAID}
    by = {name: one["by"] for name, one in kept.items()}
    return Draft(
        checklist.id,
        version=row.version if row else 0,
        after=after,
        saved_at=row.saved_at if row and by else None,
        sent=sent,
        texts={**sent, **{name: one["text"] for name, one in kept.items()}},
        by=by,
        seal_asked=row is not None and row.seal_asked_by is not None,
        overtaken=overtaken,
    )


def returned(session: Session, checklist: Checklist, put: Iterable[ChecklistQuestion], version: int) -> dict[str, str]:
    """Every field of the form, with what a return says in it (nothing for version 0), as a browser shows it and sends
    it back."""
    given = {one.item_id: one for one in checklists.answers(session, checklist.id, version)} if version else {}
    whole = checklists.returned(session, checklist.id, version) if version else None
    # a line to write on holds no line end: browsers would take it out, and looking would have changed the field
    filler = " ".join(whole.filler.splitlines()) if whole else ""
    texts = {FILLER: filler, OPINION: whole.opinion if whole else ""}
    for question in put:
        one = given.get(question.item_id)
        answer = answer_of(one.value) if one else None
        texts |= texts_of(question, answer, mended=bool(one and one.mended), remark=one.remark if one else "")
    return {name: one_line_end(text) for name, text in texts.items()}


def texts_of(question: ChecklistQuestion, answer: AnswerGiven | None, *, mended: bool, remark: str) -> dict[str, str]:
    """The fields of a statement, with what a browser would show where it is answered so."""
    asked = Asked.of(question.spec).answer
    said, none = "", ""
    if isinstance(answer, StatementAnswer) and asked.control is Control.CHOICE:
        said = answer.said.value
    elif isinstance(answer, StatementAnswer):
        none = YES
    elif answer is not None:
        said = asked.say(answer).removesuffix(asked.unit)
    values = (said, none, YES if mended else "", remark)
    return {f"{part}.{question.item_id}": value for part, value in zip(PARTS, values, strict=True)}


def as_form(draft: Draft, put: Sequence[ChecklistQuestion], *, dated: str) -> ReturnedForm:
    """What is typed as a form that came back, to be read by each statement's own spec."""
    rows, unclear = {}, []
    for question in put:
        text, none, mended, remark = (draft.texts[f"{part}.{question.item_id}"] for part in PARTS)
        words = (text,) if text.strip() else ()
        if none and words:  # an answer, and that there is none
            words = ()
            expects = Asked.of(question.spec).answer.expects
            unclear.append(Problem(FormProblem.ANSWER_UNCLEAR, question.item_id, expects))
        elif none:
            words = (Asked.of(question.spec).answer.words[AnswerValue.NOT_APPLICABLE],)
        rows[question.item_id] = Written(question.item_id, words, bool(mended), remark.strip())
    filler, opinion = draft.texts[FILLER].strip(), draft.texts[OPINION].strip()
    return ReturnedForm(None, False, rows, filler, dated, opinion, tuple(unclear))


def fields(put: Iterable[ChecklistQuestion]) -> dict[str, Collection[str]]:
    """The fields of a form by name, each with what it may hold beside nothing; no values at all: any text."""
    found: dict[str, Collection[str]] = {FILLER: (), OPINION: ()}
    for question in put:
        asked = Asked.of(question.spec).answer
        is_choice = asked.control is Control.CHOICE
        found[f"{ANSWER}.{question.item_id}"] = [one.value for one in asked.words] if is_choice else ()
        if not is_choice:  # 不適用 is one of the words to choose from
            found[f"{NONE}.{question.item_id}"] = (YES,)
        found |= {f"{MENDED}.{question.item_id}": (YES,), f"{REMARK}.{question.item_id}": ()}
    return found


def _fits(known: Mapping[str, Collection[str]], name: str, text: str) -> bool:
    return name in known and (not text or not known[name] or text in known[name])


def changes_of(form: Mapping[str, Sequence[str]], known: Mapping[str, Collection[str]]) -> list[Change]:
    """The changes a posted form tells of: every field of `fields` whose `was` came with it; an unticked box is no text.

    What no browser can have taken from the page, a choice that is not offered, is passed over.
    """
    typed = {name: one_line_end(form.get(name, ("",))[0]) for name in known if form.get(f"was.{name}")}
    return [Change(name, text, form[f"was.{name}"][0]) for name, text in typed.items() if _fits(known, name, text)]


def one_line_end(text: str) -> str:
    # browsers send line ends as two characters, scripts and rows hold one
    return text.replace("\r\n", "\n").replace("\r", "\n")
