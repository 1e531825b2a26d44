"""Two whole campaigns on paper, told by the verbs: as it should go, and as it goes when everything goes wrong.

Shares are local folders; their files are invented anew at each run.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
import yaml
from demo.files import Planted, lay_out, office_files
from sqlalchemy import delete, select

from campaigns.paper_office import CAMPAIGN, CONTACT, DEMO, ETHICS_HEAD, STAFF, PaperOffice
from checklists.filling import filled
from conftest import FixedClock
from inspection import clock as now
from inspection import settings
from inspection.campaigns.closing import conclude, enter_sent_up, lacking
from inspection.checklists.review import accept, send_back
from inspection.crawling import campaign as crawl
from inspection.errors import SourceUnavailable
from inspection.escalation.climb import follow_up
from inspection.findings.triage import Verdict, triage
from inspection.fixes.claim import claim
from inspection.fixes.verify import release, verify
from inspection.model import RoleGrant, ShareRecord, Suspicion
from inspection.planning.paper import print_plan
from inspection.rules import catalogue
from inspection.store import findings
from inspection.store.session import session_scope
from inspection.vocabulary import Role, TriageOutcome

ETHICS, COMPUTING, PERSONNEL, SOCIAL, WORKS, FARMING = "U11", "U08", "U09", "U02", "U04", "U05"
EIGHT = ("U01", SOCIAL, WORKS, FARMING, "U07", COMPUTING, PERSONNEL, ETHICS)
OUTSIDER = "P02"
SECOND = "P113"
BEFORE = "C-before"
NUMBERS = ("DOC-901", "MTG-901")


def ask_numbers(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo agency's rules, and two statements of its own that ask for numbers."""
    folder.mkdir()
    for file in (DEMO / "rules").iterdir():
        shutil.copy(file, folder / file.name)
    measures = {"DOC-901": ("本期新收密件之件數。", "件"), "MTG-901": ("本期召開機敏會議之次數。", "次")}
    items = [
        {"id": code, "statement": statement, "kinds": ["semiannual"], "severity": "low", "respondent": "unit",
         "rotation": "core", "answer": {"kind": "number", "unit": measure}}
        for code, (statement, measure) in measures.items()
    ]  # fmt: skip
    words = yaml.safe_dump({"items": items}, allow_unicode=True)
    (folder / "checklist_items.yaml").write_text(words, encoding="utf-8")
    monkeypatch.setenv("INSPECTION_RULES_DIR", str(folder))
    settings.reset()
    catalogue.reset()


