"""The compose file itself, up: every service by its own command and healthy, and what people do first."""

from __future__ import annotations

import pytest

from topology.installation import Installation

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def test_all_services_are_healthy(office: Installation) -> None:
    assert {name: office.healthy(name) for name in office.lasting} == dict.fromkeys(office.lasting, True)
