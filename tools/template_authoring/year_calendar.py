"""年度行事曆: one A3 page, a row for each month with its 31 days, and beside it what is due."""

from __future__ import annotations

from tools.template_authoring.page import Page, package
from tools.template_authoring.styles import Look
from tools.template_authoring.styling import (
    BLUE,
    BROWN,
    GREY,
    INK,
    RED,
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

PAGE = Page(
    width=42.0, height=29.7, top=2.0, bottom=1.9, left=1.5, right=1.5, look=Look(body=12, cell=11, heading_colour=BLUE)
)
MONTH, DAY, DAYS = 1.9, 0.76, 31
ENTRIES = PAGE.text_width - MONTH - DAY * DAYS
ROW_HEIGHT = 1.5
CLOSED, PERIOD, DUE = "E4E8EF", "CFE0F1", "F8DDD5"
# look of a day, its background, the colour of its number, bold or not, and what the legend says
_LOOKS = (
    ("closed", CLOSED, GREY, False, "放假日"),
    ("makeup", "", BROWN, True, "補行上班日"),
    ("period", PERIOD, INK, False, "檢查或春安期間"),
    ("period_closed", PERIOD, GREY, False, ""),
    ("due", DUE, RED, True, "期限或應檢視之日"),
    ("none", "FAFBFC", GREY, False, ""),
)


def _day(fill: str, colour: str, bold: bool) -> Cell:
    number = paragraph(
        run("{{ day.number }}", size=12, bold=bold, colour=colour), align="center", before=1, after=0, exact=15
    )
    weekday = paragraph(run("{{ day.weekday }}", size=9, colour=colour), align="center", before=0, after=1, exact=11)
    return Cell(number + weekday, fill=fill)


def _tag(words: str, span: int = 1) -> Cell:
    return Cell(paragraph(run(f"{{%tc {words} %}}")), span=span)


def _days() -> tuple[Cell, ...]:
    """One ready cell per look, of which each day keeps one: staff may recolour them in Word."""
    cells: list[Cell] = []
    for look, fill, colour, bold, _ in _LOOKS:
        cells += [_tag(f'{"elif" if cells else "if"} day.look == "{look}"'), _day(fill, colour, bold)]
    cells += [_tag("else"), _day("", INK, False), _tag("endif"), _tag("endfor")]
    # the tags vanish: the first takes the columns that the 31 days will fill
    return (_tag("for day in month.days", DAYS - len(cells)), *cells)


def _entries() -> str:
    line = paragraph(
        run("{{ entry.when }}", size=11, bold=True, colour=BLUE),
        run("　{{ entry.what }}", size=11),
        style="CellItem",
    )
    return gap(3) + control("for entry in month.entries") + line + control("endfor") + gap(3)


def _year() -> str:
    numbers = tuple(Cell(text(str(day), "TableHead"), fill=BLUE) for day in range(1, DAYS + 1))
    head = Row((head_row("月").cells[0], *numbers, head_row("應辦事項").cells[0]), head=True)
    name = Cell(text("{{ month.name }}", "RowHeadCentre"), fill=TINT)
    rows = [
        head,
        control_row("for month in months", DAYS + 2),
        Row((name, *_days(), Cell(_entries())), height=ROW_HEIGHT),
        control_row("endfor", DAYS + 2),
    ]
    return table([MONTH, *[DAY] * DAYS, ENTRIES], rows, padding=0.12, caption="年度行事曆")


def _legend() -> str:
    shown = [(fill, colour, bold, words) for _, fill, colour, bold, words in _LOOKS if words]
    cells: list[Cell] = []
    for fill, colour, bold, words in shown:
        sample = paragraph(run("8", size=10, bold=bold, colour=colour), align="center", before=0, after=0, exact=13)
        frame = tuple(Border(side, 4, "D5DAE3") for side in ("top", "left", "bottom", "right"))
        label = paragraph(run(words, size=10, colour=GREY), before=0, after=0, exact=13)
        cells += [Cell(sample, fill=fill, borders=frame), Cell(label)]
    basis = paragraph(run("{{ basis }}", size=10, colour=GREY), align="right", before=0, after=0, exact=13)
    widths = [0.8, 3.6] * len(shown)
    return table([*widths, PAGE.text_width - sum(widths)], [Row((*cells, Cell(basis)))], lines="none", padding=0.15)


def year_calendar() -> bytes:
    """The first version of templates/calendar/year_calendar.docx."""
    left = PAGE.text_width * 0.62
    band = Row(
        (
            Cell(
                text("{{ agency }}{{ office }}", "BandAgency") + text("{{ title }}", "BandTitle"),
                fill=TINT,
                borders=(Border("left", 48, BLUE),),
            ),
            Cell(paragraph(run("{{ date }}印製", size=11, colour=GREY), align="right"), fill=TINT),
        )
    )
    body = "".join(
        (
            table([left, PAGE.text_width - left], [band], lines="none", padding=0.4),
            gap(6),
            _legend(),
            gap(4),
            _year(),
            gap(2),
            control("for line in notes"),
            text("{{ line }}", "Remark"),
            control("endfor"),
        )
    )
    return package(PAGE, body)
