"""Numbers in workbook cells as people see them: dates as dates, no digits that only floating point made."""

from __future__ import annotations

import re
from datetime import date, timedelta

from inspection.extraction.markup import attributes

FORMAT_CODE = re.compile(r"<(?:\w+:)?numFmt\b([^<>]*)>")
LITERAL = re.compile(r'"[^"]*"|&quot;.*?&quot;|\[[^\]]*\]|\\.', re.DOTALL)
BUILT_IN_DATES = frozenset(str(number) for number in (*range(14, 18), 22, *range(27, 37), *range(50, 59)))
EPOCH = date(1899, 12, 30)
EPOCH_1904 = date(1904, 1, 1)
"""What older Macintosh programs count days from; such a workbook says so (ECMA-376 18.2.28, date1904)."""
# literal characters around one run of digits: `"A"000000000` shows 123456789 as A123456789
LITERAL_FORMAT = re.compile(r'((?:"[^"]*"|\\.|[-+ ()/:])*)([0#?]*0[0#?]*)((?:"[^"]*"|\\.|[-+ ()/:])*)')
LAST_SERIAL = 2_958_465  # 9999-12-31


def date_formats(styles_xml: str) -> frozenset[str]:
    """Ids of number formats that show a date: built-in ones and those of the workbook with a day or a year in them."""
    own = set()
    for number, code in format_codes(styles_xml).items():
        if is_date_code(code):
            own.add(number)
    return BUILT_IN_DATES | own


def format_codes(styles_xml: str) -> dict[str, str]:
    """A workbook's own number formats by their id."""
    given = (attributes(raw) for raw in FORMAT_CODE.findall(styles_xml))
    return {one.get("numFmtId", ""): one.get("formatCode", "") for one in given}


def literals_of(code: str) -> tuple[str, int, str] | None:
    """(text before, least digits, text behind) of a format that sets letters or zeros round a number; else None."""
    found = LITERAL_FORMAT.fullmatch(code.partition(";")[0])
    if not found:
        return None
    before, behind = (re.sub(r'"([^"]*)"|\\(.)', r"\1\2", found[group]) for group in (1, 3))
    digits = found[2].count("0")
    return (before, digits, behind) if before.strip() or digits > 1 else None


def is_date_code(code: str) -> bool:
    """Whether a number format shows a day or a year, literals left aside."""
    return bool(re.search("[yde]", LITERAL.sub("", code).lower().replace("general", "").replace("e+", "")))


def as_text(raw: str, *, is_date: bool = False, epoch: date = EPOCH) -> str:
    """A stored number as text: whole numbers whole, others to eleven digits as a cell shows them, dates as ISO."""
    if is_date:
        try:
            serial = float(raw)
        except ValueError:
            return raw
        if 1 <= serial <= LAST_SERIAL - (epoch - EPOCH).days:
            return (epoch + timedelta(days=int(serial))).isoformat()
        return raw
    if raw.isdecimal():
        return raw
    try:
        number = float(raw)
    except ValueError:
        return raw
    if number.is_integer() and abs(number) < 1e16:
        return str(int(number))
    return f"{number:.11g}"
