"""A browser without a screen: follows forms as people do, with their hidden fields."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from urllib.parse import unquote

import httpx
from starlette.testclient import TestClient

from portal.small_office import address
from servers.mail import MailServer


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: dict[str, dict[str, str]] = {}
        self._action = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self._action = given.get("action") or ""
            self.forms.setdefault(self._action, {})
        elif tag == "input" and given.get("type") == "hidden" and self._action:
            self.forms[self._action][given["name"] or ""] = given.get("value") or ""


def hidden_fields(html: str, action: str) -> dict[str, str]:
    """The hidden fields of the form that posts to a path; KeyError where the page has no such form."""
    parser = _Forms()
    parser.feed(html)
    return parser.forms[action]


def visible_text(html: str) -> str:
    """A page's words without markup."""
    return unescape(re.sub(r"<[^>]+>", " ", html))


def named(answer: httpx.Response) -> str:
    """The name a file that is handed out is saved under (RFC 6266)."""
    return unquote(answer.headers["content-disposition"].partition("filename*=UTF-8''")[2])


class Browser:
    """One person's browser: cookies, the page last seen, and the mailbox of the office."""

    def __init__(self, http: TestClient, mail: MailServer) -> None:
        self.http, self.mail = http, mail
        self.page = ""

    def get(self, path: str) -> httpx.Response:
        """Opens a page."""
        response = self.http.get(path)
        self.page = response.text
        return response

    def send(self, action: str, fields: dict[str, str | list[str]]) -> httpx.Response:
        """Sends a form of the page last seen, with its hidden fields."""
        response = self.http.post(action, data={**hidden_fields(self.page, action), **fields})
        if response.status_code != 303:
            self.page = response.text
        return response

    def code(self, person_id: str) -> str:
        """The code in the newest mail to a person."""
        mails = [mail for mail in self.mail.messages() if address(person_id) in mail.recipients]
        found = re.findall(r"\b\d{4} \d{4}\b", mails[-1].text)
        assert len(found) == 1, mails[-1].text
        return str(found[0])

    def sign_in(self, person_id: str) -> None:
        """Signs in as one of the small office."""
        self.get("/sign-in")
        assert self.send("/sign-in", {"address": address(person_id)}).headers["location"] == "/sign-in/code"
        self.get("/sign-in/code")
        entered = self.send("/sign-in/code", {"code": self.code(person_id)})
        assert entered.status_code == 303, visible_text(self.page)
        assert entered.headers["location"] == "/"
