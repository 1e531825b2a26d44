"""Evidence laid beside an answer: looked at behind walls, kept under an id, sent with the return, or refused."""

from __future__ import annotations

import io
import json
from datetime import timedelta

import httpx
import pytest
from docx import Document as Word
from PIL import Image
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from checklists.filling import filled
from detection.invented import Inventor
from inspection import clock as now
from inspection import settings
from inspection.campaigns.cancel import cancel
from inspection.checklists.entering import hold
from inspection.checklists.proof_reading import Examined
from inspection.checklists.proofs import add, remove
from inspection.checklists.review import send_back
from inspection.documents.storage import place_of, read_document
from inspection.errors import SourceUnavailable
from inspection.model import Checklist, ChecklistProof, ChecklistQuestion, Document, Event, Notice
from inspection.model.lifecycle import ChecklistState
from inspection.rules.answers import Asked
from inspection.store import checklists, proofs
from inspection.store.session import session_scope
from portal import story
from portal.answering import (
    CHECK,
    OF_WORKS,
    PAGE,
    answered,
    entered,
    fill_and_look,
    happened,
    items,
    returned,
    take_word,
    typed,
    word_file,
)
from portal.client import Browser, hidden_fields, named, visible_text
from portal.conftest import Portal

EVIDENCE = f"/checklists/{OF_WORKS}/evidence"


def word(text: str) -> bytes:
    """A page of Word."""
    out, page = io.BytesIO(), Word()
    page.add_paragraph(text)
    page.save(out)
    return out.getvalue()


def photograph(shade: int = 200) -> bytes:
    """A picture, in which no machine reads."""
    out = io.BytesIO()
    Image.new("RGB", (90, 60), (shade, 180, 160)).save(out, "JPEG")
    return out.getvalue()


def lay(browser: Browser, item: str, data: bytes, name: str = "簽收簿.docx") -> httpx.Response:
    """Uploads a file beside an answer."""
    assert browser.get(f"{EVIDENCE}?item={item}").status_code == 200
    hidden = hidden_fields(browser.page, EVIDENCE)
    sent = browser.http.post(EVIDENCE, data={**hidden, "item": item}, files={"file": (name, data, "text/html")})
    browser.page = browser.get(f"{EVIDENCE}?item={item}").text if sent.status_code == 303 else sent.text
    return sent


def demanding() -> str:
    """A statement that demands evidence."""
    return next(item for item, asked in items().items() if asked.evidence_required)


def position(item: str) -> int:
    """The number of a statement on the form."""
    return list(items()).index(item) + 1


def items_put() -> dict[str, str]:
    """The statements put to the works unit, by item."""
    with session_scope() as session:
        return {one.item_id: one.statement for one in checklists.questions(session, OF_WORKS)}


def rows() -> list[ChecklistProof]:
    """What was ever laid beside the works unit's answers."""
    with session_scope() as session:
        return list(session.scalars(select(ChecklistProof).order_by(ChecklistProof.id)))


def kept(session: Session) -> list[Document]:
    """The files that are kept."""
    return list(session.scalars(select(Document).where(Document.kind == "checklist_proof")))


def require_waits_for_whoever_sends(laid: ChecklistProof) -> None:
    """While a return is entered nothing is laid beside it nor taken away (on SQLite there is one writer anyway)."""
    if "postgresql" not in settings.get().effective_database_url:
        return
    with session_scope() as sending:
        assert hold(sending, OF_WORKS) is not None
        for change in (
            lambda session, form: remove(session, form, laid.id, person_id="works", at=now.now()),
            lambda session, form: add(
                session, form, laid.item_id, Examined(b"%PDF-", "application/pdf", "a.pdf"), person_id="works",
                at=now.now(),
            ),
        ):  # fmt: skip
            with pytest.raises(SourceUnavailable), session_scope() as session:
                session.execute(text("SET LOCAL lock_timeout = '100ms'"))
                change(session, session.get_one(Checklist, OF_WORKS))


def test_a_photograph_is_kept_without_what_its_camera_told(sent: Portal) -> None:
    contact, item, out = entered(sent, "works"), demanding(), io.BytesIO()
    picture = Image.new("RGB", (90, 60), (200, 180, 160))
    told = picture.getexif()
    told[0x0110], told[0x0112] = "TELEPHONE-X", 6
    picture.save(out, "JPEG", exif=told, comment=b"24.9576,121.2254")
    assert lay(contact, item, out.getvalue(), "公文櫃.jpg").status_code == 303
    with session_scope() as session:
        (document,) = kept(session)
        held = read_document(document)
    assert b"TELEPHONE-X" in out.getvalue()
    assert b"TELEPHONE-X" not in held
    assert b"24.9576" not in held
    assert dict(Image.open(io.BytesIO(held)).getexif()) == {0x0112: 6}
    assert Image.open(io.BytesIO(held)).tobytes() == Image.open(out).tobytes()


