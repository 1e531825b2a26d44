"""How a statement is answered: one typed model from the rule to the plan, the form, the row, the page and the figures.

A *spec* says what is asked for (one of three words, a number with its unit, a date, a text), an *answer* is what was
given. Both travel as JSON: the spec in the rule, the plan and the question's row, the answer in the answer's row. Any
statement may be answered 不適用. To add a kind of answer: docs/recipes.md.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, TypeAdapter, model_validator

from inspection.language import speak
from inspection.rules.load import RuleModel
from inspection.vocabulary import AnswerValue, Control

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20)]
USUAL_WORDS = {
    AnswerValue.CONFORMS: "符合",
    AnswerValue.DOES_NOT_CONFORM: "不符合",
    AnswerValue.NOT_APPLICABLE: "不適用",
}
# what people write by hand in place of the word: a tick is a tick, whichever sign the keyboard gave for it
_TICKS = "V√ˇ✓✔☑■●○*"
_CROSSES = "X×✕✗✘☒"
_SYNONYMS = {
    AnswerValue.CONFORMS: ("是", *_TICKS),
    AnswerValue.DOES_NOT_CONFORM: ("否", *_CROSSES),
    AnswerValue.NOT_APPLICABLE: ("無", "N/A", "NA"),
}
LONGEST_TEXT = 2000


def plain(words: str) -> str:
    """Text as it counts: compatibility forms unified, white space gone."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", words))


# ---- what was answered -------------------------------------------------------------------------------------------


class StatementAnswer(RuleModel):
    """符合, 不符合 or 不適用."""

    kind: Literal["statement"] = "statement"
    said: AnswerValue


class NumberAnswer(RuleModel):
    """A number; its unit stands in the spec."""

    kind: Literal["number"] = "number"
    number: Decimal


class DateAnswer(RuleModel):
    """A day."""

    kind: Literal["date"] = "date"
    day: date


class TextAnswer(RuleModel):
    """A text of one's own words."""

    kind: Literal["text"] = "text"
    text: Annotated[str, StringConstraints(max_length=LONGEST_TEXT)]


AnswerGiven = StatementAnswer | NumberAnswer | DateAnswer | TextAnswer
_GIVEN: TypeAdapter[AnswerGiven] = TypeAdapter(Annotated[AnswerGiven, Field(discriminator="kind")])


# ---- what is asked for -------------------------------------------------------------------------------------------


class _Spec(RuleModel):
    words: Mapping[AnswerValue, Words] = USUAL_WORDS

    @model_validator(mode="after")
    def _each_named(self) -> _Spec:
        if set(self.words) != set(AnswerValue) or len(set(self.words.values())) != len(AnswerValue):
            raise ValueError(
                speak(
                    f"須為 {'、'.join(AnswerValue)} 各訂一個用語，且不得相同",
                    f"must name each of {', '.join(AnswerValue)} with words of its own",
                )
            )
        return self

    def _stance(self, written: str) -> AnswerValue | None:
        """The stance a word stands for: the office's own word, the usual one, or a sign; None for anything else."""
        bare = plain(written).upper().rstrip("。.")
        for value in AnswerValue:
            known = (self.words[value], USUAL_WORDS[value], value.value, *_SYNONYMS[value])
            if bare in {plain(word).upper() for word in known}:
                return value
        return None

    def _is_not_applicable(self, written: str) -> bool:
        words = (self.words[AnswerValue.NOT_APPLICABLE], USUAL_WORDS[AnswerValue.NOT_APPLICABLE], "N/A")
        return plain(written).upper().rstrip("。.") in {plain(word).upper() for word in words}

    @property
    def expects(self) -> str:
        """What a clear answer is, for a sender whose answer was not; empty where the form's own words say it."""
        return ""

    @property
    def _blank_besides(self) -> str:
        return f"□{self.words[AnswerValue.NOT_APPLICABLE]}"

    def _say_stance(self, answer: AnswerGiven) -> str:
        return self.words[answer.said] if isinstance(answer, StatementAnswer) else ""


class _Unitless(_Spec):
    @property
    def unit(self) -> str:
        """What is printed behind the field; it comes back among the words beside it."""
        return ""


