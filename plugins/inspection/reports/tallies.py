"""What units declared, counted: the statements by stance, and apart from them the numbers, each with its unit.

A number given where a statement asks for one (件, 次, 份) conforms to nothing: it is summed over the units and told,
never counted among what conforms (decisions 0015, 0018).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy.orm import Session

from inspection.model import Checklist
from inspection.rules.answers import Asked, NumberAnswer, NumberSpec, StatementSpec, answer_of, stance
from inspection.store import checklists
from inspection.store.comparison import Compared
from inspection.vocabulary import AnswerValue


@dataclass(frozen=True, slots=True)
class Tally:
    """Statements counted: asked = conforms + contradicted + nonconforming + not_applicable + blank.

    `conforms` are declared 符合 and contradicted by no confirmed finding; `blank` were not answered. Statements that
    ask for a number, a date or a text stand apart, as these conform to nothing: `other`, of which `told` were answered.
    """

    asked: int = 0
    conforms: int = 0
    contradicted: int = 0
    nonconforming: int = 0
    not_applicable: int = 0
    blank: int = 0
    other: int = 0
    told: int = 0

    @property
    def applicable(self) -> int:
        """Statements answered that apply: what the rate is of."""
        return self.conforms + self.contradicted + self.nonconforming

    @property
    def rate(self) -> float | None:
        """Share of conforming among the applicable in percent, one decimal; None where nothing was answered."""
        return round(100 * self.conforms / self.applicable, 1) if self.applicable else None

    def plus(self, other: Tally) -> Tally:
        """Both together."""
        return Tally(
            self.asked + other.asked,
            self.conforms + other.conforms,
            self.contradicted + other.contradicted,
            self.nonconforming + other.nonconforming,
            self.not_applicable + other.not_applicable,
            self.blank + other.blank,
            self.other + other.other,
            self.told + other.told,
        )


@dataclass(frozen=True, slots=True)
class Amount:
    """What was given where a statement asks for a number: `total` in `unit`, the sum of what `told` units gave.

    asked = told + not_applicable + units that gave nothing.
    """

    item_id: str
    statement: str
    unit: str
    asked: int
    told: int
    not_applicable: int
    total: Decimal

    def plus(self, other: Amount) -> Amount:
        """Both together, of one statement."""
        return Amount(
            self.item_id,
            self.statement,
            self.unit,
            self.asked + other.asked,
            self.told + other.told,
            self.not_applicable + other.not_applicable,
            self.total + other.total,
        )


@dataclass(frozen=True, slots=True)
class Declared:
    """What one unit declared: its statements by category, and the numbers it gave, in the order asked."""

    by_category: dict[str, Tally] = field(default_factory=dict)
    amounts: list[Amount] = field(default_factory=list)


def declared(session: Session, checklist: Checklist, against: Compared) -> Declared:
    """Every statement put to the unit counts, answered or not."""
    given = {}
    if checklist.state in checklists.ARRIVED:
        given = {one.item_id: one.value for one in checklists.answers(session, checklist.id)}
    found = Declared()
    for question in checklists.questions(session, checklist.id):
        value, asked = given.get(question.item_id), Asked.of(question.spec).answer
        if isinstance(asked, StatementSpec):
            one = _tally_of(stance(value), question.item_id in against.contradicted)
        else:
            one = Tally(other=1, told=int(value is not None))
        if isinstance(asked, NumberSpec):
            answer = answer_of(value)
            number = answer.number if isinstance(answer, NumberAnswer) else None
            found.amounts.append(
                Amount(
                    question.item_id,
                    question.statement,
                    asked.unit,
                    asked=1,
                    told=int(number is not None),
                    not_applicable=int(stance(value) is AnswerValue.NOT_APPLICABLE),
                    total=number or Decimal(0),
                )
            )
        found.by_category[question.category] = found.by_category.get(question.category, Tally()).plus(one)
    return found


def _tally_of(said: AnswerValue | None, is_contradicted: bool) -> Tally:
    contradicted = said is AnswerValue.CONFORMS and is_contradicted
    return Tally(
        asked=1,
        conforms=int(said is AnswerValue.CONFORMS and not contradicted),
        contradicted=int(contradicted),
        nonconforming=int(said is AnswerValue.DOES_NOT_CONFORM),
        not_applicable=int(said is AnswerValue.NOT_APPLICABLE),
        blank=int(said is None),
    )


def together(every: Iterable[Tally]) -> Tally:
    """Several tallies as one."""
    total = Tally()
    for one in every:
        total = total.plus(one)
    return total


def summed(every: Iterable[Amount]) -> list[Amount]:
    """The amounts of several units by statement and unit of measure, in the order they come."""
    found: dict[tuple[str, str], Amount] = {}
    for one in every:
        key = one.item_id, one.unit
        found[key] = found[key].plus(one) if key in found else one
    return list(found.values())
