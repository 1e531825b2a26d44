"""The rules as a whole: what is shipped holds together, and an agency's overlay is laid over it by id."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, get_type_hints

import pytest
import yaml

from inspection.errors import BadSource, BadSources, NotFound
from inspection.rules import catalogue, crawl_limits, messages
from inspection.rules.load import RuleModel, load_yaml
from inspection.settings import TEMPLATES
from inspection.vocabulary import Severity

SHIPPED = catalogue.load()
ON = date(2026, 11, 20)
ZZZ = """items:
- {id: ZZZ-001, statement: 本單位備有名冊並更新。, kinds: [ad_hoc], severity: low, respondent: unit, rotation: core}
"""


def overlay(folder: Path, file: str, text: str) -> Path:
    (folder / file).write_text(text, encoding="utf-8")
    return folder


def test_what_is_shipped_loads_and_its_version_stands_still() -> None:
    assert SHIPPED.checklist_items.items
    assert len(SHIPPED.version) == 64
    assert catalogue.load().version == SHIPPED.version


def test_an_overlay_replaces_named_fields_of_an_id_and_adds_new_ids(tmp_path: Path) -> None:
    text = """items:
- {id: DOC-001, severity: high}
- {id: DOC-900, statement: 本所密件封條均由總收發保管並逐日清點。, kinds: [semiannual], severity: low,
   respondent: unit, rotation: rotating, unit_tags: [收發]}
