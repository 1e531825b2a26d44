"""Every door of the portal answers wrong input in Chinese: unknown matters, other methods, other content."""

from __future__ import annotations

import re

from house.spoken import CHINESE, english_in
from inspection.access.tokens import form_token
from inspection.portal.app import DOORS
from inspection.portal.guard import LARGEST_FORM_BYTES
from portal.client import visible_text
from portal.conftest import Portal

REFUSED = {403, 404, 405, 409, 413, 422}


def _spoken(html: str) -> None:
    told = re.sub(r"E-\w{4}-\w|\S+@\S+", "", visible_text(html))
    assert CHINESE.search(told)
    assert english_in(told) == [], told


def test_wrong_input_at_every_door_is_answered_in_chinese(portal: Portal) -> None:
    browser = portal.browser()
    browser.sign_in("ethics")
    token = {"form_token": form_token(browser.http.cookies.get("inspection") or "")}
    seen = set()
    for door in DOORS:
        for named in ("none-such", "999999"):
            path = re.sub(r"\{[^}]+\}", named, door.path)
            answers = [browser.http.get(path)] if door.method == "GET" else [
                browser.http.post(path, data={"x": "y"}),
                browser.http.post(path, data=token | {"outcome": "perhaps", "on": "tomorrow", "number": "x" * 9000}),
                browser.http.post(path, json={"x": "y"}),
                browser.http.post(path, data=token | {"x": "y" * LARGEST_FORM_BYTES}),
                browser.http.post(path, content=b"\xff\xfe=%zz", headers={"Content-Type": "multipart/form-data"}),
            ]  # fmt: skip
            answers.append(browser.http.delete(path))
            for answer in answers:
                seen.add(answer.status_code)
                assert answer.status_code < 500, (door.method, path, answer.status_code)
                if answer.status_code >= 400:
                    _spoken(answer.text)
    assert {403, 404, 405, 422} <= seen & REFUSED
    for path in ("/none", "/static/none", "/sign-in/none"):
        answer = browser.http.get(path)
        assert answer.status_code == 404
        _spoken(answer.text)
