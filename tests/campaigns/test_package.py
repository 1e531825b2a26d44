"""一鍵成簽: what the 公文系統 needs, in the office's own words, with the opinions and the level proposed."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from campaigns.paper_office import CAMPAIGN, STAFF, WORKS, PaperOffice
from inspection import clock as now
from inspection.approvals.opinions import AdoptionNote, Given
from inspection.campaigns import consultation
from inspection.campaigns.gates import awaited
from inspection.campaigns.open import Wanted, open_campaign
from inspection.campaigns.package import Package, package
from inspection.cli.main import app
from inspection.documents.paper_code import short_code
from inspection.errors import NotFound
from inspection.model import Document
from inspection.planning.paper import print_plan
from inspection.store.session import session_scope
from inspection.vocabulary import Adoption, Severity, Stance

REMARK = "清查帳號請於期滿當日停用"


def submit(office: PaperOffice) -> None:
    """A plan printed and laid before the head."""
    office.draft()
    with session_scope() as session:
        print_plan(session, CAMPAIGN, catalogue=office.rules, at=now.now())
    office.submit()


def made(subject: str = "plan") -> Package:
    """The package as it stands."""
    with session_scope() as session:
        return package(session, subject, CAMPAIGN, catalogue=PaperOffice().rules, at=now.now())


def text(subject: str = "plan") -> str:
    """The draft to be pasted."""
    return made(subject).files["01_簽稿.txt"].decode()


def test_a_plan_not_submitted_or_not_printed_has_none(office: PaperOffice) -> None:
    office.open()
    with pytest.raises(NotFound):
        made()
    office.draft()
    office.submit()
    with pytest.raises(NotFound, match="尚未製作文件"):
        made()


@pytest.mark.clause("S0-07f")
def test_the_draft_says_subject_grounds_and_proposal_in_the_offices_words(office: PaperOffice) -> None:
    office.open()
    submit(office)
    draft = text()
    with session_scope() as session:
        code = short_code(awaited(session, "plan", CAMPAIGN).content_hash)
    for words in (
        "主旨：檢陳「",
        "簽請鑒核。",
        "說明：",
        "一、依",
        f"識別碼（{code}）",
        "擬辦：",
        "核備",
        "敬陳\r\n主任秘書\r\n市長\r\n",
    ):
        assert words in draft
    assert "密等及解密條件：擬不列密等" in draft
    assert "資訊室：會辦中，期限115年11月5日" in draft


def test_opinions_and_their_adoption_stand_in_draft_and_brief(office: PaperOffice) -> None:
    office.open()
    submit(office)
    with session_scope() as session:
        asked = awaited(session, "plan", CAMPAIGN)
        given = Given(Stance.REMARKS, REMARK, "P081", asked.content_hash, now.today())
        consultation.give(session, "plan", CAMPAIGN, "U08", given, catalogue=office.rules, at=now.now())
        answered = AdoptionNote(Adoption.PARTLY, "改為期滿次一工作日停用", STAFF)
        consultation.answer(session, "plan", CAMPAIGN, "U08", answered, at=now.now())
    package_now = made()
    assert f"資訊室：{REMARK}（主任蘇○毅" in package_now.files["01_簽稿.txt"].decode()
    assert "採納情形：部分採納：改為期滿次一工作日停用" in package_now.files["01_簽稿.txt"].decode()
    body = zipfile.ZipFile(io.BytesIO(package_now.files["02_簽稿.docx"])).read("word/document.xml").decode()
    assert REMARK in body
    assert "部分採納：改為期滿次一工作日停用" in body


def test_it_says_that_a_unit_under_unannounced_inspection_was_not_asked(office: PaperOffice) -> None:
    with session_scope() as session:
        hour = datetime.fromisoformat("2026-11-10T14:00:00+08:00")
        wanted = Wanted(
            "ad_hoc", date(2026, 11, 9), date(2026, 11, 20), STAFF, ("U08", WORKS), CAMPAIGN, reveal_at=hour
        )
        open_campaign(session, wanted, catalogue=office.rules, at=now.now())
    submit(office)
    assert "資訊室：本案為不預先通知之檢查，該單位為受檢單位，揭示時間前不予會辦。" in text()
    assert "擬列「密」，解密條件：檢查開始時解密" in text()
    with session_scope() as session:
        assert {one.level for one in session.query(Document).filter_by(kind="plan")} == {"密"}


def test_a_campaigns_report_is_proposed_as_secret_with_its_condition(office: PaperOffice) -> None:
    office.approved_plan()
    office.to_findings(Severity.HIGH)
    office.compile()
    office.submit_reports()
    draft = text("campaign_report")
    assert "密等及解密條件：擬列「密」，解密條件：" in draft
    assert "依檢查計畫（115年11月2日核定" in draft


def test_the_command_writes_everything_once_and_again(office: PaperOffice, tmp_path: Path) -> None:
    office.open()
    submit(office)
    out = tmp_path / "簽稿"
    for _ in range(2):
        ran = CliRunner().invoke(app, ["plan", "package", CAMPAIGN, "--out", str(out), "--as", STAFF, "--json"])
        assert ran.exit_code == 0, ran.output
    names = sorted(path.name for path in out.iterdir())
    assert names == ["01_簽稿.txt", "02_簽稿.docx", "03_附件.docx", "03_附件.odt", "03_附件.pdf"]
    assert json.loads(ran.stdout)["files"] == names
    assert {path.stat().st_mode & 0o777 for path in out.iterdir()} == {0o600}
    assert made().missing == ()
    assert sorted(zipfile.ZipFile(io.BytesIO(made().as_zip())).namelist()) == names