@dataclass(slots=True)
class Story:
    """A campaign of the demo agency with shares on this disk."""

    office: PaperOffice
    folder: Path
    clock: FixedClock
    campaign: str = CAMPAIGN

    def lay_out(self, *, twins: bool = False) -> None:
        """Writes the shares' files and points the roster at them; a share without a folder is not served."""
        self.write(twins=twins)
        self.serve()

    def write(self, *, twins: bool = False, seed: int | None = None) -> None:
        """Writes the shares' files, others at each run but for a `seed`."""
        files = office_files(Planted(), today=date(2026, 11, 2), seed=seed or random.randrange(1 << 30))
        folders = lay_out(self.folder / "shares", files)
        if twins:
            roll = next(folders["社會課"].rglob("匯款清冊.csv"))
            shutil.copy(roll, roll.with_name("匯款清冊_複本.csv"))

    def serve(self) -> dict[str, str]:
        """Points the roster at the files; the addresses it held, by share."""
        with session_scope() as session:
            shares = list(session.scalars(select(ShareRecord)))
            before = {share.id: share.address for share in shares}
            for share in shares:
                share.address = str(self.folder / "shares" / share.name)
        return before

    def stop_serving(self, before: dict[str, str]) -> None:
        """The roster holds its own addresses again."""
        with session_scope() as session:
            for share_id, address in before.items():
                session.get_one(ShareRecord, share_id).address = address

    def withdraw(self, share: str) -> None:
        """A share is no longer served."""
        shutil.rmtree(self.folder / "shares" / share)

    def plan(self) -> None:
        """Opened, assessed, drafted, printed, submitted and approved."""
        self.office.open(self.campaign)
        self.office.draft(self.campaign)
        with session_scope() as session:
            print_plan(session, self.campaign, catalogue=self.office.rules, at=now.now())
        self.office.submit(self.campaign)
        self.office.decide(campaign_id=self.campaign)

    def crawl(self) -> None:
        """Every share of the plan; one that is not served stays behind."""
        with session_scope() as session:
            shares = crawl.begin_campaign_crawl(session, self.campaign, catalogue=self.office.rules, at=now.now())
        for share_id in sorted(shares):
            with suppress(SourceUnavailable):
                crawl.list_campaign_share(session_scope, self.campaign, share_id, login_for=lambda _: None)
        with session_scope() as session:
            shards = crawl.open_campaign_reading(session, self.campaign, at=now.now())
        for shard_id in sorted(shards):
            crawl.read_campaign_shard(session_scope, self.campaign, shard_id, login_for=lambda _: None)
        with session_scope() as session:
            crawl.finish_campaign_crawl(session, self.campaign, at=now.now())

    def judge(self, ids: Sequence[int], outcome: TriageOutcome, reason: str) -> None:
        """Decides; what is the ethics office's own, by the person named from outside."""
        with session_scope() as session:
            own = {one for one in ids if session.get_one(Suspicion, one).unit_id == ETHICS}
            for person, part in ((SECOND, set(ids) - own), (OUTSIDER, own)):
                if part:
                    verdict = Verdict(outcome, person, reason)
                    triage(session, sorted(part), verdict, catalogue=self.office.rules, at=now.now())

    def hand_in(self, unit: str, answers: Mapping[str, str] | None = None, *, accepted: bool = True) -> None:
        """A unit's form comes back: 符合 everywhere but for `answers`, and a number wherever one is asked for."""
        numbers = [one for one in self.office.items(unit, self.campaign) if one in NUMBERS]
        written = {f"{code}.result": f"{random.randrange(1, 4000):,}" for code in numbers}
        if numbers and unit == COMPUTING:
            written |= {f"{numbers[-1]}.result": "不適用", f"{numbers[-1]}.remark": "本單位無此項業務"}
        form = filled(self.office.form(unit, self.campaign), answers or {}, written)
        assert self.office.take_in(form).problems == ()
        if accepted:
            with session_scope() as session:
                by = OUTSIDER if unit == ETHICS else SECOND
                accept(session, f"{self.campaign}:{unit}", person_id=by, at=now.now())

    def held_before(self) -> None:
        """An inspection half a year ago of two units: of two faults one is released, one waits for its release."""
        before = Story(replace(self.office, units=(SOCIAL, WORKS)), self.folder, self.clock, BEFORE)
        self.clock.set("2026-05-04T09:00:00+08:00")
        before.office.approved_plan(BEFORE, first_day=date(2026, 5, 4), last_day=date(2026, 5, 22))
        before.office.send_forms(BEFORE)
        for unit in before.office.units:
            wrong = before.office.items(unit, BEFORE)[:1]
            before.hand_in(unit, dict.fromkeys(wrong, "不符合"))
        before.judge(before.office.suspect(BEFORE), TriageOutcome.CONFIRMED, "經現場核對屬實")
        before.report()
        for unit in before.office.units:
            with session_scope() as session:
                (fix,) = [one for one in findings.fixes_of_campaign(session, BEFORE) if one.unit_id == unit]
                claim(session, fix.id, person_id=CONTACT[unit], claim="已移至限權資料夾", at=now.now())
                verify(session, fix.id, person_id=STAFF, passed=True, note="實地複查無誤", at=now.now())
                if unit == SOCIAL:
                    release(session, fix.id, person_id=ETHICS_HEAD, at=now.now())
        self.clock.set("2026-11-02T09:00:00+08:00")

    def report(self) -> None:
        """Compiled, laid before, signed, issued."""
        self.office.compile(self.campaign)
        self.office.submit_reports(self.campaign)
        self.office.sign("campaign_report", campaign_id=self.campaign)
        self.office.sign("unit_report", campaign_id=self.campaign)
        self.office.issue_reports(self.campaign)

    def follow_up(self, on: date) -> None:
        """The follow-up of one day."""
        self.clock.set(f"{on.isoformat()}T09:00:00+08:00")
        with session_scope() as session:
            follow_up(session, on=on, catalogue=self.office.rules, at=now.now())

    def end(self) -> list[str]:
        """What was left undecided is confirmed, the letters are entered, the inspection is concluded; what was lacking
        before, told in words."""
        with session_scope() as session:
            waiting = [one.id for one in findings.suspicions(session, CAMPAIGN) if one.state in findings.UNDECIDED]
            lacks = [one.words for one in lacking(session, CAMPAIGN, catalogue=self.office.rules)]
        self.judge(waiting, TriageOutcome.CONFIRMED, "經開啟檔案核對屬實")
        with session_scope() as session:
            asked = [one.id for one in findings.contradictions(session, CAMPAIGN) if one.is_question]
        self.judge(asked, TriageOutcome.DISMISSED, "經說明可採")
        self.office.issue_reports()
        for letter in self.office.rules.campaign_kinds.rule("semiannual").sent_up:
            with session_scope() as session:
                enter_sent_up(
                    session,
                    CAMPAIGN,
                    letter,
                    on=now.today(),
                    number="示市政字第1150009001號",
                    person_id=STAFF,
                    catalogue=self.office.rules,
                    at=now.now(),
                )
        with session_scope() as session:
            conclude(session, CAMPAIGN, person_id=STAFF, catalogue=self.office.rules, at=now.now())
        return lacks


