"""Forms that come by mail to a real IMAP server: taken once, answered once, strangers and machines never."""

from __future__ import annotations

import io
import secrets
import threading
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from demo.people import fill_form

from campaigns.paper_office import (
    CAMPAIGN,
    CONTACT,
    SECOND_STAFF,
    SOCIAL,
    STAFF,
    UNIT_HEAD,
    WORKS,
    PaperOffice,
    notices,
)
from conftest import FixedClock
from inspection import clock as now
from inspection import settings
from inspection.checklists.bringing import ACTOR
from inspection.checklists.fillers import Colleague
from inspection.checklists.fillers import name as name_filler
from inspection.checklists.gathering import gather
from inspection.checklists.issue import ways_besides
from inspection.checklists.mail_parts import MOST_FORMS, MOST_PARTS, Bears, told_by
from inspection.checklists.mailbox import opened
from inspection.checklists.mailed import ANSWERS_A_DAY, empty_mailbox
from inspection.checklists.sheet import sheet
from inspection.doctor.servers import mailbox as mailbox_check
from inspection.documents.forms import read_checklist
from inspection.model.lifecycle import ChecklistState
from inspection.notices.deliver import deliver_due
from inspection.notices.mail_server import PasswordRefused, ServerAway, Unusable
from inspection.rules import catalogue
from inspection.store import checklists, events
from inspection.store.session import session_scope
from servers.imap import ImapServer
from servers.mail import MailServer

OF_WORKS = f"{CAMPAIGN}:{WORKS}"
CONTACT_OF_WORKS, HEAD_OF_WORKS = "u04-contact@shifan.test", "u04-head@shifan.test"
FILLER_OF_WORKS = "u05-contact@shifan.test"


def mail(sender: str = CONTACT_OF_WORKS, *attached: tuple[str, bytes], **headers: str) -> bytes:
    """A person's mail with files of some names attached."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, "returns@shifan.gov.tw", "檢查表"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(f"附件請查收 {secrets.token_hex(8)}")
    for name, data in attached:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def form(office: PaperOffice, unit: str = WORKS) -> bytes:
    """A filled form; each filling is a file of its own."""
    return fill_form(office.form(unit), {})


def zipped(name: str, data: bytes) -> bytes:
    """A file in an archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, data)
    return out.getvalue()


def look() -> Mapping[str, int]:
    """One look into the mailbox."""
    return empty_mailbox(session_scope, read=read_checklist, at=now.now())


def state(checklist_id: str = OF_WORKS) -> ChecklistState:
    """A checklist as it stands."""
    with session_scope() as session:
        return checklists.get(session, checklist_id).state


def answers() -> list[tuple[str, str]]:
    """Who was answered, and with which lines."""
    return [(one.person_id, str(one.values["outcome_lines"])) for one in notices("mailed_answer")]


@pytest.fixture
def sent(office: PaperOffice, imap: ImapServer) -> PaperOffice:
    """Forms are out, and there is a mailbox."""
    office.approved_plan()
    office.send_forms()
    settings.get().drop_folder_path.mkdir(parents=True)
    return office


# --------------------------------------------------------------------------------------------------------- the round


def unmark(imap: ImapServer) -> None:
    """As it is where a reader died between the commit and the mark."""
    with imap.client() as people:
        people.select("INBOX")
        people.store("1:*", "-FLAGS", "(InspectionRead)")


