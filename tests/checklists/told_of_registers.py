"""Cases of statements held against registers: who handles secrets and was trained, and what was found before."""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime, timedelta

from sqlalchemy.orm import Session

from campaigns.paper_office import CAMPAIGN, CONTACT, SOCIAL, STAFF, UNIT_HEAD, WORKS
from checklists.told_case import ANSWERED, BEFORE, A, Case, D, N, Step
from inspection import clock as now
from inspection.model import AwarenessSession, Checklist, Finding, Fix, SecretHandler, Suspicion
from inspection.model.lifecycle import FindingState, FixState, SuspicionState
from inspection.rules import catalogue
from inspection.vocabulary import CrossChecked, Severity, SuspicionKind


def _handles(since: date, until: date | None = None, *, unit: str = WORKS, person: str = CONTACT[WORKS]) -> Step:
    row = {"person_id": person, "unit_id": unit, "duties": "密件", "since": since, "until": until}
    return lambda session: session.add(SecretHandler(**row))


def _trained(held_on: date, *, month: date | None = None, who: str = CONTACT[WORKS], active: bool = True) -> Step:
    kind = min(catalogue.current().awareness.training_kinds)
    return lambda session: session.add(
        AwarenessSession(
            id=f"S-{held_on}", kind=kind, title="講習", held_on=held_on, for_month=month or held_on.replace(day=1),
            tags=[], unit_ids=[WORKS], attendees=1, attendee_ids=[who], quiz_takers=None, quiz_average=None,
            channels=[], active=active, entered_by=STAFF, entered_at=now.now(),
        )
    )  # fmt: skip


def _steps(*steps: Step) -> Step:
    def plant(session: Session) -> None:
        for step in steps:
            step(session)
        session.flush()

    return plant


LONG, DAY = date(2024, 1, 1), timedelta(days=1)


def _returned(on: date) -> Step:
    """The newest return came on that day."""
    at = datetime(on.year, on.month, on.day, 9, tzinfo=UTC)
    return lambda session: setattr(session.get_one(Checklist, f"{CAMPAIGN}:{WORKS}"), "returned_at", at)


def _training(
    why: str, outcome: CrossChecked | None, *steps: Step, said: str = "conforms", returned: date = ANSWERED
) -> Case:
    return Case(why, "PER-003", (), outcome, said=said, before=_steps(*steps), after=_returned(returned))


def training_cases() -> list[Case]:
    here = _handles(LONG)
    return [
        _training("名冊無人", N),
        _training("從未受訓", D, here),
        _training("自承", None, here, said="does_not_conform"),
        _training("五月受訓", A, here, _trained(date(2026, 5, 4))),
        _training("恰在十二個月之始", A, here, _trained(date(2025, 11, 1))),
        _training("十三個月前", D, here, _trained(date(2025, 10, 31))),
        _training("場次已註銷", D, here, _trained(date(2026, 5, 4), active=False)),
        _training("受訓者為他人", D, here, _trained(date(2026, 5, 4), who=UNIT_HEAD[WORKS])),
        _training("檢查期間受訓，填報在後", A, here, _trained(ANSWERED - DAY)),
        _training("填報當日受訓", A, here, _trained(ANSWERED)),
        _training("填報後始受訓，補登於本月", D, here, _trained(ANSWERED + DAY)),
        _training("提前辦理次月場次", A, here, _trained(ANSWERED - DAY, month=date(2026, 12, 1))),
        _training("填報前已免承辦", N, _handles(LONG, ANSWERED - DAY)),
        _training("填報當日仍承辦", D, _handles(LONG, ANSWERED)),
        _training("檢查期間到任，填報時未受訓", D, _handles(ANSWERED - DAY)),
        _training("填報後始到任", N, _handles(ANSWERED + DAY)),
        _training("他單位之承辦人", N, _handles(LONG, unit=SOCIAL, person=CONTACT[SOCIAL])),
        _training("二人中一人未受訓", D, here, _handles(LONG, person=UNIT_HEAD[WORKS]), _trained(date(2026, 5, 4))),
        _training("二人均受訓，兩場次", A, here, _handles(LONG, person=UNIT_HEAD[WORKS]), _trained(date(2026, 5, 4)),
                  _trained(date(2026, 6, 4), who=UNIT_HEAD[WORKS])),
        _training("次月填報，前一日受訓", A, here, _trained(date(2026, 12, 3)), returned=date(2026, 12, 4)),
        _training("次月填報，後一日受訓", D, here, _trained(date(2026, 12, 5)), returned=date(2026, 12, 4)),
        _training("次月填報，自檢查開始回溯", A, here, _trained(date(2025, 11, 3)), returned=date(2026, 12, 4)),
        _training("舊場次與填報後之場次", D, here, _trained(date(2025, 6, 4)), _trained(ANSWERED + DAY)),
    ]  # fmt: skip


