"""The checklist one unit fills in: content controls per statement, codes in the first column, protected as a form."""

from __future__ import annotations

from markupsafe import escape
from tools.template_authoring.page import Page, package, signed_rows
from tools.template_authoring.styles import Look
from tools.template_authoring.styling import (
    BLUE,
    GREY,
    TINT,
    Border,
    Cell,
    Row,
    control,
    end,
    gap,
    head_row,
    paragraph,
    run,
    table,
    text,
)

from inspection.vocabulary import AnswerValue, Control

PAGE = Page(left=2.2, right=2.2, protected=True, look=Look(body=12, heading=13, cell=11.5, line=1.25))
_EMPTY = "　　　"  # nothing that would be printed: the colour of the cell says where to write
OPEN = "FFFBE8"
_SYMBOL = (
    '<w:rFonts w:ascii="Segoe UI Symbol" w:hAnsi="Segoe UI Symbol" w:eastAsia="Segoe UI Symbol" '
    'w:cs="Segoe UI Symbol" w:hint="eastAsia"/>'
)


def _content_control(tag: str, alias: str, kind: str, shown: str, *, look: str = "", placeholder: bool = True) -> str:
    """A run-level control that can be filled but not deleted. Never bound to data: LibreOffice does not write the
    answers to the store, and Word refreshes from it (measured with 7.4 and 25.2)."""
    hint = "<w:showingPlcHdr/>" if placeholder else ""
    style = f"<w:rPr>{look}</w:rPr>" if look else ""  # no grey: LibreOffice leaves it to what is typed
    return (
        f'<w:sdt><w:sdtPr><w:alias w:val="{escape(alias)}"/><w:tag w:val="{escape(tag)}"/><w:id w:val="1"/>'
        f'<w:lock w:val="sdtLocked"/>{hint}{kind}</w:sdtPr><w:sdtContent><w:r>'
        f'{style}<w:t xml:space="preserve">{shown}</w:t></w:r></w:sdtContent></w:sdt>'
    )


def _choice(tag: str, alias: str) -> str:
    entries = "".join(
        f'<w:listItem w:displayText="{{{{ question.words.{value} }}}}" w:value="{value}"/>' for value in AnswerValue
    )
    return _content_control(tag, alias, f"<w:dropDownList>{entries}</w:dropDownList>", _EMPTY)


def _check(tag: str, alias: str) -> str:
    states = "".join(
        f'<w14:{name} w14:val="{code}" w14:font="Segoe UI Symbol"/>'
        for name, code in (("checkedState", "2611"), ("uncheckedState", "2610"))
    )
    kind = f'<w14:checkbox><w14:checked w14:val="0"/>{states}</w14:checkbox>'
    return _content_control(tag, alias, kind, "☐", look=_SYMBOL, placeholder=False)


def _words(tag: str, alias: str, shown: str = _EMPTY) -> str:
    # Rich text: LibreOffice 7.4 does not treat a plain-text control as one and writes it back repeated.
    return _content_control(tag, alias, "<w:richText/>", shown)


def _date(tag: str, alias: str) -> str:
    kind = (
        '<w:date><w:dateFormat w:val="yyyy/M/d"/><w:lid w:val="zh-TW"/><w:storeMappedDataAs w:val="date"/>'
        '<w:calendar w:val="gregorian"/></w:date>'
    )
    return _content_control(tag, alias, kind, _EMPTY)


def _band() -> str:
    facts = "表單編號：{{ form_number }}　　版次：{{ version }}　　回復期限：{{ due }}"
    content = (
        text("{{ agency }}{{ office }}", "BandAgency") + text("{{ title }}", "BandTitle") + text(facts, "BandFacts")
    )
    cell = Cell(content, fill=TINT, borders=(Border("left", 48, BLUE),))
    return table([PAGE.text_width], [Row((cell,))], lines="none") + gap(6)


