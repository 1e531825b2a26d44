"""The first assessment: ready sentences from roster and 分享區清冊, and a person who confirms them."""

from __future__ import annotations

from pathlib import Path

import pytest

from campaigns.paper_office import CAMPAIGN, CONTACT, SOCIAL, STAFF, WORKS, PaperOffice
from inspection import clock as now
from inspection.campaigns.amend import Amendment, amend
from inspection.errors import BadSource, BadSources, NotAllowed
from inspection.model import Assessment, ShareDeclaration
from inspection.planning.assess import assess, is_settled, sentences_of
from inspection.planning.assess_edit import confirm_sentence, rewrite_sentence
from inspection.planning.declared import COLUMNS, Declared, changed, declare, form, read_list
from inspection.planning.draft import draft_plan
from inspection.planning.submit import submit_plan
from inspection.store import campaigns, events
from inspection.store.session import session_scope
from inspection.tables.read import read_tables
from inspection.vocabulary import DeclaredReaders


def drafted(office: PaperOffice) -> None:
    """Assessed and drafted; nobody has looked at a sentence yet."""
    office.open()
    with session_scope() as session:
        assess(session, CAMPAIGN, catalogue=office.rules, actor=STAFF, at=now.now())
        draft_plan(session, CAMPAIGN, catalogue=office.rules, drafted_by=STAFF, at=now.now())


def said(factor: int) -> dict[str, str]:
    """The agency's sentences of a factor, by rule."""
    with session_scope() as session:
        made = campaigns.latest_assessment(session, CAMPAIGN)
        assert made is not None
        return {str(one["rule"]): str(one["text"]) for one in sentences_of(made) if one["factor"] == factor}


def declared(office: PaperOffice, tmp_path: Path, lines: list[str]) -> list[Declared]:
    """What a list says, as the ethics office reads it."""
    path = tmp_path / "清冊.csv"
    path.write_text("\n".join([",".join(COLUMNS), *lines]), encoding="utf-8")
    with session_scope() as session:
        return read_list(session, path, office.rules.wording)


@pytest.mark.clause("S0-07d")
def test_a_first_plan_is_not_submitted_before_a_person_took_the_assessment_for_theirs(office: PaperOffice) -> None:
    drafted(office)
    with session_scope() as session, pytest.raises(BadSources, match="尚未經政風人員確認"):
        submit_plan(session, CAMPAIGN, catalogue=office.rules, actor=STAFF, at=now.now())
    with session_scope() as session:
        confirm_sentence(session, CAMPAIGN, "people_secret", person_id=STAFF, at=now.now())
        again = confirm_sentence(session, CAMPAIGN, "people_secret", person_id=STAFF, at=now.now())
        assert (again.version, is_settled(again)) == (2, True)
        made = [one for one in events.of_subject(session, "assessment", again.id) if one.action == "confirmed"]
        assert [one.actor for one in made] == [STAFF]
    office.submit()


def test_a_sentence_rewritten_after_the_draft_asks_for_a_new_draft(office: PaperOffice) -> None:
    drafted(office)
    with session_scope() as session:
        text = "首次檢查，登載之列管缺失0件；經查近一年無洩密案件。"
        rewrite_sentence(session, CAMPAIGN, "first_record", text, person_id=STAFF, at=now.now())
    with session_scope() as session, pytest.raises(BadSources, match="計畫所載為先前之文句"):
        submit_plan(session, CAMPAIGN, catalogue=office.rules, actor=STAFF, at=now.now())
    with session_scope() as session:
        draft_plan(session, CAMPAIGN, catalogue=office.rules, drafted_by=STAFF, at=now.now())
    office.submit()


def test_nobody_confirms_that_data_are_lacking_and_no_unit_confirms_at_all(office: PaperOffice) -> None:
    drafted(office)
    with session_scope() as session, pytest.raises(BadSource, match="不能確認為狀況研判"):
        confirm_sentence(session, CAMPAIGN, "partly_insufficient", factor=1, person_id=STAFF, at=now.now())
    with session_scope() as session, pytest.raises(NotAllowed):
        confirm_sentence(session, CAMPAIGN, "people_secret", person_id=CONTACT[SOCIAL], at=now.now())


