"""Invents numbers at run time, so that no plausible one is stored: valid by their check digits, or wrong on purpose."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from inspection.detection.validators import LETTER_CODES

NID_WEIGHTS = (1, 9, 8, 7, 6, 5, 4, 3, 2, 1)


class Inventor:
    """Draws numbers from a seed; the same seed draws the same ones."""

    def __init__(self, seed: int = 7) -> None:
        self.random = random.Random(seed)

    def digits(self, count: int) -> str:
        return "".join(self.random.choice("0123456789") for _ in range(count))

    def national_id(self, second: str = "12") -> str:
        letter = self.random.choice(list(LETTER_CODES))
        body = self.random.choice(second) + self.digits(7)
        code = LETTER_CODES[letter]
        numbers = [code // 10, code % 10, *map(int, body)]
        total = sum(n * w for n, w in zip(numbers, NID_WEIGHTS, strict=True))
        return f"{letter}{body}{-total % 10}"

    def wrong_id(self) -> str:
        right = self.national_id()
        return right[:-1] + str((int(right[-1]) + 1 + self.random.randrange(8)) % 10)

    def old_resident(self) -> str:
        letter, second = self.random.choice(list(LETTER_CODES)), self.random.choice("ABCD")
        body = self.digits(7)
        code = LETTER_CODES[letter]
        numbers = [code // 10, code % 10, LETTER_CODES[second] % 10, *map(int, body)]
        total = sum(n * w for n, w in zip(numbers, NID_WEIGHTS, strict=True))
        return f"{letter}{second}{body}{-total % 10}"

    def company(self, *, right: bool = True) -> str:
        weights = (1, 2, 1, 2, 1, 2, 4, 1)
        while True:
            number = (
                str(self.random.randrange(30, 90)) + self.digits(4) + self.random.choice("012345689") + self.digits(1)
            )
            total = sum(sum(map(int, str(int(d) * w))) for d, w in zip(number, weights, strict=True))
            if (total % 5 == 0) == right:
                return number

    def card(self, *, right: bool = True) -> str:
        body = "4" + self.digits(14)
        total = 0
        for place, digit in enumerate(reversed(body)):
            doubled = int(digit) * 2 if place % 2 == 0 else int(digit)
            total += doubled - 9 if doubled > 9 else doubled
        return body + str((-total + (0 if right else 3)) % 10)

    def mobile(self) -> str:
        return "09" + self.random.choice("123567") + self.digits(7)

    def telephone(self) -> str:
        return "(03)" + self.random.choice("23568") + self.digits(6)

    def passport(self) -> str:
        return "3" + self.digits(8)

    def health_card(self) -> str:
        return "0000" + self.digits(8)

    def account(self) -> str:
        return "8" + self.random.choice("123456789") + self.digits(12)

    def plate(self) -> str:
        return "".join(self.random.choice("ABCDEFGHJKLMNPQRSTUVWXYZ") for _ in range(3)) + "-" + self.digits(4)

    def password(self) -> str:
        letters = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz"
        return "".join(self.random.choice(letters) for _ in range(6)) + "!" + self.digits(3)

    def mrz_names(self) -> str:
        return "P<TWN" + "LIN<<SHIH<FAN".ljust(39, "<")

    def mrz_numbers(self, *, right: bool = True) -> str:
        number, birth, expiry = self.passport(), "800101", "300101"
        last = _mrz_check(expiry) if right else str((int(_mrz_check(expiry)) + 1) % 10)
        return (
            f"{number}{_mrz_check(number)}TWN{birth}{_mrz_check(birth)}F{expiry}{last}"
            + "<" * 14
            + "0"
            + self.digits(1)
        )


def _mrz_check(text: str) -> str:
    return str(sum(int(c) * (7, 3, 1)[i % 3] for i, c in enumerate(text)) % 10)


def _full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) for c in text)


def filled(text: str, inventor: Inventor) -> tuple[str, list[str]]:
    """A case with its placeholders filled, and the invented values in it."""
    makers: dict[str, Callable[[], str]] = {
        "NID": inventor.national_id,
        "NID-WRONG": inventor.wrong_id,
        "NID-FULLWIDTH": lambda: _full_width(inventor.national_id()),
        "NID-SPACED": lambda: " ".join(inventor.national_id()),
        "NID-BROKEN": lambda: re.sub(r"^(.{6})", r"\1\n", inventor.national_id()),
        "NID-SMALL": lambda: inventor.national_id().lower(),
        "NID-PARTED": lambda: re.sub(r"^(.)", r"\1\t", inventor.national_id()),
        "UI": lambda: inventor.national_id("89"),
        "UIO": inventor.old_resident,
        "UBN": inventor.company,
        "UBN-WRONG": lambda: inventor.company(right=False),
        "CARD": inventor.card,
        "CARD-DASHED": lambda: "-".join(re.findall("....", inventor.card())),
        "CARD-WRONG": lambda: inventor.card(right=False),
        "MOBILE": inventor.mobile,
        "MOBILE-DASHED": lambda: re.sub(r"^(....)(...)", r"\1-\2-", inventor.mobile()),
        "MOBILE-INTL": lambda: "+886 " + inventor.mobile()[1:],
        "MOBILE-NUMBER": lambda: inventor.mobile()[1:],
        "TEL": inventor.telephone,
        "TEL-DASHED": lambda: re.sub(r"(\d{4})$", r"-\1", inventor.telephone()),
        "PASSPORT": inventor.passport,
        "NHI": inventor.health_card,
        "ACCT": lambda: f"004-{inventor.digits(4)}-{inventor.digits(9)}",
        "ACCT-POST": lambda: f"{inventor.digits(7)}-{inventor.digits(7)}",
        "SEVEN": lambda: inventor.digits(7),
        "ACCT-PLAIN": inventor.account,
        "PLATE": inventor.plate,
        "PASSWORD": inventor.password,
        "MRZ1": inventor.mrz_names,
        "MRZ2": inventor.mrz_numbers,
        "MRZ2-WRONG": lambda: inventor.mrz_numbers(right=False),
    }
    values: list[str] = []

    def fill(match: re.Match[str]) -> str:
        value = makers[match[1]]()
        values.append(value)
        return value

    return re.sub(r"<([A-Z]+[A-Z0-9-]*)>(?!<)", lambda m: fill(m) if m[1] in makers else m[0], text), values
