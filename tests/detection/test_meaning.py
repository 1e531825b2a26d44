"""The second reading: the same on every engine, decided by the strongest window, and silent about everybody's names."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from datetime import date

import pytest
from tools.meaning.papers import Labelled, all_papers, papers_digest

from inspection.detection.judge import FileMeta, as_row, judge
from inspection.detection.meaning import SecondReader, shown
from inspection.detection.normalise import Manuscript, normalised
from inspection.detection.ruleset import load_rules
from inspection.errors import BadSource
from inspection.extraction.passage import Passage, Reading
from inspection.rules.meaning import parse_meaning, shipped_meaning
from inspection.vocabulary import ReadStatus, Verdict, Zone
from quality.tokens import GIVEN, SURNAMES

MODEL = shipped_meaning()
RULES = load_rules(second_reading=True)
TODAY = date(2026, 11, 29)
PAPERS = all_papers(seed=7)
SECRETIVE = (
    "打電話來講隊長把回收賣掉的那位，就是每天早上在廟口掃地的，不要讓隊上知道是誰講的。",
    "他太太也在隊上，講出去他會被排擠，訪談約在外面，不要用辦公室電話打給他。",
)
ORDINARY = ("本週六上午舉辦環境清潔日活動，請各里鄰長轉知里民踴躍參加。", "集合地點為活動中心前廣場，備有飲水及手套。")


def manuscript(name: str, *lines: str) -> Manuscript:
    """A file's name and lines as judging joins them."""
    passages = [
        Passage(Zone.PATH, name, "檔名"),
        *(Passage(Zone.BODY, line, f"段落 {n}", n) for n, line in enumerate(lines)),
    ]
    return Manuscript.of(tuple(passages))


def of(paper: Labelled) -> Manuscript:
    """The manuscript of a labelled paper."""
    return manuscript(f"{paper.name}.txt", *paper.lines)


def row_of(*lines: str, name: str = "雜記.txt") -> dict[str, object]:
    """The scan row of a text."""
    passages = tuple(Passage(Zone.BODY, line, f"段落 {number}", number) for number, line in enumerate(lines))
    reading = Reading(ReadStatus.SCANNED, "txt", passages=passages)
    return as_row(judge(reading, FileMeta(name, TODAY), RULES, b"0" * 32))


def test_both_engines_say_the_same_of_every_paper() -> None:
    fast, plain = SecondReader.of(MODEL, "hyperscan"), SecondReader.of(MODEL, "re")
    for paper in random.Random(3).sample(PAPERS, 150):
        assert fast.read(of(paper)) == plain.read(of(paper)), paper.id
        assert fast.doubts(of(paper)) == plain.doubts(of(paper)), paper.id


def test_what_was_trained_on_is_cut_as_the_product_cuts() -> None:
    reader = SecondReader.of(MODEL)
    telling = {MODEL.phrases[number] for number in MODEL.telling}
    for paper in random.Random(4).sample([one for one in PAPERS if one.form != "long"], 60):
        known = dict(zip(MODEL.phrases, MODEL.weights, strict=True))
        told = [window for window in paper.windows(MODEL.window_chars) if len(window & telling) >= 2]
        best = max((MODEL.bias + sum(known.get(phrase, 0.0) for phrase in window) for window in told), default=None)
        said = reader.read(manuscript(paper.name, *paper.lines))
        assert said is None or (best is not None and abs(said.score - best) < 0.02), paper.id


def test_one_paragraph_decides_however_long_the_paper_is() -> None:
    alone = row_of(*SECRETIVE)
    buried = row_of(*ORDINARY * 300, *SECRETIVE, *ORDINARY * 300)
    assert alone["verdict"] == buried["verdict"] == Verdict.UNMARKED_SENSITIVE.value
    (clue,) = buried["categories"]  # type: ignore[misc]
    assert (clue["basis"], clue["people"]) == ("meaning", 0)
    assert clue["strength"] in {2, 3}
    assert "段落 600" in clue["locators"] or "段落 601" in clue["locators"]


def test_ordinary_papers_statutes_and_texts_without_chinese_are_left_alone() -> None:
    articles = [f"第{number}條　檢舉人之姓名不得洩漏，不要讓他人知道是誰講的。" for number in "一二三四五六七"]
    english, few = ("do not tell anybody who told us",), ("不要讓隊上知道是誰講的",)
    for lines in (ORDINARY, ORDINARY * 200, tuple(articles), english, ("",), few):
        assert row_of(*lines)["verdict"] == Verdict.CLEAN.value


