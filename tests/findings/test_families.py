"""Copies and versions of one paper are one row; a name alone makes no family, and no sketch tells a name."""

from __future__ import annotations

import random
from collections.abc import Callable
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
from inspection.findings.families import ALIKE, Member, alike, families, stem
from inspection.model import CrawledFile, Suspicion
from inspection.rules.detectors import load_detectors
from inspection.rules.meaning import shipped_meaning
from inspection.store.session import session_scope

READER = SecondReader.of(shipped_meaning())
SURNAMES = frozenset(load_detectors().surnames)
PAPERS = sorted({paper.lines for paper in all_papers(seed=5) if 12 <= len(paper.lines) <= 60})


def sketched(*lines: str, key: bytes = b"k" * 32) -> str | None:
    """The sketch of a text."""
    return sketch(manuscript("x.txt", *lines), READER, SURNAMES, key)


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


def anew(lines: tuple[str, ...], chance: random.Random) -> tuple[str, ...]:
    """The same paper with one sentence written anew."""
    place = chance.randrange(len(lines))
    return (*lines[:place], "本項經與承辦單位確認後改為另案辦理，請各科室配合。", *lines[place + 1 :])


def half_other(lines: tuple[str, ...], chance: random.Random) -> tuple[str, ...]:
    """A paper that shares its first half with this one: the same form, another matter."""
    kept, other = len(lines) // 2, chance.choice(PAPERS)
    return (*lines[:-kept], *other[:kept])


def reached(chance: random.Random, change: Callable[[tuple[str, ...], random.Random], tuple[str, ...]]) -> float:
    """Of how many papers the changed one is alike."""
    pairs = [(sketched(*lines), sketched(*change(lines, chance))) for lines in chance.sample(PAPERS, 150)]
    return sum(bool(one and other and alike(one, other) >= ALIKE) for one, other in pairs) / len(pairs)


def test_versions_are_alike_and_what_shares_half_a_form_is_not() -> None:
    chance = random.Random(9)
    assert reached(chance, lambda lines, _: (*lines, "另補充說明。")) >= 0.95
    assert reached(chance, version) >= 0.9
    assert reached(chance, anew) >= 0.75
    assert reached(chance, half_other) <= 0.05


def test_other_papers_are_not_alike_and_another_key_makes_another_sketch() -> None:
    chosen = random.Random(9).sample(PAPERS, 60)
    kept = [one for one in (sketched(*lines) for lines in chosen) if one]
    assert max(alike(one, other) for place, one in enumerate(kept) for other in kept[place + 1 :]) < ALIKE
    assert sketched(*chosen[0], key=b"a" * 32) != sketched(*chosen[0], key=b"b" * 32)


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
