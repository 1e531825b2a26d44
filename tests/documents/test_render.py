"""Filling templates: what goes in comes out, and what a template may not do it cannot do."""

import io
import re
import zipfile
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from markupsafe import Markup
from tools.template_authoring.styling import Cell, Row, control, paragraph, run, table, text

from documents.specimens import SPECIMENS, campaign_report, inspection_plan, submission_brief, unit_report
from documents.word import FRAME, W, body_of, lines_of, parts_of, template, words_of
from inspection.documents.paper_code import short_code
from inspection.documents.render import ENVIRONMENT, Properties, fingerprint, render
from inspection.errors import BadSource
from inspection.settings import TEMPLATES
from inspection.vocabulary import Severity

BRIEF = TEMPLATES / "letter" / "submission_brief.docx"
# Lone surrogates are no text at all; what XML cannot hold is tested apart.
ANY_TEXT = st.text(
    st.one_of(
        st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"),
        st.sampled_from("<>&{}%#\"'\n\t𠀋𪚥"),
    )
)


def filled(path: Path, **values: object) -> list[str]:
    return lines_of(body_of(render(path, {"frame": FRAME, **values})))


@pytest.mark.parametrize("name", sorted(SPECIMENS))
def test_equal_data_gives_equal_bytes(name: str) -> None:
    data = cast("Mapping[str, object]", SPECIMENS[name]())
    when = Properties(title="甲 & 乙", created=datetime(2026, 11, 20, tzinfo=UTC), custom={"Number": "1"})
    first = render(TEMPLATES / name, data, properties=when)
    assert first == render(TEMPLATES / name, dict(reversed(data.items())), properties=when)
    assert zipfile.ZipFile(io.BytesIO(first)).testzip() is None


@pytest.mark.parametrize("name", sorted(SPECIMENS))
def test_the_text_of_a_document_is_the_one_agreed(name: str) -> None:
    data = render(TEMPLATES / name, cast("Mapping[str, object]", SPECIMENS[name]()))
    golden = Path(__file__).parent / "golden" / f"{Path(name).stem}.txt"
    assert words_of(data) == golden.read_text(encoding="utf-8")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=ANY_TEXT)
def test_any_text_comes_out_as_it_went_in(words: str) -> None:
    brief = {**submission_brief(), "subject": words, "frame": {**submission_brief()["frame"], "hotline": words}}
    data = render(BRIEF, brief)
    assert f"主旨：{words}" in lines_of(body_of(data))
    footer = lines_of(etree.fromstring(parts_of(data)["word/footer1.xml"]))
    assert footer[0].endswith(f"\t{words}")


@pytest.mark.parametrize(
    "words",
    [
        "採購<法>&規",
        "A&B 公司",
        "{{ 7*7 }}",
        "{% for x in y %}",
        "{_{ }_}",
        "{# 註 #}",
        "甲\n乙\n\n丙",
        "𠀋𪚥",
        "]]>",
        "&lt;",
    ],
)
def test_awkward_text_comes_out_as_it_went_in(words: str) -> None:
    assert f"主旨：{words}" in lines_of(body_of(render(BRIEF, {**submission_brief(), "subject": words})))


def test_windows_line_ends_are_one_line_break() -> None:
    assert "主旨：甲\n乙" in lines_of(body_of(render(BRIEF, {**submission_brief(), "subject": "甲\r\n乙"})))


def test_what_xml_cannot_hold_is_shown_and_not_dropped() -> None:
    assert "主旨：甲\ufffd乙\ufffd" in lines_of(
        body_of(render(BRIEF, {**submission_brief(), "subject": "甲\x00乙\ud800"}))
    )


def test_a_line_break_in_the_watermark_stays_one_attribute() -> None:
    brief = {**submission_brief(), "frame": {**submission_brief()["frame"], "watermark": '機敏\n"資料" <&>'}}
    header = etree.fromstring(parts_of(render(BRIEF, brief))["word/header1.xml"])
    assert [shape.get("string") for shape in header.iter("{*}textpath") if shape.get("string")] == ['機敏 "資料" <&>']


