"""Photographs beside a record: kept bare, seen by the group and who may read the record, gone if never sent."""

from __future__ import annotations

import io

from PIL import Image
from sqlalchemy import select

from inspection import clock as now
from inspection import settings
from inspection.checklists import photos
from inspection.documents.storage import place_of, read_document
from inspection.model import Document, SpotPhoto
from inspection.store import events
from inspection.store.session import session_scope
from portal import story
from portal.client import Browser, hidden_fields, visible_text
from portal.conftest import Portal
from portal.test_spot import OF_WORKS, PAGE, a_visit, entered, items, key_in, leader, post, second

PHOTOS = f"{PAGE}/photos"
CAMERA = "InventedCam 9"


def photograph(shade: int = 200) -> bytes:
    """As a camera writes it, with its own name beside the picture."""
    out, beside = io.BytesIO(), Image.Exif()
    beside[0x0110] = CAMERA
    Image.new("RGB", (90, 60), (shade, 180, 160)).save(out, "JPEG", exif=beside)
    return out.getvalue()


def lay(browser: Browser, item: str, data: bytes, name: str = "IMG_0042.jpg") -> int:
    """Sends a photograph from the page of its statement; the status."""
    browser.page = browser.get(f"{PHOTOS}?item={item}").text
    hidden = hidden_fields(browser.page, PHOTOS)
    sent = browser.http.post(PHOTOS, data={**hidden, "item": item}, files={"file": (name, data, "image/jpeg")})
    browser.page = browser.get(f"{PHOTOS}?item={item}").text if sent.status_code == 303 else sent.text
    return sent.status_code


def rows() -> list[SpotPhoto]:
    """All photographs, oldest first."""
    with session_scope() as session:
        return list(session.scalars(select(SpotPhoto).order_by(SpotPhoto.id)))


def happened() -> list[tuple[str, str]]:
    """Who did what with photographs, in order."""
    with session_scope() as session:
        every = events.of_subject(session, "spot_record", OF_WORKS)
        return [(one.action, one.actor) for one in every if one.action.startswith("photo_")]


def test_a_photograph_is_laid_beside_a_statement_and_seen_by_those_it_is_for(sent: Portal) -> None:
    lead, other, item = leader(), second(), items()[0]
    mine, officer = entered(sent, lead), entered(sent, other)
    mine.page = mine.get(PAGE).text
    assert post(mine, PAGE, do=f"photos:{item}", **{f"remark.{item}": "打到一半"}) == 303
    assert "尚無照片" in visible_text(mine.page)
    assert lay(mine, item, photograph()) == 303
    assert lay(mine, item, photograph()) == 303, "the same again is once"
    assert lay(mine, item, photograph(90)) == 303
    first, other_one = rows()
    with session_scope() as session:
        kept = session.get_one(Document, first.document_id)
        assert CAMERA.encode() not in read_document(kept)
        assert "0042" not in kept.title + kept.subject_id
        away = settings.get().documents_folder / place_of(other_one.document_id or "")
    assert post(mine, PHOTOS, item=item, remove=str(other_one.id)) == 303
    assert not away.exists()
    one = f"{PHOTOS}/file?file={first.id}"
    assert officer.get(one).status_code == 404, "before it is sent it is the group's alone"
    assert "打到一半" in mine.get(PAGE).text
    assert "照片1張" in visible_text(mine.get(PAGE).text)
    key_in(mine, a_visit())
    assert mine.get(f"{PHOTOS}?item={item}").status_code == 409
    assert one in officer.get(PAGE).text
    assert officer.get(one).content[:3] == b"\xff\xd8\xff"
    for person in ("works", "works_head", "social", "mayor"):
        stranger = entered(sent, person)
        assert stranger.get(one).status_code in {403, 404}
        assert "照片" not in stranger.get(f"/checklists/{OF_WORKS}").text
    assert happened() == [
        ("photo_added", lead), ("photo_added", lead), ("photo_removed", lead), ("photo_opened", other),
    ]  # fmt: skip


def test_what_is_shown_is_what_is_sent_and_what_is_no_photograph_is_refused(sent_here: Portal) -> None:
    lead, item = leader(), items()[0]
    mine = entered(sent_here, lead)
    assert lay(mine, item, b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n", "a.pdf") == 422
    assert lay(mine, item, photograph()[:-40]) == 422
    assert not rows()
    mine.page = mine.get(PAGE).text
    assert post(mine, PAGE, **a_visit(), do="check") == 303
    stale, shown = mine.page, hidden_fields(mine.page, f"{PAGE}/check")["seen"]
    assert lay(mine, item, photograph()) == 303
    mine.page = stale
    assert post(mine, f"{PAGE}/check") == 409, "a photograph came since it was shown"
    assert hidden_fields(mine.page, f"{PAGE}/check")["seen"] != shown
    (row,) = rows()
    with session_scope() as session:
        place = settings.get().documents_folder / place_of(row.document_id or "")
        photos.forget(session, story.CAMPAIGN, at=now.now())
    assert not place.exists()
    (row,) = rows()
    assert row.document_id is None
    assert [action for action, _ in happened()] == ["photo_refused", "photo_refused", "photo_added"]
