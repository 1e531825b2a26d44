"""Copies and versions of one paper are one row; a name alone makes no family, and no sketch tells a name."""

from __future__ import annotations

import random
import secrets
from pathlib import Path

import pytest
from sqlalchemy import select
from tools.meaning.papers import all_papers

from campaigns.crawled_share import crawl_folder
from campaigns.paper_office import CAMPAIGN, SOCIAL, WORKS, PaperOffice
from crawling.papers import docx, roster_text, zipped
from detection.test_meaning import manuscript
from inspection.detection.meaning import SecondReader
from inspection.detection.sketch import sketch
from inspection.findings.families import Member, alike, families, stem
from inspection.model import CrawledFile, Suspicion
from inspection.rules.meaning import shipped_meaning
from inspection.store.session import session_scope
from quality.tokens import GIVEN, SURNAMES

READER = SecondReader.of(shipped_meaning())
PAPERS = sorted({paper.lines for paper in all_papers(seed=5) if 12 <= len(paper.lines) <= 60})


def sketched(*lines: str, key: bytes = b"k" * 32) -> str | None:
    """The sketch of a text."""
    return sketch(manuscript("x.txt", *lines), READER, key)


def version(lines: tuple[str, ...], chance: random.Random) -> tuple[str, ...]:
    """The same paper with one line gone and one added."""
    changed = list(lines)
    del changed[chance.randrange(len(changed))]
    changed.insert(chance.randrange(len(changed)), "（依主管指示修正文字，另附說明一份。）")
    return tuple(changed)


@pytest.mark.parametrize(
    "name",
    [
        "名冊.xlsx", "名冊_v2.xlsx", "名冊(1).xlsx", "名冊 (2).xls", "名冊最終版.xlsx", "名冊_最終版2.xlsx",
        "名冊 - 複製.xlsx", "名冊 - 複本 (3).xlsx", "副本 名冊.xlsx", "舊/名冊-修正版.docx", "信.eml!/名冊.xlsx",
        "名冊_final_v3.xlsx", "名冊（定稿）.odt",
    ],
)  # fmt: skip
def test_words_of_versions_are_no_part_of_a_name(name: str) -> None:
    assert stem(name) == "名冊"


@pytest.mark.parametrize("name", ["10月名冊.xlsx", "名冊_王甲.xlsx", "新住民名冊.xlsx", "名冊2026.xlsx"])
def test_other_names_stay_others(name: str) -> None:
    assert stem(name) not in {"", "名冊"}


@pytest.mark.parametrize("name", ["附件1.docx", "attachment.pdf", "document (2).docx", "未命名.txt"])
def test_names_that_name_nothing_are_no_sign(name: str) -> None:
    assert stem(name) == ""


def test_versions_are_alike_and_other_papers_are_not() -> None:
    chance = random.Random(9)
    chosen = chance.sample(PAPERS, 60)
    made = [(sketched(*lines), sketched(*version(lines, chance))) for lines in chosen]
    pairs = [(one, other) for one, other in made if one and other]
    assert len(pairs) > 20
    near = [alike(one, other) >= 0.7 for one, other in pairs]
    assert sum(near) >= 0.9 * len(near)
    others = [alike(one, other) for place, (one, _) in enumerate(pairs) for _, other in pairs[place + 1 :]]
    assert max(others) < 0.7
    assert sketched(*chosen[0], key=b"a" * 32) != sketched(*chosen[0], key=b"b" * 32) or sketched(*chosen[0]) is None


def test_a_family_needs_content_and_versions_a_name_besides() -> None:
    lines = next(lines for lines in PAPERS if sketched(*lines) and sketched(*version(lines, random.Random(1))))
    first, second = sketched(*lines), sketched(*version(lines, random.Random(1)))
    every = (sketched(*some) for some in reversed(PAPERS))
    other = next(text for text in every if text and alike(text, first or "") < 0.5)
    members = [
        Member(1, "k", "名冊.txt", "a", first),
        Member(2, "k", "名冊_v2.txt", "b", second),
        Member(3, "k", "完全改名.txt", "a", first),
        Member(4, "k", "名冊(1).txt", "c", other),
        Member(5, "k", "王甲申請書.txt", "d", first),
        Member(6, "other kind", "名冊.txt", "a", first),
        Member(7, "k", "無.txt", None, None),
    ]
    assert families(members) == [[1, 2, 3], [4], [5], [6], [7]]


def test_with_key_and_sketch_a_planted_name_is_guessed_no_better_than_by_chance() -> None:
    """Two hundred names, each planted in a paper; whoever has key and sketch tries it against other names.

    The guess goes by how well the sketch fits a paper with the name in place of the planted one: what an attacker who
    knows all the rest could do. AUC at most 0.55.
    """
    chance, key = random.Random(secrets.randbits(32)), secrets.token_bytes(32)
    names = [family + one + two for family in SURNAMES for one in GIVEN for two in GIVEN if one != two]
    ranks = []
    papers = [lines for lines in PAPERS if sketched(*lines, key=key)]
    for _ in range(200):
        lines = list(chance.choice(papers))
        place = chance.randrange(len(lines))
        planted, *others = chance.sample(names, 13)

        def held(name: str, lines: list[str] = lines, place: int = place) -> str:
            told = [*lines[:place], f"{lines[place]}（承辦{name}）", *lines[place + 1 :]]
            return sketched(*told, key=key) or ""

        kept = held(planted)
        right = alike(kept, kept)
        scores = [alike(kept, held(name)) for name in others]
        ranks.append(sum((right > one) + 0.5 * (right == one) for one in scores) / len(scores))
    assert sum(ranks) / len(ranks) <= 0.55


def test_a_crawl_sketches_what_is_suspected_and_copies_inside_others_are_one_family(
    office: PaperOffice, tmp_path: Path
) -> None:
    office = PaperOffice(units=(SOCIAL, WORKS))
    share = tmp_path / "share"
    share.mkdir()
    chance = random.Random()
    body = [line for lines in random.Random(2).sample(PAPERS, 6) for line in lines]
    text = [*body, *roster_text(chance)[0].splitlines()]
    paper = docx(*text)
    (share / "名冊.docx").write_bytes(paper)
    (share / "名冊_v2.docx").write_bytes(docx(*text, "另補充說明。"))
    (share / "名冊(1).docx").write_bytes(docx(*roster_text(chance)[0].splitlines()))
    (share / "普通.txt").write_text("本週六上午舉辦環境清潔日活動。", encoding="utf-8")
    (share / "來文.zip").write_bytes(zipped(**{"資料.docx": paper}))
    crawl_folder(office, share)
    office.suspect()
    with session_scope() as session:
        files = {file.id: file for file in session.scalars(select(CrawledFile))}
        cases = list(session.scalars(select(Suspicion).where(Suspicion.campaign_id == CAMPAIGN).order_by(Suspicion.id)))
    assert {file.path_shown: bool(file.sketch) for file in files.values()}["普通.txt"] is False
    members = []
    for one in cases:
        file = files[one.crawled_file_id or 0]
        members.append(Member(one.id, one.kind, file.path_shown, file.content_key, file.sketch))
    found = {
        frozenset(files[case.crawled_file_id or 0].path_shown for case in cases if case.id in family)
        for family in families(members)
    }
    assert frozenset({"名冊.docx", "名冊_v2.docx", "來文.zip!/資料.docx"}) in found
    assert frozenset({"名冊(1).docx"}) in found