"""
    own = catalogue.load(overlay(tmp_path, "checklist_items.yaml", text))
    changed, added = own.checklist_items.item("DOC-001"), own.checklist_items.item("DOC-900")
    shipped = SHIPPED.checklist_items.item("DOC-001")
    assert changed is not None
    assert shipped is not None
    assert changed.severity is Severity.HIGH
    assert changed.statement == shipped.statement
    assert added is not None
    assert {one.id for one in own.checklist_items.items} - {one.id for one in SHIPPED.checklist_items.items} == {
        "DOC-900"
    }
    assert len(own.checklist_items.items) == len(SHIPPED.checklist_items.items) + 1
    assert own.version != SHIPPED.version


@pytest.mark.parametrize(
    ("file", "text", "line", "field", "problem"),
    [
        ("checklist_items.yaml", "items:\n- {id: DOC-001, severty: high}\n", 2, "items[DOC-001].severty", "無此欄位"),
        ("checklist_items.yaml", "items:\n- {id: DOC-013, severty: high}\n", 2, "items[DOC-013].severty", "無此欄位"),
        ("checklist_items.yaml", "items:\n- {id: DOC-001,\n   severity: awful}\n", 3, "severity", "critical"),
        ("checklist_items.yaml", "items:\n- {id: DOC-001, kinds: [yearly]}\n", 2, "DOC-001.kinds", "semiannual"),
        ("checklist_items.yaml", "items:\n- {id: DOC-001, statement: 本單位是否有名冊？}\n", 2, "statement", "須符合"),
        (
            "checklist_items.yaml",
            "items:\n- {id: DOC-001, statement: 本單位是否備有名冊。}\n",
            2,
            "items[DOC-001]",
            "須為可直接作答之敘述，不得為問句或填空",
        ),
        (
            "checklist_items.yaml",
            "items:\n- {id: DOC-001, bases: [{basis: no-such-law}]}\n",
            2,
            "DOC-001.bases",
            "no-such-law",
        ),
        ("checklist_items.yaml", "items:\n- id: DOC-001\n  unit_tags: [天文]\n", 3, "DOC-001.unit_tags", "天文"),
        (
            "checklist_items.yaml",
            ZZZ,
            2,
            "ZZZ-001.id",
            "'ZZZ'",
        ),
        ("checklist_items.yaml", "items:\n- {id: DOC-1}\n", 2, "id", "須符合"),
        (
            "legal_bases.yaml",
            "bases:\n- {id: procurement-act, valid_from: 2027-02-30}\n",
            2,
            "valid_from",
            "無法解讀",
        ),
        (
            "legal_bases.yaml",
            "bases:\n- {id: procurement-act, valid_from: 2020-01-02, valid_to: 2020-01-01}\n",
            2,
            "bases[procurement-act]",
            "早於",
        ),
        ("legal_bases.yaml", "drifts:\n- id: measures-to-act\n  use: nowhere\n", 3, "measures-to-act.use", "nowhere"),
        (
            "severities.yaml",
            "severities:\n- {id: high, fix_within_working_days: 0}\n",
            2,
            "fix_within_working_days",
            "不得小於",
        ),
        (
            "severities.yaml",
            "severities:\n- {id: high, fix_within_working_days: 30}\n",
            2,
            "severities",
            "等級較重者，期限不得較長",
        ),
        ("approval_table.yaml", "documents:\n- {id: plan, decided_by: mayor}\n", 2, "decided_by", "agency_head"),
        (
            "approval_table.yaml",
            "documents:\n- {id: plan, countersigned_by: [天文]}\n",
            2,
            "plan.countersigned_by",
            "天文",
        ),
        (
            "checklist_items.yaml",
            "categories:\n- {id: LVR, name: 離職交接}\n",
            2,
            "LVR.id",
            "「離職交接」未列於 awareness.yaml",
        ),
        ("plan_sections.yaml", "forms:\n- {id: project, bases: [gone]}\n", 2, "project.bases", "gone"),
        (
            "office.yaml",
            "proposed_marks:\n- {id: plan, level: 密}\n",
            2,
            "proposed_marks",
            "訂有等級者，須自選單擇一不含日期之解密條件",
        ),
        (
            "office.yaml",
            "letters:\n- {id: plan_for_decision, verb: 參考}\n",
            2,
            "letters[plan_for_decision].verb",
            "核備",
        ),
        (
            "assessment_sentences.yaml",
            "sentences:\n- {id: unmarked, text: 未標示者甚多應予改善。}\n",
            2,
            "sentences[unmarked]",
            "空格",
        ),
        ("assessment_sentences.yaml", "sentences:\n- {id: unmarked, stresses: [QQQ]}\n", 2, "unmarked.stresses", "QQQ"),
        ("mail_texts.yaml", "mails:\n- {id: digest, variables: [weather]}\n", 2, "digest.variables", "weather"),
        (
            "spring_windows.csv",
            "year,start,end,matches,source\n2027,2027-01-28 22h,2027-02-11 24:00,npa15,x\n",
            2,
            "start",
            "不是時間",
        ),
    ],
)
def test_a_wrong_overlay_is_refused_with_file_line_and_field(
    tmp_path: Path, file: str, text: str, line: int, field: str, problem: str
) -> None:
    with pytest.raises(BadSource) as refused:
        catalogue.load(overlay(tmp_path, file, text))
    fault = refused.value.faults[0] if isinstance(refused.value, BadSources) else refused.value
    assert fault.place is not None
    assert not isinstance(fault.place, (str, Path))
    assert fault.place.file == str(tmp_path / file)
    assert fault.place.line == line
    assert field in (fault.place.field or "")
    assert problem in fault.problem


def families() -> Iterator[tuple[Path, type[RuleModel]]]:
    """Each YAML file an agency may lay something over, with its model."""
    yield crawl_limits.FILE, crawl_limits.CrawlLimits
    for model in get_type_hints(catalogue.Catalogue).values():
        if isinstance(model, type) and issubclass(model, RuleModel):
            module = sys.modules[model.__module__]
            path = Path(module.SHIPPED if hasattr(module, "SHIPPED") else catalogue.SHIPPED / module.FILE)
            if path.suffix == ".yaml":
                yield path, model


def lists_by_id(node: Any, trail: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], list[Any]]]:
    """The lists of a rule file that an overlay extends by id, with the keys that lead to them."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from lists_by_id(value, (*trail, key))
    elif isinstance(node, list) and node and all(isinstance(entry, dict) and "id" in entry for entry in node):
        yield trail, [entry["id"] for entry in node]


