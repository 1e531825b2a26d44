"""Places of a workbook's cells as it writes them: `B7`."""

from __future__ import annotations

from functools import cache


@cache
def column_number(letters: str) -> int:
    """Column of a cell reference of up to three letters, A is 0."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def column_letters(column: int) -> str:
    """Letters of a column, `A` of 0."""
    letters, number = "", column + 1
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell_reference(column: int, row: int) -> str:
    """`B7` of column 1 and row 6, both counted from 0."""
    return f"{column_letters(column)}{row + 1}"
