"""`make endurance`: each change of the compose file that is known to bite is noticed, at the check that is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from topology.images import Image
from topology.mutations import PLACES
from topology.places import faults_of

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.mark.parametrize("name", PLACES)
def test_a_change_is_noticed_where_it_bites(ground: Path, images: dict[str, Image], name: str) -> None:
    found = faults_of(ground, images, PLACES[name].change)
    assert [one for one in found if one.startswith(PLACES[name].fault)], found
