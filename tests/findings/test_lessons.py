"""What decisions on clues teach: whose, on which grounds, of what never, and what somebody else looks at again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from campaigns.crawled_share import crawl_folder
from campaigns.paper_office import (
    CAMPAIGN,
    ETHICS,
    ETHICS_HEAD,
    SECOND_STAFF,
    SOCIAL,
    STAFF,
    WORKS,
    PaperOffice,
)
from detection.test_meaning import SECRETIVE
from findings.crawled import Seen, clues_of, crawl, hinted
from inspection import clock as now
from inspection import settings
from inspection.audit.steps import advance
from inspection.crawling.campaign import vault
from inspection.detection.meaning import FOLD, TELLING
from inspection.detection.normalise import normalised
from inspection.detection.traits import BUCKETS, bucket, buckets_of, traits
from inspection.errors import BadSource, Conflict, NotAllowed
from inspection.findings.clues import ClueVerdict, judge_clues
from inspection.findings.lessons import look_again, teach
from inspection.findings.suspect import suspect
from inspection.model import Campaign, Clue, Finding, Hit, Lesson, Unit
from inspection.model.lifecycle import ClueState, FindingState
from inspection.rules import catalogue
from inspection.rules.meaning import NEVER_TAUGHT, shipped_meaning
from inspection.store import events, lessons
from inspection.store.session import session_scope
from inspection.vocabulary import HitBasis, TriageOutcome

if TYPE_CHECKING:
    from conftest import FixedClock

CONFIRMED, DISMISSED = TriageOutcome.CONFIRMED, TriageOutcome.DISMISSED
TRAITS = traits(("甲乙", "丙丁"), b"k" * 32)
NOTE = hinted("雜記.txt", "某雜記", "TOP-HR", traits=TRAITS)
APPRAISED = (
    "年底打分數，小陳跟阿芬只能一個上，主管說阿芬常請假，把她放後面。",
    "面談的時候不要讓她們知道排序，結果十二月底才講，先照常輪值，申誡那件也一起壓著。",
)
Overlay = Callable[[str], None]


@pytest.fixture
def office(office: PaperOffice) -> PaperOffice:
    """A campaign whose clues are drawn."""
    office.open(CAMPAIGN, first_day=date(2026, 11, 2), last_day=date(2026, 11, 20))
    return office


@pytest.fixture
def overlay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Overlay:
    """Lays an agency's own triage.yaml over the shipped one."""

    def lay(text: str) -> None:
        folder = tmp_path / "rules"
        folder.mkdir(exist_ok=True)
        (folder / "triage.yaml").write_text(text, encoding="utf-8")
        monkeypatch.setenv("INSPECTION_RULES_DIR", str(folder))
        settings.reset()
        catalogue.reset()

    return lay


def judge(
    *paths: str,
    outcome: TriageOutcome = DISMISSED,
    person: str = SECOND_STAFF,
    category: str = "TOP-HR",
    ground: str = "not_sensitive",
) -> None:
    """An officer who has read some files says what they hold."""
    with session_scope() as session:
        said = ClueVerdict(outcome, person, "開啟檢視", category, None, ground)
        chosen = [clues_of(CAMPAIGN)[path].id for path in paths or (NOTE.path,)]
        judge_clues(session, chosen, said, catalogue=catalogue.current(), at=now.now())


def taught() -> list[Lesson]:
    """All lessons."""
    with session_scope() as session:
        return list(session.scalars(select(Lesson).order_by(Lesson.id)))


def stands() -> list[int]:
    """The clues whose lessons count tonight."""
    with session_scope() as session:
        return [one.clue_id for one in lessons.standing(session)]


def draw(*files: Seen) -> None:
    """A crawl that saw these, with its clues drawn."""
    crawl(CAMPAIGN, files or (NOTE,))
    with session_scope() as session:
        suspect(session, CAMPAIGN, catalogue=catalogue.current(), actor=STAFF, at=now.now())


def test_a_decision_is_a_lesson_and_twice_is_once(office: PaperOffice) -> None:
    draw(NOTE, hinted("二.txt", "二", "TOP-HR", traits=TRAITS))
    judge()
    judge()
    judge("二.txt", outcome=CONFIRMED)
    first, second = taught()
    clues = clues_of(CAMPAIGN)
    assert (first.clue_id, first.topic, first.traits, first.dismissed, first.taught_by) == (
        clues[NOTE.path].id, "TOP-HR", TRAITS, True, SECOND_STAFF,
    )  # fmt: skip
    assert (second.clue_id, second.dismissed) == (clues["二.txt"].id, False)


