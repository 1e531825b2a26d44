"""`make train`: learns the phrases of the second reading, says what they are worth on authors left out, writes them.

Beside them it writes the papers by which lessons are tried (`lesson_papers.tsv`).

Windows of sensitive papers are chosen anew at each round: of a long paper only the strongest is taken for sensitive.
Phrases count that at least two authors use; those that are heavy and not too rare are kept. The grades' scores are set
on papers of authors that were left out, never on those learned from, and so is the score below which a text is doubted:
lower than that of any sensitive paper left out. Of an author's own figures neither rests on that author's papers. The
same papers give the same file.

A phrase counts the more the rarer it is (the logarithm of its rarity): what an author nobody has seen writes bears on
rare phrases, each of which stood in a few papers only, more than on the common ones.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix, diags
from sklearn.linear_model import LogisticRegression
from tools.meaning import mix
from tools.meaning.lesson_papers import lesson_papers
from tools.meaning.papers import TEMPLATES, TOPICS, Labelled, all_papers, late_papers, papers_digest

from inspection.detection.judge import FileMeta, Judgement, judge
from inspection.detection.ruleset import Rules, compile_rules, load_rules
from inspection.extraction.passage import Passage, Reading
from inspection.rules.lesson_papers import FILE as LESSON_PAPERS
from inspection.rules.lesson_papers import as_text
from inspection.rules.meaning import SHIPPED, MeaningModel, hundredths, parse_meaning
from inspection.vocabulary import ReadStatus, Verdict, Zone

WINDOW_CHARS = 250
PHRASES = 15_000
PHRASES_BY_TOPIC = 6_000  # those that tell topics apart; the others bear no weights by topic
STRENGTH = 0.5  # inverse of the L2 penalty
ROUNDS = 2
MOST_WINDOWS = 40  # of one harmless paper are learned from: the paragraphs of long ones come again and again
FEWEST_WINDOWS, FEWEST_AUTHORS = 3, 2
COMMON = 0.1  # of more windows than this: tells little and costs most
LIGHTEST = 0.15  # what one window of a long harmless paper counts at least
RARITY_UNIT = 4.0  # a phrase in one window of 55 (e to the fourth) counts once, a rarer one more
# per grade: how many harmless papers of authors left out may reach it, and how far above the next of them it begins:
# 強 well above, since one false hit in a thousand is too many there
GRADES = ((0.06, 0.1), (0.035, 0.1), (0.002, 1.2))
TELLING_FROM, TELLING_AT_LEAST = 0.2, 3  # passes an eighth of all harmless windows, and F1 is no lower
DOUBT_MARGIN = 0.5
VERSION = "3"
DAY = date(2026, 11, 29)  # any: papers hold no dates that count


Judged = tuple[Labelled, Judgement]


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
    weights, _, _ = _fitted(table, table.rows[:, columns], mine)
    often = np.asarray(table.rows[mine[table.owner]].sum(0)).ravel()[columns]
    columns = np.sort(columns[np.argsort(-np.abs(weights) * np.sqrt(often), kind="stable")[:PHRASES]])
    weights, bias, chosen = _fitted(table, table.rows[:, columns], mine)
    return Learned(columns, weights, bias, chosen)


def _fitted(table: Table, rows: csr_matrix, mine: np.ndarray) -> tuple[np.ndarray, float, np.ndarray]:
    of_mine, is_sensitive = mine[table.owner], table.sensitive[table.owner]
    positive = np.where(of_mine & is_sensitive)[0]
    negative, counts = _of_harmless(table, np.where(of_mine & ~is_sensitive)[0])
    many = np.bincount(table.owner, minlength=len(table.papers))
    chosen = positive[many[table.owner[positive]] <= 2]
    for _ in range(ROUNDS):
        picked = np.concatenate([chosen, negative])
        weight = np.concatenate([np.ones(len(chosen)), counts])
        rarity = _rarity(rows[picked], weight)
        model = LogisticRegression(C=STRENGTH, max_iter=200, tol=1e-3, solver="liblinear", random_state=0)
        model.fit(rows[picked] @ diags(rarity), is_sensitive[picked], sample_weight=weight)
        weights = model.coef_[0] * rarity
        scores = rows[positive] @ weights
        best: dict[int, tuple[float, int]] = {}
        for window, score in zip(positive, scores, strict=True):
            owner = int(table.owner[window])
            if owner not in best or score > best[owner][0]:
                best[owner] = (float(score), int(window))
        chosen = np.array(sorted(window for _, window in best.values()))
    return weights, float(model.intercept_[0]), chosen


def _of_harmless(table: Table, windows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of the windows of harmless papers those learned from, evenly spread over each paper, and what each counts."""
    kept, counts = [], []
    for paper in np.unique(table.owner[windows]):
        own = windows[table.owner[windows] == paper]
        some = own[np.linspace(0, len(own) - 1, min(len(own), MOST_WINDOWS)).astype(int)]
        kept.append(some)
        counts.append(np.full(len(some), min(1.0, max(1.0 / len(own), LIGHTEST) * len(own) / len(some))))
    return np.concatenate(kept), np.concatenate(counts)