MERGED = [
    pytest.param(path, model, trail, ids, id=f"{path.stem}-{'.'.join(trail)}")
    for path, model in families()
    for trail, ids in lists_by_id(yaml.safe_load(path.read_text(encoding="utf-8")))
]


@pytest.mark.parametrize(("path", "model", "trail", "ids"), MERGED)
def test_a_fault_in_an_overlay_names_its_entry_by_id(
    tmp_path: Path, path: Path, model: type[RuleModel], trail: tuple[str, ...], ids: list[str]
) -> None:
    """Whatever position the entry has among the shipped ones: the agency's file holds the last of them alone."""
    above = "".join(f"{'  ' * depth}{key}:\n" for depth, key in enumerate(trail))
    indent = "  " * (len(trail) - 1)
    text = f"{above}{indent}- id: {ids[-1]}\n{indent}  severty: high\n"
    (tmp_path / path.name).write_text(text, encoding="utf-8")
    with pytest.raises(BadSource) as refused:
        load_yaml(path, model, overlay=tmp_path / path.name)
    field = f"{'.'.join(trail)}[{ids[-1]}].severty"
    assert str(refused.value).startswith(f"{tmp_path / path.name}，第 {len(trail) + 2} 行，欄位 {field}：無此欄位")


def test_every_family_with_a_list_of_ids_is_looked_at() -> None:
    """A family whose file is not found here would be left out in silence; messages take no overlay."""
    files = {path.name for path in catalogue.SHIPPED.glob("*.yaml")} - {messages.FILE}
    assert {path.name for path, _ in families()} == files


def test_a_rules_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadSource, match="INSPECTION_RULES_DIR"):
        catalogue.load(tmp_path / "none")


@pytest.mark.clause("S2-00")
@pytest.mark.parametrize(
    ("basis", "on", "reason"),
    [
        ("state-secrets-measures", ON, r"legal_bases\.yaml，第 \d+ 行，欄位 .*valid_to.*已於 2003-09-30 失效"),
        ("cyber-incident-rule-old", ON, "請改引cyber-incident-rule"),
        ("cyber-incident-rule", date(2026, 1, 4), "valid_from.*自 2026-01-05 起生效"),
        ("penal-code-132", ON, "checked_on.*尚未與原始出處核對"),
    ],
)
def test_a_basis_that_ended_has_not_begun_or_was_never_checked_is_not_printed(
    basis: str, on: date, reason: str
) -> None:
    with pytest.raises(BadSource, match=reason):
        SHIPPED.valid_basis(basis, on)


def test_a_basis_is_printed_up_to_its_last_day(tmp_path: Path) -> None:
    text = "bases:\n- {id: procurement-act, valid_from: 2020-01-01, valid_to: 2026-11-20}\n"
    own = catalogue.load(overlay(tmp_path, "legal_bases.yaml", text))
    assert own.valid_basis("procurement-act", ON).citation("", "第34條") == "政府採購法第34條"
    with pytest.raises(BadSource, match="失效"):
        own.valid_basis("procurement-act", date(2026, 11, 21))
    with pytest.raises(NotFound):
        own.valid_basis("no-such-law", ON)


def test_every_item_and_plan_form_rests_on_bases_in_force() -> None:
    for item in SHIPPED.checklist_items.items:
        assert SHIPPED.basis_text(item, ON)
    for form in SHIPPED.plan_forms.forms:
        for basis in form.bases:
            assert SHIPPED.valid_basis(basis, ON)


@pytest.mark.clause("S0-00")
def test_the_agency_enters_number_and_dates_of_its_own_rule(tmp_path: Path) -> None:
    text = "bases:\n- {id: agency-secrecy-rule, number: 示市政字第1130000001號函, valid_from: 2024-04-09}\n"
    own = catalogue.load(overlay(tmp_path, "legal_bases.yaml", text))
    citation = own.valid_basis("agency-secrecy-rule", ON).citation("示範市公所", "第七條")
    assert citation == "示範市公所維護公務機密作業要點第七條（示市政字第1130000001號函）"


