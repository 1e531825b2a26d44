"""The pages at phone, tablet and desk width, and an approval from sign-in to stamp by keyboard alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from browser.visitor import GALLERY, Office
from conftest import FixedClock
from inspection.model import Approval
from inspection.model.lifecycle import ApprovalState
from inspection.store import approvals
from inspection.store.session import session_scope
from portal import story
from portal.small_office import address
from spring.window_office import shift, small

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("office", ["submitted"], indirect=True)
def test_a_deputy_signs_in_and_approves_the_plan_by_keyboard_alone(office: Office, clock: FixedClock) -> None:
    plan_id = f"{story.CAMPAIGN}:v1"
    clock.set("2026-10-15T10:40:00+08:00")
    visitor = office.visitor()
    page, keys = visitor.page, visitor.page.keyboard
    visitor.go("/sign-in")
    visitor.look("01-sign-in")
    page.focus("[name=address]")
    keys.type(address("secretary"))
    keys.press("Enter")
    page.wait_for_url("**/sign-in/code")
    visitor.look("01-sign-in-code")
    page.focus("[name=code]")
    keys.type("0000 0000")
    keys.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    visitor.complaints.clear()  # the browser itself notes a 422 as an error
    visitor.look("01-sign-in-wrong-code")
    page.focus("[name=code]")
    keys.type(office.code("secretary", after=0))
    keys.press("Enter")
    page.wait_for_url(f"{office.address}/")
    visitor.look("00-home")
    page.get_by_role("link", name="開啟核定").focus()
    keys.press("Enter")
    page.wait_for_url(f"**/plans/{plan_id}")
    expect(page.get_by_text("您現以代理人身分決行")).to_be_visible()
    visitor.look("03-approval")
    page.focus("[name=outcome][value=approved]")
    keys.press("Space")
    visitor.look("03-approval-chosen")
    reached = []
    for _ in range(6):
        keys.press("Tab")
        reached.append(page.evaluate("document.activeElement.textContent.trim()"))
        if reached[-1].startswith("下一步"):
            break
    assert reached[-1].startswith("下一步"), reached
    assert page.evaluate("getComputedStyle(document.activeElement).outlineWidth") == "3px"
    before = office.mails_to("secretary")
    keys.press("Enter")
    page.wait_for_url("**/decision")
    visitor.look("03-approval-confirm")
    page.focus("[name=code]")
    keys.type(office.code("secretary", after=before))
    keys.press("Enter")
    page.wait_for_url(f"**/plans/{plan_id}")
    expect(page.locator(".stamp__word")).to_have_text("核定")
    expect(page.locator(".stamp")).to_contain_text("游○賢代張○誠")
    visitor.look("03-approval-decided")
    with session_scope(read_only=True) as session:
        row = approvals.latest(session, ("plan", plan_id))
        assert isinstance(row, Approval)
        assert (row.state, row.decided_by, row.on_behalf_of) == (ApprovalState.APPROVED, "secretary", "mayor")


@pytest.mark.parametrize("office", ["inspected"], indirect=True)
def test_the_ethics_office_sees_progress_judges_and_follows_up(office: Office, clock: FixedClock) -> None:
    clock.set("2026-11-12T10:42:00+08:00")
    visitor = office.visitor()
    visitor.sign_in("ethics")
    visitor.look("00-home-ethics")
    visitor.go("/progress")
    visitor.look("06-campaigns")
    visitor.go(f"/progress/{story.CAMPAIGN}")
    visitor.look("06-progress")
    visitor.page.get_by_role("link", name="填報與查證比對").click()
    expect(visitor.page.get_by_role("heading", name="各單位")).to_be_visible()
    visitor.look("06-cross-checks")
    visitor.go("/suspicions")
    visitor.look("05-triage-start")
    visitor.page.get_by_role("link", name="社會課").click()
    page = visitor.page
    waiting = page.locator("[name=suspicion]").count()
    suspected = page.get_by_role("row").filter(has_not_text="尚非疑似事項").locator("[name=suspicion]")
    suspected.nth(0).check()
    suspected.nth(1).check()
    visitor.look("05-triage")
    page.get_by_role("button", name="確認為缺失").click()
    expect(page.get_by_role("alert")).to_be_visible()
    visitor.complaints.clear()
    assert page.locator("[name=suspicion]:checked").count() == 2
    page.fill("[name=reason]", "含未遮蔽個人資料，置於全機關可讀之資料夾")
    page.get_by_role("button", name="確認為缺失").click()
    expect(page.locator("[name=suspicion]")).to_have_count(waiting - 2)
    visitor.go("/suspicions/U11")
    expect(page.get_by_text("依規定迴避")).to_be_visible()
    visitor.look("05-triage-own-unit")


@pytest.mark.parametrize("office", ["issued"], indirect=True)
def test_the_ethics_office_sees_what_keeps_an_inspection_open(office: Office, clock: FixedClock) -> None:
    clock.set("2026-11-23T09:10:00+08:00")
    visitor = office.visitor()
    visitor.sign_in("ethics")
    visitor.go(f"/progress/{story.CAMPAIGN}")
    visitor.page.get_by_role("link", name="檢查結案與列管結清").click()
    expect(visitor.page.get_by_role("heading", name="列管結清", exact=True)).to_be_visible()
    visitor.look("06-conclusion")


@pytest.mark.parametrize("office", ["reported"], indirect=True)
def test_a_report_is_signed_for_read_and_its_faults_are_mended(office: Office, clock: FixedClock) -> None:
    clock.set("2026-11-19T11:30:00+08:00")
    head = office.visitor()
    head.sign_in("mayor")
    head.go(f"/campaigns/{story.CAMPAIGN}/campaign_report")
    head.look("03-report-approval")
    ethics_head = office.visitor()
    ethics_head.sign_in("ethics_head")
    ethics_head.go(f"/campaigns/{story.CAMPAIGN}/unit_report")
    ethics_head.look("03-unit-reports-approval")
    with session_scope() as session:
        story.sign_and_issue(session)
    clock.set("2026-11-23T09:10:00+08:00")
    visitor = office.visitor()
    page = visitor.page
    visitor.sign_in("works_head")
    visitor.look("00-home-unit")
    page.get_by_role("link", name="閱讀報告").first.click()
    visitor.look("04-report-cover")
    page.get_by_role("button", name="簽收並開啟報告").click()
    expect(page.locator(".sheet")).to_be_visible()
    visitor.look("04-report")
    with page.expect_download() as download:
        page.get_by_role("button", name="下載全文").click()
    assert download.value.suggested_filename.endswith(".docx")
    clock.set("2026-11-27T09:10:00+08:00")
    visitor.sign_in("works_head")
    visitor.go("/fixes")
    visitor.look("07-fixes-unit")
    page.get_by_role("link", name="開啟").first.click()
    visitor.look("07-fix")
    page.fill("[name=claim]", "已移至採購專用資料夾並限二人讀取，115年11月26日由課長確認。")
    page.get_by_role("button", name="送出：改善完成").click()
    expect(page.get_by_text("複查期間停止計日")).to_be_visible()
    visitor.look("07-fix-claimed")
    ethics = office.visitor()
    ethics.sign_in("ethics")
    ethics.go("/fixes")
    ethics.look("07-fixes")
    ethics.page.get_by_role("row", name="工務課").get_by_role("link").click()
    ethics.look("07-fix-verify")


def test_errors_and_empty_desks_say_what_to_do(office: Office, clock: FixedClock) -> None:
    visitor = office.visitor()
    visitor.sign_in("social")
    visitor.look("08-empty-home")
    visitor.go("/fixes")
    visitor.look("08-empty-fixes")
    visitor.go("/plans/none")
    expect(visitor.page.get_by_text("事件編號").first).to_be_visible()
    visitor.complaints.clear()
    visitor.look("08-not-found")
    visitor.go("/suspicions")
    visitor.complaints.clear()
    visitor.look("08-not-allowed")


@pytest.mark.parametrize("office", ["submitted"], indirect=True)
def test_the_drafter_enters_what_was_decided_on_paper(office: Office, clock: FixedClock) -> None:
    clock.set("2026-10-20T09:00:00+08:00")
    visitor = office.visitor()
    visitor.sign_in("ethics")
    visitor.go(f"/plans/{story.CAMPAIGN}:v1")
    visitor.go("/paper")
    visitor.look("03-paper-code")
    visitor.go(f"/plans/{story.CAMPAIGN}:v1")
    visitor.look("03-paper")
    visitor.page.check("[name=outcome][value=approved]")
    visitor.page.fill("[name=decided_on]", "115年10月19日")
    visitor.page.fill("[name=document_number]", "示市政字第1150000123號")
    visitor.page.set_input_files(
        "[name=scan]", [{"name": "簽.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF\n"}]
    )
    visitor.page.get_by_role("button", name="登錄核定結果").click()
    expect(visitor.page.locator(".stamp")).to_contain_text("示市政字第1150000123號")
    visitor.page.fill("[name=file_number]", "115/0205/1/3")
    visitor.page.fill("[name=retention]", "10")
    visitor.page.get_by_role("button", name="補登歸檔資料").click()
    expect(visitor.page.get_by_text("10年", exact=True)).to_be_visible()
    visitor.look("03-paper-filed")


@pytest.mark.parametrize("office", ["submitted"], indirect=True)
def test_a_unit_is_asked_speaks_and_is_answered(office: Office, clock: FixedClock) -> None:
    plan = f"/plans/{story.CAMPAIGN}:v1"
    clock.set("2026-10-15T10:40:00+08:00")
    unit = office.visitor()
    unit.sign_in("it_head")
    unit.look("10-home-consulted")
    unit.go(plan)
    unit.look("10-opinion")
    unit.page.check("[name=stance][value=remarks]")
    unit.page.fill("textarea[name=text]", "清查帳號請於期滿當日停用，並留存登入紀錄。")
    unit.page.get_by_role("button", name="送出會辦意見").click()
    ethics = office.visitor()
    ethics.sign_in("ethics")
    ethics.go(plan)
    ethics.look("10-opinions-ethics")
    ethics.page.check("[name=adoption][value=partly]")
    ethics.page.fill("[name=reason]", "改為期滿次一工作日停用")
    ethics.page.get_by_role("button", name="載明採納情形").click()
    expect(ethics.page.get_by_text("部分採納：改為期滿次一工作日停用")).to_be_visible()
    clock.set("2026-10-26T09:00:00+08:00")
    head = office.visitor()
    head.sign_in("mayor")
    head.go(plan)
    expect(head.page.get_by_text("逾期未表示意見").first).to_be_visible()
    head.look("10-opinions-head")


@pytest.mark.parametrize("office", ["submitted"], indirect=True)
def test_the_plan_prints_on_a4_without_its_frame(office: Office, clock: FixedClock) -> None:
    plan_id = f"{story.CAMPAIGN}:v1"
    visitor = office.visitor()
    visitor.sign_in("mayor")
    visitor.go(f"/plans/{plan_id}")
    visitor.page.emulate_media(media="print")
    for hidden in (".top", ".foot", ".decide"):
        expect(visitor.page.locator(hidden)).to_be_hidden()
    expect(visitor.page.locator(".sheet")).to_be_visible()
    visitor.page.set_viewport_size({"width": 794, "height": 1123})
    GALLERY.mkdir(parents=True, exist_ok=True)
    visitor.page.screenshot(path=GALLERY / "09-print.png", full_page=True)


@pytest.mark.parametrize("office", ["settled"], indirect=True)
def test_a_shift_is_reported_from_the_desk_and_seen_by_the_ethics_office(
    office: Office, clock: FixedClock, tmp_path: Path
) -> None:
    clock.set("2027-01-11T09:00:00+08:00")
    window = small(tmp_path)
    window.in_force()
    clock.set("2027-02-06T23:20:00+08:00")
    for day, by in (("0128", "nobody"), ("0129", "works"), ("0130", "nobody"), ("0203", "nobody"), ("0204", "works")):
        window.report(shift(day), f"2027-{day[:2]}-{day[2:]}T23:50:00+08:00", by=by)
    duty = office.visitor()
    duty.sign_in("works")
    duty.look("07-duty-desk")
    duty.go(f"/duty/{shift('0206')}")
    duty.page.check("[name=situation][value=situation]")
    duty.page.fill("[name=summary]", "23時10分地下室消防警報誤動作，通知維護廠商到場復歸，無人員財物損失。")
    duty.look("07-duty-report")
    duty.page.get_by_role("button", name="送出回報").click()
    expect(duty.page.get_by_text("有狀況").first).to_be_visible()
    duty.look("07-duty-reported")
    ethics = office.visitor()
    ethics.sign_in("ethics")
    ethics.go("/duty")
    ethics.look("07-duty-ethics")
    ethics.page.get_by_role("link", name="回報").first.click()
    ethics.look("07-duty-by-phone")
