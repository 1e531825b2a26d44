"""Filling templates: what goes in comes out, and what a template may not do it cannot do."""

from collections.abc import Mapping
from typing import cast

import pytest

from documents.specimens import SPECIMENS
from inspection.documents.render import render
from inspection.settings import TEMPLATES


@pytest.mark.parametrize("name", sorted(SPECIMENS))
def test_equal_data_gives_equal_bytes(name: str) -> None:
    data = cast("Mapping[str, object]", SPECIMENS[name]())
    assert render(TEMPLATES / name, data) == render(TEMPLATES / name, data)
