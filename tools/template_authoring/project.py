"""What a project needs on paper: 專案機密維護計畫, 保密切結書, 檢討改進意見, and the 函稿 to the superior."""

from __future__ import annotations

from tools.template_authoring.page import SIGNERS, Page, package, signature_row, signed_with
from tools.template_authoring.styles import Look
from tools.template_authoring.styling import (
    GREY,
    INK,
    Cell,
    Row,
    control,
    control_row,
    end,
    gap,
    head_row,
    heading,
    listed,
    paragraph,
    run,
    table,
    text,
)

PLAN = Page(look=Look(body=14, heading=15, cell=11, line=1.3))
LETTER = Page(look=Look(body=15, heading=15, cell=12, line=1.4, outline=("一", "（一）", "1", "（1）")))
REVIEW = Page(look=Look(body=14, heading=15, cell=11, line=1.3))
REVIEWERS = ("drafter", "ethics_head", "chief_secretary", "agency_head")


def _list(name: str, style: str = "Clause2") -> str:
    return control(f"for line in {name}") + text("{{ line }}", style) + control("endfor")


def _rows(loop: str, one: str, *columns: tuple[str, str]) -> list[Row]:
    cells = tuple(Cell(text(f"{{{{ {one}.{name} }}}}", style)) for name, style in columns)
    return [control_row(f"for {one} in {loop}", len(columns)), Row(cells), control_row("endfor", len(columns))]


def _facts(*rows: tuple[str, str], width: float = 2.9) -> str:
    cells = [
        Row((Cell(text(label, "RowHead"), fill="EEF2F7"), Cell(text(f"{{{{ {name} }}}}", "TableText"))))
        for label, name in rows
    ]
    return table([width, 16.0 - width], cells, caption="專案基本資料")


def project_plan() -> bytes:
    """The first version of templates/plan/project_plan.docx."""
    sections = (
        ("實施依據或目的", "basis"),
        ("實施期間", "period"),
        ("狀況研判（作業流程可能發生洩密之事項）", "assessment"),
        ("防範措施", "precautions"),
        ("執行分工", "division"),
        ("附則", "closing"),
    )
    stages = [
        head_row("項次", "階段", "可能洩密點", "防範措施", "主辦", "協辦", "期程"),
        *_rows(
            "stages",
            "stage",
            ("number", "TableCentre"),
            ("stage", "TableText"),
            ("leak_point", "TableText"),
            ("precaution", "TableText"),
            ("lead", "TableText"),
            ("support", "TableText"),
            ("period", "TableText"),
        ),
    ]
    people = [
        head_row("項次", "單位（機關）", "姓名", "知悉職務", "知悉起日", "切結日及文號", "備註"),
        control_row("for person in people", 7),
        Row(
            (
                *(
                    Cell(text(f"{{{{ person.{name} }}}}", style))
                    for name, style in (
                        ("number", "TableCentre"),
                        ("body", "TableText"),
                        ("name", "TableText"),
                        ("role", "TableText"),
                        ("since", "TableCentre"),
                    )
                ),
                Cell(text("", "TableText")),
                Cell(text("{{ person.note }}", "TableText")),
            ),
            height=0.9,
        ),
        control_row("endfor", 7),
    ]
    shares = [
        head_row("項次", "單位", "共用資料夾", "清查範圍"),
        *_rows(
            "shares",
            "share",
            ("number", "TableCentre"),
            ("unit", "TableText"),
            ("path", "TableText"),
            ("scope", "TableText"),
        ),
    ]
    crawl = [
        Row((Cell(text(label, "RowHead"), fill="EEF2F7"), Cell(text(f"{{{{ crawl.{name} }}}}", "TableText"))))
        for label, name in (
            ("清查帳號", "account"),
            ("清查方式", "method"),
            ("清查期間", "period"),
            ("不予清查", "exclusions"),
        )
    ]
    crawl.append(
        Row(
            (
                Cell(text("複查", "RowHead"), fill="EEF2F7"),
                Cell(text("{{ crawl.recheck_period }}{{ crawl.recheck_scope }}", "TableText")),
            )
        )
    )
    body = "".join(
        (
            text("{{ title }}", "DocumentTitle"),
            text("{{ office }}　{{ date }}　{{ version }}", "DocumentSubtitle"),
            _facts(("代號", "code_name"), ("案名", "real_name"), ("種類", "kind"), ("主辦單位", "owner")),
            paragraph(
                run("案名僅載於本計畫；對外文件、通知及檔名一律使用代號。", size=11, colour=GREY), before=3, after=8
            ),
            *(text(title, "Clause1") + listed(name) for title, name in sections[:-1]),
            signed_with(
                PLAN,
                text(sections[-1][0], "Clause1") + listed(sections[-1][1]),
                signature_row(PLAN, SIGNERS),
            ),
            paragraph(run("附件一　分工表"), style="AnnexTitle", new_page=True),
            table([1.3, 2.1, 3.2, 3.8, 1.6, 2.1, 1.9], stages, lines="rows", caption="分工表"),
            gap(12),
            paragraph(run("附件二　知悉人員名冊"), style="AnnexTitle"),
            table([1.3, 2.9, 2.2, 2.7, 2.2, 2.7, 2.0], people, lines="all", caption="知悉人員名冊"),
            control("if shares"),
            paragraph(run("附件三　共用資料夾清查範圍、帳號與方法"), style="AnnexTitle", new_page=True),
            table([2.6, 13.4], crawl, caption="清查帳號與方法"),
            gap(8),
            table([1.3, 2.2, 6.1, 6.4], shares, lines="rows", caption="清查範圍"),
            control("endif"),
            end(),
        )
    )
    return package(PLAN, body)


