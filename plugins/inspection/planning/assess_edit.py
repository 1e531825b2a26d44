"""A person rewrites a sentence of the assessment; the figures it rests on stay, in the row and in the text."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from datetime import datetime
from typing import cast

from sqlalchemy.orm import Session

from inspection.access.roles import on_behalf
from inspection.access.who import Held, asking
from inspection.audit.events import record
from inspection.errors import BadSource, NotAllowed, NotFound
from inspection.language import speak
from inspection.model import Assessment
from inspection.model.lifecycle import PlanState
from inspection.planning.assess import LACKING, Spoken, next_assessment
from inspection.rules.assessment_sentences import Fact, printed_numbers
from inspection.store import campaigns
from inspection.vocabulary import Role

LONGEST = 500
WRITERS = frozenset({Role.ETHICS_STAFF, Role.ETHICS_HEAD})
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


def rewrite_sentence(
    session: Session,
    campaign_id: str,
    rule: str,
    text: str,
    *,
    unit_id: str = "",
    factor: int | None = None,
    person_id: str,
    at: datetime,
) -> Assessment:
    """Makes the next version with one sentence's text replaced; the same text is no change.

    `factor` is needed where a rule speaks of several factors (資料不足). Raises NotAllowed for people outside the
    ethics office and while a plan is in force, NotFound for a sentence that was not said, BadSource for an empty or
    too long text and for one that leaves out a number the sentence rests on.
    """
    held, latest = _writer(session, campaign_id, person_id, at=at)
    sentences, found = _find(latest, rule, unit_id, factor)
    wanted = _checked(text, printed_numbers(cast("Mapping[str, Fact]", found["numbers"])))
    if found["text"] == wanted:
        return latest
    found.setdefault("machine", found["text"])
    found |= {"text": wanted, "written_by": person_id}
    return _next(session, latest, sentences, found, "edited", person_id=person_id, held=held, at=at)


def confirm_sentence(
    session: Session,
    campaign_id: str,
    rule: str,
    *,
    unit_id: str = "",
    factor: int | None = None,
    person_id: str,
    at: datetime,
) -> Assessment:
    """Makes the next version in which a person lets one sentence stand as the machine proposed it. Twice is once.

    Raises what `rewrite_sentence` raises, and BadSource for a sentence that only says 資料不足: it is rewritten.
    """
    held, latest = _writer(session, campaign_id, person_id, at=at)
    sentences, found = _find(latest, rule, unit_id, factor)
    if found.get("weight") == LACKING and "written_by" not in found:
        raise BadSource(
            speak(
                "此句僅載明資料不足，不能確認為狀況研判",
                "the sentence says only that data are lacking; it cannot be confirmed",
            ),
            remedy=speak(
                "以 inspection plan assess-edit 改寫，或確認其他文句",
                "write it anew by inspection plan assess-edit, or confirm another",
            ),
        )
    if "confirmed_by" in found:
        return latest
    found["confirmed_by"] = person_id
    return _next(session, latest, sentences, found, "confirmed", person_id=person_id, held=held, at=at)


def _writer(session: Session, campaign_id: str, person_id: str, *, at: datetime) -> tuple[Held, Assessment]:
    held = asking(session, person_id, at=at).holding(WRITERS)
    if held is None:
        raise NotAllowed(speak("狀況研判僅得由政風室撰寫", "only the ethics office writes the assessment"))
    latest = campaigns.latest_assessment(session, campaign_id)
    if latest is None:
        raise NotFound(
            speak(
                f"檢查專案 {campaign_id} 尚無狀況研判；請執行 `inspection plan assess`",
                f"campaign {campaign_id} has no assessment yet; run `inspection plan assess`",
            )
        )
    plan = campaigns.latest_plan(session, campaign_id)
    if plan is not None and plan.state == PlanState.APPROVED:
        raise NotAllowed(
            speak(
                f"計畫 {plan.id} 已核定；請改以 `inspection campaign amend` 變更檢查專案",
                f"plan {plan.id} is in force; amend the campaign instead (`inspection campaign amend`)",
            )
        )
    return held, latest


def _find(latest: Assessment, rule: str, unit_id: str, factor: int | None) -> tuple[list[Spoken], Spoken]:
    sentences = copy.deepcopy(list(latest.sentences))
    found = [
        one
        for one in sentences
        if (one["rule"], one.get("unit", "")) == (rule, unit_id) and factor in {None, one["factor"]}
    ]
    if len(found) != 1:
        said = sorted({str(one["rule"]) for one in sentences if one.get("unit", "") == unit_id})
        problem = (
            speak("見於數項因素，請指明其一", "is said of several factors; name one")
            if found
            else speak("不在研判文句內", "was not said")
        )
        raise NotFound(
            speak(
                f"文句 {rule!r} {problem}；研判文句有 {'、'.join(said)}",
                f"sentence {rule!r} {problem}; said were {', '.join(said)}",
            )
        )
    return sentences, found[0]


def _next(
    session: Session,
    latest: Assessment,
    sentences: list[Spoken],
    found: Spoken,
    action: str,
    *,
    person_id: str,
    held: Held,
    at: datetime,
) -> Assessment:
    figures = copy.deepcopy(dict(latest.figures))
    made = next_assessment(session, latest.campaign_id, latest, figures=figures, sentences=sentences, at=at)
    unit_id = found.get("unit", "")
    details = {"version": made.version, "section": found["rule"], **({"unit_id": unit_id} if unit_id else {})}
    record(
        session,
        at=at,
        actor=person_id,
        subject=("assessment", made.id),
        action=action,
        details={**details, **on_behalf(person_id, held)},
    )
    return made


def _checked(text: str, numbers: tuple[str, ...]) -> str:
    wanted = "".join(text.split("\n")).strip()
    if not wanted:
        raise BadSource(
            speak("文句空白", "the sentence is empty"), remedy=speak("請至少填寫數字", "write at least a few words")
        )
    if len(wanted) > LONGEST:
        raise BadSource(
            speak(f"文句超過 {LONGEST} 字", f"the sentence is longer than {LONGEST} characters"),
            remedy=speak("請縮短", "shorten it"),
        )
    standing_there = set(NUMBER.findall(wanted))
    missing = [number for number in numbers if number not in standing_there]
    if missing:
        raise BadSource(
            speak(
                f"文句漏列所依據之數字 {'、'.join(missing)}",
                f"the text leaves out {', '.join(missing)}, on which the sentence rests",
            ),
            remedy=speak(
                "請以其他文字敘述同一數字；數字本身不變",
                "say the same figures in other words; what they are does not change",
            ),
        )
    return wanted
