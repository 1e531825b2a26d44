"""A form keeps its sender's name for it by the drop folder and by mail; what a detector finds in a name is hidden."""

from __future__ import annotations

import base64
import secrets
from email.message import EmailMessage
from pathlib import Path

import pytest
from demo.people import fill_form
from sqlalchemy import select

from campaigns.paper_office import CAMPAIGN, STAFF, WORKS, PaperOffice
from detection.invented import Inventor
from inspection import clock as now
from inspection import settings
from inspection.checklists.drop_folder import empty_drop_folder
from inspection.checklists.file_names import LONGEST_NAME_JUDGED, handed_out, looked_at
from inspection.checklists.mailed import empty_mailbox
from inspection.checklists.sheet import take_form
from inspection.documents.forms import read_checklist
from inspection.documents.media_types import DOCX
from inspection.model import ReturnedFile
from inspection.store import checklists
from inspection.store.session import session_scope
from servers.imap import ImapServer

NAME = "保密檢查表.docx"
OF_WORKS = f"{CAMPAIGN}:{WORKS}"
CONTACT_OF_WORKS = "u04-contact@shifan.test"


@pytest.fixture
def sent(office: PaperOffice) -> PaperOffice:
    """Forms are out, and the drop folder is there."""
    office.approved_plan()
    office.send_forms()
    settings.get().drop_folder_path.mkdir(parents=True)
    return office


def form(office: PaperOffice) -> bytes:
    """A filled form; each filling is a file of its own."""
    return fill_form(office.form(WORKS), {})


def drop(name: str, data: bytes) -> Path:
    """Lays a file into the drop folder and has that looked into."""
    path = settings.get().drop_folder_path / name
    path.write_bytes(data)
    empty_drop_folder(session_scope, path.parent, read=read_checklist, at=now.now())
    return path


def handed() -> tuple[bytes, str]:
    """The newest return as it came, and its name."""
    with session_scope() as session:
        document, data, name = take_form(session, checklists.get(session, OF_WORKS), STAFF, at=now.now())
        return data, handed_out(name, document.media_type, "")


def mailed(name: str, data: bytes, *, old: bool = False) -> bytes:
    """A contact's mail with a form; `old`: its name as an encoded word, as older programs write it."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = CONTACT_OF_WORKS, "returns@shifan.gov.tw", "檢查表"
    message.set_content(f"附件請查收 {secrets.token_hex(8)}")
    message.add_attachment(data, maintype="application", subtype="octet-stream", filename="PLACE" if old else name)
    word = b"=?UTF-8?B?" + base64.b64encode(name.encode()) + b"?="
    return message.as_bytes().replace(b'"PLACE"', b'"' + word + b'"')


def test_a_form_is_handed_out_under_the_name_it_came_with_by_folder_and_by_mail(
    sent: PaperOffice, imap: ImapServer
) -> None:
    data = form(sent)
    drop(NAME, data)
    assert handed() == (data, NAME)
    for old in (False, True):
        data = form(sent)
        imap.put(mailed(NAME, data, old=old), arrived=now.now())
        assert empty_mailbox(session_scope, read=read_checklist, at=now.now())["taken"] == 1
        assert handed() == (data, NAME), old


def test_what_a_name_says_of_people_is_hidden_before_it_is_kept_taken_or_refused(sent: PaperOffice) -> None:
    number = Inventor(7).national_id()
    drop(f"工務課{number}.docx", form(sent))
    drop(f"壞檔{number}.docx", b"PK\3\4" + secrets.token_bytes(40) + b"PK\5\6" + bytes(18))
    with session_scope() as session:
        taken, refused = sorted(session.scalars(select(ReturnedFile)), key=lambda one: not one.accepted)
        assert (taken.accepted, refused.accepted) == (True, False)
        for row, begins in ((taken, "工務課"), (refused, "壞檔")):
            assert row.name_shown.startswith(begins)
            assert row.name_shown.endswith(".docx")
            assert number not in row.name_shown


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\Users\\甲\\保密檢查表.docx", NAME),
        ("../../保密檢查表.docx", NAME),
        ("保密\u202e檢查表.docx", NAME),
        ("  ", ""),
        ("照" * (LONGEST_NAME_JUDGED + 1), ""),
        ("𠀀" * 300 + ".docx", "𠀀" * 195 + ".docx"),
        ("檢\udc80表.docx", "檢?表.docx"),
    ],
)
def test_of_a_name_its_last_part_is_kept_as_it_is_read(given: str, kept: str) -> None:
    assert looked_at(given, today=now.today()) == kept


def test_a_name_ends_as_what_the_file_is() -> None:
    assert handed_out("照片.jpeg", "image/jpeg", "x") == "照片.jpeg"
    assert handed_out("照片.exe", "image/jpeg", "x") == "照片.exe.jpg"
    assert handed_out("檢查表", DOCX, "x") == "檢查表.docx"
    assert handed_out("", DOCX, "x.docx") == "x.docx"
    assert handed_out("檢查表.docx", "application/json", "x.json") == "x.json"
