"""`make train`: learns the phrases of the second reading, says what they are worth on authors left out, writes them.

Beside them it writes the papers by which lessons are tried (`lesson_papers.tsv`).

Windows of sensitive papers are chosen anew three times: of a long paper only the strongest is taken for sensitive.
Phrases count that at least two authors use; the heaviest are kept. The grades' scores are set on papers of authors that
were left out, never on those learned from, and so is the score below which a text is doubted: lower than that of any
sensitive paper left out. The same papers give the same file.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from tools.meaning import mix
from tools.meaning.lesson_papers import lesson_papers
from tools.meaning.papers import TEMPLATES, TOPICS, Labelled, all_papers, late_papers

from inspection.detection.judge import FileMeta, Judgement, judge
from inspection.detection.ruleset import Rules, compile_rules, load_rules
from inspection.extraction.passage import Passage, Reading
from inspection.rules.lesson_papers import FILE as LESSON_PAPERS
from inspection.rules.lesson_papers import as_text
from inspection.rules.meaning import SHIPPED, MeaningModel, hundredths, parse_meaning
from inspection.vocabulary import ReadStatus, Verdict, Zone

WINDOW_CHARS = 250
PHRASES = 10_000
STRENGTH = 0.5  # inverse of the L2 penalty
ROUNDS = 3
FEWEST_WINDOWS, FEWEST_AUTHORS = 3, 2
COMMON = 0.1  # of more windows than this: tells little and costs most
LIGHTEST = 0.15  # what one window of a long harmless paper counts at least
# how many harmless papers of authors left out may reach each grade
FALSE_AT_MOST = (0.07, 0.035, 0.003)
TELLING_FROM, TELLING_AT_LEAST = 0.35, 2  # passes a fifth of all harmless windows, and F1 is no lower
DOUBT_MARGIN = 0.5
VERSION = "2"
DAY = date(2026, 11, 29)  # any: papers hold no dates that count


@dataclass(frozen=True)
class Table:
    """All windows of all papers as rows of phrases."""

    papers: Sequence[Labelled]
    vocabulary: list[str]
    rows: csr_matrix
    owner: np.ndarray
    sensitive: np.ndarray
    authors: list[str]
    author_of: np.ndarray
    used_by: np.ndarray  # author x phrase

    @property
    def of_authors(self) -> np.ndarray:
        """Which papers are of authors who saw no rule."""
        return ~np.isin(self.author_of, [number for number, name in enumerate(self.authors) if name in TEMPLATES])

    @classmethod
    def of(cls, papers: Sequence[Labelled]) -> Table:
        """Counts phrases and keeps those of at least three windows and at most every tenth."""
        sets, owner = [], []
        for number, paper in enumerate(papers):
            for window in paper.windows(WINDOW_CHARS):
                sets.append(window)
                owner.append(number)
        counts: dict[str, int] = defaultdict(int)
        for window in sets:
            for phrase in window:
                counts[phrase] += 1
        vocabulary = sorted(phrase for phrase, count in counts.items() if FEWEST_WINDOWS <= count <= COMMON * len(sets))
        index = {phrase: number for number, phrase in enumerate(vocabulary)}
        columns = [sorted(index[phrase] for phrase in window if phrase in index) for window in sets]
        ends = np.cumsum([0, *map(len, columns)])
        cells = np.fromiter((one for row in columns for one in row), dtype=np.int32, count=int(ends[-1]))
        rows = csr_matrix((np.ones(len(cells)), cells, ends), shape=(len(sets), len(vocabulary)))
        authors = sorted({paper.author for paper in papers})
        author_of = np.array([authors.index(paper.author) for paper in papers])
        owner_array = np.array(owner)
        used = [np.asarray(rows[author_of[owner_array] == number].sum(0)).ravel() > 0 for number in range(len(authors))]
        sensitive = np.array([paper.sensitive for paper in papers])
        return cls(papers, vocabulary, rows, owner_array, sensitive, authors, author_of, np.array(used))


@dataclass(frozen=True)
class Learned:
    """What some authors taught: kept phrases (columns), their weights, and the windows taken for sensitive."""

    columns: np.ndarray
    weights: np.ndarray
    bias: float
    chosen: np.ndarray

    def scores(self, table: Table, *, every_window: bool = False) -> np.ndarray:
        """Per paper the score of its strongest window, of those in which enough telling phrases stand; else -inf."""
        rows = table.rows[:, self.columns]
        by_window = rows @ self.weights + self.bias
        if not every_window:
            telling = rows @ (np.round(self.weights, 2) >= TELLING_FROM).astype(float)
            by_window = np.where(telling >= TELLING_AT_LEAST, by_window, -np.inf)
        best = np.full(len(table.papers), -np.inf)
        np.maximum.at(best, table.owner, by_window)
        return best


def learn(table: Table, authors: Sequence[int]) -> Learned:
    """Learns from the papers of some authors."""
    mine = np.isin(table.author_of, authors)
    columns = np.where(table.used_by[list(authors)].sum(0) >= FEWEST_AUTHORS)[0]
    weights, _, _ = _fitted(table, table.rows[:, columns], mine, rounds=2)
    columns = np.sort(columns[np.argsort(-np.abs(weights), kind="stable")[:PHRASES]])
    weights, bias, chosen = _fitted(table, table.rows[:, columns], mine, rounds=ROUNDS)
    return Learned(columns, weights, bias, chosen)


def _fitted(table: Table, rows: csr_matrix, mine: np.ndarray, *, rounds: int) -> tuple[np.ndarray, float, np.ndarray]:
    of_mine, is_sensitive = mine[table.owner], table.sensitive[table.owner]
    positive, negative = np.where(of_mine & is_sensitive)[0], np.where(of_mine & ~is_sensitive)[0]
    many = np.bincount(table.owner, minlength=len(table.papers))
    chosen = positive[many[table.owner[positive]] <= 2]
    for _ in range(rounds):
        picked = np.concatenate([chosen, negative])
        weight = np.where(is_sensitive[picked], 1.0, np.maximum(1.0 / many[table.owner[picked]], LIGHTEST))
        model = LogisticRegression(C=STRENGTH, max_iter=500, solver="liblinear", random_state=0)
        model.fit(rows[picked], is_sensitive[picked], sample_weight=weight)
        scores = model.decision_function(rows[positive])
        best: dict[int, tuple[float, int]] = {}
        for window, score in zip(positive, scores, strict=True):
            owner = int(table.owner[window])
            if owner not in best or score > best[owner][0]:
                best[owner] = (float(score), int(window))
        chosen = np.array(sorted(window for _, window in best.values()))
    return model.coef_[0], float(model.intercept_[0]), chosen


def left_out(table: Table) -> tuple[list[Learned], np.ndarray, np.ndarray]:
    """Per author what all others teach; per paper its score by that, of telling windows, and of every window."""
    scores, every = np.zeros(len(table.papers)), np.zeros(len(table.papers))
    everyone = range(len(table.authors))
    taught = [learn(table, [one for one in everyone if one != author]) for author in everyone]
    for author, learned in enumerate(taught):
        theirs = table.author_of == author
        scores[theirs] = learned.scores(table)[theirs]
        every[theirs] = learned.scores(table, every_window=True)[theirs]
    return taught, scores, every


def model_of(
    table: Table, learned: Learned, thresholds: tuple[float, float, float], doubted_below: float
) -> MeaningModel:
    """What was learned as the product reads it."""
    topics, topic_bias, topic_weights = topics_of(table, learned)
    return MeaningModel(
        version=VERSION,
        window_chars=WINDOW_CHARS,
        bias=round(learned.bias, 2),
        thresholds=thresholds,
        doubted_below=doubted_below,
        telling_from=TELLING_FROM,
        telling_at_least=TELLING_AT_LEAST,
        topics=topics,
        topic_bias=tuple(topic_bias),
        phrases=tuple(table.vocabulary[column] for column in learned.columns),
        weights=tuple(map(float, learned.weights)),
        topic_rows=tuple("\t".join(map(hundredths, map(float, row))) for row in topic_weights),
    )


def thresholds_of(table: Table, scores: np.ndarray) -> tuple[float, float, float]:
    """The lowest scores that let through no more harmless papers than each grade may."""
    harmless = np.sort(scores[table.of_authors & ~table.sensitive])[::-1]
    found = []
    for share in FALSE_AT_MOST:
        allowed = int(share * len(harmless))
        found.append(round(float((harmless[allowed - 1] + harmless[allowed]) / 2 if allowed else harmless[0] + 0.1), 2))
    low, middle, high = found
    return low, middle, high


def topics_of(table: Table, learned: Learned) -> tuple[tuple[str, ...], list[float], np.ndarray]:
    """One model per topic on the windows taken for sensitive: names, biases, weights (phrase x topic)."""
    names = tuple(dict.fromkeys(TOPICS.values()))
    rows = table.rows[:, learned.columns][learned.chosen]
    papers = [table.papers[table.owner[window]] for window in learned.chosen]
    biases, weights = [], []
    for name in names:
        truth = np.array([name in paper.topics for paper in papers])
        model = LogisticRegression(C=STRENGTH, max_iter=500, solver="liblinear", random_state=0)
        model.fit(rows, truth)
        biases.append(round(float(model.intercept_[0]), 2))
        weights.append(model.coef_[0])
    return names, biases, np.array(weights).T


def report(table: Table, models: Sequence[MeaningModel]) -> list[str]:
    """What `inspection scan` says of each author's papers with the model learned from all others, as Markdown.

    A paper counts as suspected by rules, marks and meaning together. `by meaning`: harmless ones no rule suspects.
    """
    rules = load_rules()
    complete = all_papers(hide=False)
    figures = []
    for number, author in enumerate(table.authors):
        if author in TEMPLATES:
            continue
        reading = compile_rules(rules.loaded, rules.marking, meaning=models[number])
        figures.append((author, figures_of([paper for paper in complete if paper.author == author], reading)))
    return as_table("author left out", figures)


def mixed(table: Table, models: Sequence[MeaningModel]) -> Iterator[mix.Told]:
    """What is said of every author's papers by the model learned from all others."""
    rules = load_rules()
    complete = all_papers(hide=False)
    for number, author in enumerate(table.authors):
        if author not in TEMPLATES:
            reading = compile_rules(rules.loaded, rules.marking, meaning=models[number])
            yield from (mix.Told.of(one, judged(one, reading)) for one in complete if one.author == author)