def _rarity(rows: csr_matrix, weight: np.ndarray) -> np.ndarray:
    """Per phrase how much its presence counts: the logarithm of how rare it is among weighed windows."""
    rarity: np.ndarray = np.log(weight.sum() / (rows.T @ weight + 1)) / RARITY_UNIT
    return rarity


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


def model_of(table: Table, learned: Learned, bounds: Bounds) -> MeaningModel:
    """What was learned as the product reads it."""
    topics, topic_bias, topic_weights = topics_of(table, learned)
    return MeaningModel(
        version=VERSION,
        learned_from=papers_digest(),
        window_chars=WINDOW_CHARS,
        bias=round(learned.bias, 2),
        thresholds=bounds.thresholds,
        doubted_below=bounds.doubted_below,
        telling_from=TELLING_FROM,
        telling_at_least=TELLING_AT_LEAST,
        topics=topics,
        topic_bias=tuple(topic_bias),
        phrases=tuple(table.vocabulary[column] for column in learned.columns),
        weights=tuple(map(float, learned.weights)),
        topic_rows=_topic_rows(topic_weights),
    )


def _topic_rows(weights: np.ndarray) -> tuple[str, ...]:
    """Per phrase its weights by topic as the file has them; nothing for those that tell topics apart least."""
    kept = set(np.argsort(-np.abs(weights).max(axis=1), kind="stable")[:PHRASES_BY_TOPIC].tolist())
    return tuple(
        "\t".join(map(hundredths, map(float, row))) if number in kept else "" for number, row in enumerate(weights)
    )


@dataclass(frozen=True)
class Bounds:
    """The scores from which grades hold, and the one below which a text is doubted."""

    thresholds: tuple[float, float, float]
    doubted_below: float

    @classmethod
    def of(cls, table: Table, scores: np.ndarray, every: np.ndarray, *, but: int | None = None) -> Bounds:
        """By papers of authors left out; `but` is an author whose papers have no say, since they are judged by it."""
        others = table.author_of != but if but is not None else np.ones(len(table.papers), dtype=bool)
        harmless = np.sort(scores[others & table.of_authors & ~table.sensitive])[::-1]
        low, middle, high = (_lowest(harmless, int(share * len(harmless)), above) for share, above in GRADES)
        return cls((low, middle, high), round(float(every[others & table.sensitive].min()) - DOUBT_MARGIN, 2))


def _lowest(falling: np.ndarray, allowed: int, above: float) -> float:
    """The lowest score that lets through so many of these and no more: halfway to the next, or `above` it if lower."""
    least = float(falling[allowed]) + above
    return round(min(least, float(falling[allowed - 1] + falling[allowed]) / 2) if allowed else least, 2)


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


