"""What both reports are made of: cover band, large figures, coloured values, tables of findings and coverage."""

from __future__ import annotations

from tools.template_authoring.page import Page
from tools.template_authoring.styles import Look
from tools.template_authoring.styling import (
    BLUE,
    GREY,
    TINT,
    Border,
    Cell,
    Row,
    control,
    control_row,
    gap,
    head_row,
    paragraph,
    run,
    table,
    text,
)

PAGE = Page(left=2.2, right=2.2, look=Look(body=12, heading=13, cell=11, line=1.3, heading_colour=BLUE))
WIDTH = PAGE.text_width
_COVERAGE = (
    ("共用資料夾", "shares"),
    ("檔案總數", "files"),
    ("已讀取", "read"),
    ("無法讀取", "unread"),
    ("疑似事項", "suspected"),
    ("確認缺失", "confirmed"),
    ("排除", "dismissed"),
)


def band(agency: str, title: str, facts: str) -> str:
    content = text(agency, "BandAgency") + text(title, "BandTitle") + text(facts, "BandFacts")
    return table([WIDTH], [Row((Cell(content, fill=TINT, borders=(Border("left", 48, BLUE),)),))], lines="none") + gap(
        8
    )


def figures(*figures: tuple[str, str, str, str]) -> str:
    cells = tuple(
        Cell(
            paragraph(
                run(number, size=24, bold=True, colour=colour),
                run(f" {unit}", size=11, colour=GREY),
                before=4,
                after=0,
                exact=28,
            )
            + text(label, "FigureLabel"),
            borders=(Border("top", 12, colour),),
        )
        for number, unit, label, colour in figures
    )
    return table([WIDTH / len(cells)] * len(cells), [Row(cells)], lines="none", padding=0.1)


def toned(value: str, tone: str) -> str:
    """A value in the colour of its tone; three conditional runs, so that staff may restyle each."""
    styles = (("good", "ToneGood"), ("fair", "ToneFair"), ("poor", "TonePoor"))
    known = "".join(
        run(f'{{% if {tone} == "{name}" %}}') + run(f"{{{{ {value} }}}}", style=style) + run("{% endif %}")
        for name, style in styles
    )
    return known + run(f'{{% if {tone} == "none" %}}{{{{ {value} }}}}{{% endif %}}')


def listed(name: str, style: str = "Clause2", empty: str = "") -> str:
    nothing = control("else") + text(empty, style) if empty else ""
    return control(f"for line in {name}") + text("{{ line }}", style) + nothing + control("endfor")


def findings() -> str:
    titles = ("編號", "缺失事實（已遮蔽）", "嚴重度", "依據", "改善期限")
    fact = (
        paragraph(run("{{ finding.item }}", bold=True), style="TableText")
        + text("{{ finding.fact }}", "TableText")
        + control("if finding.remedy")
        + paragraph(run("改善建議：{{ finding.remedy }}", size=10, colour=GREY), style="TableText")
        + control("endif")
    )
    cells = (
        Cell(text("{{ finding.number }}", "TableCentre")),
        Cell(fact),
        Cell(paragraph(toned("finding.severity", "finding.tone"), style="TableCentre")),
        Cell(text("{{ finding.basis }}", "TableText")),
        Cell(text("{{ finding.deadline }}", "TableCentre")),
    )
    columns = len(titles)
    rows = [
        head_row(*titles),
        control_row("for finding in findings", columns),
        Row(cells),
        control_row("endfor", columns),
    ]
    return table([2.8, 5.9, 1.5, 3.0, 3.4], rows, lines="rows", caption="缺失事實")


def coverage() -> str:
    width = WIDTH / len(_COVERAGE)
    heads = Row(tuple(Cell(text(label, "SignatureHead"), fill=TINT) for label, _ in _COVERAGE))
    values = Row(tuple(Cell(text(f"{{{{ crawl.{name} }}}}", "TableCentre")) for _, name in _COVERAGE))
    return table([width] * len(_COVERAGE), [heads, values], caption="自動清查涵蓋情形")


def previous_findings() -> str:
    rows = [
        head_row("編號", "單位", "前次缺失", "改善情形"),
        control_row("for case in previous", 4),
        Row(
            tuple(
                Cell(text(f"{{{{ case.{name} }}}}", style))
                for name, style in (
                    ("number", "TableCentre"),
                    ("unit", "TableText"),
                    ("fact", "TableText"),
                    ("state", "TableText"),
                )
            )
        ),
        control_row("endfor", 4),
    ]
    return table([2.9, 1.9, 5.4, 6.4], rows, lines="rows", caption="前次缺失改善情形")
