"""Each service of the compose file is who it must be, holds what it must hold and reaches whom it must, and no more."""

from __future__ import annotations

from pathlib import Path

import pytest

from topology.images import Image
from topology.mutations import PLACES, SMALL
from topology.places import faults_of

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def test_each_service_is_who_it_must_be_and_reaches_whom_it_must(ground: Path, images: dict[str, Image]) -> None:
    assert faults_of(ground, images) == []


@pytest.mark.parametrize("name", SMALL)
def test_a_changed_line_is_noticed_where_it_bites(ground: Path, images: dict[str, Image], name: str) -> None:
    found = faults_of(ground, images, PLACES[name].change)
    assert [one for one in found if one.startswith(PLACES[name].fault)], found
