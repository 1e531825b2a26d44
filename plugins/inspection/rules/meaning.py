"""The model of the second reading as data: phrases and what each weighs, trained by `make train`.

The file is text: a head of JSON in its first line, then one phrase a line with its weight and its weights by topic,
TAB between. Weights are hundredths. A phrase that hardly tells one topic from another has no weights by topic: nothing
stands behind its last TAB. Its digest stands in the head and is checked on loading: an edited one is refused.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

from inspection.errors import BadSource, Place, system_fault
from inspection.language import speak

SHIPPED = Path(__file__).with_name("meaning_model.tsv")
FORMAT = 3
NEVER_TAUGHT = frozenset({"TOP-WHISTLE", "TOP-CIPHER", "SEC-PASSWORD"})
"""檢舉 and 密碼: nothing is ever learned from them (officer review A4)."""


@dataclass(frozen=True)
class MeaningModel:
    """Phrases with their weights in log-odds. `learned_from` is the digest of the papers they were learned from.

    `thresholds` are the scores from which the grades 1, 2 and 3 hold. A phrase is telling from `telling_from`; a window
    is scored where `telling_at_least` of them stand. Below `doubted_below` a text is held for ordinary even where a
    rule knew a word of it.
    """

    version: str
    learned_from: str
    window_chars: int
    bias: float
    thresholds: tuple[float, float, float]
    doubted_below: float
    telling_from: float
    telling_at_least: int
    topics: tuple[str, ...]
    topic_bias: tuple[float, ...]
    phrases: tuple[str, ...] = field(repr=False)
    weights: tuple[float, ...] = field(repr=False)
    topic_rows: tuple[str, ...] = field(repr=False)
    """Per phrase its weights by topic in hundredths, TAB between, or nothing; read for a hit alone."""
    digest: str = ""

    @cached_property
    def telling(self) -> frozenset[int]:
        """The numbers of the telling phrases."""
        return frozenset(number for number, weight in enumerate(self.weights) if weight >= self.telling_from)

    def strength(self, score: float) -> int:
        """The grade: 0 none, 1 weak, 2 from which a file counts as suspected, 3 strong."""
        return sum(score >= threshold for threshold in self.thresholds)

    def topic(self, present: Iterable[int]) -> str:
        """The topic that weighs most; the same on every machine where two weigh alike."""
        return self.topics_by_weight(present)[0]

    def topics_by_weight(self, present: Iterable[int]) -> list[str]:
        """All topics, the one that weighs most first."""
        sums = list(self.topic_bias)
        for number in present:
            row = self.topic_rows[number]
            for topic, weight in enumerate(row.split("\t") if row else ()):
                sums[topic] += int(weight) / 100
        return [self.topics[one] for one in sorted(range(len(sums)), key=lambda topic: (-round(sums[topic], 6), topic))]

    def as_text(self) -> str:
        """The file's text, digest included."""
        body = "".join(
            f"{phrase}\t{hundredths(weight)}\t{row}\n"
            for phrase, weight, row in zip(self.phrases, self.weights, self.topic_rows, strict=True)
        )
        head = {
            "format": FORMAT,
            "version": self.version,
            "learned_from": self.learned_from,
            "window_chars": self.window_chars,
            "bias": self.bias,
            "thresholds": self.thresholds,
            "doubted_below": self.doubted_below,
            "telling_from": self.telling_from,
            "telling_at_least": self.telling_at_least,
            "topics": self.topics,
            "topic_bias": self.topic_bias,
        }
        text = json.dumps(head, ensure_ascii=False, sort_keys=True)
        digest = hashlib.sha256(f"{text}\n{body}".encode()).hexdigest()
        return json.dumps({**head, "sha256": digest}, ensure_ascii=False, sort_keys=True) + "\n" + body


def hundredths(weight: float) -> str:
    """A weight as the file has it."""
    return str(round(weight * 100))


def parse_meaning(text: str, *, place: Path = SHIPPED) -> MeaningModel:
    """The model of a file's text; raises BadSource for another format or a digest that does not fit."""
    first, _, body = text.partition("\n")
    remedy = speak("請以 `make train` 重新產生，或自安裝檔還原", "learn it anew by `make train`, or restore the file")
    try:
        head = json.loads(first)
        told = head.pop("sha256")
    except (ValueError, KeyError, AttributeError):
        raise BadSource(
            speak("語意模型檔首行無法讀取", "the first line of the model cannot be read"),
            place=Place(str(place), 1),
            remedy=remedy,
        ) from None
    plain = json.dumps(head, ensure_ascii=False, sort_keys=True)
    if hashlib.sha256(f"{plain}\n{body}".encode()).hexdigest() != told:
        raise BadSource(
            speak("語意模型檔內容與其雜湊值不符", "the model does not fit its digest"),
            place=Place(str(place), 1, "sha256"),
            remedy=remedy,
        )
    if head["format"] != FORMAT:
        where = Place(str(place), 1, "format")
        raise BadSource(
            speak(
                f"語意模型檔格式 {head['format']} 非本版所識",
                f"the format {head['format']} of the model is unknown here",
            ),
            place=where,
            remedy=remedy,
        )
    phrases, weights, rows = [], [], []
    for line in body.removesuffix("\n").split("\n"):
        phrase, weight, row = line.split("\t", 2)
        phrases.append(phrase)
        weights.append(int(weight) / 100)
        rows.append(row)
    low, middle, high = head["thresholds"]
    return MeaningModel(
        version=head["version"],
        learned_from=head["learned_from"],
        window_chars=head["window_chars"],
        bias=head["bias"],
        thresholds=(low, middle, high),
        doubted_below=head["doubted_below"],
        telling_from=head["telling_from"],
        telling_at_least=head["telling_at_least"],
        topics=tuple(head["topics"]),
        topic_bias=tuple(head["topic_bias"]),
        phrases=tuple(phrases),
        weights=tuple(weights),
        topic_rows=tuple(rows),
        digest=told,
    )


@lru_cache(maxsize=1)
def shipped_meaning() -> MeaningModel:
    """The model that comes with the product."""
    try:
        return parse_meaning(SHIPPED.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadSource(
            speak(f"語意模型檔無法讀取：{system_fault(error)}", f"the model cannot be read: {error.strerror}"),
            place=SHIPPED,
            remedy=speak("請自安裝檔還原", "restore the file"),
        ) from None