def test_where_a_rule_finds_something_the_rule_speaks() -> None:
    row = row_of(*SECRETIVE, "閉門會議重點紀錄", "與會：林示範", "結論：底線每公噸三百五十元，對外一律不回應。")
    assert {category.get("basis") for category in row["categories"]} == {None}  # type: ignore[attr-defined]


ADVERTISED = (
    "約僱人員甄試公告",
    "一、名額：正取1名，備取2名，歡迎踴躍報名參加。",
    "二、甄試方式：筆試公文製作及行政法概要，打字每分鐘三十字以上，口試由甄試委員提問。",
    "三、試題及參考答案於考畢次日公布三日，應試者得申請成績複查。",
    "四、報名表請至本所網站下載，以郵戳為憑，洽詢請撥總機轉人事室。",
)
"""A rule knows words of it (試題, 甄試, 參考答案), and it is an announcement."""


def test_words_alone_in_an_ordinary_text_are_a_weak_clue_and_not_lost() -> None:
    passages = tuple(Passage(Zone.BODY, line, f"段落 {number}", number) for number, line in enumerate(ADVERTISED))
    reading, meta = Reading(ReadStatus.SCANNED, "txt", passages=passages), FileMeta("徵才.txt", TODAY)
    assert judge(reading, meta, load_rules(), b"0" * 32).verdict is Verdict.UNMARKED_SENSITIVE
    row = as_row(judge(reading, meta, RULES, b"0" * 32))
    assert (row["verdict"], row["severity"]) == (Verdict.CLEAN.value, None)
    assert [(one["detector"], one["strength"]) for one in row["categories"]] == [("TOP-EXAM", 1)]


def test_a_record_is_never_doubted_however_ordinary_the_paper() -> None:
    row = row_of(*ORDINARY * 40, "核定底價：新臺幣3,450,000元", *ORDINARY * 40)
    assert row["verdict"] == Verdict.UNMARKED_SENSITIVE.value
    assert "strength" not in row["categories"][0]  # type: ignore[index]


def test_nothing_of_a_text_is_shown_but_phrases_of_the_model() -> None:
    chance = random.Random(11)
    for _ in range(200):
        name = chance.choice(SURNAMES) + "".join(chance.sample(GIVEN, 2))
        lines = [line.replace("隊長", f"隊長{name}").replace("那位", f"那位{name}") for line in SECRETIVE]
        row = row_of(*lines)
        assert name not in str(row)
        for excerpt in (text for category in row["categories"] for text in category["excerpts"]):  # type: ignore[attr-defined]
            assert all(run in normalised("".join(lines)) for run in re.split("○+", excerpt) if run)
    assert shown("王小明打電話來", ["打電話"]) == "○○○打電話○"


def test_a_surname_is_shown_by_nothing_not_even_where_it_is_a_word_of_its_own() -> None:
    """A comma and 曾 are a phrase of the model, and 曾 is a surname too."""
    sole = [phrase for phrase in MODEL.phrases if len(re.findall("[㐀-鿿]", phrase)) == 1 and len(phrase) > 1]
    surnames = {char for phrase in sole for char in phrase} & set(SURNAMES)
    assert surnames, "what this test is about is in the model"
    for paper in [one for one in PAPERS if one.sensitive and len(one.lines) <= 12][:150]:
        for surname in surnames - set("".join(paper.lines)):
            row = row_of(*(f"{line}，{surname}宜敏知道" for line in paper.lines))
            assert not any(surname in text for one in row["categories"] for text in one["excerpts"])  # type: ignore[attr-defined]


def test_no_phrase_names_anybody_or_holds_a_number() -> None:
    given = {f"{one}{other}" for one in GIVEN for other in GIVEN}
    named = {phrase for phrase in MODEL.phrases if any(pair in phrase for pair in given) and phrase[0] in SURNAMES}
    assert named <= {"胡志明"}  # the city
    assert [phrase for phrase in MODEL.phrases if re.search("[1-9b-zA-Z]", phrase)] == []


def test_the_shipped_model_was_learned_from_the_papers_as_they_stand() -> None:
    assert papers_digest() == MODEL.learned_from, "papers changed: learn anew by `make train`"


@pytest.mark.parametrize(
    "harm", [lambda text: text.replace("\t", " ", 1), lambda text: text[:-40], lambda text: "{}" + text]
)
def test_a_model_that_was_edited_or_cut_is_refused(harm: object) -> None:
    with pytest.raises(BadSource, match=r"meaning_model\.tsv, line 1|meaning_model\.tsv"):
        parse_meaning(harm(MODEL.as_text()))  # type: ignore[operator]


def test_a_model_comes_back_as_it_was_written() -> None:
    again = parse_meaning(MODEL.as_text())
    assert again.phrases == MODEL.phrases
    assert replace(again, digest="") == replace(MODEL, digest="")