@pytest.mark.clause("S0-09", "S4-03")
def test_outdated_wording_of_older_papers_is_found() -> None:
    found = SHIPPED.legal_bases.outdated_wordings("依國家機密保護辦法及事務管理手冊辦理")
    assert [drift.use for drift in found] == ["state-secrets-act", "document-handbook"]
    assert SHIPPED.legal_bases.outdated_wordings("依國家機密保護法辦理") == ()


@pytest.mark.clause("S0-03")
def test_a_basis_not_checked_for_a_year_comes_on_the_review_list() -> None:
    now = {basis.id for basis in SHIPPED.legal_bases.due_for_review(ON)}
    assert "penal-code-132" in now
    assert "state-secrets-act" not in now
    assert "state-secrets-measures" not in now
    later = {basis.id for basis in SHIPPED.legal_bases.due_for_review(date(2027, 11, 21))}
    assert "state-secrets-act" in later


@pytest.mark.clause("S0-07i")
def test_the_verb_towards_the_superior_is_the_agencys(tmp_path: Path) -> None:
    assert SHIPPED.submission_verb() == "核備"
    text = "letters:\n- {id: report_to_superior_agency, verb: 備查}\n"
    assert catalogue.load(overlay(tmp_path, "office.yaml", text)).submission_verb() == "備查"
    with pytest.raises(BadSource, match="未訂用語"):
        SHIPPED.submission_verb("plan_for_decision")


@pytest.mark.parametrize(
    ("file", "text", "field"),
    [
        (
            "wording.yaml",
            "phrases:\n- {id: case_sheet_title, lines: [依事務管理手冊辦理。]}\n",
            "case_sheet_title.lines",
        ),
        ("checklist_items.yaml", "items:\n- {id: DOC-001, statement: 依事務管理手冊辦理。}\n", "DOC-001.statement"),
        ("spring.yaml", "coordination:\n- {id: internal, text: 依事務管理手冊辦理。}\n", "internal.text"),
    ],
)
def test_a_sentence_that_cites_what_is_no_more_is_refused_with_what_to_cite(
    tmp_path: Path, file: str, text: str, field: str
) -> None:
    with pytest.raises(BadSource, match=rf"{file}，第 2 行，欄位 {field}.*事務管理手冊.*文書處理手冊"):
        catalogue.load(overlay(tmp_path, file, text))


def test_no_mail_uses_an_outdated_wording() -> None:
    words = [path.read_text(encoding="utf-8") for path in (TEMPLATES / "mail").glob("*.j2")]
    assert len(words) > 20
    assert [drift for text in words for drift in SHIPPED.legal_bases.outdated_wordings(text)] == []


def test_each_form_of_plan_names_its_decider_and_one_the_table_lacks_is_refused(tmp_path: Path) -> None:
    named = {kind: SHIPPED.plan_decision(kind).id for kind in SHIPPED.campaign_kinds.ids(lambda _: True)}
    assert named["semiannual"] == "plan"
    assert named["project"] == "project_plan"
    assert named["spring_festival"] == "spring_plan"
    with pytest.raises(BadSource, match="所指 'nobody' 不存在") as refused:
        catalogue.load(overlay(tmp_path, "plan_sections.yaml", "forms:\n- {id: spring, decided_as: nobody}\n"))
    assert "plan_sections.yaml" in str(refused.value)


def test_files_are_read_again_for_other_detectors_or_readers_and_not_for_other_words(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    detectors = overlay(tmp_path / "a", "detectors.yaml", "detectors:\n- {id: PII-NID, base: 0.55}\n")
    words = overlay(tmp_path / "b", "checklist_items.yaml", "items:\n- {id: DOC-001, severity: high}\n")
    assert catalogue.load(detectors).reading_version != SHIPPED.reading_version
    assert catalogue.load(words).reading_version == SHIPPED.reading_version
