"""The one way a rung is climbed: mails to whom it names, or a draft laid before who signs; nobody there is recorded.

Whoever stands above the ethics office is never written to by the machine (officer review A6).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from inspection.audit.actors import PART, program
from inspection.audit.events import Happening
from inspection.calendar import roc
from inspection.errors import Misuse
from inspection.escalation.apart import Matter
from inspection.escalation.brief import Overdue, addressees_of, print_brief
from inspection.escalation.day import ETHICS, Day
from inspection.language import speak
from inspection.model import Person
from inspection.notices.condition import Depends
from inspection.notices.outbox import Letter
from inspection.rules.ladder import Channel, Ladder, Rung
from inspection.vocabulary import Role, Severity

ACTOR = program(PART, "follow_up")
SHORT = "rung_short"
"""The event of a rung that was climbed though some of the roles it is addressed or copied to are held by nobody."""
PASSED = "passed"
"""What is recorded in place of a channel where a rung's roles are held by nobody: it was passed upward."""
VACANT = "rung_vacant"
DRAFT_READY = "draft-ready"


@dataclass(frozen=True, slots=True)
class Occasion:
    """A matter on a day on which one of its rungs is due.

    `named` is the matter with its deadline as it stands in the keys of notices; `called` is what it is called in a
    mail. `values` are those of its ladder's mails, `overdue` is what a draft says (a ladder without drafts has none).
    `to` and `cc` are the people the rung names, where its ladder does not leave it at the roles; `beside` are those
    who hear of it too, holding none of its roles; `own` are values that differ from reader to reader, by person id.
    `details` go into the event.
    """

    matter: Matter
    ladder: Ladder
    rung: Rung
    severity: Severity | None
    named: str
    called: str
    values: Mapping[str, object]
    depends: Depends
    overdue: Overdue | None = None
    to: Sequence[Person] | None = None
    cc: Sequence[Person] | None = None
    beside: Sequence[Person] = ()
    own: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Climbed:
    """What a rung came to: the letters to be written, the channel that was used (`PASSED` where nobody was there), the
    draft that was printed, and the event. Of a rung `vacant`, wholly or in part, the event says which office is."""

    letters: list[Letter]
    channel: str
    event: Happening
    document_id: str | None = None
    vacant: bool = False


def climb(day: Day, occasion: Occasion) -> Climbed:
    """Puts together what a rung sends; prints the draft of one that lays a draft. Writes no letter and no event."""
    rung = occasion.rung
    missing = vacant(day, rung, occasion.matter.unit_id) if occasion.to is None else () if occasion.to else rung.to
    if rung.channel is Channel.DRAFT_LETTER:
        return _passed(day, occasion, missing, []) if missing else _laid(day, occasion)
    to = day.holding(rung.to, occasion.matter.unit_id) if occasion.to is None else occasion.to
    copies = day.holding(rung.cc, occasion.matter.unit_id) if occasion.cc is None else occasion.cc
    letters = [_mail(occasion, one) for one in {one.id: one for one in (*to, *copies, *occasion.beside)}.values()]
    if missing:
        return _passed(day, occasion, missing, letters)
    return _climbed(day, occasion, letters)


def vacant(day: Day, rung: Rung, unit_id: str) -> tuple[Role, ...]:
    """The roles of a rung for want of whose holders it cannot speak: all it is addressed to, or who signs its draft."""
    if not day.holding(rung.to, unit_id):
        return rung.to
    if rung.channel is Channel.DRAFT_LETTER and not day.holding((_signer(rung),), unit_id):
        return (_signer(rung),)
    return ()


def draft_keys(day: Day, occasion: Occasion) -> list[str]:
    """The keys of the letters that tell of a draft, one for each who signs."""
    return [_draft_key(occasion, one) for one in day.holding((_signer(occasion.rung),), occasion.matter.unit_id)]


def keys_above(occasion: Occasion) -> list[str]:
    """How the keys of letters begin that a rung above this one wrote of the same matter and deadline."""
    rungs = [rung for _, rung in occasion.ladder.rungs_for(occasion.severity)]
    above = rungs[rungs.index(occasion.rung) + 1 :]
    return [f"{kind}:{occasion.named}:{rung.id}:" for rung in above for kind in (_begins(rung), VACANT)]


def _begins(rung: Rung) -> str:
    return DRAFT_READY if rung.channel is Channel.DRAFT_LETTER else rung.template


def _signer(rung: Rung) -> Role:
    return rung.laid_before or Role.ETHICS_HEAD


def _mail(occasion: Occasion, person: Person) -> Letter:
    rung = occasion.rung
    return Letter(
        key=f"{_begins(rung)}:{occasion.named}:{rung.id}:{person.id}",
        kind=rung.template,
        person_id=person.id,
        values={**occasion.values, **occasion.own.get(person.id, {})},
        campaign_id=occasion.matter.campaign_id,
        still_wanted=occasion.depends,
    )