def test_without_watermark_no_shape_remains() -> None:
    assert (
        b"textpath" not in parts_of(render(BRIEF, cast("Mapping[str, object]", submission_brief())))["word/header1.xml"]
    )


def test_none_prints_nothing(tmp_path: Path) -> None:
    assert "[]" in filled(template(tmp_path, text("[{{ x }}]")), x=None)


def test_properties_are_escaped_once() -> None:
    data = render(
        BRIEF,
        cast("Mapping[str, object]", submission_brief()),
        properties=Properties(title="甲&乙<丙>", custom={"鍵": '"&'}),
    )
    parts = parts_of(data)
    assert etree.fromstring(parts["docProps/core.xml"]).findtext("{*}title") == "甲&乙<丙>"
    assert "".join(etree.fromstring(parts["docProps/custom.xml"]).itertext()) == '"&'


def test_a_missing_field_is_named_with_its_template() -> None:
    brief: dict[str, Any] = dict(submission_brief())
    del brief["attachments"]
    with pytest.raises(BadSource, match=r"submission_brief\.docx，欄位 attachments：.*未提供"):
        render(BRIEF, brief)


def test_a_field_missing_in_the_header_is_named_too() -> None:
    brief = {**submission_brief(), "frame": {key: "" for key in FRAME if key != "mark"}}
    with pytest.raises(BadSource, match=r"欄位 mark：.*header1\.xml"):
        render(BRIEF, brief)


def test_a_missing_template_is_named() -> None:
    with pytest.raises(BadSource, match=r"no_such\.docx：缺少範本"):
        render(TEMPLATES / "no_such.docx", {})


def test_a_template_that_is_no_word_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.docx").write_bytes(b"PK nonsense")
    with pytest.raises(BadSource, match="不是 Word 文件"):
        render(tmp_path / "x.docx", {})


def test_an_edited_template_is_read_anew(tmp_path: Path) -> None:
    path = template(tmp_path, text("舊 {{ x }}"))
    assert "舊 1" in filled(path, x=1)
    template(tmp_path, text("新的文字 {{ x }}"))
    assert "新的文字 1" in filled(path, x=1)


@pytest.mark.parametrize(
    "expression",
    [
        "{{ lipsum.__globals__['os'].popen('id').read() }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ x.__class__.__mro__ }}",
        "{{ x['__class__'] }}",
        "{{ rows.append(3) }}",
        "{{ rows.__len__() }}",
        "{{ frame.keys() }}",
        "{{ x.format('a') }}",
        "{{ 'a' * 1000000000 }}",
        "{{ rows * 100000000 }}",
        "{{ 9 ** 999999999 }}",
        "{{ '%1000000000d' % 1 }}",
        "{{ range(99999999)|list }}",
        "{{ x|safe }}",
        "{{ x|center(1000000000) }}",
        "{{ x|attr('__class__') }}",
        "{{ chart.__globals__ }}",
        "{% include '/etc/passwd' %}",
        "{% import 'x' as y %}",
        "{{ self._TemplateReference__context }}",
        "{{ _drawings.charts }}",
        "{{ rows|map(attribute='__class__')|list }}",
        "{{ rows|map('attr', '__class__')|list }}",
    ],
)
def test_a_template_cannot_leave_its_sandbox(tmp_path: Path, expression: str) -> None:
    with pytest.raises(BadSource) as caught:
        filled(template(tmp_path, text(expression)), x="甲", rows=[1, 2])
    assert "uid=" not in str(caught.value)


def test_only_functions_given_by_name_may_be_called(tmp_path: Path) -> None:
    assert not ENVIRONMENT.is_safe_callable(len)
    with pytest.raises(BadSource, match="範本內容不獲允許"):
        filled(template(tmp_path, text("{% macro m() %}x{% endmacro %}{{ m() }}")))


@pytest.mark.parametrize(
    ("value", "named"),
    [
        ({"inner": [date(2026, 1, 1)]}, r"x\.inner\[0\]"),
        (Severity.HIGH, "欄位 x"),
        (Markup("<w:b/>"), "欄位 x"),
        (object(), "欄位 x"),
        ({1: "a"}, r"x\.1"),
        (b"bytes", "欄位 x"),
    ],
)
def test_only_plain_data_goes_in(value: object, named: str) -> None:
    with pytest.raises(BadSource, match=named):
        render(BRIEF, {**submission_brief(), "x": value})


