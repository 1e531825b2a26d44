"""Values that stand in attributes, and texts a document type declares: read wherever XML or HTML puts them."""

from __future__ import annotations

import random
from datetime import date

import pytest

from crawling.papers import national_id
from extraction.probe_packages import package
from inspection.detection.judge import FileMeta, judge
from inspection.detection.ruleset import load_rules
from inspection.extraction.passage import Reading
from inspection.extraction.read import read_file
from inspection.vocabulary import Verdict, Zone

CHANCE = random.Random(17)

RULES = load_rules()


def found(reading: Reading, text: str) -> list[Zone]:
    return [one.zone for one in reading.passages if text in one.text]


def verdict(data: bytes, name: str) -> Verdict:
    return judge(read_file(data, name=name), FileMeta(name, date(2026, 11, 29)), RULES, b"k" * 32).verdict


ROWS = {
    "double quotes": '<rows><row 姓名="王" 身分證字號="{}"/></rows>',
    "single quotes": "<rows><row 姓名='王' 身分證字號='{}'/></rows>",
    "blanks": '<rows><row 姓名 = "王"\n 身分證字號 =\t"{}" /></rows>',
    "a namespace": '<a:rows xmlns:a="u"><a:row a:身分證字號="{}"></a:row></a:rows>',
    "a setting": '<appSettings><add key="身分證字號" value="{}"/></appSettings>',
    "a bracket beside": '<rows><row 說明="a>b" 身分證字號="{}"/></rows>',
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "big5"])
@pytest.mark.parametrize("form", ROWS)
def test_attributes_of_xml_are_text_with_their_labels(form: str, encoding: str) -> None:
    head = f'<?xml version="1.0" encoding="{encoding}"?>'
    data = (head + ROWS[form].format(national_id(CHANCE))).encode(encoding)
    assert verdict(data, "a.xml") is Verdict.UNMARKED_SENSITIVE


@pytest.mark.parametrize("name", ["web.config", "a.xml", "a"])
def test_a_password_in_a_connection_is_found(name: str) -> None:
    secret = "".join(CHANCE.choices("abcdefghjkmnpqrstuvwxyzABCDEFG23456789!", k=14))
    line = f'<add name="x" connectionString="Server=db;User ID=sa;Password={secret};"/>'
    assert verdict(f'<?xml version="1.0"?><configuration>{line}</configuration>'.encode(), name) is (
        Verdict.UNMARKED_SENSITIVE
    )


def test_what_only_says_how_something_looks_is_left() -> None:
    drawn = '<?xml version="1.0"?><svg width="120" viewBox="0 0 912345678 3"><path d="M 0912345678 3" style="a"/></svg>'
    assert read_file(drawn.encode(), name="a.svg").passages == ()


PAGES = {
    "an input": '<label>身分證字號</label><input type="text" value="{}">',
    "an input in single quotes": "<label>身分證字號</label><input value = '{}'>",
    "a hidden input": '<input type="hidden" name="id" value="{}">',
    "data of a script": '<div data-id="{}">x</div>',
    "a title": '<a title="{}" href="#">x</a>',
    "a link's query": '<a href="show?id={}&x=1">x</a>',
    "a meta": '<meta name="description" content="{}">',
    "a remark": "<!-- 身分證字號 {} --><p>x</p>",
}


@pytest.mark.parametrize("form", PAGES)
def test_attributes_of_pages_are_read_once(form: str) -> None:
    number = national_id(CHANCE)
    page = f"<html><body>{PAGES[form].format(number)}</body></html>"
    assert len(found(read_file(page.encode(), name="a.html"), number)) == 1


def test_buttons_and_word_s_own_remarks_say_nothing() -> None:
    page = '<html><!--[if mso]><xml>甲乙</xml><![endif]--><input type="submit" value="送出丙"></html>'
    reading = read_file(page.encode(), name="a.html")
    assert [text for text in ("甲乙", "送出丙") if found(reading, text)] == []


def odt(inner: str, head: str = "") -> bytes:
    spaces = " ".join(f'xmlns:{one}="u:{one}"' for one in ("office", "text", "table", "form", "style"))
    return package({
        "mimetype": "application/vnd.oasis.opendocument.text",
        "META-INF/manifest.xml": "<manifest/>",
        "content.xml": f"<office:document-content {spaces}><office:body><office:text>{inner}</office:text>"
        "</office:body></office:document-content>",
        "styles.xml": f"<office:document-styles {spaces}><office:master-styles>{head}</office:master-styles>"
        "</office:document-styles>",
    })  # fmt: skip