class StatementSpec(_Unitless):
    """A statement answered by one of three words; `words` are the office's own (`answer_names` of office.yaml)."""

    kind: Literal["statement"] = "statement"

    @property
    def control(self) -> Control:
        """What the form offers."""
        return Control.CHOICE

    @property
    def blank(self) -> list[str]:
        """What is ticked on paper: a box for each word."""
        return [f"□{self.words[value]}" for value in AnswerValue]

    def read(self, written: Sequence[str]) -> AnswerGiven | None:
        """What the words in and beside the field say; None for nothing. Raises ValueError where they are unclear."""
        said = {self._stance(words) for words in written if words}
        value = said.pop() if len(said) == 1 else None
        if said or (value is None and any(written)):
            raise ValueError(speak("三個選項均未勾選，或勾選兩項", "none of the three words, or two of them"))
        return None if value is None else StatementAnswer(said=value)

    def say(self, answer: AnswerGiven) -> str:
        """The answer in the office's words."""
        return self._say_stance(answer)


class NumberSpec(_Spec):
    """A number with its unit (件, 次, 份), within `least` and `most` where given."""

    kind: Literal["number"] = "number"
    unit: Words
    least: Decimal | None = Decimal(0)
    most: Decimal | None = None

    @property
    def control(self) -> Control:
        """What the form offers."""
        return Control.LINE

    @property
    def blank(self) -> list[str]:
        """What is written on paper: the number before its unit."""
        return [f"＿＿＿{self.unit}", self._blank_besides]

    @property
    def expects(self) -> str:
        """As in `StatementSpec.expects`, with the bounds."""
        least = "" if self.least is None else f"，不小於{self.least:,}"
        most = "" if self.most is None else f"，不大於{self.most:,}"
        return f"一個數值（{self.unit}）{least}{most}"

    def read(self, written: Sequence[str]) -> AnswerGiven | None:
        """As in `StatementSpec.read`; the unit may be written behind the number or not, thousands by commas."""
        unit = plain(self.unit)
        # the unit is printed behind the field and may be written once more
        pieces = [plain(words).removesuffix("。").removesuffix(unit).removesuffix(unit) for words in written]
        said = [piece for piece in pieces if piece]
        if not said:
            return None
        bare = said[0]
        if self._is_not_applicable(bare):
            return StatementAnswer(said=AnswerValue.NOT_APPLICABLE)
        found = re.fullmatch(r"[共計]?(-?\d{1,3}(?:,\d{3})+|-?\d{1,12})(\.\d{1,4})?", bare)
        if found is None or len(said) > 1:
            raise ValueError(speak("未填數字，或填有兩個數字", "no number, or two"))
        number = Decimal(found.group(1).replace(",", "") + (found.group(2) or ""))
        if (self.least is not None and number < self.least) or (self.most is not None and number > self.most):
            raise ValueError(speak("數字超出範圍", "a number out of range"))
        return NumberAnswer(number=number)

    def say(self, answer: AnswerGiven) -> str:
        """The number with its unit: 1,234件."""
        return f"{answer.number:,}{self.unit}" if isinstance(answer, NumberAnswer) else self._say_stance(answer)


class DateSpec(_Unitless):
    """A day, written in years of the Republic or of the common era."""

    kind: Literal["date"] = "date"

    @property
    def control(self) -> Control:
        """What the form offers."""
        return Control.DATE

    @property
    def blank(self) -> list[str]:
        """What is written on paper: year, month, day."""
        return ["＿年＿月＿日", self._blank_besides]

    @property
    def expects(self) -> str:
        """As in `StatementSpec.expects`."""
        return "一個確有之日期，例如115年11月13日"

    def read(self, written: Sequence[str]) -> AnswerGiven | None:
        """As in `StatementSpec.read`: 2026/11/13, 115.11.13, 民國115年11月13日."""
        bare = plain("".join(written)).removesuffix("。")
        if not bare:
            return None
        if self._is_not_applicable(bare):
            return StatementAnswer(said=AnswerValue.NOT_APPLICABLE)
        found = re.fullmatch(r"(?:中華)?(?:民國)?(\d{2,4})[年/.-](\d{1,2})[月/.-](\d{1,2})日?", bare)
        if found is None:
            raise ValueError(speak("未填日期", "no date"))
        year, month, day = (int(one) for one in found.groups())
        return DateAnswer(day=date(year if year >= 1911 else year + 1911, month, day))

    def say(self, answer: AnswerGiven) -> str:
        """The day in the Republic's years."""
        if isinstance(answer, DateAnswer):
            return f"{answer.day.year - 1911}年{answer.day.month}月{answer.day.day}日"
        return self._say_stance(answer)


