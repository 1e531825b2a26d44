"""The register of documents is whole: each kind by its module, each mark used, each template printed from once."""

from collections import Counter
from pathlib import Path

import pytest

from inspection import settings
from inspection.documents.frame import mark_of
from inspection.documents.kinds import case_sheet, of, register, submission_brief, unit_report
from inspection.documents.signing import cells_of, unfit_rows
from inspection.errors import BadSource, NotFound
from inspection.rules import catalogue
from inspection.vocabulary import MarkedAs

KINDS = register()


def test_a_kind_is_called_as_its_module() -> None:
    assert {name: kind.id for name, kind in KINDS.items()} == {name: name for name in KINDS}


def test_a_template_is_printed_from_by_one_kind() -> None:
    assert max(Counter(kind.template for kind in KINDS.values()).values()) == 1


def test_every_mark_is_borne_by_a_kind() -> None:
    borne = {kind.mark for kind in KINDS.values()} - {None}
    assert borne.union(*(kind.other_marks for kind in KINDS.values())) == set(MarkedAs)


def test_an_unknown_kind_is_refused_with_those_there_are() -> None:
    assert of("case_sheet") is case_sheet.KIND
    with pytest.raises(NotFound, match=r"postcard.*case_sheet"):
        of("postcard")


@pytest.mark.parametrize(
    ("marks", "told"),
    [
        ("- {id: postcard, level: null}\n", "欄位 proposed_marks"),
        ("- {id: plan, level: 密, declassification: on_date}\n", "訂有等級者，須自選單擇一不含日期之解密條件"),
        ("- {id: closing_review, numbered_copies: true}\n", "僅 campaign_report、unit_report 之份數"),
    ],
)
def test_a_mark_nobody_bears_or_that_prints_a_blank_is_refused(tmp_path: Path, marks: str, told: str) -> None:
    (tmp_path / "office.yaml").write_text(f"proposed_marks:\n{marks}", encoding="utf-8")
    with pytest.raises(BadSource, match=rf"office\.yaml，第 2 行.*({told})"):
        catalogue.load(tmp_path)


def test_an_agency_marks_its_papers_otherwise(tmp_path: Path) -> None:
    (tmp_path / "office.yaml").write_text(
        "proposed_marks:\n- {id: case_sheet, level: 密, declassification: retention_ended}\n", encoding="utf-8"
    )
    assert mark_of(catalogue.load().office, case_sheet.KIND).words == ""
    assert mark_of(catalogue.load(tmp_path).office, case_sheet.KIND).words == "密（保存年限屆滿後解密）"


def test_a_letter_that_encloses_has_no_mark_of_its_own() -> None:
    office = catalogue.load().office
    assert mark_of(office, unit_report.KIND).level == "密"
    with pytest.raises(ValueError, match="encloses"):
        mark_of(office, submission_brief.KIND)


def test_the_row_to_be_signed_ends_with_who_decides() -> None:
    table = catalogue.load().approval_table
    signed = {kind.id for kind in KINDS.values() if table.document(kind.id) and cells_of(template_of(kind.id))}
    assert signed == {"plan", "spring_plan", "project_plan", "campaign_report", "unit_report", "closing_review"}
    assert list(unfit_rows(table, settings.TEMPLATES)) == []
    assert cells_of(template_of("unit_report")) == ["drafter", "ethics_head"]


def test_a_paper_whose_decider_or_opinions_changed_is_named(tmp_path: Path) -> None:
    changed = "{id: unit_report, decided_by: chief_secretary}", "{id: closing_review, countersigned_by: [資訊]}"
    text = "documents:\n" + "".join(f"- {one}\n" for one in changed)
    (tmp_path / "approval_table.yaml").write_text(text, encoding="utf-8")
    faults = list(unfit_rows(catalogue.load(tmp_path).approval_table, settings.TEMPLATES))
    assert [fault.partition("：")[0] for fault in faults] == [
        KINDS["closing_review"].template,
        KINDS["unit_report"].template,
    ]
    assert "由主任秘書決行，簽章欄末格卻為" in faults[1]
    assert "會辦" in faults[0]


def template_of(kind: str) -> Path:
    return settings.TEMPLATES / KINDS[kind].template
