"""The shipped papers lessons are tried on: the model's phrases that told in invented papers, written by `make train`.

A corpus of invented sensitive and harmless papers does not come with an installation; of each paper the second reading
points at, this file keeps the topic, the grade, whether it is sensitive, and the numbers of the phrases of the model.
The file is text: a head of JSON, then one paper a line. Its digest and the model's are checked on loading.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from inspection.errors import BadSource, Place, system_fault
from inspection.language import speak
from inspection.rules.meaning import shipped_meaning

FILE = Path(__file__).with_name("lesson_papers.tsv")


@dataclass(frozen=True, slots=True)
class LessonPaper:
    """One invented paper as the second reading sees it: grade 1 to 3, and the numbers of the phrases that told."""

    sensitive: bool
    topic: str
    strength: int
    told: tuple[int, ...]

    @property
    def line(self) -> str:
        """As the file has it."""
        return f"{int(self.sensitive)}\t{self.topic}\t{self.strength}\t{' '.join(map(str, self.told))}\n"


def as_text(papers: Sequence[LessonPaper], *, model_digest: str) -> str:
    """The file's text, digest included."""
    body = "".join(sorted(paper.line for paper in papers))
    digest = hashlib.sha256(f"{model_digest}\n{body}".encode()).hexdigest()
    return json.dumps({"model": model_digest, "sha256": digest}, sort_keys=True) + "\n" + body


def parse_papers(text: str, *, model_digest: str, place: Path = FILE) -> tuple[LessonPaper, ...]:
    """The papers of a file's text; raises BadSource where a digest does not fit."""
    first, _, body = text.partition("\n")
    remedy = _remedy()
    try:
        head = json.loads(first)
        told, of_model = head["sha256"], head["model"]
    except (ValueError, KeyError, TypeError):
        problem = speak("教材對照檔首行無法讀取", "the first line of the lesson papers cannot be read")
        raise BadSource(problem, place=Place(str(place), 1), remedy=remedy) from None
    if hashlib.sha256(f"{of_model}\n{body}".encode()).hexdigest() != told:
        problem = speak("教材對照檔內容與其雜湊值不符", "the lesson papers do not fit their digest")
        raise BadSource(problem, place=Place(str(place), 1, "sha256"), remedy=remedy)
    if of_model != model_digest:
        problem = speak("教材對照檔非由現用語意模型產生", "the lesson papers are of another model")
        raise BadSource(problem, place=Place(str(place), 1, "model"), remedy=remedy)
    papers = []
    for line in body.splitlines():
        sensitive, topic, strength, numbers = line.split("\t")
        papers.append(LessonPaper(sensitive == "1", topic, int(strength), tuple(map(int, numbers.split()))))
    return tuple(papers)


@lru_cache(maxsize=1)
def shipped_papers() -> tuple[LessonPaper, ...]:
    """The papers that come with the product."""
    try:
        text = FILE.read_text(encoding="utf-8")
    except OSError as error:
        problem = speak(
            f"教材對照檔無法讀取：{system_fault(error)}", f"the lesson papers cannot be read: {error.strerror}"
        )
        raise BadSource(problem, place=FILE, remedy=_remedy()) from None
    return parse_papers(text, model_digest=shipped_meaning().digest)


def _remedy() -> str:
    return speak("請以 `make train` 重新產生，或自安裝檔還原", "write them anew by `make train`, or restore the file")