def test_a_plan_in_force_is_amended_though_its_assessment_was_never_confirmed(office: PaperOffice) -> None:
    office.approved_plan()
    with session_scope() as session:  # as a campaign approved before confirmations were asked for
        for made in session.query(Assessment):
            made.sentences = [
                {name: value for name, value in one.items() if name != "confirmed_by"} for one in made.sentences
            ]
    with session_scope() as session:
        wanted = Amendment(add_units=("U07",), reason="增列行政室")
        plan = amend(session, CAMPAIGN, wanted, catalogue=office.rules, person_id=STAFF, at=now.now())
        assert plan.version == 2


def test_what_was_confirmed_stays_confirmed_while_the_figures_do(office: PaperOffice) -> None:
    drafted(office)
    with session_scope() as session:
        confirm_sentence(session, CAMPAIGN, "people_secret", person_id=STAFF, at=now.now())
        assert is_settled(assess(session, CAMPAIGN, catalogue=office.rules, actor=STAFF, at=now.now()))


def test_the_declared_list_is_said_before_anything_was_read(office: PaperOffice, tmp_path: Path) -> None:
    given = declared(
        office,
        tmp_path,
        ["社會課,社會課,全機關,是,115年10月28日,江○哲", "工務課,工務課,指定人員,是,115.10.29,江○哲"],
    )
    with session_scope() as session:
        assert len(declare(session, given, person_id=STAFF, at=now.now())) == 2
        assert declare(session, given, person_id=STAFF, at=now.now()) == changed(session, given) == []
        row = session.get_one(ShareDeclaration, SOCIAL)
        assert (row.readers, row.holds_secrets, row.entered_by) == (DeclaredReaders.EVERYBODY, True, STAFF)
        with pytest.raises(NotAllowed, match="分享區清冊由政風室登錄"):
            declare(session, given, person_id=CONTACT[WORKS], at=now.now())
    drafted(office)
    (sentence,) = [text for rule, text in said(2).items() if rule == "declared_open"]
    assert sentence == (
        "依資訊單位115年10月29日申報之分享區清冊，分享區2處中開放全機關讀取1處，"
        "其中存放機敏業務資料1處，應檢討存取權限。"
    )
    assert said(3)["first_record"] == "首次檢查，登載之列管缺失0件，尚無洩密案件之登載。"


def test_each_cell_nobody_understands_is_told_with_line_and_remedy(office: PaperOffice, tmp_path: Path) -> None:
    lines = ["社會課,檔案庫,全機關,是,115年10月28日,江○哲", "工務課,工務課,大家,也許,昨天,", ""]
    with pytest.raises(BadSources) as refused:
        declared(office, tmp_path, lines)
    told = str(refused.value)
    for part in (
        "名冊查無「社會課」之分享區「檔案庫」",
        "讀取範圍「大家」",
        "存放機敏資料「也許」",
        "申報日期「昨天」",
        "未填申報人",
    ):
        assert part in told
    twice = "社會課,社會課,全機關,是,115年10月28日,江○哲"
    with pytest.raises(BadSources, match="重複列載"):
        declared(office, tmp_path, [twice, twice])


def test_the_form_holds_every_share_and_what_was_declared_last(office: PaperOffice, tmp_path: Path) -> None:
    given = declared(office, tmp_path, ["社會課,社會課,全機關,是,115年10月28日,江○哲"])
    path = tmp_path / "表.xlsx"
    with session_scope() as session:
        declare(session, given, person_id=STAFF, at=now.now())
        path.write_bytes(form(session, office.rules.wording))
    (table,) = read_tables(path)
    assert set(COLUMNS) <= set(table.columns)
    assert len(table.lines) == 13
    (social,) = [line.cells for line in table.lines if line.cells["分享區"] == "社會課"]
    assert (social["讀取範圍"], social["存放機敏資料"], social["申報人"]) == ("全機關", "是", "江○哲")