def test_evidence_goes_with_the_return_and_the_reviewer_opens_it_under_its_name(sent: Portal) -> None:
    contact, item, data = entered(sent, "works"), demanding(), word("收發登記簿封面")
    fields = {**answered(), f"remark.{item}": ""}
    contact.get(PAGE)
    assert contact.send(PAGE, {**fields, "do": f"evidence:{item}"}).headers["location"] == f"{EVIDENCE}?item={item}"
    assert lay(contact, item, data).status_code == 303
    assert lay(contact, item, data).status_code == 303, "the same file again"
    assert "簽收簿.docx" in visible_text(contact.page)
    assert typed(contact.get(PAGE).text)[f"answer.{item}"] == "conforms", "what was typed was saved on the way"
    assert "佐證檔案1件" in visible_text(contact.page)
    contact.get(CHECK)
    assert "附檔：簽收簿.docx" in visible_text(contact.page)
    assert "可能被退回補正" not in contact.page
    assert contact.send(CHECK, {}).headers["location"].endswith("version=1")
    (row,) = rows()
    with session_scope() as session:
        document = session.get_one(Document, row.document_id)
        assert (read_document(document), row.from_version, row.is_read) == (data, 1, True)
        whole = checklists.returned(session, OF_WORKS, 1)
        assert whole is not None
        told = json.loads(read_document(session.get_one(Document, whole.document_id)))
    assert [one["evidence"] for one in told["answers"] if one["item"] == item] == [[row.sha256]]
    officer = entered(sent, "ethics")
    assert "簽收簿.docx" in visible_text(officer.get(f"/checklists/{OF_WORKS}").text)
    assert "必備佐證未附" not in officer.page
    taken = officer.http.get(f"{EVIDENCE}/file?file={row.id}")
    assert taken.content == data
    assert named(taken) == "簽收簿.docx"
    assert "附檔" in officer.page
    receipt = visible_text(contact.get(f"/checklists/{OF_WORKS}?version=1").text).partition("填報資料")[0]
    assert f"第{position(item)}項佐證 簽收簿.docx SHA-256 {row.sha256}" in " ".join(receipt.split())
    assert [one.actor for one in happened("proof_opened")] == ["ethics"]
    assert entered(sent, "social").http.get(f"{EVIDENCE}/file?file={row.id}").status_code == 404
    assert officer.http.get(f"{EVIDENCE}?item={item}").status_code == 403, "only the unit lays evidence"


def test_what_is_marked_or_sensitive_is_refused_with_advice_and_nothing_of_it_stays(sent_here: Portal) -> None:
    contact, item, chance = entered(sent_here, "works"), next(iter(items())), Inventor(3)
    number = chance.national_id()
    list_of_people = word("\n".join(f"王小明　{one}" for one in (number, *(chance.national_id() for _ in range(9)))))
    marked = word("密")
    for data, name, advice in (
        (list_of_people, "名冊.docx", "請遮蔽後再上傳"),
        (marked, "函稿.docx", "請於說明欄寫明文件名稱"),
        (photograph(), f"{number}.jpg", "請遮蔽後再上傳"),
        (photograph(), f"{number}{'照' * 191}.jpg", "請遮蔽後再上傳"),
        (photograph(), f"{'照' * 1000}.jpg", "檔名過長"),
        (b"MZ" + bytes(200), "封面.pdf", "不收此種檔案"),
    ):
        assert lay(contact, item, data, name).status_code == 422, name
        assert advice in visible_text(contact.page), name
        assert number not in contact.page
    with session_scope() as session:
        assert (rows(), kept(session)) == ([], [])
        grounds = [
            one.details["ground"] for one in session.scalars(select(Event).where(Event.action == "proof_refused"))
        ]
        every = [json.dumps(one.details) for one in session.scalars(select(Event))]
    assert grounds == ["sensitive", "marked", "sensitive", "sensitive", "name", "kind"]
    assert not any(number in one for one in every)
    assert lay(contact, item, b"").status_code == 422
    assert "請選擇檔案" in visible_text(contact.page)