def judged_left_out(table: Table, models: Sequence[MeaningModel]) -> dict[str, list[Judged]]:
    """Per author the papers, and what is said of each with the model learned from all others."""
    rules = load_rules()
    complete = all_papers(hide=False)
    found = {}
    for number, author in enumerate(table.authors):
        if author not in TEMPLATES:
            reading = compile_rules(rules.loaded, rules.marking, meaning=models[number])
            found[author] = [(paper, judged(paper, reading)) for paper in complete if paper.author == author]
    return found


def report(told: Mapping[str, Sequence[Judged]], title: str) -> list[str]:
    """What `inspection scan` says of each author's papers, as Markdown.

    A paper counts as suspected by rules, marks and meaning together. `by meaning`: harmless ones no rule suspects.
    """
    return as_table(title, [(author, figures_of(own)) for author, own in told.items()])


def mixed(told: Mapping[str, Sequence[Judged]]) -> list[str]:
    """The same where one paper in 200 is sensitive."""
    return mix.report([mix.Told.of(paper, said) for own in told.values() for paper, said in own])


def report_late() -> list[str]:
    """What the shipped model says of papers written when it was there: it learned nothing of their authors."""
    reading = load_rules(second_reading=True)
    told: dict[str, list[Judged]] = defaultdict(list)
    for paper in late_papers():
        told[paper.author].append((paper, judged(paper, reading)))
    if not told:
        return ["no author is kept apart: lay papers under tests/quality/late_authors/NAME/papers.yaml"]
    return [*report(told, "author who wrote later"), *mixed(told)]


def figures_of(told: Sequence[Judged]) -> tuple[float, ...]:
    """F1, precision, recall, F1 of long papers; of harmless ones the shares suspected by meaning and called strong."""
    grades = [
        max((category.strength for category in one.categories), default=0) for paper, one in told if not paper.sensitive
    ]
    by_meaning, strong = (sum(grade >= least for grade in grades) / len(grades) for least in (2, 3))
    return *_found(told), _found([one for one in told if one[0].form == "long"])[0], by_meaning, strong


def _found(told: Sequence[Judged]) -> tuple[float, float, float]:
    """F1, precision and recall of what is suspected."""
    suspected = [one.verdict is Verdict.UNMARKED_SENSITIVE for _, one in told]
    right = sum(one and paper.sensitive for one, (paper, _) in zip(suspected, told, strict=True))
    precision, recall = right / max(1, sum(suspected)), right / max(1, sum(paper.sensitive for paper, _ in told))
    return 2 * precision * recall / max(1e-9, precision + recall), precision, recall


def as_table(title: str, figures: Sequence[tuple[str, tuple[float, ...]]]) -> list[str]:
    """Figures by author and their mean, as Markdown."""
    heads = "F1 | precision | recall | F1 of long papers | harmless by meaning | of those strong"
    lines = [f"| {title} | {heads} |", "|---|---|---|---|---|---|---|"]
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
    """Trains, prints the figures, writes the model; or judges with the one that is shipped."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument(
        "--check", action="store_true", help="write nothing; status 1 where another file would be made"
    )
    options.add_argument("--late", action="store_true", help="only judge the papers nothing was learned from")
    options.add_argument("--harmless", type=Path, help="only judge the files of this folder, all of them public")
    given = options.parse_args()
    if given.late:
        print("\n".join(report_late()))
        return 0
    if given.harmless:
        print("\n".join(mix.report_files(given.harmless, load_rules(second_reading=True), DAY)))
        return 0
    table = Table.of(all_papers())
    taught, scores, every = left_out(table)
    models = [
        parse_meaning(model_of(table, learned, Bounds.of(table, scores, every, but=author)).as_text())
        for author, learned in enumerate(taught)
    ]
    told = judged_left_out(table, models)
    print("\n".join((*report(told, "author left out"), *mixed(told))))
    bounds = Bounds.of(table, scores, every)
    model = model_of(table, learn(table, range(len(table.authors))), bounds)
    text = model.as_text()
    print(f"{len(model.phrases)} phrases, grades from {bounds.thresholds}, doubted below {bounds.doubted_below}")
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
