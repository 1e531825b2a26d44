"""Writes the papers lessons are tried on: of each labelled paper, as a model that never saw its author reads it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tools.meaning.papers import Labelled

from inspection.detection.meaning import SecondReader
from inspection.detection.normalise import Manuscript
from inspection.extraction.passage import Passage
from inspection.rules.lesson_papers import LessonPaper
from inspection.rules.meaning import MeaningModel
from inspection.vocabulary import Zone


def lesson_papers(
    papers: Iterable[Labelled], without: Mapping[str, MeaningModel], shipped: MeaningModel
) -> list[LessonPaper]:
    """The papers the second reading points at, whatever rules would find in them, that leave something to learn from.

    `without`: per author the model of all others; what told is named by the shipped model's phrases.
    """
    readers = {author: SecondReader.of(model) for author, model in without.items()}
    numbers, found = {phrase: number for number, phrase in enumerate(shipped.phrases)}, []
    for paper in papers:
        passages = (
            Passage(Zone.PATH, paper.name or "文件", "檔名"),
            *(Passage(Zone.BODY, line, "", number) for number, line in enumerate(paper.lines)),
        )
        said = readers[paper.author].read(Manuscript.of(passages))
        if said is None:
            continue
        phrases = (without[paper.author].phrases[one] for one in said.told)
        told = tuple(sorted(numbers[phrase] for phrase in phrases if phrase in numbers))
        if told:
            found.append(LessonPaper(paper.sensitive, said.topic, said.strength, told))
    return found
