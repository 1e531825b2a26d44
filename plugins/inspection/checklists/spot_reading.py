"""現場檢查紀錄 as typed, and what it says: each field read by the one reading there is, what is wrong told by field.

A field is `answer.`, `sampled.`, `conforming.`, `register.`, `drawn.` or `remark.` with the item's id; `count.`,
`place.` or `checked.` with a kind of equipment; or one of HEAD.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from inspection import clock
from inspection.checklists.draft import Draft
from inspection.documents.render import fingerprint
from inspection.errors import NotFound
from inspection.language import speak
from inspection.model import Checklist
from inspection.planning.decision import plan_in_force
from inspection.planning.spot_seed import is_visited
from inspection.rules.answers import AnswerGiven, Asked, DateAnswer, DateSpec, StatementAnswer
from inspection.store import campaigns, photos, spot
from inspection.vocabulary import AnswerValue, Control, Equipment, SpotSigned

ITEM_PARTS = ("answer", "sampled", "conforming", "register", "drawn", "remark")
KIT_PARTS = ("count", "place", "checked")
VISITED, PLACE, PRESENT, MERITS, BESIDES, STATEMENT, SIGNED, COPY = (
    "visited_on", "place_seen", "present", "merits", "besides", "unit_statement", "signed", "copy_left",
)  # fmt: skip
HEAD = (VISITED, PLACE, PRESENT, MERITS, BESIDES, STATEMENT, SIGNED, COPY)
YES = "yes"
MOST_COUNTED = 99_999
LONGEST = {
    PLACE: 200, PRESENT: 200, MERITS: 2000, BESIDES: 2000, STATEMENT: 2000,
    "register": 60, "drawn": 200, "remark": 1000, "place": 200,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Problem:
    """What stands against sending: of a field by its name, in words."""

    field: str
    words: str


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of one statement of the plan; `value` None where it was not looked at."""

    item: Mapping[str, Any]
    value: AnswerGiven | None
    sampled: int | None
    conforming: int | None
    register: str
    drawn: str
    remark: str

    @property
    def faults(self) -> int:
        """How many of the sample were not in order."""
        return (self.sampled or 0) - (self.conforming or 0)


@dataclass(frozen=True, slots=True)
class Kit:
    """One kind of equipment a unit has."""

    kind: Equipment
    count: int
    place: str
    checked_on: date | None


@dataclass(frozen=True, slots=True)
class Ready:
    """What would be sent now, its SHA-256 (64 hex digits), and what stands against it."""

    draft: Draft
    found: tuple[Found, ...]
    kit: tuple[Kit, ...]
    visited_on: date | None
    signed: SpotSigned | None
    digest: str
    problems: tuple[Problem, ...]

    def text(self, name: str) -> str:
        """A field of HEAD as it will be kept."""
        return self.draft.texts[name].strip()


def looked_at(session: Session, checklist: Checklist) -> list[dict[str, Any]]:
    """The statements of the plan in force that inspectors look at in this unit; NotFound where there are none,
    NotAllowed without an approved plan or while the campaign rests."""
    content = plan_in_force(session, checklist.campaign_id).content
    unit: dict[str, Any] = next((one for one in content["units"] if one["id"] == checklist.unit_id), {})
    items = {str(one["id"]): one for one in content.get("inspector_items", ())}
    found = [dict(items[one]) for one in unit.get("inspector_items", ())]
    if found and not is_visited(session, checklist.campaign_id, content, checklist.unit_id):
        raise NotFound(speak("本單位未抽中現場檢查", "this unit was not drawn to be visited"))
    if not found:
        raise NotFound(speak("本單位沒有現場檢視項目", "nothing is looked at on the spot here"))
    return found


def of(session: Session, checklist: Checklist, items: Sequence[Mapping[str, Any]]) -> Draft:
    """The record as typed so far; equipment nobody has typed yet stands as it was confirmed the last time."""
    row = spot.get(session, checklist.id)
    texts = dict.fromkeys(fields(items), "") | _equipment_before(session, checklist)
    content: Mapping[str, Mapping[str, str]] = row.content if row else {}
    kept = {name: one for name, one in content.items() if name in texts}
    texts |= {name: one["text"] for name, one in kept.items()}
    by = {name: one["by"] for name, one in kept.items()}
    return Draft(checklist.id, row.version if row else 0, 0, row.saved_at if row else None, texts, by)


def fields(items: Sequence[Mapping[str, Any]]) -> dict[str, Collection[str]]:
    """The fields of a record by name, each with what it may hold beside nothing; no values at all: any text."""
    found: dict[str, Collection[str]] = dict.fromkeys(HEAD, ())
    found |= {SIGNED: [one.value for one in SpotSigned], COPY: (YES,)}
    for item in items:
        found |= {f"{part}.{item['id']}": () for part in ITEM_PARTS}
        if Asked.of(item).answer.control is Control.CHOICE:
            found[f"answer.{item['id']}"] = [one.value for one in AnswerValue]
    return found | {f"{part}.{kind.value}": () for kind in Equipment for part in KIT_PARTS}


