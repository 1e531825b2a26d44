"""Numbers in workbook cells as people see them: dates as dates, no digits that only floating point made."""

from __future__ import annotations

import re
from datetime import date, timedelta

FORMAT_CODE = re.compile(r"<(?:\w+:)?numFmt\b[^<>]*>")
CODE = re.compile(r'formatCode="([^"]*)"')
FORMAT_ID = re.compile(r'numFmtId="(\d{1,6})"')
LITERAL = re.compile(r'"[^"]*"|&quot;.*?&quot;|\[[^\]]*\]|\\.', re.DOTALL)
BUILT_IN_DATES = frozenset(str(number) for number in (*range(14, 18), 22, *range(27, 37), *range(50, 59)))
EPOCH = date(1899, 12, 30)
LAST_SERIAL = 2_958_465  # 9999-12-31


def date_formats(styles_xml: str) -> frozenset[str]:
    """Ids of number formats that show a date: built-in ones and those of the workbook with a day or a year in them."""
    own = set()
    for raw in FORMAT_CODE.findall(styles_xml):
        code, number = CODE.search(raw), FORMAT_ID.search(raw)
        if code and number and is_date_code(code[1]):
            own.add(number[1])
    return BUILT_IN_DATES | own


def is_date_code(code: str) -> bool:
    """Whether a number format shows a day or a year, literals left aside."""
    return bool(re.search("[yde]", LITERAL.sub("", code).lower().replace("general", "").replace("e+", "")))


def as_text(raw: str, *, is_date: bool = False) -> str:
    """A stored number as text: whole numbers whole, others to eleven digits as a cell shows them, dates as ISO."""
    if is_date:
        try:
            serial = float(raw)
        except ValueError:
            return raw
        if 1 <= serial <= LAST_SERIAL:
            return (EPOCH + timedelta(days=int(serial))).isoformat()
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