@pytest.mark.parametrize(
    ("ground", "teaches"),
    [("not_sensitive", 1), ("public", 1), ("sample", 1), ("protected", 0), ("expired", 0), ("other", 0)],
)
def test_a_dismissal_teaches_on_grounds_of_the_content_alone(office: PaperOffice, ground: str, teaches: int) -> None:
    draw()
    judge(ground=ground)
    assert len(taught()) == teaches


@pytest.mark.parametrize("topic", sorted(NEVER_TAUGHT))
@pytest.mark.parametrize("outcome", [CONFIRMED, DISMISSED])
def test_nothing_is_learned_from_informants_and_passwords(
    office: PaperOffice, topic: str, outcome: TriageOutcome
) -> None:
    draw(replace(NOTE, clue=(topic, 3)))
    judge(outcome=outcome)
    assert taught() == []


def test_what_an_officer_found_to_be_of_an_informant_teaches_nothing_whatever_the_machine_said(
    office: PaperOffice,
) -> None:
    draw()
    judge(outcome=CONFIRMED, category="TOP-WHISTLE")
    assert taught() == []


def test_an_agency_adds_to_what_is_never_learned_from_and_takes_nothing_away(
    office: PaperOffice, overlay: Overlay
) -> None:
    overlay("lessons:\n  never_from:\n  - {id: TOP-HR, why: 人事}\n")
    draw()
    judge()
    assert taught() == []
    overlay("lessons: {looked_again_per_hundred: 9}\n")
    with pytest.raises(BadSource, match="looked_again_per_hundred"):
        catalogue.current()


def test_an_overlay_cannot_take_the_shipped_ones_away(overlay: Overlay) -> None:
    overlay("lessons:\n  never_from:\n  - {id: TOP-WHISTLE, why: 別的字}\n")
    assert {one.id for one in catalogue.current().triage.lessons.never_from} >= NEVER_TAUGHT


def test_what_is_kept_in_a_project_teaches_the_agency_nothing(office: PaperOffice) -> None:
    draw()
    with session_scope() as session:
        session.get_one(Campaign, CAMPAIGN).kind = "project"
        (clue,) = session.scalars(select(Clue))
        clue.state, clue.ground, clue.decided_by = ClueState.DISMISSED, "public", SECOND_STAFF
        assert teach(session, [clue], catalogue=catalogue.current(), at=now.now()) == 0
        session.get_one(Campaign, CAMPAIGN).kind = "semiannual"
        assert teach(session, [clue], catalogue=catalogue.current(), at=now.now()) == 1


def test_shares_of_the_ethics_office_teach_nothing(office: PaperOffice) -> None:
    draw(replace(NOTE, path="室.txt", share=ETHICS, content="室"))
    with session_scope() as session:
        clue = session.scalars(select(Clue)).one()
        assert session.get_one(Unit, clue.unit_id).is_ethics
        assert lessons.traits_of(session, [clue]) == {}


def test_a_clue_of_a_crawl_before_lessons_teaches_nothing(office: PaperOffice) -> None:
    draw(replace(NOTE, traits=None))
    judge()
    assert taught() == []


def test_a_random_part_of_the_dismissals_waits_for_somebody_else(office: PaperOffice) -> None:
    """A tenth: of two hundred between 4 and 45, which chance leaves once in a million."""
    files = [hinted(f"{number}.txt", f"{number}", "TOP-HR", traits=TRAITS) for number in range(200)]
    draw(*files)
    judge(*(one.path for one in files))
    drawn = [one for one in clues_of(CAMPAIGN).values() if one.look_again]
    assert 4 <= len(drawn) <= 45
    assert len(stands()) == 200 - len(drawn)


@pytest.fixture
def every_one(overlay: Overlay) -> None:
    """All dismissals are looked at again."""
    overlay("lessons: {looked_again_per_hundred: 100}\n")


def second(agrees: bool, person: str = ETHICS_HEAD, reason: str = "複看相同") -> int:
    """Somebody else looks."""
    with session_scope() as session:
        chosen = [clues_of(CAMPAIGN)[NOTE.path].id]
        return look_again(session, chosen, agrees=agrees, person_id=person, reason=reason, at=now.now())