def test_a_tag_cut_over_runs_is_joined(tmp_path: Path) -> None:
    cut = paragraph(run("甲{"), run("{ na", bold=True), run("me }"), run("}乙", colour="FF0000"))
    assert "甲名稱乙" in filled(template(tmp_path, cut), name="名稱")


def test_quotes_made_curly_by_word_are_understood(tmp_path: Path) -> None:
    assert "是" in filled(template(tmp_path, text("{% if x == “甲” %}是{% endif %}")), x="甲")


def test_text_beside_a_control_tag_is_refused_instead_of_lost(tmp_path: Path) -> None:
    with pytest.raises(BadSource, match="須單獨存在，其旁有 '標題'"):
        filled(template(tmp_path, text("{%p for x in rows %}標題") + control("endfor")), rows=[])


def test_a_broken_tag_names_the_part(tmp_path: Path) -> None:
    with pytest.raises(BadSource, match=r"欄位 word/document\.xml：範本語法有誤"):
        filled(template(tmp_path, control("for x in rows")), rows=[])


def test_a_field_code_may_not_be_filled_in(tmp_path: Path) -> None:
    code = '<w:p><w:r><w:instrText xml:space="preserve"> {{ x }} </w:instrText></w:r></w:p>'
    with pytest.raises(BadSource, match="功能變數不得含填寫欄位"):
        filled(template(tmp_path, code), x="DDEAUTO cmd")


def test_a_cell_left_empty_keeps_the_paragraph_word_needs(tmp_path: Path) -> None:
    cell = Cell(control("if x") + text("{{ x }}") + control("endif"))
    path = template(tmp_path, table([5.0], [Row((cell,))]))
    cells = list(body_of(render(path, {"frame": FRAME, "x": ""})).iter(f"{W}tc"))
    assert all(cell[-1].tag == f"{W}p" for cell in cells)


def test_rows_repeat_and_nest(tmp_path: Path) -> None:
    def line(words: str) -> Row:
        return Row((Cell(text(words)),))

    path = template(
        tmp_path,
        table([5.0], [line("{%tr for a in rows %}"), line("{{ loop.index }} {{ a.name }}"),
                      line("{%tr for b in a.inner %}"), line("- {{ b }}"), line("{%tr endfor %}"),
                      line("{%tr endfor %}")]),
    )  # fmt: skip
    got = filled(path, rows=[{"name": "甲", "inner": ["一", "二"]}, {"name": "乙", "inner": []}])
    assert [words for words in got if words] == ["1 甲", "- 一", "- 二", "2 乙"]


def test_a_key_named_like_a_method_is_the_key(tmp_path: Path) -> None:
    assert "鍵" in filled(template(tmp_path, text("{{ x.items }}")), x={"items": "鍵"})


def test_charts_are_native_described_and_carry_no_workbook() -> None:
    data = render(TEMPLATES / "report/campaign_report.docx", cast("Mapping[str, object]", campaign_report()))
    parts = parts_of(data)
    assert sorted(name for name in parts if "chart" in name) == ["word/charts/chart1.xml", "word/charts/chart2.xml"]
    assert not any("embed" in name or "xlsx" in name for name in parts)
    described = [drawing.get("descr") for drawing in body_of(data).iter("{*}docPr")]
    assert described == [campaign_report()["first_chart"]["alt"], campaign_report()["second_chart"]["alt"]]
    values = [v.text for v in etree.fromstring(parts["word/charts/chart1.xml"]).iterfind(".//{*}val//{*}v")]
    assert values == [f"{one:g}" for series in campaign_report()["first_chart"]["series"] for one in series["values"]]


