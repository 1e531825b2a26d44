"""Every door of the portal, walked one by one: nobody unsigned and nobody wrong gets anything."""

from __future__ import annotations

from portal.client import visible_text
from portal.conftest import Portal


def test_a_contact_signs_in_with_a_code_and_sees_an_empty_desk(portal: Portal) -> None:
    browser = portal.browser()
    browser.sign_in("works")
    assert browser.get("/").status_code == 200
    assert "目前沒有待辦" in visible_text(browser.page)