def pledge() -> bytes:
    """The first version of templates/letter/pledge.docx."""
    blanks = [
        Row((Cell(text(label, "RowHead"), fill="EEF2F7"), Cell(text(value, "TableText"))), height=1.2)
        for label, value in (
            ("服務單位（機關）", "{{ body }}"),
            ("姓名", "{{ name }}"),
            ("知悉職務", "{{ role }}"),
            ("知悉起日", "{{ since }}"),
            ("簽章", ""),
            ("切結日期", "中華民國　　　年　　　月　　　日"),
        )
    ]
    body = "".join(
        (
            text("{{ title }}", "DocumentTitle"),
            text("{{ agency }}{{ office }}　{{ date }}製", "DocumentSubtitle"),
            gap(6),
            paragraph(
                run(
                    "本人因職務知悉專案（代號{{ code_name }}）應保密之事項，"
                    "願遵守公務機密維護相關法令及下列事項，特立此切結："
                ),
                after=6,
            ),
            _list("promises", "Clause1"),
            gap(10),
            paragraph(run("此致　{{ agency }}"), after=10),
            table([4.2, 11.8], blanks, lines="all", caption="立切結書人"),
            gap(8),
            text("請簽章後送回政風室；切結前不得閱覽本案資料。本書一式一份，由政風室存卷。", "Remark"),
            end(),
        )
    )
    return package(LETTER, body)


def closing_review() -> bytes:
    """The first version of templates/report/closing_review.docx."""
    hits = [
        head_row("類別", "待判定", "列為缺失", "排除", "自主改善"),
        *_rows(
            "hits",
            "hit",
            ("category", "TableText"),
            ("open", "TableCentre"),
            ("confirmed", "TableCentre"),
            ("dismissed", "TableCentre"),
            ("self_improved", "TableCentre"),
        ),
    ]
    changes = [
        head_row("日期", "異動", "單位（機關）", "姓名", "知悉職務"),
        *_rows(
            "changes",
            "change",
            ("date", "TableCentre"),
            ("change", "TableCentre"),
            ("body", "TableText"),
            ("name", "TableText"),
            ("role", "TableText"),
        ),
    ]
    body = "".join(
        (
            text("{{ title }}", "DocumentTitle"),
            text("{{ office }}　{{ date }}", "DocumentSubtitle"),
            _facts(("代號", "code_name"), ("種類", "kind"), ("主辦單位", "owner")),
            gap(10),
            text("計畫內容", "Clause1"),
            _list("planned"),
            text("執行情形", "Clause1"),
            _list("dates"),
            _list("pledges"),
            control("if changes"),
            heading("知悉人員異動如下：", "Clause2", after=4),
            table([2.8, 2.2, 4.4, 3.0, 3.6], changes, lines="rows", caption="知悉人員異動"),
            gap(8),
            control("endif"),
            _list("crawl"),
            control("if hits"),
            heading("疑似事項依類別及判定結果如下（件）：", "Clause2", after=4),
            table([7.2, 2.2, 2.2, 2.2, 2.2], hits, lines="rows", caption="疑似事項"),
            gap(8),
            control("endif"),
            text("檢討改進意見", "Clause1"),
            listed("opinion"),
            signed_with(REVIEW, text("擬辦", "Clause1") + listed("conclusions"), signature_row(REVIEW, REVIEWERS)),
            end(),
        )
    )
    return package(REVIEW, body)


def _line(label: str, value: str) -> str:
    return paragraph(run(f"{label}：", size=12, colour=GREY), run(value, size=12))


def submission() -> bytes:
    """The first version of templates/letter/project_submission.docx."""
    body = "".join(
        (
            paragraph(run("{{ agency }}　{{ register }}（稿）", size=20, bold=True, colour=INK), style="DocumentTitle"),
            paragraph(run("檔　　號：　　　　　　　　保存年限：", size=11, colour=GREY), align="right"),
            _line("聯絡方式", "{{ contact }}"),
            _line("受文者", "{{ recipient }}"),
            _line("發文日期", "中華民國　　年　　月　　日"),
            _line("發文字號", ""),
            _line("速別", "普通件"),
            _line("密等及解密條件或保密期限", "{{ classification }}"),
            _line("附件", "{{ attachments }}"),
            gap(10),
            paragraph(run("主旨：", bold=True), run("{{ subject }}"), style="Hanging", after=8),
            paragraph(run("說明：", bold=True), keep_next=True),
            listed("explanations", "Clause1"),
            gap(14),
            _line("正本", "{{ recipient }}"),
            _line("副本", "{{ agency }}{{ office }}"),
            paragraph(run("{{ signer }}", size=20, bold=True, colour=INK), before=14, after=6),
            gap(16),
            text("本稿由系統備妥，由承辦人於公文系統簽辦發文；系統不自動寄送。　{{ office }}　{{ date }}製", "Remark"),
        )
    )
    return package(LETTER, body)