def test_a_dismissal_drawn_teaches_once_the_head_agrees(office: PaperOffice, every_one: None) -> None:
    draw()
    judge()
    assert (len(taught()), stands()) == (1, [])
    with pytest.raises(NotAllowed):
        second(True, SECOND_STAFF)
    with pytest.raises(NotAllowed, match="主任"):
        second(True, STAFF)
    with pytest.raises(BadSource, match="複看意見未填"):
        second(True, reason=" ")
    assert (second(True), second(True)) == (1, 0)
    clue = clues_of(CAMPAIGN)[NOTE.path]
    assert stands() == [clue.id]
    assert (clue.state, clue.decided_by, clue.looked_again_by) == (ClueState.DISMISSED, SECOND_STAFF, ETHICS_HEAD)
    with pytest.raises(Conflict, match="已複看"):
        second(False)


def test_what_the_head_dismissed_another_looks_at(office: PaperOffice, every_one: None) -> None:
    draw()
    judge(person=ETHICS_HEAD)
    with pytest.raises(NotAllowed):
        second(True)
    assert second(True, STAFF) == 1


def test_a_dismissal_found_wrong_waits_anew_and_is_unlearned(
    office: PaperOffice, every_one: None, clock: FixedClock
) -> None:
    draw()
    judge()
    assert (second(False), second(False)) == (1, 0)
    clue = clues_of(CAMPAIGN)[NOTE.path]
    assert (clue.state, clue.decided_by, clue.ground, clue.decided_at) == (ClueState.OPEN, None, None, None)
    assert taught()[0].unlearned_at is not None
    assert stands() == []
    clock.set(clock.instant + timedelta(hours=1))
    judge(outcome=CONFIRMED, person=STAFF)
    assert [(one.dismissed, one.unlearned_at is None) for one in taught()] == [(True, False), (False, True)]
    with session_scope() as session:
        told = [(one.action, one.to_state, one.actor) for one in events.of_subject(session, "clue", str(clue.id))]
    assert told == [
        ("step", "dismissed", SECOND_STAFF), ("looked_again", None, ETHICS_HEAD), ("step", "open", ETHICS_HEAD),
        ("step", "confirmed", STAFF),
    ]  # fmt: skip


def test_a_finding_withdrawn_teaches_no_more(office: PaperOffice) -> None:
    draw()
    judge(outcome=CONFIRMED)
    assert len(stands()) == 1
    with session_scope() as session:
        one = session.scalars(select(Finding)).one()
        advance(session, one, FindingState.WITHDRAWN, actor=ETHICS_HEAD, at=now.now())
    assert stands() == []


def test_bits_are_of_shown_phrases_alone_and_other_keys_scatter_them() -> None:
    key, other = b"a" * 32, b"b" * 32
    phrases = ("檢舉", "考績", "名單")
    assert buckets_of(traits(phrases, key)) == {bucket(one, key) for one in phrases}
    assert traits(phrases, key) != traits(phrases, other)
    assert all(0 <= bucket(one, key) < BUCKETS for one in phrases)
    assert buckets_of(traits((), key)) == frozenset()


def crawled(folder: Path, *lines: str) -> Hit:
    """What a campaign's crawl says by meaning of a file with these lines."""
    share = folder / "share"
    share.mkdir()
    (share / "雜記.txt").write_text("\n".join(lines), encoding="utf-8")
    crawl_folder(PaperOffice(units=(SOCIAL, WORKS)), share, campaign_id="C-crawled")
    with session_scope() as session:
        return session.scalars(select(Hit).where(Hit.basis == HitBasis.MEANING)).one()


def test_a_crawl_leaves_bits_of_the_phrases_it_may_show_and_of_nothing_else(
    office: PaperOffice, tmp_path: Path
) -> None:
    model, key = shipped_meaning(), vault().sketch_key
    hit = crawled(tmp_path, *APPRAISED)
    folded = [normalised(line).encode().translate(FOLD).decode() for line in APPRAISED]
    may_be_shown = [
        phrase
        for phrase, weight in zip(model.phrases, model.weights, strict=True)
        if weight >= TELLING and len(phrase) > 1 and any(phrase in line for line in folded)
    ]
    assert hit.detector == "TOP-HR"
    assert hit.traits is not None
    kept = buckets_of(hit.traits)
    assert kept
    assert kept <= {bucket(one, key) for one in may_be_shown}


def test_a_crawl_leaves_nothing_of_what_may_be_of_an_informant(office: PaperOffice, tmp_path: Path) -> None:
    hit = crawled(tmp_path, *SECRETIVE)
    assert (hit.detector, hit.traits) == ("TOP-WHISTLE", None)
