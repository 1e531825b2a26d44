"""`make endurance`: changes of the compose file that show only once the services run are noticed where it is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from topology.images import Image
from topology.mutations import RUNNING
from topology.running import faults_of

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.mark.parametrize("name", RUNNING)
def test_a_change_is_noticed_once_the_services_run(ground: Path, images: dict[str, Image], name: str) -> None:
    found = faults_of(ground, images, RUNNING[name].change)
    assert [one for one in found if one.startswith(RUNNING[name].fault)], found
