"""Sensitive files nobody wrote to for years: listed apart for the ethics office; only confirmed ones reach a report."""

from __future__ import annotations

import json
import os
import random
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from campaigns.crawled_share import crawl_folder
from campaigns.paper_office import CAMPAIGN, WORKS, PaperOffice
from crawling.papers import docx, roster_text
from inspection import clock
from inspection.cli.main import app
from inspection.crawling.shown import file_code
from inspection.crawling.stale import stale_files
from inspection.model import CrawledFile, Report
from inspection.rules import catalogue
from inspection.store import findings
from inspection.store.session import session_scope
from inspection.vocabulary import TriageOutcome

ON = date(2026, 11, 2)  # the office's fixed day
YEARS = 365
ADVICE = "請依保存年限辦理歸檔或銷毀，不再需用者清理之。"


def written_years_ago(file: Path, years: float) -> None:
    at = (clock.now() - timedelta(days=years * YEARS)).timestamp()
    os.utime(file, (at, at))


@pytest.fixture
def crawled(office: PaperOffice, tmp_path: Path) -> list[str]:
    """A crawl of one share with old and new files, sensitive and not; the numbers planted."""
    folder = tmp_path / "share"
    folder.mkdir()
    chance = random.Random(5)
    planted: list[str] = []
    for name, years in (("舊名冊", 4.5), ("更舊名冊", 6.0), ("新名冊", 0.5)):
        text, numbers = roster_text(chance)
        planted += numbers
        file = folder / f"{name}{numbers[0]}.txt"
        file.write_text(text, encoding="utf-8")
        written_years_ago(file, years)
    for name, data in (("舊密件.docx", docx("本案", header="密")), ("舊公文.docx", docx("一般公文往返"))):
        (folder / name).write_bytes(data)
        written_years_ago(folder / name, 5)
    crawl_folder(office, folder)
    return planted


@pytest.mark.clause("S1-03c")
def test_sensitive_files_long_not_written_to_are_listed_oldest_first_and_masked(crawled: list[str]) -> None:
    with session_scope() as session:
        found = stale_files(session, CAMPAIGN, catalogue.current())
        assert len(stale_files(session, CAMPAIGN, catalogue.current(), unwritten_days=30)) == 4
        assert len(stale_files(session, CAMPAIGN, catalogue.current(), unwritten_days=5 * YEARS + 30)) == 1
    assert [one.path_shown[:2] for one in found] == ["更舊", "舊密", "舊名"]
    assert [(one.verdict, one.level) for one in found] == [
        ("unmarked_sensitive", ""), ("defective_mark", "密"), ("unmarked_sensitive", ""),
    ]  # fmt: skip
    assert {one.unit_id for one in found} == {WORKS}
    assert found[0].written_on == ON - timedelta(days=6 * YEARS)

    told = CliRunner().invoke(app, ["crawl", "stale", CAMPAIGN, "--json"])
    assert told.exit_code == 0, told.output
    assert "更舊名冊" in told.output
    assert [number for number in crawled if number in told.output or number in repr(found)] == []


def test_of_a_national_secret_its_code_alone_is_listed(office: PaperOffice, tmp_path: Path) -> None:
    folder = tmp_path / "機要"
    folder.mkdir()
    for name, level in (("甲案", "極機密"), ("乙案", "密")):
        file = folder / f"{name}.docx"
        file.write_bytes(docx("本案", header=level))
        written_years_ago(file, 5.0)
    crawl_folder(office, folder)
    told = CliRunner().invoke(app, ["crawl", "stale", CAMPAIGN, "--json"])
    assert told.exit_code == 0, told.output
    paths = {one["level"]: one["path"] for one in map(json.loads, told.output.splitlines())}
    assert "甲案" not in told.output
    with session_scope() as session:
        secret = session.scalar(select(CrawledFile.id).where(CrawledFile.path_shown.startswith("甲案")))
    assert secret is not None
    assert paths == {"極機密": file_code(secret), "密": "乙案.docx"}


@pytest.mark.usefixtures("crawled")
def test_a_report_counts_only_those_a_person_has_confirmed(office: PaperOffice) -> None:
    office.send_forms()
    for unit in office.units:
        office.return_form(unit)
    ids = office.suspect()
    with session_scope() as session:
        old = [one for one in ids if is_old(session, one)]
    assert len(old) == 3
    office.triage(old[:2])
    office.triage([one for one in ids if one not in old[:2]], TriageOutcome.DISMISSED)
    office.compile()
    with session_scope() as session:
        notes = {
            report.unit_id: [
                note
                for note in (*report.content["crawl"]["notes"], *report.content.get("summary", ()))
                if "久未異動" in note
            ]
            for report in session.scalars(select(Report))
        }
    assert notes.pop("") == notes.pop(WORKS) == ["經確認之敏感檔案中，久未異動者2件，" + ADVICE]
    assert set(map(tuple, notes.values())) == {()}


def is_old(session: Session, suspicion_id: int) -> bool:
    """Whether what is suspected lies in a file long not written to."""
    file_id = findings.suspicion(session, suspicion_id).crawled_file_id
    return file_id is not None and session.get_one(CrawledFile, file_id).modified_at < clock.now() - timedelta(
        days=1095
    )