def ready(session: Session, checklist: Checklist, *, at: datetime) -> Ready:
    """What would be sent as the record stands. Writes nothing."""
    items = looked_at(session, checklist)
    draft = of(session, checklist, items)
    told: list[Problem] = []
    found = tuple(_found(draft, item, told) for item in items)
    kit = tuple(one for kind in Equipment if (one := _kit(draft, kind, told)) is not None)
    visited_on = _day(draft, VISITED, told)
    campaign = campaigns.get(session, checklist.campaign_id)
    first, last = clock.local_date(campaign.window_start), clock.local_date(at)
    if visited_on is None and not any(one.field == VISITED for one in told):
        told.append(Problem(VISITED, speak("檢查日期未填", "the day of the visit is missing")))
    if visited_on is not None and not first <= visited_on <= last:
        told.append(Problem(VISITED, speak("檢查日期不在檢查期間內", "the day is outside the inspection")))
    if not draft.texts[PRESENT].strip():
        told.append(Problem(PRESENT, speak("受檢單位在場人員未填", "who was there is missing")))
    signed = SpotSigned(draft.texts[SIGNED]) if draft.texts[SIGNED] else None
    if signed is None:
        told.append(Problem(SIGNED, speak("簽章情形未填", "who signed is missing")))
    if signed is SpotSigned.NOBODY and not draft.texts[STATEMENT].strip():
        told.append(Problem(STATEMENT, speak("單位均未簽章者，請記明其陳述或原因", "say why nobody signed")))
    if all(one.value is None for one in found):
        told.append(Problem(f"answer.{items[0]['id']}", speak("各項均未填", "nothing was answered")))
    told += [
        Problem(name, speak(f"超過{LONGEST[name]}字", f"longer than {LONGEST[name]} characters"))
        for name in (PLACE, PRESENT, MERITS, BESIDES, STATEMENT)
        if len(draft.texts[name]) > LONGEST[name]
    ]
    content: dict[str, object] = {"checklist": checklist.id, "version": draft.version, "texts": {**draft.texts}}
    if seen := [(one.item_id, one.sha256) for one in photos.standing(session, checklist.id)]:
        content["photos"] = seen
    return Ready(draft, found, kit, visited_on, signed, fingerprint(content), tuple(told))


def _equipment_before(session: Session, checklist: Checklist) -> dict[str, str]:
    spec = DateSpec()
    texts = {}
    for one in spot.equipment_before(session, checklist):
        texts[f"count.{one.kind.value}"] = str(one.count)
        texts[f"place.{one.kind.value}"] = one.place
        texts[f"checked.{one.kind.value}"] = spec.say(DateAnswer(day=one.checked_on)) if one.checked_on else ""
    return texts


def _found(draft: Draft, item: Mapping[str, Any], told: list[Problem]) -> Found:
    """One statement as typed; what is wrong with it is added to `told`."""
    code = str(item["id"])
    text = {part: draft.texts[f"{part}.{code}"].strip() for part in ITEM_PARTS}
    value = _value(item, text["answer"], told)
    sampled = _count(f"sampled.{code}", text["sampled"], told)
    conforming = _count(f"conforming.{code}", text["conforming"], told)
    said = value.said if isinstance(value, StatementAnswer) else None

    def wrong(part: str, words: str) -> None:
        told.append(Problem(f"{part}.{code}", words))

    if (sampled is None) is not (conforming is None):
        wrong("sampled", speak("抽查數與符合數須一併填寫", "give both how many were drawn and how many conform"))
    elif sampled is not None and conforming is not None and conforming > sampled:
        wrong("conforming", speak("符合數大於抽查數", "more conform than were drawn"))
    elif sampled is not None and conforming != sampled and said is AnswerValue.CONFORMS:
        wrong("answer", speak("抽查有不符者，結果卻為符合", "the sample has faults, the answer conforms"))
    if said in {AnswerValue.DOES_NOT_CONFORM, AnswerValue.NOT_APPLICABLE} and not text["remark"]:
        wrong("remark", speak("不符合或不適用者，請敘明事實或理由", "say what was seen, or why it does not apply"))
    if value is None and any(text[part] for part in ITEM_PARTS):
        wrong("answer", speak("已填情形而未填結果", "something is told, but no result"))
    for part in ("register", "drawn", "remark"):
        if len(text[part]) > LONGEST[part]:
            wrong(part, speak(f"超過{LONGEST[part]}字", f"longer than {LONGEST[part]} characters"))
    return Found(item, value, sampled, conforming, text["register"], text["drawn"], text["remark"])


def _value(item: Mapping[str, Any], text: str, told: list[Problem]) -> AnswerGiven | None:
    try:
        return Asked.of(item).answer.read((text,) if text else ())
    except ValueError:
        told.append(Problem(f"answer.{item['id']}", speak("結果無法辨識", "the answer cannot be read")))
        return None


def _count(name: str, text: str, told: list[Problem]) -> int | None:
    bare = unicodedata.normalize("NFKC", text)
    if not bare:
        return None
    if not (bare.isascii() and bare.isdigit() and int(bare[:9]) <= MOST_COUNTED):
        told.append(Problem(name, speak("須為件數（整數）", "must be a whole number")))
        return None
    return int(bare)


def _day(draft: Draft, name: str, told: list[Problem]) -> date | None:
    text = draft.texts[name].strip()
    try:
        given = DateSpec().read((text,) if text else ())
    except ValueError:
        given = None
        told.append(Problem(name, speak("日期無法辨識，例如115年11月13日", "no day; write 2026/11/13")))
    return given.day if isinstance(given, DateAnswer) else None


def _kit(draft: Draft, kind: Equipment, told: list[Problem]) -> Kit | None:
    count = _count(f"count.{kind.value}", draft.texts[f"count.{kind.value}"].strip(), told)
    place = draft.texts[f"place.{kind.value}"].strip()
    checked_on = _day(draft, f"checked.{kind.value}", told)
    if count is None:
        if place or checked_on:
            told.append(
                Problem(f"count.{kind.value}", speak("設備數量未填，無者填0", "how many is missing; 0 for none"))
            )
        return None
    if len(place) > LONGEST["place"]:
        told.append(Problem(f"place.{kind.value}", speak(f"超過{LONGEST['place']}字", "too long")))
    return Kit(kind, count, place, checked_on)
