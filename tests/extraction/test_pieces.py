"""A record split over text, notes, comments, boxes and deletions is read together: its pieces stand side by side."""

from __future__ import annotations

import random

import pytest

from crawling.papers import national_id
from extraction.test_office_parts import word_with
from inspection.extraction.read import read_file
from inspection.vocabulary import Zone

CHANCE = random.Random(31)
FILLING = "".join(f"<w:p><w:r><w:t>第{number}段其他事項</w:t></w:r></w:p>" for number in range(40))


def run(text: str, name: str = "t") -> str:
    return f"<w:r><w:{name}>{text}</w:{name}></w:r>"


@pytest.mark.parametrize(("kind", "zone"), [("footnote", Zone.NOTE), ("endnote", Zone.NOTE), ("comment", Zone.COMMENT)])
@pytest.mark.parametrize("in_table", [False, True])
def test_a_note_stands_behind_the_paragraph_that_refers_to_it(kind: str, zone: Zone, in_table: bool) -> None:
    number = national_id(CHANCE)
    reference = f"<w:p>{run('身分證字號如註')}<w:r><w:{kind}Reference w:id='7'/></w:r></w:p>"
    if in_table:
        reference = f"<w:tbl><w:tr><w:tc>{reference}</w:tc></w:tr></w:tbl>"
    notes = "".join(
        f"<w:{kind} w:id='{n}'><w:p>{run(text)}</w:p></w:{kind}>" for n, text in ((2, "無人引用"), (7, number))
    )
    data = word_with(FILLING + reference + FILLING, **{f"{kind}s": f"<w:{kind}s>{notes}</w:{kind}s>"})
    passages = read_file(data, name="a.docx").passages
    at = next(index for index, one in enumerate(passages) if "身分證字號如註" in one.text)
    assert (passages[at + 1].zone, passages[at + 1].text) == (zone, number)
    assert [one.zone for one in passages if one.text in {number, "無人引用"}] == [zone, zone]
    assert passages[-1].text == "無人引用"


@pytest.mark.parametrize("cut", range(1, 10))
def test_a_number_a_deletion_cuts_through_is_read_as_it_was(cut: int) -> None:
    number = national_id(CHANCE)
    body = f"<w:p>{run('證號' + number[:cut])}<w:del>{run(number[cut:], 'delText')}</w:del>{run('待補')}</w:p>"
    passages = read_file(word_with(body), name="a.docx").passages
    assert [one.zone for one in passages if number in one.text] == [Zone.DELETED]


def test_a_deletion_between_words_is_kept_alone() -> None:
    body = f"<w:p>{run('本文')}<w:del>{run('刪去', 'delText')}</w:del>{run('續')}</w:p>"
    passages = read_file(word_with(body), name="a.docx").passages
    assert [(one.zone, one.text) for one in passages] == [(Zone.BODY, "本文續"), (Zone.DELETED, "刪去")]
