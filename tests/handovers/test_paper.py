"""移交清冊 as Word and on the portal: three signatures, counts, every line; only those it concerns see it."""

from __future__ import annotations

from datetime import date

from starlette.testclient import TestClient

from campaigns.paper_office import CONTACT, ETHICS_HEAD, SECOND_STAFF, SOCIAL, STAFF, WORKS, PaperOffice
from documents.word import body_of, lines_of
from inspection import clock as now
from inspection.access import sessions
from inspection.handovers.listing import Wanted
from inspection.handovers.open import open_handover
from inspection.handovers.paper import print_list
from inspection.portal.app import create_app
from inspection.store.session import session_scope
from portal.client import visible_text


def opened(office: PaperOffice) -> str:
    """An ethics officer hands over all; the number."""
    office.one_fix()
    wanted = Wanted(STAFF, SECOND_STAFF, date(2026, 11, 2), "調任他機關")
    with session_scope() as session:
        return open_handover(session, wanted, catalogue=office.rules, actor=ETHICS_HEAD, at=now.now()).id


def test_the_list_is_printed_once_with_people_counts_and_lines(office: PaperOffice) -> None:
    number = opened(office)
    with session_scope() as session:
        first, data = print_list(session, number, catalogue=office.rules, at=now.now())
        again, same = print_list(session, number, catalogue=office.rules, at=now.now())
        assert (first.id, data) == (again.id, same)
    told = "\n".join(lines_of(body_of(data)))
    for words in (
        "公務機密維護業務移交清冊", number, "政風室課員簡○廉", "政風室助理員連○潔", "政風室主任潘○正", "調任他機關",
        "移交統計", "清查帳號保管", "移交人", "接交人", "監交人",
    ):  # fmt: skip
        assert words in told
    assert "only-for-tests" not in told


def visits(person_id: str, path: str) -> tuple[int, str]:
    """What a signed-in person is shown at a path."""
    with session_scope() as session:
        cookie = sessions.start(session, person_id, at=now.now())
    browser = TestClient(create_app(), base_url="http://127.0.0.1:8601", follow_redirects=False)
    browser.cookies.set("inspection", cookie)
    answer = browser.get(path)
    return answer.status_code, visible_text(answer.text) if "html" in answer.headers.get("content-type", "") else ""


def test_the_portal_shows_it_to_both_people_and_the_ethics_office_alone(office: PaperOffice) -> None:
    number = opened(office)
    for person in (SECOND_STAFF, ETHICS_HEAD):
        status, told = visits(person, f"/handovers/{number}")
        assert status == 200
        assert "清查帳號保管" in told
        assert visits(person, f"/handovers/{number}/document")[0] == 200
    assert visits(STAFF, f"/handovers/{number}")[0] == 303  # all roles are gone, and with them the visit
    assert number in visits(SECOND_STAFF, "/")[1]
    assert number in visits(ETHICS_HEAD, "/handovers")[1]
    for stranger in (CONTACT[WORKS], CONTACT[SOCIAL]):
        assert visits(stranger, f"/handovers/{number}")[0] == 404
        assert visits(stranger, f"/handovers/{number}/document")[0] == 404
        assert visits(stranger, "/handovers")[0] == 403


def test_the_giver_reads_it_while_a_role_is_held(office: PaperOffice) -> None:
    office.one_fix()
    wanted = Wanted(STAFF, SECOND_STAFF, date(2026, 11, 9), "調任他機關")
    with session_scope() as session:
        number = open_handover(session, wanted, catalogue=office.rules, actor=ETHICS_HEAD, at=now.now()).id
    assert visits(STAFF, f"/handovers/{number}")[0] == 200
