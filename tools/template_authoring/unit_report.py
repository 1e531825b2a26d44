"""受檢單位檢查結果: what one unit is told of its own inspection."""

from __future__ import annotations

from tools.template_authoring.page import package, signature_row, signed_with
from tools.template_authoring.report_pieces import (
    PAGE,
    band,
    coverage,
    figures,
    findings,
    key_figures,
    previous_findings,
    suspected,
)
from tools.template_authoring.styling import (
    BLUE,
    RED,
    Cell,
    Row,
    control,
    end,
    gap,
    heading,
    listed,
    paragraph,
    run,
    table,
    text,
)


def unit_report() -> bytes:
    """The first version of templates/report/unit_report.docx."""
    inspected_by = "檢查人員：{{ inspectors }}{% if accompanied_by %}；會同人員：{{ accompanied_by }}{% endif %}。"
    body = "".join(
        (
            band("{{ agency }}{{ office }}", "{{ title }}", "檢查期間：{{ period }}", "報告日期：{{ date }}", size=17),
            figures(*key_figures(("faults", RED), ("crawl", BLUE), ("declared", BLUE), ("verified", BLUE))),
            gap(4),
            text("檢查概要", "Clause1"),
            text("受檢單位：{{ unit }}（報告編號 {{ number }}）。", "Clause2"),
            text(inspected_by, "Clause2"),
            control("for line in summary"),
            text("{{ line }}", "Clause2"),
            control("endfor"),
            text("優點事項", "Clause1"),
            listed("merits"),
            heading("缺失事項"),
            control("if findings"),
            findings(),
            gap(4),
            control("else"),
            text("本次檢查無經確認之缺失。", "BodyIndent"),
            control("endif"),
            control("for line in findings_rest"),
            text("{{ line }}", "BodyIndent"),
            control("endfor"),
            control("for line in not_returned"),
            text("{{ line }}", "BodyIndent"),
            control("endfor"),
            text("改善措施與建議", "Clause1"),
            control("if replies"),
            control("for line in measures"),
            text("{{ line }}", "Clause2"),
            control("endfor"),
            control("for line in replies"),
            text("{{ line }}", "Clause2"),
            control("endfor"),
            control("else"),
            listed("measures"),
            control("endif"),
            control("if previous"),
            heading("前次缺失改善情形"),
            previous_findings(),
            gap(4),
            control("else"),
            _nothing_before(),
            control("endif"),
            control("if crawl.shares"),
            heading("自動清查涵蓋情形"),
            coverage(),
            gap(4),
            control("else"),
            heading("疑似事項處理情形"),
            control("endif"),
            suspected(),
            gap(4),
            signed_with(
                PAGE,
                listed("crawl.notes") + text("{{ remark }}", "Remark"),
                signature_row(PAGE, ("drafter", "ethics_head"), height=1.8),
            ),
            control("if register"),
            _register(),
            control("endif"),
            end(),
        )
    )
    return package(PAGE, body)


def _nothing_before() -> str:
    """The heading and its one sentence in a row that may not split: the table after them tears them apart."""
    words = heading("前次缺失改善情形") + text("前次檢查無列管中之缺失。", "BodyIndent")
    return table([PAGE.text_width], [Row((Cell(words, middle=False),))], lines="none", padding=0)


def _register() -> str:
    """Every fault of a unit that has more than its report names, in tables of bounded length."""
    tables = control("for part in register") + paragraph(run("{{ part.heading }}"), style="TableText", keep_next=True)
    return "".join(
        (
            paragraph(run("附件　缺失清冊"), style="AnnexTitle", new_page=True),
            control("for line in register_remedies"),
            text("{{ line }}", "TableText"),
            control("endfor"),
            tables,
            findings("part.findings", remedies=False, caption="缺失清冊"),
            gap(4),
            control("endfor"),
        )
    )
