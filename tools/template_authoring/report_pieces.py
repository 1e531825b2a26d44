"""What both reports are made of: cover band, large figures, coloured values, tables of findings and coverage."""

from __future__ import annotations

from collections.abc import Sequence

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

PAGE = Page(left=2.2, right=2.2, look=Look(body=12, heading=13, cell=11, line=1.2, heading_colour=BLUE))
WIDTH = PAGE.text_width
_COVERAGE = (
    ("應清查分享區", "crawl.shares"),
    ("檔案總數", "crawl.files"),
    ("已讀取", "crawl.read"),
    ("依規定不讀取", "crawl.left_out"),
    ("無法完整讀取", "crawl.unread"),
    ("尚未處理", "crawl.pending"),
)
_SUSPECTED = (
    ("疑似事項", "suspected.all"),
    ("確認缺失", "suspected.confirmed"),
    ("自主改善", "suspected.self_improved"),
    ("排除", "suspected.dismissed"),
    ("未判定", "suspected.undecided"),
)


def band(agency: str, title: str, *facts: str, size: float = 20) -> str:
    """The cover band; each fact on a line of its own, so that no date breaks."""
    lines = "".join(text(fact, "BandFacts" if fact == facts[-1] else "BandFact") for fact in facts)
    content = text(agency, "BandAgency") + paragraph(run(title, size=size), style="BandTitle") + lines
    return table([WIDTH], [Row((Cell(content, fill=TINT, borders=(Border("left", 48, BLUE),)),))], lines="none") + gap(
        8
    )


def key_figures(*names: tuple[str, str]) -> tuple[tuple[str, str, str, str, str], ...]:
    """The fields of `key_figures` as (number, unit, label, note, colour)."""
    return tuple(
        (
            f"{{{{ key_figures.{name}.number }}}}",
            f"{{{{ key_figures.{name}.unit }}}}",
            f"{{{{ key_figures.{name}.label }}}}",
            f"{{{{ key_figures.{name}.note }}}}",
            colour,
        )
        for name, colour in names
    )


def figures(*figures: tuple[str, str, str, str, str]) -> str:
    cells = tuple(
        Cell(
            paragraph(
                run(number, size=24, bold=True, colour=colour),
                run(f" {unit}", size=11, colour=GREY),
                before=4,
                after=0,
                exact=28,
            )
            + text(label, "FigureLabel")
            + text(note, "FigureNote"),
            middle=False,
            borders=(Border("top", 12, colour),),
        )
        for number, unit, label, note, colour in figures
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


def findings(
    each: str = "findings",
    widths: Sequence[float] = (2.8, 8.2, 1.5, 2.0, 2.1),
    *,
    remedies: bool = True,
    caption: str = "缺失事實",
) -> str:
    """A table of faults, the list they come from by its name; `remedies` says with each what is to be done."""
    titles = ("編號", "缺失事實（已遮蔽）", "嚴重度", "依據", "改善期限")
    fact = paragraph(run("{{ finding.item }}", bold=True), style="TableText") + text("{{ finding.fact }}", "TableText")
    if remedies:
        fact += (
            control("if finding.remedy")
            + paragraph(run("改善建議：", bold=True), run("{{ finding.remedy }}"), style="TableText")
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
        control_row(f"for finding in {each}", columns),
        Row(cells, may_split=True),  # a long fact may not tear the heading off its table
        control_row("endfor", columns),
    ]
    return table(widths, rows, lines="rows", caption=caption)


def coverage() -> str:
    """How far the crawl came: one row of figures that add up."""
    return _figures_row(_COVERAGE, "自動清查涵蓋情形")


def suspected() -> str:
    """What became of what was suspected: one row of figures that add up."""
    return _figures_row(_SUSPECTED, "疑似事項處理情形")


def _figures_row(columns: tuple[tuple[str, str], ...], caption: str) -> str:
    width = WIDTH / len(columns)
    heads = Row(tuple(Cell(text(label, "SignatureHead"), fill=TINT) for label, _ in columns))
    values = Row(tuple(Cell(text(f"{{{{ {name} }}}}", "TableCentre")) for _, name in columns))
    return table([width] * len(columns), [heads, values], caption=caption)


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
    return table([2.9, 1.8, 7.4, 4.5], rows, lines="rows", caption="前次缺失改善情形")
