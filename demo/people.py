"""People of the demo, who use the doors people use: their mailbox, the portal, the drop folder, the command line."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import time
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from lxml import etree, html

from servers.mail import MailServer, ReceivedMail

CODE = re.compile(r"(?<!\d)(\d{4})\s?(\d{4})(?!\d)")
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
WAIT_SECONDS = 30.0
NOT_APPLICABLE, REASON = "不適用", "本單位無此項業務"


class StoryFailed(RuntimeError):
    """Something did not happen as it must; the demo ends with exit status 1."""


@dataclass(frozen=True, slots=True)
class Mailboxes:
    """The agency's mailboxes: one folder of real mails, by address."""

    server: MailServer

    def of(self, address: str) -> list[ReceivedMail]:
        """All mails to an address, oldest first."""
        return [mail for mail in self.server.messages() if address in mail.recipients]

    def newest(self, address: str, *, wanted: str, after: int = 0) -> ReceivedMail:
        """The newest mail to an address whose subject holds `wanted`; waits for it."""
        deadline = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < deadline:
            found = [mail for mail in self.of(address)[after:] if wanted in mail.subject]
            if found:
                return found[-1]
            time.sleep(0.1)
        raise StoryFailed(f"no mail {wanted!r} came to {address}")


class Visitor:
    """Somebody at the portal, with the browser's cookies and what the pages offer: links and forms."""

    def __init__(self, portal_url: str, address: str, mail: Mailboxes) -> None:
        self._client = httpx.Client(base_url=portal_url, follow_redirects=True, timeout=60)
        self._address = address
        self._mail = mail
        self.page: httpx.Response = self._client.get("/")
        self._sign_in()

    def _sign_in(self) -> None:
        before = len(self._mail.of(self._address))
        self.go("/sign-in")
        self.send({"address": self._address}, button="address")
        self.send({"code": self._code(before)}, button="code")

    def _code(self, before: int) -> str:
        mail = self._mail.newest(self._address, wanted="代碼", after=before)
        found = CODE.search(mail.text)
        if found is None:
            raise StoryFailed("the mail holds no code")
        return "".join(found.groups())

    def go(self, path: str) -> str:
        """Opens a page; returns its text."""
        self.page = self._client.get(path)
        return self._settled()

    def send(self, fields: Mapping[str, str], *, button: str) -> str:
        """Fills the form that holds the field `button` and sends it; returns the next page's text."""
        page: Any = html.fromstring(self.page.text)
        forms = [form for form in page.forms if button in form.fields]
        if not forms:
            raise StoryFailed(f"the page offers no form with {button!r}")
        form = forms[0]
        values = {name: value or "" for name, value in form.form_values()}
        target = form.get("action") or str(self.page.url)
        self.page = self._client.post(httpx.URL(str(self.page.url)).join(target), data={**values, **fields})
        return self._settled()

    def decide(self, path: str, *, outcome: str, remark: str = "") -> str:
        """Decides on a page that asks for a decision, proving once more who decides."""
        self.go(path)
        before = len(self._mail.of(self._address))
        self.send({"outcome": outcome, "remark": remark}, button="outcome")
        if 'name="code"' in self.page.text:
            self.send({"code": self._code(before)}, button="code")
        return self.page.text

    def _settled(self) -> str:
        if self.page.is_error:
            page: Any = html.fromstring(self.page.text)
            words = " ".join(page.text_content().split())
            raise StoryFailed(f"the portal answered {self.page.status_code}: {words[:400]}")
        return self.page.text

    def close(self) -> None:
        """Leaves."""
        self._client.close()


def inspection(*arguments: str, allowed: Sequence[int] = (0,)) -> str:
    """Runs the command `inspection` as a person at a terminal would; returns what it printed."""
    ended = subprocess.run(
        [sys.executable, "-m", "inspection.cli", *arguments], capture_output=True, text=True, check=False
    )
    if ended.returncode not in allowed:
        raise StoryFailed(f"inspection {' '.join(arguments[:3])} ended with {ended.returncode}: {ended.stderr[-600:]}")
    return ended.stdout


def attached_form(mail: ReceivedMail) -> bytes:
    """The Word form attached to a mail."""
    for part in mail.message.iter_attachments():
        if (part.get_filename() or "").endswith(".docx"):
            return bytes(part.get_payload(decode=True))
    raise StoryFailed("the mail has no form attached")


def fill_form(form: bytes, answers: Mapping[str, str], *, otherwise: str = "符合") -> bytes:
    """Chooses an answer in every dropdown, as Word would: by item code or `otherwise`; 不適用 with a reason."""
    source = zipfile.ZipFile(io.BytesIO(form))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            data = source.read(entry)
            if entry.filename == "word/document.xml":
                data = _filled(data, answers, otherwise)
            target.writestr(entry, data)
    return out.getvalue()


def _filled(document: bytes, answers: Mapping[str, str], otherwise: str) -> bytes:
    root = etree.fromstring(document)
    for control in root.iter(f"{WORD}sdt"):
        tag = control.find(f"{WORD}sdtPr/{WORD}tag")
        named = tag.get(f"{WORD}val", "") if tag is not None else ""
        code = next((one for one in answers if one in named), "")
        if named.endswith(".remark") and answers.get(code) == NOT_APPLICABLE:
            next(control.iter(f"{WORD}t")).text = REASON
        if control.find(f"{WORD}sdtPr/{WORD}dropDownList") is None:
            continue
        placeholder = control.find(f"{WORD}sdtPr/{WORD}showingPlcHdr")
        parent = placeholder.getparent() if placeholder is not None else None
        if placeholder is not None and parent is not None:
            parent.remove(placeholder)
        texts = list(control.iter(f"{WORD}t"))
        texts[0].text = answers.get(code, otherwise)
        for rest in texts[1:]:
            rest.text = ""
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def drop(folder: Path, name: str, form: bytes) -> None:
    """Lays a returned form into the drop folder, whole."""
    waiting = folder / f".{name}"
    waiting.write_bytes(form)
    waiting.replace(folder / name)
