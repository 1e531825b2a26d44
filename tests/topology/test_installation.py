"""The compose file itself, up: every service by its own command, healthy, on its queues, with the account it needs."""

from __future__ import annotations

import pytest

from topology.installation import Installation
from topology.running import faults

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def test_all_services_are_up_healthy_and_on_their_queues(office: Installation) -> None:
    assert list(faults(office)) == []