class TextSpec(_Unitless):
    """A text in the unit's own words, at most `most` characters."""

    kind: Literal["text"] = "text"
    most: Annotated[int, Field(ge=1, le=LONGEST_TEXT)] = 200

    @property
    def control(self) -> Control:
        """What the form offers."""
        return Control.LINE

    @property
    def blank(self) -> list[str]:
        """What is written on paper: a line."""
        return ["＿＿＿＿＿", self._blank_besides]

    @property
    def expects(self) -> str:
        """As in `StatementSpec.expects`."""
        return f"{self.most}字以內之文字"

    def read(self, written: Sequence[str]) -> AnswerGiven | None:
        """As in `StatementSpec.read`."""
        whole = "\n".join(words.strip() for words in written if words.strip())
        if not whole:
            return None
        if self._is_not_applicable(whole):
            return StatementAnswer(said=AnswerValue.NOT_APPLICABLE)
        if len(whole) > self.most:
            raise ValueError(speak("文字過長", "a text that is too long"))
        return TextAnswer(text=whole)

    def say(self, answer: AnswerGiven) -> str:
        """The text."""
        return answer.text if isinstance(answer, TextAnswer) else self._say_stance(answer)


AnswerSpec = StatementSpec | NumberSpec | DateSpec | TextSpec
AskedFor = Annotated[AnswerSpec, Field(discriminator="kind")]
STATEMENT = StatementSpec()


class Asked(RuleModel):
    """What is asked for beside a statement: how it is answered, what to write in the remark, which evidence to name
    or lay beside, and whether a return without what is required is refused (`evidence_blocks`) or only told of.

    Kept as JSON of what differs from the usual, in the plan's items and in `ChecklistQuestion.spec`; nothing kept is a
    plain statement, as plans and forms had them before there were others.
    """

    answer: AskedFor = STATEMENT
    remark_hint: Annotated[str, StringConstraints(max_length=100)] = ""
    evidence: Annotated[str, StringConstraints(max_length=60)] = ""
    evidence_required: bool = False
    evidence_blocks: bool = False

    def kept(self) -> dict[str, Any]:
        """As it is kept: only what differs from the usual, of the answer its kind besides."""
        asked = Asked.model_validate({name: getattr(self, name) for name in Asked.model_fields})
        kept = asked.model_dump(mode="json", exclude_defaults=True)
        if "answer" in kept:
            kept["answer"] = {"kind": self.answer.kind, **kept["answer"]}
        return kept

    @staticmethod
    def of(kept: Mapping[str, Any]) -> Asked:
        """What was kept; other keys beside it are not its own."""
        return _read(json.dumps({name: kept[name] for name in Asked.model_fields if name in kept}, sort_keys=True))


@lru_cache(maxsize=4096)
def _read(kept: str) -> Asked:
    # a page asks a hundred times for the same two dozen; nobody can change what is frozen
    return Asked.model_validate_json(kept)


def answer_of(kept: Mapping[str, Any] | None) -> AnswerGiven | None:
    """An answer as kept in a row."""
    return None if kept is None else _GIVEN.validate_python(dict(kept))


def kept_answer(answer: AnswerGiven | None) -> dict[str, Any] | None:
    """An answer as it is kept."""
    return None if answer is None else answer.model_dump(mode="json")


def stance(kept: Mapping[str, Any] | None) -> AnswerValue | None:
    """符合, 不符合 or 不適用 where a kept answer is one of these; None for any other, or for none."""
    answer = answer_of(kept)
    return answer.said if isinstance(answer, StatementAnswer) else None