ODF = {
    "a control": '<form:form><form:text form:name="id" form:current-value="{}"/></form:form>',
    "a field": '<text:user-field-decl text:name="x" office:string-value="{}"/>',
    "a list": "<table:content-validation table:condition='cell-content-is-in-list(\"{}\")'/>",
    "a formula without result": "<table:table><table:table-row><table:table-cell table:formula='of:=\"{}\"'/>"
    "</table:table-row></table:table>",
    "a ruby text": "<text:p><text:ruby><text:ruby-base>字</text:ruby-base><text:ruby-text>{}</text:ruby-text>"
    "</text:ruby></text:p>",
}


@pytest.mark.parametrize("form", ODF)
def test_what_an_open_document_holds_in_attributes_is_read_once_and_called_hidden(form: str) -> None:
    number = national_id(CHANCE)
    assert found(read_file(odt(ODF[form].format(number)), name="a.odt"), number) == [Zone.HIDDEN]


def test_a_ruby_text_does_not_part_a_number() -> None:
    number = national_id(CHANCE)
    ruby = "<text:ruby><text:ruby-base>{}</text:ruby-base><text:ruby-text>ㄅ</text:ruby-text></text:ruby>"
    reading = read_file(odt(f"<text:p>{number[:4]}{ruby.format(number[4])}{number[5:]}</text:p>"), name="a.odt")
    assert found(reading, number) == [Zone.BODY]


@pytest.mark.parametrize(("switch", "zone"), [("", Zone.HEADER), (' style:display="false"', Zone.HIDDEN)])
def test_a_header_of_an_open_document_that_is_switched_off_is_hidden(switch: str, zone: Zone) -> None:
    head = f"<style:master-page><style:header-left{switch}><text:p>密</text:p></style:header-left></style:master-page>"
    assert found(read_file(odt("<text:p>本文</text:p>", head), name="a.odt"), "密") == [zone]


ENTITIES = {
    "a text": '<!DOCTYPE a [<!ENTITY e "身分證字號：{}">]><a>&e;</a>',
    "a text nobody refers to": "<!DOCTYPE a [<!ENTITY e '身分證字號：{}'>]><a>x</a>",
    "an element": '<!DOCTYPE a [<!ENTITY e "<b>身分證字號：{}</b>">]><a>&e;</a>',
    "two steps": '<!DOCTYPE a SYSTEM "a.dtd" [<!ENTITY e "身分證字號：&f;"><!ENTITY f "{}">]><a>&e;</a>',
    "a default": '<!DOCTYPE a [<!ATTLIST a id CDATA "身分證字號：{}">]><a>x</a>',
    "a parameter": '<!DOCTYPE a [<!ENTITY % p "身分證字號：{}">]><a>x</a>',
    "a bracket in a text": '<!DOCTYPE a [<!ENTITY d "]>"><!ENTITY e "身分證字號：{}">]><a>&e;</a>',
}


@pytest.mark.parametrize("form", ENTITIES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_text_in_a_document_type_is_read(form: str, encoding: str) -> None:
    data = f'<?xml version="1.0"?>{ENTITIES[form].replace("{}", national_id(CHANCE))}'.encode(encoding)
    assert verdict(data, "a.xml") is Verdict.UNMARKED_SENSITIVE


def test_a_number_put_together_of_entities_is_read_whole() -> None:
    number = national_id(CHANCE)
    text = f'<!DOCTYPE a [<!ENTITY e "{number[:5]}"><!ENTITY f "{number[5:]}">]><a><b>身分證字號：&e;&f;</b></a>'
    assert verdict(f'<?xml version="1.0"?>{text}'.encode(), "a.xml") is Verdict.UNMARKED_SENSITIVE


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>',
        '<!DOCTYPE a [<!ENTITY e "&e;&e;">]><a>&e;</a>',
        "<!DOCTYPE a ["
        + "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 30 if n else "lol" * 30}">' for n in range(9))
        + "]><a>&e8;</a>",
    ],
    ids=["outside", "a ring", "growing"],
)
def test_references_that_lead_outside_or_grow_make_a_part_unread(text: str) -> None:
    data = f'<?xml version="1.0"?>{text}'.encode()
    reading = read_file(data, name="a.xml")
    assert len(reading.unread) == 1
    assert sum(len(one.text) for one in reading.passages) < 10_000_000
    assert verdict(data, "a.xml") is Verdict.UNKNOWN