@pytest.mark.parametrize("kind", ["bar", "column", "stacked", "doughnut"])
def test_every_kind_of_chart_is_well_formed_with_awkward_words(tmp_path: Path, kind: str) -> None:
    path = template(tmp_path, text("{{ chart(data, 9, 5) }}"))
    series = [{"name": '甲<&>"', "values": [1, 0]}, {"name": "乙", "values": [0, 2]}]
    data = {"kind": kind, "title": "圖\n<1>", "categories": ["一&", "二"], "series": series, "alt": '"替代" <文字>'}
    made = render(path, {"frame": FRAME, "data": data})
    chart = etree.fromstring(parts_of(made)["word/charts/chart1.xml"])
    assert [t.text for t in chart.iterfind(".//{*}tx//{*}v")] == ['甲<&>"', "乙"]
    assert next(body_of(made).iter("{*}docPr")).get("descr") == '"替代" <文字>'


@pytest.mark.parametrize(
    ("kind", "values", "step"),
    [("column", [[1, 0], [0, 2]], "1"), ("column", [[24, 3]], "5"), ("stacked", [[4, 0], [3, 0]], "2")],
)
def test_an_axis_of_counts_has_whole_steps(tmp_path: Path, kind: str, values: list[list[int]], step: str) -> None:
    series = [{"name": "甲", "values": row} for row in values]
    data = {"kind": kind, "title": "圖", "categories": ["一", "二"], "series": series, "alt": "圖"}
    made = render(template(tmp_path, text("{{ chart(data, 9, 5) }}")), {"frame": FRAME, "data": data})
    chart = etree.fromstring(parts_of(made)["word/charts/chart1.xml"])
    assert [unit.get("val") for unit in chart.iter("{*}majorUnit")] == [step]


def test_a_chart_with_too_few_values_is_refused(tmp_path: Path) -> None:
    path = template(tmp_path, text("{{ chart(data, 9, 5) }}"))
    data = {
        "kind": "bar",
        "title": "圖",
        "categories": ["一", "二"],
        "series": [{"name": "x", "values": [1]}],
        "alt": "",
    }
    with pytest.raises(BadSource, match="圖表之數值與類別須同數"):
        render(path, {"frame": FRAME, "data": data})


@pytest.mark.parametrize(("percent", "cells"), [(0, 1), (40, 2), (100, 1), (250, 1), (-3, 1)])
def test_a_bar_is_as_long_as_its_share(tmp_path: Path, percent: int, cells: int) -> None:
    path = template(tmp_path, table([6.0], [Row((Cell(paragraph(run("{{p bar(x, 'good', 5.0) }}"))),))]))
    inner = list(body_of(render(path, {"frame": FRAME, "x": percent})).iter(f"{W}tbl"))[1]
    widths = [int(column.get(f"{W}w")) for column in inner.iter(f"{W}gridCol")]
    assert (len(widths), sum(widths)) == (cells, 2835)
    if percent == 40:
        assert widths[0] == 1134


@pytest.mark.clause("S0-07g")
def test_the_plan_has_its_eight_contents_in_order() -> None:
    data = render(TEMPLATES / "plan/inspection_plan.docx", cast("Mapping[str, object]", inspection_plan()))
    headings = [
        "".join(t.text or "" for t in p.iter(f"{W}t"))
        for p in body_of(data).iter(f"{W}p")
        if (style := p.find(f"{W}pPr/{W}pStyle")) is not None and style.get(f"{W}val") == "Clause1"
    ]
    assert headings == [
        "依據", "檢查目的", "檢查項目", "受檢單位與人員", "檢查人員編組", "檢查方法與程序", "檢查時間",
        "檢查結果處理", "行政支援處理",
    ]  # fmt: skip


@pytest.mark.parametrize("name", sorted(SPECIMENS))
def test_no_paper_counts_to_a_tenth_heading(name: str) -> None:
    """Word and LibreOffice write the tenth as 壹拾, which is no official numeral."""
    body = body_of(render(TEMPLATES / name, cast("Mapping[str, object]", SPECIMENS[name]())))
    styles = etree.fromstring(parts_of((TEMPLATES / name).read_bytes())["word/numbering.xml"])
    if next(styles.iter(f"{W}numFmt")).get(f"{W}val") != "ideographLegalTraditional":
        return
    headings = [one for one in body.iter(f"{W}pStyle") if one.get(f"{W}val") == "Clause1"]
    assert len(headings) < 10


