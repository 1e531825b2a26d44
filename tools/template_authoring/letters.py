"""簽 on overdue fixes, 簽 that lays a plan or report before the head, 便簽 with a notice number."""

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
    listed,
    paragraph,
    run,
    table,
    text,
)

BRIEF = Page(look=Look(body=15, heading=15, cell=11.5, line=1.3, outline=("一", "（一）", "1", "（1）")))


def _letterhead(kind: str) -> str:
    return paragraph(run(kind, size=22, bold=True, colour=INK), style="DocumentTitle")


def _fact(label: str, value: str) -> str:
    return paragraph(run(f"{label}：", size=12, colour=GREY), run(value, size=12))


def escalation_brief() -> bytes:
    """The first version of templates/letter/escalation_brief.docx."""
    plain = [
        Cell(text(f"{{{{ fix.{name} }}}}", style))
        for name, style in (
            ("number", "TableCentre"),
            ("unit", "TableText"),
            ("fact", "TableText"),
            ("severity", "TableCentre"),
            ("due", "TableCentre"),
        )
    ]
    rows = [
        head_row("列管編號", "單位", "缺失摘要（已遮蔽）", "嚴重度", "期限", "逾期工作日", "目前情形"),
        control_row("for fix in fixes", 7),
        Row(
            (
                *plain,
                Cell(paragraph(run("{{ fix.days_late }}", style="TonePoor"), style="TableNumber")),
                Cell(text("{{ fix.state }}", "TableText")),
            )
        ),
        control_row("endfor", 7),
    ]
    facts = (("速別", "{{ speed }}"),)
    table_of_fixes = "".join(
        (
            control("if fixes"),
            gap(6),
            table([2.9, 1.5, 5.6, 1.1, 1.9, 1.2, 1.8], rows, lines="rows", padding=0.1, caption="逾期未改善案件"),
            control("endif"),
        )
    )
    return package(BRIEF, _brief(facts, table_of_fixes))


def submission_brief() -> bytes:
    """The first version of templates/letter/submission_brief.docx."""
    said = "".join(
        (
            text("{{ one.said }}", "TableText"),
            control("if one.by"),
            paragraph(run("{{ one.by }}", size=10, colour=GREY), style="TableText"),
            control("endif"),
        )
    )
    rows = [
        head_row("會辦單位", "意見", "採納情形"),
        control_row("for one in opinions", 3),
        Row((Cell(text("{{ one.unit }}", "TableCentre")), Cell(said), Cell(text("{{ one.adoption }}", "TableText")))),
        control_row("endfor", 3),
    ]
    table_of_opinions = "".join(
        (
            control("if opinions"),
            gap(6),
            table([2.2, 8.4, 5.4], rows, lines="rows", caption="會辦意見及採納情形"),
            control("endif"),
        )
    )
    return package(BRIEF, _brief((), table_of_opinions))


def _brief(facts: tuple[tuple[str, str], ...], between: str) -> str:
    """The body of a 簽: head, 主旨, 說明, what stands `between`, 擬辦, addressee and the row to be signed."""
    every = (*facts, ("密等及解密條件", "{{ classification }}"))
    head = "".join(_fact(label, value) for label, value in every)
    attached = _fact("附件", "{{ attachments }}")
    return "".join(
        (
            _letterhead("簽　於{{ office }}"),
            paragraph(run("{{ agency }}　{{ date }}", size=12), align="right", after=4),
            head,
            control("if attachments"),
            attached,
            control("endif"),
            gap(10),
            paragraph(run("主旨：", bold=True), run("{{ subject }}"), style="Hanging", after=8),
            paragraph(run("說明：", bold=True), keep_next=True),
            listed("explanations", "Clause1"),
            between,
            gap(10),
            signed_with(
                BRIEF,
                "".join(
                    (
                        paragraph(run("擬辦：", bold=True)),
                        listed("proposals", "Proposal"),
                        paragraph(run("敬陳"), before=8, after=2),
                        control("for one in addressees"),
                        text("{{ one }}", "BodyIndent"),
                        control("endfor"),
                    )
                ),
                signature_row(BRIEF, SIGNERS),
            ),
            end(),
        )
    )
