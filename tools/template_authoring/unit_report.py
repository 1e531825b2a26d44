"""受檢單位檢查結果: what one unit is told of its own inspection."""

from __future__ import annotations

from tools.template_authoring.page import package, signature_row
from tools.template_authoring.report_pieces import (
    PAGE,
    band,
    coverage,
    figures,
    findings,
    listed,
    previous_findings,
)
from tools.template_authoring.styling import (
    BLUE,
    GREY,
    RED,
    control,
    gap,
    text,
)


def unit_report() -> bytes:
    """The first version of templates/report/unit_report.docx."""
    body = "".join(
        (
            band("{{ agency }}{{ office }}", "{{ title }}", "檢查期間：{{ period }}　　報告日期：{{ date }}"),
            figures(
                ("{{ checked }}", "項", "應檢項目", BLUE),
                ("{{ conforms }}", "項", "符合", BLUE),
                ("{{ faults }}", "件", "缺失", RED),
                ("{{ not_applicable }}", "項", "不適用", GREY),
            ),
            gap(4),
            text("檢查概要", "Clause1"),
            text("受檢單位：{{ unit }}（報告編號 {{ number }}）。", "Clause2"),
            text("檢查人員：{{ inspectors }}；會同人員：{{ accompanied_by }}。", "Clause2"),
            listed("summary"),
            text("優點事項", "Clause1"),
            listed("merits", empty="本次檢查無特別記載之優點事項。"),
            text("缺失事項", "Clause1"),
            control("if findings"),
            gap(2),
            findings(),
            gap(4),
            control("else"),
            text("本次檢查未發現缺失。", "Clause2"),
            control("endif"),
            text("改善措施與建議", "Clause1"),
            listed("measures", empty="請維持現行保密作為。"),
            control("if findings"),
            text("請於期限（{{ reply_by }}）內填復改善情形，逾期將依規定列管稽催。", "Clause2"),
            control("endif"),
            text("前次缺失改善情形", "Clause1"),
            control("if previous"),
            gap(2),
            previous_findings(),
            gap(4),
            control("else"),
            text("前次檢查無列管中之缺失。", "Clause2"),
            control("endif"),
            text("自動清查涵蓋情形", "Clause1"),
            gap(2),
            coverage(),
            gap(4),
            listed("crawl.notes"),
            text(
                "「疑似事項」係系統清查結果，經政風人員逐案確認後始列為缺失；事實欄位已遮蔽，原件請洽單位窗口。",
                "Remark",
            ),
            gap(10),
            signature_row(PAGE, ("承辦人", "課室主管", "會辦單位", "政風室主任", "主任秘書", "機關首長批示")),
            gap(2),
        )
    )
    return package(PAGE, body)
