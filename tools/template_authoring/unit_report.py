"""受檢單位檢查結果: what one unit is told of its own inspection."""

from __future__ import annotations

from tools.template_authoring.page import package, signature_row
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
from tools.template_authoring.styling import BLUE, RED, control, gap, listed, paragraph, run, text


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
            text("缺失事項", "Clause1"),
            control("if findings"),
            gap(2, keep_next=True),
            findings(),
            gap(4),
            control("else"),
            text("本次檢查無經確認之缺失。", "BodyIndent"),
            control("endif"),
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
            text("前次缺失改善情形", "Clause1"),
            control("if previous"),
            gap(2, keep_next=True),
            previous_findings(),
            gap(4),
            control("else"),
            text("前次檢查無列管中之缺失。", "BodyIndent"),
            control("endif"),
            text("自動清查涵蓋情形", "Clause1"),
            gap(2, keep_next=True),
            coverage(),
            gap(4, keep_next=True),
            suspected(),
            gap(4, keep_next=True),
            listed("crawl.notes", keep=True),
            paragraph(run("{{ remark }}"), style="Remark", keep_next=True),
            gap(10, keep_next=True),
            signature_row(PAGE, ("承辦人", "課室主管", "會辦單位", "政風室主任", "主任秘書", "機關首長批示")),
            gap(2),
        )
    )
    return package(PAGE, body)