def test_a_file_is_taken_away_and_one_that_was_sent_stays_with_its_return(sent_here: Portal) -> None:
    contact, item = entered(sent_here, "works"), demanding()
    fill_and_look(contact, {**answered(), f"remark.{item}": ""})
    assert "可能被退回補正" in contact.page, "told, and not kept from sending"
    lay(contact, item, photograph(), "門禁.jpg")
    assert "內含影像，文字未經系統檢視" in visible_text(contact.page)
    lay(contact, item, photograph(90), "門禁2.jpg")
    contact.send(EVIDENCE, {"remove": str(rows()[1].id)})
    with session_scope() as session:
        assert len(kept(session)) == 1, "what was never sent is gone"
    mine = f"{EVIDENCE}/file?file={rows()[0].id}"
    codes = {one: entered(sent_here, one).http.get(mine).status_code for one in ("works", "works_head", "ethics")}
    assert codes == {"works": 200, "works_head": 200, "ethics": 404}, "what is not sent is the unit's own"
    foreign = entered(sent_here, "ethics").http.post(
        EVIDENCE, content=b"--", headers={"content-type": "multipart/form-data; boundary=b"}
    )
    assert foreign.status_code == 403, "refused before anything of the file is read"
    seen_before = contact.get(CHECK).text
    lay(contact, item, photograph(10), "門禁3.jpg")
    stale = contact.http.post(CHECK, data=hidden_fields(seen_before, CHECK))
    assert (stale.status_code, returned()) == (409, (ChecklistState.FILLING, 0)), "what is sent is what was looked at"
    contact.get(CHECK)
    contact.send(CHECK, {})
    one, _, three = rows()
    contact.get(f"{EVIDENCE}?item={item}")
    contact.send(EVIDENCE, {"remove": str(one.id)})
    contact.get(CHECK)
    assert contact.send(CHECK, {}).headers["location"].endswith("version=2")
    with session_scope() as session:
        assert [row.id for row in proofs.of_version(session, OF_WORKS, 1)] == [one.id, three.id]
        assert [row.id for row in proofs.of_version(session, OF_WORKS, 2)] == [three.id]
        assert len(kept(session)) == 2, "the first return keeps its evidence"
    assert entered(sent_here, "ethics").http.get(f"{EVIDENCE}/file?file={one.id}").status_code == 200


def test_a_word_form_brings_along_what_lies_on_the_page_and_laying_is_correcting(sent: Portal) -> None:
    contact, item = entered(sent, "works"), demanding()
    lay(contact, item, photograph())
    require_waits_for_whoever_sends(rows()[0])
    assert take_word(word_file()).version == 1
    assert rows()[0].from_version == 1
    officer = entered(sent, "ethics")
    assert "必備佐證未附" in officer.get(f"/checklists/{OF_WORKS}").text, "beside the other statements"
    with session_scope() as session:
        send_back(session, OF_WORKS, person_id="ethics", item_ids=[item], reason="佐證不清楚", at=now.now())
    contact.get(PAGE)
    contact.get(CHECK)
    assert "未見補正" in visible_text(contact.page)
    lay(contact, item, photograph(50))
    assert contact.get(CHECK).status_code == 200
    contact.send(CHECK, {})
    assert returned() == (ChecklistState.RETURNED, 2)


def test_missing_evidence_warns_or_blocks_alike_on_page_and_word_road(sent: Portal) -> None:
    item, contact = demanding(), entered(sent, "works")
    contact.get(PAGE)
    contact.send(PAGE, {**answered(), f"remark.{item}": "", "do": "check"})
    assert contact.get(CHECK).status_code == 200
    assert "項須有佐證" in visible_text(contact.page)
    with session_scope() as session:
        question = session.get_one(ChecklistQuestion, (OF_WORKS, item))
        question.spec = {**question.spec, "evidence_blocks": True}
        assert Asked.of(question.spec).evidence_blocks
    for words in ("", "無", "－", "Ｎ／Ａ", "如附件", items_put()[item]):
        contact.get(PAGE)
        contact.send(PAGE, {**answered(), f"remark.{item}": words, "do": "check"})
        assert contact.get(CHECK).status_code == 422, words
        assert "項須有佐證：請於說明欄寫明登記簿或文件之名稱" in visible_text(contact.page)
        taken = take_word(filled(word_file(), {}, {f"{item}.remark": words}) if words else word_file())
        assert (taken.accepted, taken.problems) == (False, ({"problem": "evidence_unnamed", "item": item},)), words
    with session_scope() as session:
        told = [one for one in session.scalars(select(Notice)) if one.kind == "checklist_refused"]
        assert {one.person_id for one in told} == {"works"}
        assert all("僅填「無」、「如附件」而未附檔" in one.body for one in told)
    assert take_word(filled(word_file(), {}, {f"{item}.remark": "收發登記簿第3冊"})).accepted
    with session_scope() as session:
        question = session.get_one(ChecklistQuestion, (OF_WORKS, item))
        question.spec = {name: value for name, value in question.spec.items() if name != "evidence_blocks"}
    assert take_word(word_file(**{item: "符合", next(iter(items())): "不符合"})).accepted, "only told of"


def test_what_was_never_sent_is_wiped_when_nobody_waits_for_it(sent_here: Portal) -> None:
    contact = entered(sent_here, "works")
    lay(contact, demanding(), photograph())
    with session_scope() as session:
        (document,) = kept(session)
        path = settings.get().documents_folder / place_of(document.id)
        assert path.is_file()
        at = now.now() + timedelta(minutes=1)
        cancel(session, story.CAMPAIGN, person_id="ethics_head", reason="改期辦理", document_number="1", at=at)
        assert kept(session) == []
    assert not path.exists()
    assert contact.http.get(f"{EVIDENCE}?item={demanding()}").status_code == 409