def _fault(
    state: FixState,
    due_on: date,
    *,
    unit: str = WORKS,
    withdrawn: bool = False,
    inside: str = BEFORE,
    claimed_on: date | None = None,
) -> Step:
    def plant(session: Session) -> None:
        kind, severity = SuspicionKind.SELF_REPORTED, Severity.MEDIUM
        one = Suspicion(
            campaign_id=inside, unit_id=unit, kind=kind, fingerprint=secrets.token_hex(32), item_id="DOC-001",
            state=SuspicionState.CONFIRMED, suggested_severity=severity, detectors=[], noted_at=now.now(),
        )  # fmt: skip
        session.add(one)
        session.flush()
        number = f"{inside}-{one.id}"
        session.add(
            Finding(
                id=number, campaign_id=inside, number=one.id, unit_id=unit, suspicion_id=one.id, severity=severity,
                state=FindingState.WITHDRAWN if withdrawn else FindingState.NOTIFIED, category="c", fact="f", basis="b",
                remedies=[], confirmed_by=STAFF, confirmed_at=now.now(),
            )
        )  # fmt: skip
        session.flush()
        session.add(
            Fix(
                id=number, finding_id=number, campaign_id=inside, unit_id=unit, state=state, opened_on=date(2026, 6, 1),
                original_due_on=date(2026, 6, 15), due_on=due_on, due_version=0, claimed_on=claimed_on,
            )
        )  # fmt: skip

    return plant


def _fixing(why: str, outcome: CrossChecked | None, *steps: Step, said: str = "conforms") -> Case:
    return Case(why, "FUP-001", (), outcome, said=said, before=_steps(*steps))


PAST, BLAMED = ANSWERED - DAY, FixState.OPEN
AWAITS_UNIT = (FixState.OPEN, FixState.ACCEPTED, FixState.SENT_BACK, FixState.REOPENED)


def fix_cases() -> list[Case]:
    return [
        _fixing("上次無缺失", N),
        *(
            _fixing(f"逾期 {state.value}", said, _fault(state, PAST))
            for state, said in (
                *((one, D) for one in AWAITS_UNIT),
                *((one, A) for one in FixState if one not in AWAITS_UNIT),
            )
        ),
        _fixing("填報當日屆滿", A, _fault(BLAMED, ANSWERED)),
        _fixing("原期限已過而展延中", A, _fault(BLAMED, ANSWERED + DAY)),
        _fixing("他單位之缺失", N, _fault(BLAMED, PAST, unit=SOCIAL)),
        _fixing("本次之缺失不是上次", N, _fault(BLAMED, PAST, inside=CAMPAIGN)),
        *(
            _fixing(f"{state.value}：{why}", said, _fault(state, date(2026, 6, 15), claimed_on=claimed_on))
            for state in (FixState.CLAIMED, FixState.VERIFIED, FixState.RELEASED)
            for why, claimed_on, said in (
                ("期限前改善", date(2026, 6, 12), A),
                ("期限當日改善", date(2026, 6, 15), A),
                ("逾一日始改善", date(2026, 6, 16), D),
            )
        ),
        _fixing(
            "期限為週五，週六改善，未逾工作天",
            A,
            _fault(FixState.RELEASED, date(2026, 6, 12), claimed_on=date(2026, 6, 13)),
        ),
        _fixing("逾期改善而已展延", A, _fault(FixState.RELEASED, ANSWERED, claimed_on=ANSWERED - DAY)),
        _fixing("簽准暫緩改善", A, _fault(FixState.EXCEPTED, date(2026, 6, 15), claimed_on=date(2026, 6, 30))),
        _fixing(
            "逾期改善而自承",
            None,
            _fault(FixState.RELEASED, date(2026, 6, 15), claimed_on=date(2026, 6, 16)),
            said="does_not_conform",
        ),
        _fixing("缺失已撤銷", N, _fault(BLAMED, PAST, withdrawn=True)),
        _fixing("二件中一件未改善", D, _fault(FixState.RELEASED, PAST), _fault(BLAMED, PAST)),
        _fixing("自承", None, _fault(BLAMED, PAST), said="does_not_conform"),
        _fixing("不適用", None, _fault(BLAMED, PAST), said="not_applicable"),
    ]