def test_numbering_is_the_official_one() -> None:
    parts = parts_of(render(TEMPLATES / "plan/inspection_plan.docx", cast("Mapping[str, object]", inspection_plan())))
    first = next(etree.fromstring(parts["word/numbering.xml"]).iter(f"{W}abstractNum"))
    shown = [
        (level.find(f"{W}numFmt").get(f"{W}val"), level.find(f"{W}lvlText").get(f"{W}val"))
        for level in first.iter(f"{W}lvl")
    ]
    assert shown == [
        ("ideographLegalTraditional", "%1、"),
        ("taiwaneseCountingThousand", "%2、"),
        ("taiwaneseCountingThousand", "（%3）"),
        ("decimal", "%4、"),
        ("decimal", "（%5）"),
    ]


@pytest.mark.parametrize("name", sorted(SPECIMENS))
def test_every_document_is_set_in_kai_with_pages_counted_and_signed_rows_whole(name: str) -> None:
    parts = parts_of(render(TEMPLATES / name, cast("Mapping[str, object]", SPECIMENS[name]())))
    styles = etree.fromstring(parts["word/styles.xml"])
    fonts = styles.find(f"{W}docDefaults//{W}rFonts")
    assert fonts.get(f"{W}eastAsia") == "標楷體"
    assert styles.find(f"{W}docDefaults//{W}lang").get(f"{W}eastAsia") == "zh-TW"
    assert b"NUMPAGES" in parts["word/footer1.xml"]
    document = etree.fromstring(parts["word/document.xml"])
    ids = [control.get(f"{W}val") for control in document.iterfind(f".//{W}sdtPr/{W}id")]
    assert len(ids) == len(set(ids))
    assert not re.search(rb"\{\{|\{%", parts["word/document.xml"])


@pytest.mark.clause("S0-07h")
def test_the_report_form_has_its_ten_rows_in_order() -> None:
    told = {**campaign_report(), "not_returned": []}  # which is a row of its own between the sixth and the seventh
    data = render(TEMPLATES / "report/campaign_report.docx", cast("Mapping[str, object]", told))
    titles = [
        "".join(t.text or "" for t in p.iter(f"{W}t"))
        for p in body_of(data).iter(f"{W}p")
        if (style := p.find(f"{W}pPr/{W}pStyle")) is not None and style.get(f"{W}val") == "RowHeadCentre"
    ]
    assert [title for title in titles if title] == [
        "受檢單位與人數", "檢查項目與方法", "狀況研判摘要", "檢查結果統計", "優點事實", "缺失事實", "改進措施與建議",
        "自動清查結果", "前次缺失改善情形", "結論及擬辦",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("emptied", "sentence"),
    [
        ({"findings": []}, "本次檢查無經確認之缺失。"),
        ({"previous": []}, "前次檢查無列管中之缺失。"),
        ({"assessment": []}, "資料不足，未作狀況研判。"),
    ],
)
def test_an_empty_row_of_the_report_form_says_so(emptied: dict[str, object], sentence: str) -> None:
    data = render(TEMPLATES / "report/campaign_report.docx", {**campaign_report(), **emptied})
    assert sentence in lines_of(body_of(data))


def test_a_unit_without_faults_is_not_asked_to_mend_any() -> None:
    lines = lines_of(
        body_of(render(TEMPLATES / "report/unit_report.docx", {**unit_report(), "findings": [], "replies": []}))
    )
    assert "本次檢查無經確認之缺失。" in lines
    assert not any("填復改善情形" in line for line in lines)


def test_the_short_code_binds_paper_to_content() -> None:
    plan = cast("dict[str, object]", inspection_plan())
    code = short_code(fingerprint(plan))
    assert re.fullmatch(r"[A-Z2-7]{4}-[A-Z2-7]{4}", code)
    assert code == short_code(fingerprint(dict(reversed(plan.items()))))
    assert code != short_code(fingerprint({**plan, "period": str(plan["period"]) + "。"}))


def test_a_first_version_is_built_the_same_each_time() -> None:
    from tools.template_authoring.building import BUILDERS

    assert all(builder() == builder() for builder in BUILDERS.values())