def _laid(day: Day, occasion: Occasion) -> Climbed:
    """A ready 簽稿 for all the rung names, before who signs it or leaves it."""
    rung, overdue = occasion.rung, occasion.overdue
    if overdue is None:
        raise Misuse(f"{occasion.ladder.id}: a ladder that lays drafts says what is overdue")
    addressees = addressees_of(day, rung.to, occasion.matter.unit_id)
    document = print_brief(day, overdue, to=addressees)
    sign_by = day.calendar.add_working_days(day.on, day.catalogue.ladders.draft_ignored_after_working_days)
    values: dict[str, object] = {
        "campaign_name": overdue.campaign.name,
        "unit_name": overdue.unit.name,
        "fix_numbers": overdue.subject_id,
        "due": roc.with_weekday(overdue.due_on),
        "days_late": overdue.days_late,
        "addressee": "、".join(dict.fromkeys(one.words for one in addressees)),
        "sign_by": roc.with_weekday(sign_by),
    }
    letters = [
        Letter(
            key=_draft_key(occasion, person),
            kind=rung.template,
            person_id=person.id,
            values=values,
            campaign_id=occasion.matter.campaign_id,
            still_wanted=occasion.depends,
        )
        for person in day.holding((_signer(rung),), occasion.matter.unit_id)
    ]
    return _climbed(day, occasion, letters, document.id)


def _draft_key(occasion: Occasion, person: Person) -> str:
    return f"{DRAFT_READY}:{occasion.named}:{occasion.rung.id}:{person.id}"


def _climbed(day: Day, occasion: Occasion, letters: list[Letter], document_id: str | None = None) -> Climbed:
    """A rung that reached somebody; where it names roles nobody holds beside them, the ethics office hears of it."""
    rung, unit_id = occasion.rung, occasion.matter.unit_id
    channel = rung.channel.value
    # a copy nobody gets is recorded as a mail nobody gets is; a draft has no copies
    copied = rung.cc if occasion.cc is None and rung.channel is not Channel.DRAFT_LETTER else ()
    named = list(dict.fromkeys((*rung.to, *copied)))
    short = [role for role in named if not day.holding((role,), unit_id)]
    if not short:
        return Climbed(letters, channel, _event(occasion, "rung", channel), document_id)
    reached = _names(day, [role for role in named if role not in short])
    reason = speak(
        f"「{rung.name}」{_names(day, short)}從缺，未能通知；已送{reached}",
        f"not told at {rung.name!r}: {_names(day, short)} vacant; told: {reached}",
    )
    # that a copy reached nobody needs nobody's step: it is on record, and no mail tells of it
    unheard = [role for role in rung.to if role in short]
    told = _tell_vacancy(day, occasion, unheard, reached) if unheard else []
    event = _event(occasion, SHORT, channel, reason)
    return Climbed([*letters, *told], channel, event, document_id, vacant=True)


def _passed(day: Day, occasion: Occasion, roles: Sequence[Role], letters: list[Letter]) -> Climbed:
    """A rung whose roles nobody holds goes to the next above on its day; the ethics office hears of it at once."""
    told = _tell_vacancy(day, occasion, roles, "")
    names = _names(day, roles)
    reason = speak(
        f"「{occasion.rung.name}」無人可通知：{names}從缺，移由下一階辦理",
        f"nobody to be told at {occasion.rung.name!r}: {names} vacant, passed to the next rung",
    )
    event = _event(occasion, "rung_passed", PASSED, reason)
    return Climbed([*letters, *told], PASSED, event, vacant=True)


def _names(day: Day, roles: Sequence[Role]) -> str:
    return "、".join(day.catalogue.wording.line(f"role_{role.value}") for role in roles)


def _tell_vacancy(day: Day, occasion: Occasion, roles: Sequence[Role], reached: str) -> list[Letter]:
    """That some roles of a rung are held by nobody, to the ethics office; `reached` names the others, '' for none."""
    unit = day.units.get(occasion.matter.unit_id)
    values: dict[str, object] = {
        "matter_name": occasion.called,
        "unit_name": unit.name if unit else "",
        "rung_name": occasion.rung.name,
        "role_names": _names(day, roles),
        "reached_roles": reached,
        "next_rung": _next_name(occasion),
    }
    return [
        Letter(
            key=f"{VACANT}:{occasion.named}:{occasion.rung.id}:{one.id}",
            kind=VACANT,
            person_id=one.id,
            values=values,
            campaign_id=occasion.matter.campaign_id,
            still_wanted=occasion.depends,
        )
        for one in day.holding(ETHICS)
    ]


def _next_name(occasion: Occasion) -> str:
    """The rung that comes after this one, '' at the top."""
    rungs = [rung for _, rung in occasion.ladder.rungs_for(occasion.severity)]
    place = rungs.index(occasion.rung) + 1
    return rungs[place].name if place < len(rungs) else ""


def _event(occasion: Occasion, action: str, channel: str, reason: str | None = None) -> Happening:
    details = {"rung": occasion.rung.id, "channel": channel, **occasion.details}
    return Happening((occasion.matter.kind, occasion.matter.id), action, reason=reason, details=details)
