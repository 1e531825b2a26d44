"""From lessons to a version in force: learned at night, tried, released by the head, narrowed, taken back."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from campaigns.paper_office import CAMPAIGN, CONTACT, ETHICS_HEAD, SECOND_STAFF, STAFF, WORKS, PaperOffice
from findings.crawled import Seen, clues_of, crawl, hinted
from inspection import clock as now
from inspection import settings
from inspection.approvals import matters
from inspection.approvals.decide import Decision
from inspection.crawling.begin import begin
from inspection.crawling.campaign import run_id_of, vault
from inspection.detection.traits import traits
from inspection.errors import BadSource, Conflict, NotAllowed
from inspection.findings.clues import ClueVerdict, judge_clues
from inspection.findings.corrections import decide_release, figures_told, lay, take_back
from inspection.findings.learning import KIND, Night, learn_tonight
from inspection.findings.lessons import look_again
from inspection.findings.suspect import suspect
from inspection.model import Approval, Clue, Correction, CrawlRun, Lesson
from inspection.model.lifecycle import ApprovalState, ClueState, CorrectionState
from inspection.rules import catalogue
from inspection.rules.lesson_papers import FILE, as_text, parse_papers, shipped_papers
from inspection.rules.meaning import shipped_meaning
from inspection.store import approvals, corrections
from inspection.store.session import session_scope
from inspection.vocabulary import ApprovalOutcome, ApprovalRoute, TriageOutcome

if TYPE_CHECKING:
    from conftest import FixedClock

NEXT, THIRD = "C-next", "C-third"
TOPIC = "TOP-HR"
OPTIONS = (
    "lessons: {looked_again_per_hundred: %d, shown_anyway_per_hundred: %d, fewest_lessons: %d, fewest_people: %d}\n"
)


def lay_over(folder: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """An agency's own triage.yaml."""
    rules = folder / "rules"
    rules.mkdir(exist_ok=True)
    (rules / "triage.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("INSPECTION_RULES_DIR", str(rules))
    settings.reset()
    catalogue.reset()


@pytest.fixture
def office(office: PaperOffice, monkeypatch: pytest.MonkeyPatch) -> PaperOffice:
    """Three campaigns, one after the other; chance plays no part but where a test lets it."""
    for campaign_id, first in ((CAMPAIGN, date(2026, 11, 2)), (NEXT, date(2027, 3, 1)), (THIRD, date(2027, 9, 1))):
        office.open(campaign_id, first_day=first, last_day=first + timedelta(days=18))
    monkeypatch.setattr("secrets.randbelow", lambda most: most - 1)
    return office


def form() -> list[str]:
    """Phrases of the model that no shipped sensitive paper of the topic bears: those of an office's own form."""
    model = shipped_meaning()
    taken = {number for one in shipped_papers() if one.sensitive and one.topic == TOPIC for number in one.told}
    free = [phrase for number, phrase in enumerate(model.phrases) if number not in taken and len(phrase) > 1]
    return random.Random(5).sample(free, 24)


def filled(number: int, **other: object) -> Seen:
    """A form somebody filled: most of its phrases."""
    chance = random.Random(number)
    told = traits(chance.sample(form(), 20), vault().sketch_key)
    return hinted(f"表單{number}.txt", f"內容{number}", TOPIC, traits=told, **other)  # type: ignore[arg-type]


def draw(campaign_id: str, *files: Seen, version: int | None = None) -> dict[str, Clue]:
    """A crawl that saw these, going by a version, with its clues drawn."""
    crawl(campaign_id, files)
    with session_scope() as session:
        session.get_one(CrawlRun, run_id_of(campaign_id)).correction_version = version
        suspect(session, campaign_id, catalogue=catalogue.current(), actor=STAFF, at=now.now())
    return clues_of(campaign_id)


def judge(*clue_ids: int, person: str = STAFF, ground: str = "not_sensitive") -> None:
    """Somebody who has read the files finds them harmless."""
    with session_scope() as session:
        said = ClueVerdict(TriageOutcome.DISMISSED, person, "開啟檢視", "", None, ground)
        judge_clues(session, clue_ids, said, catalogue=catalogue.current(), at=now.now())


def teach(count: int = 10) -> dict[str, Clue]:
    """So many filled forms found harmless by two officers in turn."""
    drawn = draw(CAMPAIGN, *(filled(number) for number in range(count)))
    ids = [one.id for one in drawn.values()]
    judge(*ids[::2], person=STAFF)
    judge(*ids[1::2], person=SECOND_STAFF)
    return drawn


def night() -> Night:
    """The nightly learning."""
    with session_scope() as session:
        rules = catalogue.current()
        return learn_tonight(session, catalogue=rules, key=vault().sketch_key, actor="dag:learn_lessons", at=now.now())


def release(version: int, outcome: ApprovalOutcome = ApprovalOutcome.APPROVED) -> None:
    """Laid before the head by an officer, and decided."""
    with session_scope() as session:
        asked = lay(session, version, by=STAFF, catalogue=catalogue.current(), at=now.now())
        assert asked.approver_id == ETHICS_HEAD
        said = Decision(outcome, ETHICS_HEAD, asked.content_hash, ApprovalRoute.PORTAL, now.today(), remark="退")
        decide_release(session, str(version), said, at=now.now())


def states() -> dict[int, CorrectionState]:
    """What became of each version."""
    with session_scope() as session:
        return {one.version: one.state for one in session.scalars(select(Correction))}


def grades(campaign_id: str) -> dict[str, tuple[int, int | None]]:
    """Each clue's grade and the model's own where lessons speak against it."""
    return {path: (one.strength, one.read_strength) for path, one in clues_of(campaign_id).items()}


def test_a_night_learns_once_and_nothing_takes_effect_before_the_head_releases_it(office: PaperOffice) -> None:
    teach()
    assert night() == Night(1, None, 10)
    assert night() == Night(None, None, 10)
    assert states() == {1: CorrectionState.LEARNED}
    with session_scope() as session:
        assert corrections.version_in_force(session) is None
        row = corrections.get(session, 1)
        assert set(row.content) == {TOPIC}
        assert row.figures["dismissed"] == {"papers": 10, "lowered": 10}
        assert row.figures["confirmed"] == {"papers": 0, "lowered": 0}
        sensitive = row.figures["sensitive"]
        assert sensitive["papers"] > 100
        assert sensitive["before"] - sensitive["after"] <= sensitive["before"] * 0.02
        told = dict(figures_told(row))
    assert told["本機關判定不成立者"] == "10件，其中10件將降一級"
    release(1)
    assert states() == {1: CorrectionState.RELEASED}


def test_the_version_in_force_when_a_crawl_begins_is_the_one_it_goes_by(office: PaperOffice) -> None:
    teach()
    night()
    release(1)
    with session_scope() as session:
        begun = begin(
            session, run_id="later", campaign_id=None, purpose="self_check", share_ids=["U04"], account="svc",
            rules_version="r", at=now.now(),
        )  # fmt: skip
        assert begun.correction_version == 1


def test_a_released_version_lowers_what_looks_alike_by_one_grade_in_the_next_campaign(office: PaperOffice) -> None:
    teach()
    night()
    release(1)
    other = hinted("另一件.txt", "另一", TOPIC, traits=traits(("考績", "名單"), vault().sketch_key))
    hard = replace(Seen("名冊.txt", "名冊"), traits=None)
    weak = replace(filled(51), clue=(TOPIC, 1))
    middle = replace(filled(52), clue=(TOPIC, 2))
    elsewhere = replace(filled(53), clue=("TOP-EXAM", 3))
    draw(NEXT, filled(50), weak, middle, elsewhere, other, hard, version=1)
    assert grades(NEXT) == {
        "表單50.txt": (2, 3), "表單51.txt": (1, None), "表單52.txt": (1, 2), "表單53.txt": (3, None),
        "另一件.txt": (3, None),
    }  # fmt: skip
    assert all(one.state is ClueState.OPEN for one in clues_of(NEXT).values())
    # the campaign that was crawled before goes by none
    draw(THIRD, filled(60))
    assert grades(THIRD) == {"表單60.txt": (3, None)}


def test_a_part_of_what_is_lowered_is_shown_all_the_same(
    office: PaperOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    teach()
    night()
    release(1)
    lay_over(tmp_path, monkeypatch, OPTIONS % (10, 100, 5, 2))
    draw(NEXT, filled(50), version=1)
    assert grades(NEXT) == {"表單50.txt": (3, 3)}


def test_the_demands_of_an_agency_decide_what_is_learned(
    office: PaperOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = draw(CAMPAIGN, *(filled(number) for number in range(10)))
    judge(*(one.id for one in drawn.values()), person=STAFF)
    assert night() == Night(None, None, 10)
    lay_over(tmp_path, monkeypatch, OPTIONS % (10, 10, 11, 1))
    assert night().learned is None
    lay_over(tmp_path, monkeypatch, OPTIONS % (10, 10, 5, 1))
    assert night().learned == 1


def test_what_costs_sensitive_papers_is_not_learned(
    office: PaperOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dismissals of what looks like the shipped sensitive papers teach nothing, however many they are."""
    model, key = shipped_meaning(), vault().sketch_key
    papers = [one for one in shipped_papers() if one.sensitive and one.topic == TOPIC]
    files = [
        hinted(f"{n}.txt", f"{n}", TOPIC, traits=traits((model.phrases[one] for one in paper.told), key))
        for n, paper in enumerate(papers)
    ]
    ids = [one.id for one in draw(CAMPAIGN, *files).values()]
    judge(*ids[::2], person=STAFF)
    judge(*ids[1::2], person=SECOND_STAFF)
    found = night()
    if found.learned is not None:
        with session_scope() as session:
            sensitive = corrections.get(session, found.learned).figures["sensitive"]
        assert sensitive["after"] >= sensitive["before"] * 0.98


def test_taken_back_by_one_command_everything_stands_as_read(office: PaperOffice) -> None:
    teach()
    night()
    release(1)
    draw(NEXT, filled(50), filled(51), version=1)
    decided = clues_of(NEXT)["表單51.txt"]
    judge(decided.id, ground="expired")
    with session_scope() as session, pytest.raises(BadSource, match="收回理由未填"):
        take_back(session, by=STAFF, reason=" ", at=now.now())
    with session_scope() as session, pytest.raises(NotAllowed):
        take_back(session, by=CONTACT[WORKS], reason="試", at=now.now())
    with session_scope() as session:
        assert take_back(session, by=STAFF, reason="有應列強者被降級", at=now.now()) == 1
    with session_scope() as session:
        assert take_back(session, by=STAFF, reason="再一次", at=now.now()) == 0
    assert states() == {1: CorrectionState.TAKEN_BACK}
    assert grades(NEXT) == {"表單50.txt": (3, None), "表單51.txt": (2, 3)}
    with session_scope() as session:
        assert corrections.version_in_force(session) is None
        suspect(session, NEXT, catalogue=catalogue.current(), actor=STAFF, at=now.now())
    assert night().learned is None, "the same lessons say nothing new"


def test_a_corrected_decision_is_unlearned_the_same_night(
    office: PaperOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: FixedClock
) -> None:
    """All dismissals of one officer turn out wrong: what is left is too little, and clues get their grade back."""
    lay_over(tmp_path, monkeypatch, OPTIONS % (100, 10, 5, 2))
    drawn = teach()
    with session_scope() as session:
        ids = [one.id for one in drawn.values()]
        look_again(session, ids[1::2], agrees=True, person_id=ETHICS_HEAD, reason="同意", at=now.now())
        look_again(session, ids[:8:2], agrees=True, person_id=ETHICS_HEAD, reason="同意", at=now.now())
    assert night() == Night(1, None, 9)
    release(1)
    draw(NEXT, filled(50), version=1)
    assert grades(NEXT) == {"表單50.txt": (2, 3)}
    with session_scope() as session:
        for one in session.scalars(select(Lesson).where(Lesson.taught_by == SECOND_STAFF)):
            one.unlearned_at = now.now()
    clock.set(clock.instant + timedelta(hours=12))
    assert night() == Night(None, 2, 4)
    assert states() == {1: CorrectionState.SUPERSEDED, 2: CorrectionState.RELEASED}
    assert grades(NEXT) == {"表單50.txt": (3, None)}
    assert night() == Night(None, None, 4)
    with session_scope() as session:
        assert take_back(session, by=STAFF, reason="全部收回", at=now.now()) == 0
    assert set(states().values()) == {CorrectionState.TAKEN_BACK}


def test_while_a_version_lies_before_the_head_no_other_is_made(office: PaperOffice) -> None:
    teach()
    night()
    with session_scope() as session:
        lay(session, 1, by=STAFF, catalogue=catalogue.current(), at=now.now())
    more = draw(NEXT, *(filled(number) for number in range(100, 140)))
    ids = [one.id for one in more.values()]
    judge(*ids[::2], person=STAFF)
    judge(*ids[1::2], person=SECOND_STAFF)
    assert night() == Night(None, None, 50)
    with session_scope() as session:
        for one in session.scalars(select(Lesson).order_by(Lesson.id).limit(1)):
            one.unlearned_at = now.now()
    assert night().learned == 2
    assert states() == {1: CorrectionState.SUPERSEDED, 2: CorrectionState.LEARNED}
    with session_scope() as session:
        asked = approvals.latest(session, (KIND, "1"))
        assert asked is not None
        assert asked.state is ApprovalState.VOIDED
        with pytest.raises(Conflict):
            lay(session, 1, by=STAFF, catalogue=catalogue.current(), at=now.now())


def test_a_returned_version_has_no_effect_and_a_later_one_takes_the_place_of_that_in_force(
    office: PaperOffice,
) -> None:
    teach()
    night()
    release(1, ApprovalOutcome.RETURNED)
    assert states() == {1: CorrectionState.RETURNED}
    more = draw(NEXT, *(filled(number) for number in range(100, 140)))
    ids = [one.id for one in more.values()]
    judge(*ids[::2], person=STAFF)
    judge(*ids[1::2], person=SECOND_STAFF)
    assert night().learned == 2
    release(2)
    assert states() == {1: CorrectionState.RETURNED, 2: CorrectionState.RELEASED}


def test_who_asks_never_releases_and_the_matter_says_what_it_would_do(office: PaperOffice) -> None:
    teach()
    night()
    with session_scope() as session, pytest.raises(NotAllowed):
        lay(session, 1, by=CONTACT[WORKS], catalogue=catalogue.current(), at=now.now())
    with session_scope() as session:
        asked = lay(session, 1, by=ETHICS_HEAD, catalogue=catalogue.current(), at=now.now())
        assert asked.approver_id != ETHICS_HEAD
        found = matters.matter(session, session.get_one(Approval, asked.id))
        assert found.kind.facts is not None
        facts = dict(found.kind.facts(session, found, catalogue.current()))
    assert "至多降一級" in facts["效力"]
    assert "份，列為疑似者" in facts["隨附對照文件（敏感）"]


def test_shipped_papers_are_of_the_shipped_model_and_an_edited_file_is_refused() -> None:
    text, digest = FILE.read_text(encoding="utf-8"), shipped_meaning().digest
    papers = parse_papers(text, model_digest=digest)
    assert as_text(papers, model_digest=digest) == text
    assert len([one for one in papers if one.sensitive]) > 300
    assert [one for one in papers if not one.sensitive]
    with pytest.raises(BadSource, match="雜湊值不符"):
        parse_papers(text.replace("TOP-HR", "TOP-LABOR", 1), model_digest=digest)
    with pytest.raises(BadSource, match="非由現用"):
        parse_papers(text, model_digest="0" * 64)
    with pytest.raises(BadSource, match="首行"):
        parse_papers("x\n", model_digest=digest)