def mixed_late(harmless: Path | None) -> Iterator[str]:
    """What the shipped model says of papers nothing was learned from, and of a folder of files all of them public."""
    reading = load_rules(second_reading=True)
    yield from mix.report([mix.Told.of(one, judged(one, reading)) for one in late_papers()])
    if harmless:
        yield from mix.report_files(harmless, reading, DAY)


def report_late() -> list[str]:
    """What the shipped model says of papers written when it was there: it learned nothing of their authors."""
    reading = load_rules(second_reading=True)
    by_author: dict[str, list[Labelled]] = defaultdict(list)
    for paper in late_papers():
        by_author[paper.author].append(paper)
    return as_table("author who wrote later", [(name, figures_of(own, reading)) for name, own in by_author.items()])


def figures_of(papers: Sequence[Labelled], reading: Rules) -> tuple[float, ...]:
    """F1, precision, recall, and of the harmless papers the share suspected by meaning and the share called strong."""
    told = [judged(paper, reading) for paper in papers]
    suspected = [one.verdict is Verdict.UNMARKED_SENSITIVE for one in told]
    right = sum(one and paper.sensitive for one, paper in zip(suspected, papers, strict=True))
    precision, recall = right / max(1, sum(suspected)), right / sum(paper.sensitive for paper in papers)
    grades = [
        max((category.strength for category in one.categories), default=0)
        for one, paper in zip(told, papers, strict=True)
        if not paper.sensitive
    ]
    by_meaning, strong = (sum(grade >= least for grade in grades) / len(grades) for least in (2, 3))
    return 2 * precision * recall / max(1e-9, precision + recall), precision, recall, by_meaning, strong


