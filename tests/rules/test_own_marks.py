"""The marks proposed for our own papers are marks to our own eyes: a crawl that meets one finds its condition."""

from __future__ import annotations

import re

import pytest

from inspection.rules.catalogue import load
from inspection.rules.marking import load_marking

OFFICE = load().office
MARKING = load_marking()


@pytest.mark.clause("S4-22")
@pytest.mark.parametrize("wording", [one.wording.replace("{date}", "116年6月30日") for one in OFFICE.declassifications])
def test_every_condition_of_the_menu_is_read_as_one(wording: str) -> None:
    assert [one.id for one in MARKING.declassification if re.search(one.regex, wording)] != []
