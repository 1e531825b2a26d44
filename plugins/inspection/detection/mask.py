"""Masks a value where it is born: nothing found leaves this room in clear."""

from __future__ import annotations

import re

from inspection.rules.detectors import Mask

HIDDEN = "****"
TOWN = re.compile(r"^(?:[一-鿿]{2,3}?[縣市])?[一-鿿]{1,4}?[鄉鎮市區]")


def masked(kind: Mask, value: str) -> str:
    """The excerpt that may be shown.

    National ID: the last four hidden (國發會 103.12.31 發資字第1031501471號函). Phone: the last three. Address: down to
    the township. Name: surname and last character. Secret: nothing. Anything else: at most four leading characters
    and never more than a third.
    """
    if kind == "national_id":
        return value[:-4] + HIDDEN
    if kind == "phone":
        return value[:-3] + "***"
    if kind == "address":
        town = TOWN.match(value)
        return (town[0] if town else value[:3]) + "○○○"
    if kind == "name":
        return value[0] + "○" * max(1, len(value) - 2) + (value[-1] if len(value) > 2 else "")
    if kind == "secret":
        return HIDDEN
    return value[: min(4, len(value) // 3)] + HIDDEN
