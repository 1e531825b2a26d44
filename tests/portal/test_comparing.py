"""Two returns one after the other are compared side by side: what was changed of each statement, and nothing else."""

from __future__ import annotations

from access.counting import statements
from inspection import clock as now
from inspection.checklists.proof_reading import Examined
from inspection.checklists.proofs import add
from inspection.model import Checklist
from inspection.store.session import session_scope
from portal.answering import CHECK, OF_WORKS, PAGE, entered, fill_and_look, items, typed
from portal.client import Browser, visible_text
from portal.conftest import Portal

LIST = f"/checklists/{OF_WORKS}"
COMPARE = f"{LIST}/compare"


def send_anew(contact: Browser, **changes: str) -> None:
    """Sends the form once more with some of its fields otherwise."""
    contact.get(PAGE)
    fields = {name.replace("__", ".").replace("_", "-"): text for name, text in changes.items()}
    contact.send(PAGE, {**typed(contact.page), **fields, "do": "check"})
    contact.get(CHECK)
    assert contact.send(CHECK, {}).status_code == 303


def named(item: str, part: str) -> str:
    """A field of a statement, as a name of an argument."""
    return f"{part}.{item}".replace(".", "__").replace("-", "_")


def test_contact_and_office_see_answer_remark_and_evidence_before_and_after_and_nothing_else(sent: Portal) -> None:
    contact, officer = entered(sent, "works"), entered(sent, "ethics")
    first, second, third, fourth, *others = items()
    fill_and_look(contact)
    contact.send(CHECK, {})
    assert COMPARE not in contact.get(LIST).text + officer.get(LIST).text
    assert contact.http.get(COMPARE).status_code == 404, "nothing came before the first"
    with session_scope() as session:
        laid = Examined(b"%PDF-", "application/pdf", "簽收簿.pdf")
        add(session, session.get_one(Checklist, OF_WORKS), third, laid, person_id="works", at=now.now())
    changes = {named(first, "answer"): "does_not_conform", named(second, "remark"): "改列登記簿第 7 冊 <&>"}
    send_anew(contact, **changes)
    for reader in (contact, officer):
        assert f"{COMPARE}?version=2" in reader.get(LIST).text
        text = visible_text(reader.get(COMPARE).text)
        assert f"變更3項，其餘{len(items()) - 3}項相同" in text
        assert all(one in text for one in (first, second, third, "改列登記簿第 7 冊 <&>", "簽收簿.pdf"))
        assert not [one for one in (fourth, *others) if one in text]
        rows = [row for row in reader.page.split("<tr ") if "row-wide" in row]
        assert [row.partition('data-name="變更">')[2].partition("<")[0] for row in rows] == ["結果", "說明", "附檔"]
        before, after = (rows[0].partition(f'data-name="第{one}次送回">')[2].partition("</td>")[0] for one in (1, 2))
        assert ("<b>符合" in before, "<b>不符合" in after) == (True, True)
    send_anew(contact, **{named(first, "answer"): "conforms"})
    assert "變更1項" in visible_text(contact.get(COMPARE).text)
    assert "變更3項" in visible_text(contact.get(f"{COMPARE}?version=2").text)
    assert f"{COMPARE}?version=2" in contact.get(LIST).text
    assert [contact.http.get(f"{COMPARE}?version={one}").status_code for one in ("1", "9")] == [404, 404]
    other = entered(sent, "social").http
    assert [other.get(one).status_code for one in (LIST, COMPARE)] == [404, 404], "another unit hears of no such form"


def test_how_many_statements_a_comparison_takes_does_not_grow_with_what_was_changed(sent: Portal) -> None:
    contact, officer = entered(sent, "works"), entered(sent, "ethics")
    fill_and_look(contact)
    contact.send(CHECK, {})
    every = list(items())
    counted = []
    for some in (every[:1], every[1:]):
        send_anew(contact, **{named(item, "remark"): "另補登記簿" for item in some})
        officer.get(COMPARE)
        with statements() as told:
            officer.get(COMPARE)
        counted.append(len(told))
    assert counted[0] == counted[1] <= 30, counted