def as_it_should_go(story: Story) -> None:
    """All return in time, every share is read, all is decided; nothing is mended, so the ladder is climbed."""
    story.lay_out()
    story.plan()
    story.crawl()
    story.office.send_forms()
    for number, unit in enumerate(story.office.units):
        items = story.office.items(unit)
        answers = {items[-1]: "不適用"} | ({items[0]: "不符合"} if number == 1 else {})
        story.hand_in(unit, answers)
    ids = story.office.suspect()
    story.judge(ids[1:], TriageOutcome.CONFIRMED, "經開啟檔案核對屬實")
    story.judge(ids[:1], TriageOutcome.DISMISSED, "範例文件，無真實個人資料")
    story.clock.set("2026-11-20T09:00:00+08:00")
    story.report()
    for day in (date(2026, 11, 26), date(2026, 12, 2), date(2026, 12, 8), date(2026, 12, 16)):
        story.follow_up(day)


def as_it_should_not(story: Story) -> None:
    """Not the first round; no joint members; one form never comes, one is sent back; one share is not served, one only
    partly readable; the same file lies twice; of what is suspected something is mended, something dismissed, something
    never decided."""
    with session_scope() as session:
        session.execute(delete(RoleGrant).where(RoleGrant.role == Role.INSPECTOR))
    story.held_before()
    story.lay_out(twins=True)
    story.withdraw("農業課")
    story.plan()
    story.crawl()
    story.office.send_forms()
    for unit in story.office.units:
        if unit == FARMING:
            continue
        if unit == PERSONNEL:
            items = story.office.items(unit)
            story.hand_in(unit, accepted=False)
            with session_scope() as session:
                send_back(
                    session,
                    f"{CAMPAIGN}:{unit}",
                    person_id=SECOND,
                    item_ids=items[:1],
                    reason="請敘明辦理情形",
                    at=now.now(),
                )
            continue
        story.hand_in(unit)
    ids = story.office.suspect()
    story.judge(ids[0::4], TriageOutcome.CONFIRMED, "經開啟檔案核對屬實")
    story.judge(ids[1::4], TriageOutcome.SELF_IMPROVED, "單位已於說明期間移置")
    story.judge(ids[2::4], TriageOutcome.DISMISSED, "範例文件，無真實個人資料")
    story.clock.set("2026-11-20T09:00:00+08:00")
    story.report()
    for day in (date(2026, 11, 26), date(2026, 12, 2), date(2026, 12, 16)):
        story.follow_up(day)