def as_table(title: str, figures: Sequence[tuple[str, tuple[float, ...]]]) -> list[str]:
    """Figures by author and their mean, as Markdown."""
    heads = "F1 | precision | recall | harmless by meaning | of those strong"
    lines = [f"| {title} | {heads} |", "|---|---|---|---|---|---|"]
    mean = tuple(np.mean([own for _, own in figures], axis=0))
    worst = min(own[0] for _, own in figures)
    for name, own in (*figures, (f"mean (worst F1 {worst:.3f})", mean)):
        lines.append(f"| {name} | " + " | ".join(f"{figure:.3f}" for figure in own) + " |")
    return lines


def judged(paper: Labelled, rules: Rules) -> Judgement:
    """A paper as a text file on a share."""
    passages = tuple(
        Passage(Zone.BODY, line, f"段落 {number}", number, tuple(line.split("\t")) if "\t" in line else ())
        for number, line in enumerate(paper.lines, 1)
    )
    meta = FileMeta(f"{paper.folder}/{paper.name}.txt".lstrip("/"), DAY)
    return judge(Reading(ReadStatus.SCANNED, "txt", passages=passages), meta, rules, b"0" * 32)


def main() -> int:
    """Trains, prints the figures, writes the model."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument(
        "--check", action="store_true", help="write nothing; status 1 where another file would be made"
    )
    options.add_argument(
        "--mix", action="store_true", help="only tell what is found where one file in 200 is sensitive"
    )
    options.add_argument(
        "--harmless", type=Path, help="with --mix: also judge the files of this folder, all of them public"
    )
    options.add_argument("--late", action="store_true", help="only judge the papers nothing was learned from")
    given = options.parse_args()
    if given.late:
        print("\n".join(mixed_late(given.harmless) if given.mix else report_late()))
        return 0
    table = Table.of(all_papers())
    taught, scores, every = left_out(table)
    thresholds = thresholds_of(table, scores)
    doubted_below = round(float(every[table.sensitive].min()) - DOUBT_MARGIN, 2)
    models = [parse_meaning(model_of(table, one, thresholds, doubted_below).as_text()) for one in taught]
    if given.mix:
        print("\n".join(mix.report(list(mixed(table, models)))))
        if given.harmless:
            print("\n".join(mix.report_files(given.harmless, load_rules(second_reading=True), DAY)))
        return 0
    print("\n".join(report(table, models)))
    model = model_of(table, learn(table, range(len(table.authors))), thresholds, doubted_below)
    text = model.as_text()
    print(f"{len(model.phrases)} phrases, grades from {thresholds}, doubted below {doubted_below}")
    shipped = parse_meaning(text)
    found = lesson_papers(all_papers(hide=False), dict(zip(table.authors, models, strict=True)), shipped)
    tried = as_text(found, model_digest=shipped.digest)
    if given.check:
        same = SHIPPED.read_text(encoding="utf-8") == text and LESSON_PAPERS.read_text(encoding="utf-8") == tried
        return 0 if same else 1
    SHIPPED.write_text(text, encoding="utf-8")
    LESSON_PAPERS.write_text(tried, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
