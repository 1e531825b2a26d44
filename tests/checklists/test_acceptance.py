"""Forms as Word and people leave them, and words no template may take for its own, through rows of both databases."""

from __future__ import annotations

from lxml import etree

from campaigns.paper_office import CAMPAIGN, WORKS, PaperOffice
from checklists.filling import changed, control, filled
from documents.test_forms import cells_of, row_of
from documents.word import W, body_of, lines_of
from inspection import clock as now
from inspection.checklists.issue import issue
from inspection.checklists.prepare import prepare
from inspection.rules import catalogue
from inspection.rules.answers import stance
from inspection.store import campaigns, checklists
from inspection.store.session import session_scope
from inspection.vocabulary import AnswerValue

OF_WORKS = f"{CAMPAIGN}:{WORKS}"
NO = "不符合"
AWKWARD = "甲<乙>&丙{{ 7*7 }}{% if x %}{# 註 #}😀𠀋𪚥"


def run(words: str) -> etree._Element:
    """A run of text."""
    one = etree.Element(f"{W}r")
    etree.SubElement(one, f"{W}t").text = words
    return one


def held_by(content: etree._Element) -> etree._Element:
    """A content control around something."""
    one = etree.Element(f"{W}sdt")
    etree.SubElement(one, f"{W}sdtPr")
    etree.SubElement(one, f"{W}sdtContent").append(content)
    return one


def left_as_word_leaves_it(root: etree._Element, items: list[str]) -> None:
    """Six results 不符合, each kept by Word in another way: in an inline, a block and a cell's control, a legacy field,
    typed over the control, and inserted as a tracked change that was accepted."""
    inline, block, cell, legacy, over, accepted = items
    next(control(root, f"{inline}.result").iter(f"{W}t")).text = NO
    for code in (block, cell, legacy, over, accepted):
        paragraph = next(cells_of(root, code)[2].iter(f"{W}p"))
        for one in [part for part in paragraph if part.tag != f"{W}pPr"]:
            paragraph.remove(one)
        paragraph.append(run(NO))
    for kind in ("begin", "separate", "end"):
        mark = etree.Element(f"{W}r")
        etree.SubElement(mark, f"{W}fldChar").set(f"{W}fldCharType", kind)
        paragraph = next(cells_of(root, legacy)[2].iter(f"{W}p"))
        paragraph.insert(len(paragraph) - (kind != "end"), mark)
    next(cells_of(root, accepted)[2].iter(f"{W}r")).set(f"{W}rsidR", "00AB12CD")
    paragraph = next(cells_of(root, block)[2].iter(f"{W}p"))
    paragraph.getparent().replace(paragraph, held_by(etree.fromstring(etree.tostring(paragraph))))
    whole = cells_of(root, cell)[2]
    whole.getparent().replace(whole, held_by(etree.fromstring(etree.tostring(whole))))


def sent(office: PaperOffice) -> list[str]:
    """The forms of a campaign whose name is awkward are out; the statements put to the works unit."""
    office.approved_plan()
    with session_scope() as session:
        prepare(session, CAMPAIGN, actor="test", at=now.now())
        campaigns.get(session, CAMPAIGN).name = AWKWARD
        issue(session, CAMPAIGN, catalogue=catalogue.current(), actor="test", at=now.now())
    return office.items(WORKS)


def test_each_way_word_keeps_an_answer_is_read_or_told_and_words_stay_as_they_are(office: PaperOffice) -> None:
    *items, gone, dropdown = sent(office)[:8]

    def spoil(root: etree._Element) -> None:
        left_as_word_leaves_it(root, items)
        row = row_of(root, gone)
        row.getparent().remove(row)
        paragraph = next(cells_of(root, dropdown)[2].iter(f"{W}p"))
        for one in [part for part in paragraph if part.tag != f"{W}pPr"]:
            paragraph.remove(one)
        field = etree.SubElement(etree.SubElement(paragraph, f"{W}r"), f"{W}fldChar")
        field.set(f"{W}fldCharType", "begin")  # an old list bears its choice as a number: nothing to be read
        etree.SubElement(etree.SubElement(field, f"{W}ffData"), f"{W}ddList")

    def write(root: etree._Element) -> None:
        one = next(control(root, f"{items[0]}.remark").iter(f"{W}t"))
        one.text = AWKWARD
        etree.SubElement(one.getparent(), f"{W}br")
        etree.SubElement(one.getparent(), f"{W}t").text = "第二行"
        left_as_word_leaves_it(root, items)

    form = filled(office.form(WORKS))
    assert f"{AWKWARD}單位自行檢查表" in lines_of(body_of(form))
    taken = office.take_in(changed(form, spoil))
    assert (taken.accepted, {one.get("item") for one in taken.problems}) == (False, {gone, dropdown})
    taken = office.take_in(changed(form, write))
    assert (taken.accepted, taken.problems) == (True, ())
    with session_scope() as session:
        given = {one.item_id: one for one in checklists.answers(session, OF_WORKS)}
    wrong = {item for item, one in given.items() if stance(one.value) is AnswerValue.DOES_NOT_CONFORM}
    assert (wrong, set(given)) == (set(items), set(office.items(WORKS)))
    assert given[items[0]].remark == f"{AWKWARD}\n第二行"
