"""Pages as they come out of the printer, for offices of eight to sixty units.

No row to be signed stands alone, no heading stands at the foot of a page, no line of the unit table is lost.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from demo.people import fill_form
from sqlalchemy import select

from campaigns.paper_office import CAMPAIGN, DEMO, PaperOffice
from inspection import clock as now
from inspection.campaigns.package import package
from inspection.documents.storage import read_document
from inspection.model import Document
from inspection.planning.paper import print_plan
from inspection.roster.importing import apply
from inspection.rules.roster import parse_roster
from inspection.store.session import session_scope
from reports.reading_papers import bare_pages, to_texts


def enlarge(folder: Path, units: int) -> tuple[str, ...]:
    """The demo agency with more units, some with long names; the ids of as many as asked for, the ethics office among
    them."""
    told: dict[str, Any] = yaml.safe_load((DEMO / "roster.yaml").read_text(encoding="utf-8"))
    for number in range(13, units + 1):
        long = "暨所屬聯合辦公室" if number % 7 == 0 else ""
        told["units"].append({"id": f"U{number}", "name": f"第{number}區公所示範課{long}", "staff": number})
        told["people"].append(
            {
                "id": f"P{number}2",
                "name": f"虛○{number}",
                "title": "課員",
                "email": f"u{number}@shifan.test",
                "unit": f"U{number}",
                "roles": ["contact", "unit_head"],
            }
        )
    path = folder / "roster.yaml"
    path.write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
    with session_scope() as session:
        apply(session, parse_roster(path), actor="test", at=now.now())
    others = [str(unit["id"]) for unit in told["units"] if unit["id"] != "U11"]
    return (*others[: units - 1], "U11")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # pages break alike on both
@pytest.mark.timeout(600)
@pytest.mark.parametrize("units", [8, 12, 14, 29, 60])
def test_no_row_to_be_signed_and_no_heading_stands_alone(office: PaperOffice, tmp_path: Path, units: int) -> None:
    chosen = enlarge(tmp_path, units)
    wide = replace(office, units=chosen)
    wide.open()
    wide.draft()
    with session_scope() as session:
        print_plan(session, CAMPAIGN, catalogue=wide.rules, at=now.now())
    wide.submit()
    wide.decide()
    wide.send_forms()
    for unit in chosen[: units // 2 : 3]:
        wrong = dict.fromkeys(wide.items(unit)[: 1 + units % 4], "不符合")
        wide.take_in(fill_form(wide.form(unit), wrong))
    ids = wide.suspect()
    wide.triage(ids)
    wide.compile()
    wide.submit_reports()
    with session_scope() as session:
        documents = {
            f"package {subject}": package(session, subject, CAMPAIGN, catalogue=wide.rules, at=now.now()).files[
                "02_簽稿.docx"
            ]
            for subject in ("plan", "campaign_report")
        }
        kept = list(session.scalars(select(Document).order_by(Document.id)))
        reports = [one for one in kept if one.kind == "unit_report"][:6]
        forms = [one for one in kept if one.kind == "checklist"][:6]
        for one in [*(one for one in kept if one.kind in {"plan", "campaign_report"}), *reports, *forms]:
            documents[f"{one.kind} {one.subject_id}"] = read_document(one)
    pages = to_texts(documents)
    assert [fault for name, printed in pages.items() for fault in bare_pages(name, printed)] == []
    (report,) = [printed for name, printed in pages.items() if name.startswith("campaign_report")]
    lines = re.findall(r"\d 無分享區 (?:已送回|未送回) ", "\n".join(report))
    shared = re.findall(r"\d (?:未清查完畢|清查完畢|依計畫不清查) ", "\n".join(report))
    assert len(lines) + len(shared) == units
    (noted,) = [page for page in report if "註：缺失為經政風人員確認者" in page]
    above = noted[: noted.index("註：缺失為經政風人員確認者")]
    # the note below the table has the last lines of units with it
    assert len(re.findall(r"(?:無分享區|清查完畢|依計畫不清查) (?:已送回|未送回) ", above)) >= 3