def test_what_comes_by_mail_is_taken_or_answered_once_each_as_it_deserves(
    sent: PaperOffice, imap: ImapServer, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    contact, head, stranger = CONTACT[WORKS], UNIT_HEAD[WORKS], f"{secrets.token_hex(4)}@elsewhere.test"
    # where it is switched on, mail and form name the address
    (told, *_) = [one for one in notices("checklist_issued") if one.person_id == contact]
    assert "或以名冊所載信箱將檔案附於郵件寄至returns@shifan.gov.tw；或列印" in told.body
    with zipfile.ZipFile(io.BytesIO(sent.form(WORKS))) as word:
        assert "returns@shifan.gov.tw" in word.read("word/document.xml").decode()

    deep = "".join(f"Content-Type: multipart/mixed; boundary=x{n}\r\n\r\n--x{n}\r\n" for n in range(1100))
    monkeypatch.setattr("inspection.checklists.mailbox.LARGEST_MAIL_BYTES", 1 << 20)
    good = form(sent)
    imap.put(
        mail(CONTACT_OF_WORKS, ("工務課.docx", good)),
        mail(stranger, ("工務課.docx", form(sent))),
        mail(CONTACT_OF_WORKS, Auto_Submitted="auto-replied"),
        mail(CONTACT_OF_WORKS),
        mail(HEAD_OF_WORKS, ("工務課.zip", zipped("工務課.docx", good)), ("社會課.docx", form(sent, SOCIAL))),
        f"From: {CONTACT_OF_WORKS}\r\n{deep}".encode(),
        mail(CONTACT_OF_WORKS, ("大.docx", secrets.token_bytes(1 << 20))),
        b"\x00\xff not a mail at all",
        arrived=now.now(),
    )
    # two readers at once: each mail is one return and one answer
    counted: list[Mapping[str, int]] = []
    readers = [threading.Thread(target=lambda: counted.append(look())) for _ in range(2)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    sums = {what: sum(one.get(what, 0) for one in counted) for what in ("taken", "refused", "answered", "ignored")}
    assert sums == {"taken": 1, "refused": 5, "answered": 5, "ignored": 1}
    assert sum(one.get("unanswered", 0) for one in counted) == 2
    with session_scope() as session:
        assert sheet(session, OF_WORKS).whole.channel == "mail"  # type: ignore[union-attr]
        assert events.of_subject(session, "checklist", OF_WORKS)[-1].actor == ACTOR
    assert state(f"{CAMPAIGN}:{SOCIAL}") is ChecklistState.ISSUED
    said = answers()
    assert [person for person, _ in said] == [contact, contact, head, contact, contact]
    taken, empty, both, broken, large = (lines for _, lines in said)
    assert "第1個檔案：已收件，收件編號C-paper:U04-1" in taken
    assert ("未附檢查表檔案" in empty, "格式有誤" in broken, "郵件過大" in large) == (True, True, True)
    assert ("解壓縮" in both.splitlines()[0], "非寄件人得填報" in both.splitlines()[1]) == (True, True)
    assert {one.person_id for one in notices("mailed_unanswered")} == {STAFF, SECOND_STAFF}
    assert "工務課.zip" not in "".join(one.body for one in notices())
    assert all({"\\Seen", "InspectionRead"} <= flags for flags in imap.flags())

    # read again, as where a reader died before the mark: nothing more; and what people have read is not what we have
    written = len(notices())
    assert look() == {}
    unmark(imap)
    assert look() == {}
    assert (len(notices()), all("InspectionRead" in flags for flags in imap.flags())) == (written, True)

    # each of many is looked at, and one person has no more than so many answers a day; the office hears of the file.
    # whom the unit named to fill the form may mail it too
    with session_scope() as session:
        named = Colleague("郭○倫", "技士", FILLER_OF_WORKS)
        name_filler(session, OF_WORKS, named, domains=(), person_id=contact, at=now.now())
    wrong = fill_form(sent.form(WORKS), {sent.items(WORKS)[0]: "不符合"})
    broken_files = [mail(CONTACT_OF_WORKS, ("壞檔.docx", secrets.token_bytes(64))) for _ in range(ANSWERS_A_DAY)]
    imap.put(*broken_files, mail(FILLER_OF_WORKS, ("工務課.docx", wrong)), arrived=now.now())
    counts = gather(session_scope, read=read_checklist, at=now.now())
    left = ANSWERS_A_DAY - 4
    assert counts == {
        "taken": 1, "refused": ANSWERS_A_DAY, "waiting": 0, "unreadable": 0, "answered": left + 1, "unanswered": 4,
    }  # fmt: skip
    assert "已收件，收件編號C-paper:U04-2" in answers()[-1][1]
    office = notices("return_refused")
    assert {one.person_id for one in office} == {STAFF, SECOND_STAFF}
    assert all("原信留存於收件信箱" in one.body and "退件區" not in one.body for one in office)
    assert len(notices("mailed_unanswered")) == 2

    # our answers say that they are answers, and go to the roster's addresses alone
    deliver_due(session_scope, at=now.now())
    own = [one for one in mail_server.messages() if "收件結果" in one.subject]
    assert {one.message["Auto-Submitted"] for one in own} == {"auto-replied"}
    assert {one.recipients[0] for one in own} == {CONTACT_OF_WORKS, HEAD_OF_WORKS, FILLER_OF_WORKS}


def test_what_reached_the_server_in_time_is_on_time(sent: PaperOffice, imap: ImapServer, clock: FixedClock) -> None:
    clock.set("2026-11-12T00:03:00+08:00")
    arrived = datetime.fromisoformat("2026-11-11T23:59:00+08:00")
    imap.put(mail(CONTACT_OF_WORKS, ("工務課.docx", form(sent))), arrived=arrived)
    ahead = now.now() + timedelta(hours=1)  # a server whose clock runs ahead gives nobody a later hour than ours
    imap.put(mail("u02-contact@shifan.test", ("社會課.docx", form(sent, SOCIAL))), arrived=ahead)
    assert look()["taken"] == 2
    with session_scope() as session:
        came = {one: checklists.returns(session, f"{CAMPAIGN}:{one}")[0].received_at for one in (WORKS, SOCIAL)}
        late = {one: checklists.get(session, f"{CAMPAIGN}:{one}").days_late for one in (WORKS, SOCIAL)}
    assert came == {WORKS: arrived, SOCIAL: now.now()}
    assert late == {WORKS: 0, SOCIAL: 1}
    assert ["收件時間115年11月11日23時59分" in lines for _, lines in answers()] == [True, False]


# -------------------------------------------------------------------------------------------------------- the server


@pytest.fixture
def database(sqlite_url: str, home: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> str:
    """A migrated database without an office: enough for speaking to the server."""
    monkeypatch.setenv("INSPECTION_DATABASE_URL", sqlite_url)
    settings.reset()
    return sqlite_url


def test_a_refused_password_is_tried_once(database: str, imap: ImapServer, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = f"imaps://returns:{secrets.token_hex(8)}@127.0.0.1:{imap.port}/INBOX"
    monkeypatch.setenv("INSPECTION_IMAP_URL", wrong)
    settings.reset()
    before = imap.log.count("auth failed")
    with pytest.raises(PasswordRefused, match="拒絕帳號或密碼"):
        look()
    with pytest.raises(PasswordRefused, match="一小時內不再嘗試"):
        look()
    assert not mailbox_check().ok
    assert imap.log.count("auth failed") - before == 1


def test_the_connection_is_secured_or_no_password_leaves(
    database: str, imap: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INSPECTION_IMAP_URL", imap.starttls_url)
    settings.reset()
    assert look() == {}
    assert mailbox_check().ok
    logons = imap.log.count("Login: user")
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(ServerAway, match="SSLCertVerificationError"):
        look()
    monkeypatch.setenv("INSPECTION_IMAP_URL", imap.url)
    settings.reset()
    with pytest.raises(ServerAway, match="SSLCertVerificationError"):
        look()
    assert imap.log.count("Login: user") == logons


@pytest.mark.parametrize(
    "url", ["imaps://127.0.0.1/INBOX", "http://a:b@127.0.0.1", "imaps://a:b@[/x", "imaps://a:b%0d%0ac@h/"]
)
def test_an_address_that_is_none_is_told_without_its_password(
    database: str, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("INSPECTION_IMAP_URL", url)
    settings.reset()
    with pytest.raises(Unusable, match="須為 imaps://帳號:密碼@主機/信件匣"):
        look()


def test_a_folder_that_is_not_there_is_told(database: str, imap: ImapServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INSPECTION_IMAP_URL", imap.url.replace("/INBOX", "/Elsewhere"))
    settings.reset()
    with pytest.raises(Unusable, match="信件匣不存在或唯讀"):
        look()


def test_where_the_server_keeps_no_marks_of_ours_what_is_unread_counts(database: str, imap: ImapServer) -> None:
    imap.put(mail(), mail(), arrived=now.now())
    with opened(session_scope, imap.url) as box:
        assert box.keeps_keywords
        without = replace(box, keeps_keywords=False)
        first, second = without.waiting(10)
        assert without.fetch(first) is not None and without.waiting(1) == [first]
        without.mark(first)
        assert (without.waiting(10), box.waiting(10)) == ([second], [first, second])
    assert "InspectionRead" not in imap.flags()[0]


def test_an_address_nobody_reads_is_named_nowhere(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INSPECTION_RETURNS_ADDRESS", "returns@shifan.gov.tw")
    settings.reset()
    assert "returns@" not in ways_besides(catalogue.current())
    check = mailbox_check()
    assert (check.ok, "INSPECTION_IMAP_URL" in check.remedy) == (False, True)
    assert look() == {}


# --------------------------------------------------------------------------------------------- what a mail says itself


@pytest.mark.parametrize(
    ("header", "sender"),
    [
        ("a@b.test", "a@b.test"),
        ("=?utf-8?b?6JSh?= <A@B.test>", "a@b.test"),
        ('"x@y.test, z" <a@b.test>', "a@b.test"),
        ("x@y.test <a@b.test>", ""),
        ("a@b.test, c@d.test", ""),
        ("a@b.test(x@y.test)", ""),
        ("<a@b.test> <c@d.test>", ""),
        ("group: a@b.test;", ""),
        ("a" * 3000 + "@b.test", ""),
        ('"' * 1500, ""),
    ],
)
def test_a_sender_is_one_address_or_nobody(header: str, sender: str) -> None:
    assert told_by(f"From: {header}\r\nSubject: x\r\n\r\nx".encode()).sender == sender


def test_two_from_lines_are_nobody() -> None:
    assert told_by(b"From: a@b.test\r\nFrom: a@b.test\r\n\r\nx").sender == ""


@pytest.mark.parametrize(
    ("header", "automatic"),
    [
        ("Auto-Submitted: auto-replied", True),
        ("Auto-Submitted: auto-generated; x=y", True),
        ("Auto-Submitted: no", False),
        ("Auto-Submitted: No (typed)", False),
        ("Precedence: bulk", True),
        ("Precedence: auto_reply", True),
        ("Precedence: first-class", False),
        ("Return-Path: <>", True),
        ("Return-Path: <a@b.test>", False),
        ("X-Auto-Response-Suppress: All", False),
        ("X-Autoreply: yes", True),
        ("List-Id: <l.b.test>", True),
        ('Content-Type: multipart/report; report-type=delivery-status; boundary="x"', True),
    ],
)
def test_what_a_machine_sent_is_known(header: str, automatic: bool) -> None:
    assert told_by(f"From: a@b.test\r\n{header}\r\n\r\nx".encode()).automatic is automatic


def test_a_mailer_daemon_is_a_machine() -> None:
    assert told_by(b"From: MAILER-DAEMON@b.test\r\n\r\nx").automatic


@pytest.mark.parametrize(
    ("name", "data", "bears"),
    [
        ("表.docx", zipped("[Content_Types].xml", b"x"), [Bears.FORM]),
        ("no name at all", zipped("mimetype", b"x"), [Bears.FORM]),
        ("表.docx", b"PK\3\4 cut off", [Bears.FORM]),
        ("表.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", [Bears.FORM]),
        ("表.docx", zipped("表.docx", b"x"), [Bears.ARCHIVE]),
        ("表.7z", b"x", [Bears.ARCHIVE]),
        ("表", b"Rar!\x1a", [Bears.ARCHIVE]),
        ("winmail.dat", b"x", [Bears.WINMAIL]),
        ("smime.p7m", b"x", [Bears.WRAPPED]),
        ("表.pdf", b"%PDF", [Bears.OTHER]),
    ],
)
def test_an_attachment_is_known_by_its_content_first(name: str, data: bytes, bears: list[Bears]) -> None:
    told = told_by(mail("a@b.test", (name, data)))
    assert (told.bears, len(told.forms)) == (bears, bears.count(Bears.FORM))


@pytest.mark.parametrize(
    ("part", "bears"),
    [
        ("Content-Type: application/pkcs7-mime; smime-type=enveloped-data", [Bears.WRAPPED]),
        ("Content-Type: application/ms-tnef", [Bears.WINMAIL]),
        ("Content-Type: message/rfc822\r\n\r\nFrom: x@y.test", [Bears.MAIL]),
        ("Content-Type: image/png; name=logo.png", []),
        ("Content-Type: application/pkcs7-signature; name=smime.p7s", []),
        ("Content-Type: application/octet-stream; name*0*=utf-8''%E8; name*1*=%A1%A8.7z", [Bears.ARCHIVE]),
        ("Content-Type: application/octet-stream; name*=nothing''%FF%FE.7z", [Bears.ARCHIVE]),
        ("Content-Type: application/octet-stream; name*7=x; name*=y''", [Bears.OTHER]),
        ('Content-Type: application/octet-stream; name="=?big5?b?qu0uN3o=?="', [Bears.ARCHIVE]),
        ("Content-Type: application/octet-stream; name==?none?q?x?=", [Bears.OTHER]),
        ("Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: x-uuencode", [Bears.OTHER]),
    ],
)
def test_an_attachment_of_any_wrapping_is_told_apart(part: str, bears: list[Bears]) -> None:
    head = 'From: a@b.test\r\nContent-Type: multipart/mixed; boundary="x"\r\n\r\n--x\r\n'
    assert told_by(f"{head}{part}\r\n\r\nc29tZXRoaW5n\r\n--x--\r\n".encode()).bears == bears


def test_parts_forms_and_depth_are_bounded() -> None:
    package = zipped("mimetype", b"x")
    many = told_by(mail("a@b.test", *((f"{one}.docx", package) for one in range(MOST_FORMS + 5))))
    assert (len(many.forms), many.bears[-1]) == (MOST_FORMS, Bears.MANY)
    thousands = b"From: a@b.test\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n\r\nx\r\n" * 300
    assert told_by(thousands).bears == [Bears.MANY]
    assert MOST_PARTS < 300
    with pytest.raises(RecursionError):  # what the sandbox answers as failed; then the headers alone are read
        deep = "".join(f"Content-Type: multipart/mixed; boundary=x{n}\r\n\r\n--x{n}\r\n" for n in range(1100))
        told_by(f"From: a@b.test\r\n{deep}".encode())