def _head() -> str:
    def label(words: str) -> Cell:
        return Cell(text(words, "RowHead"), fill=TINT)

    def value(content: str) -> Cell:
        return Cell(paragraph(content, style="TableText"))

    rows = [
        Row((label("受檢單位"), value(run("{{ unit }}")), label("檢查期間"), value(run("{{ period }}")))),
        Row(
            (
                label("填表人"),
                Cell(paragraph(_words("form.filler", "填表人"), style="TableText"), fill=OPEN),
                label("填表日期"),
                Cell(paragraph(_date("form.date", "填表日期"), style="TableText"), fill=OPEN),
            )
        ),
    ]
    return table([2.4, 5.9, 2.4, 5.9], rows, colour="B4BCC9", caption="表單基本資料")


def _result(tag: str, alias: str) -> str:
    """The field of an answer: one of the controls of `vocabulary.Control`, the unit of a number behind it."""
    fields = {
        Control.CHOICE: _choice(tag, alias),
        Control.DATE: _date(tag, alias),
        Control.LINE: _words(tag, alias) + run("{{ question.unit }}"),
    }
    return "".join(
        control(f'if question.control == "{offered}"') + paragraph(field, style="TableCentre") + control("endif")
        for offered, field in fields.items()
    )


def _questions() -> str:
    # the statement is the first paragraph: its digest is in the form's identity
    statement = text("{{ question.statement }}", "TableText") + paragraph(
        run("{{ question.category }}｜{{ question.basis }}", size=9.5, colour=GREY), style="TableText"
    )
    for asked in ("evidence", "hint"):
        statement += control(f"if question.{asked}")
        statement += paragraph(run(f"{{{{ question.{asked} }}}}", size=9.5, colour=BLUE), style="TableText")
        statement += control("endif")
    code = "{{ question.code }}"
    cells = (
        Cell(text(code, "TableCentre")),
        Cell(statement),
        Cell(_result(f"{code}.result", f"{code} 結果"), fill=OPEN),
        Cell(paragraph(_check(f"{code}.mended", f"{code} 已自行改善"), style="TableCentre"), fill=OPEN),
        Cell(paragraph(_words(f"{code}.remark", f"{code} 說明"), style="TableText"), fill=OPEN),
    )
    rows = [
        head_row("代碼", "檢查項目", "結果", "已自行改善", "檢查情形／佐證說明"),
        *signed_rows("for question in questions", Row(cells), _opinion(), _signatures()),
    ]
    return table([2.1, 6.6, 2.0, 1.6, 4.3], rows, colour="B4BCC9", caption="檢查項目")


def _signatures() -> str:
    heads = tuple(
        Cell(text(words, "SignatureHead"), fill=TINT) for words in ("填表人", "單位主管", "檢查人員", "會同人員")
    )
    room = tuple(
        Cell(paragraph(run("年　　月　　日", size=9.5, colour=GREY), style="TableCentre", before=34)) for _ in heads
    )
    return table(
        [(PAGE.text_width - 0.5) / 4] * 4, [Row(heads), Row(room, height=2.2)], colour="B4BCC9", caption="簽章欄"
    )


def _opinion() -> str:
    opinion = Row(
        (
            Cell(text("受檢單位意見", "RowHead"), fill=TINT),
            Cell(paragraph(_words("form.statement", "受檢單位意見"), style="TableText"), middle=False, fill=OPEN),
        ),
        height=1.8,
    )
    return table([3.1, PAGE.text_width - 3.6], [opinion], colour="B4BCC9", caption="受檢單位意見")


def unit_checklist() -> bytes:
    """The first version of templates/checklist/unit_checklist.docx."""
    body = "".join(
        (
            _band(),
            _head(),
            gap(6),
            control("for line in instructions"),
            text("{{ loop.index }}、{{ line }}", "Remark"),
            control("endfor"),
            gap(6),
            _questions(),
            end(),
        )
    )
    return package(PAGE, body)
