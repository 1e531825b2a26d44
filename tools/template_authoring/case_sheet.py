"""宣導案例: what happened, why it leaks, what it breaks, what to do, on one page that may hang on a wall."""

from __future__ import annotations

from tools.template_authoring.page import Page, package
from tools.template_authoring.styles import Look
from tools.template_authoring.styling import (
    GREY,
    INK,
    TINT,
    Border,
    Cell,
    Row,
    control,
    gap,
    paragraph,
    run,
    table,
    text,
)

PAGE = Page(look=Look(body=14, heading=15, cell=13, line=1.4, outline=("一", "（一）", "1", "（1）")))
ACCENT = "2F5D8C"


def _list(name: str) -> str:
    return control(f"for line in {name}") + text("{{ line }}", "Clause2") + control("endfor")


def case_sheet() -> bytes:
    """The first version of templates/awareness/case_sheet.docx."""
    cause = "".join(
        (
            paragraph(run("洩密原因", size=12, colour=GREY), before=6, after=0),
            paragraph(run("{{ cause }}", size=22, bold=True, colour=ACCENT), after=2),
            paragraph(run("{{ explanation }}", size=13, colour=INK), after=8),
        )
    )
    body = "".join(
        (
            text("{{ title }}", "DocumentTitle"),
            text("{{ agency }}{{ office }}　{{ date }}", "DocumentSubtitle"),
            gap(4),
            table([16.0], [Row((Cell(cause, fill=TINT, borders=(Border("left", 36, ACCENT),)),))], lines="none",
                  padding=0.5, caption="{{ theme }}"),
            gap(8),
            text("案情概要", "Clause1"),
            _list("scenes"),
            control("if bases"),
            text("違反規定", "Clause1"),
            _list("bases"),
            control("endif"),
            text("正確做法", "Clause1"),
            _list("practice"),
            gap(10),
            text("{{ closing }}", "Remark"),
        )
    )  # fmt: skip
    return package(PAGE, body)
