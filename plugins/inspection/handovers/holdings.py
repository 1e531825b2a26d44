"""What a person holds on a day, in the words the 移交清冊 lists it with: numbers, units and dates, never contents."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from inspection.access.policy import ETHICS, OF_UNIT
from inspection.approvals import matters
from inspection.approvals.matters import campaign_of
from inspection.calendar import roc
from inspection.model import Approval, Campaign, Deputy, Fix, Unit
from inspection.model.lifecycle import FixState
from inspection.rules.wording import Wording
from inspection.store import approvals, campaigns, checklists, groups, handovers, roster
from inspection.store.findings import AWAITS_UNIT
from inspection.store.unannounced import hidden_from
from inspection.vocabulary import HandedKind, Role

Grant = tuple[Role, str]


@dataclass(frozen=True, slots=True)
class Holding:
    """One thing held. `through` is the role by which it is held, None where the person is named in it."""

    kind: HandedKind
    subject_id: str
    words: str
    unit_id: str = ""
    campaign_id: str | None = None
    due_on: date | None = None
    through: Grant | None = None

    @property
    def key(self) -> str:
        """By which a single line may be given to somebody else."""
        return f"{self.kind.value}:{self.subject_id}"


@dataclass(frozen=True, slots=True)
class _Holder:
    """Of whom it is asked, when, and through which roles."""

    session: Session
    wording: Wording
    person_id: str
    on: date
    at: datetime
    grants: tuple[Grant, ...]
    whole: bool

    def say(self, phrase: str, **values: object) -> str:
        """A line in words."""
        return self.wording.line(phrase, values)

    def unit_name(self, unit_id: str) -> str:
        """The name of a unit, as the roster has it."""
        unit = self.session.get(Unit, unit_id)
        return unit.name if unit else unit_id

    def units_as(self, *roles: Role) -> list[str]:
        """Units for which one of some roles is held."""
        return sorted({unit for role, unit in self.grants if role in roles and unit})

    def holds(self, roles: Collection[Role]) -> bool:
        """Whether one of some roles is held for the agency."""
        return any(role in roles and not unit for role, unit in self.grants)


def holdings_of(
    session: Session,
    person_id: str,
    *,
    wording: Wording,
    on: date,
    at: datetime,
    grants: Collection[Grant] | None = None,
) -> list[Holding]:
    """Everything held, in the order of the 清冊; with `grants`, only what is held through these roles.

    What an unannounced inspection still hides from the person is not listed (officer review A10).
    """
    own = tuple((one.role, one.unit_id) for one in handovers.grants_of(session, person_id, on=on))
    chosen = own if grants is None else tuple(one for one in own if one in set(grants))
    holder = _Holder(session, wording, person_id, on, at, chosen, grants is None)
    found = [
        *_roles(holder),
        *_deputyships(holder),
        *_decisions(holder),
        *_opinions(holder),
        *_groups(holder),
        *_of_units(holder),
        *_to_verify(holder),
        *_custody(holder),
    ]
    order = list(HandedKind)
    unique = {one.key: one for one in found if not _is_hidden(holder, one)}
    return sorted(unique.values(), key=lambda one: (order.index(one.kind), one.due_on or date.max, one.subject_id))


def _is_hidden(holder: _Holder, holding: Holding) -> bool:
    campaign = holder.session.get(Campaign, holding.campaign_id) if holding.campaign_id else None
    return campaign is not None and hidden_from(holder.session, campaign, holder.person_id, at=holder.at)


def _roles(holder: _Holder) -> Iterator[Holding]:
    for role, unit_id in holder.grants:
        name = holder.wording.line(f"role_{role.value}")
        words = f"{name}（{holder.unit_name(unit_id)}）" if unit_id else name
        yield Holding(HandedKind.ROLE, f"{role.value}:{unit_id}", words, unit_id, through=(role, unit_id))


def deputyship_id(row: Deputy) -> str:
    """By which a handover names a deputyship."""
    return f"{row.principal_id}:{row.deputy_id}:{row.valid_from}"


def _deputyships(holder: _Holder) -> Iterator[Holding]:
    for row in handovers.deputyships_of(holder.session, holder.person_id, on=holder.on) if holder.whole else []:
        phrase = "handed_is_represented" if row.principal_id == holder.person_id else "handed_represents"
        other = row.deputy_id if row.principal_id == holder.person_id else row.principal_id
        person = roster.person(holder.session, other)
        words = holder.say(
            phrase,
            person=f"{person.title}{person.name}",
            first=roc.plain(max(row.valid_from, holder.on)),
            last=roc.plain(row.valid_until),
        )
        yield Holding(HandedKind.DEPUTYSHIP, deputyship_id(row), words)


def _matter_of(session: Session, approval: Approval) -> tuple[Campaign | None, str]:
    """The campaign a request belongs to, and which phrase names its document."""
    return campaign_of(session, approval), matters.of(approval.subject_kind).handed


def _decisions(holder: _Holder) -> Iterator[Holding]:
    """What waits for this person's decision; and what this person asked for or drafts."""
    decides = holder.whole or any(role not in OF_UNIT for role, _ in holder.grants)
    for approval in handovers.decisions_of(holder.session, holder.person_id) if decides else []:
        campaign, phrase = _matter_of(holder.session, approval)
        words = holder.say(phrase, campaign=campaign.name if campaign else approval.subject_id)
        kind = matters.of(approval.subject_kind).handed_as
        if approval.approver_id != holder.person_id:
            kind, words = HandedKind.ASKED, holder.say("handed_asked", document=words)
        yield Holding(kind, approval.id, words, campaign_id=campaign.id if campaign else None, due_on=approval.due_on)
    for plan in handovers.drafts_of(holder.session, holder.person_id) if decides else []:
        campaign = campaigns.get(holder.session, plan.campaign_id)
        words = holder.say("handed_draft", campaign=campaign.name, version=plan.version)
        yield Holding(HandedKind.ASKED, plan.id, words, campaign_id=campaign.id)


def _opinions(holder: _Holder) -> Iterator[Holding]:
    """What the units this person heads are asked for beside a decision."""
    for opinion in handovers.opinions_of(holder.session, holder.units_as(Role.UNIT_HEAD)):
        campaign, phrase = _matter_of(holder.session, approvals.get(holder.session, opinion.approval_id))
        document = holder.say(phrase, campaign=campaign.name if campaign else opinion.approval_id)
        words = holder.say("handed_opinion", document=document, unit=opinion.unit_name)
        campaign_id = campaign.id if campaign else None
        yield Holding(HandedKind.OPINION, opinion.id, words, opinion.unit_id, campaign_id, opinion.due_on)


def _led(holder: _Holder) -> list[groups.GroupInForce]:
    inspects = holder.whole or any(role not in OF_UNIT for role, _ in holder.grants)
    return [one for one in groups.in_force(holder.session) if one.leader_id == holder.person_id] if inspects else []


def _groups(holder: _Holder) -> Iterator[Holding]:
    inspects = holder.whole or any(role not in OF_UNIT for role, _ in holder.grants)
    for one in groups.in_force(holder.session) if inspects else []:
        if holder.person_id not in {one.leader_id, *one.member_ids}:
            continue
        leads = one.leader_id == holder.person_id
        words = holder.say(
            "handed_group_led" if leads else "handed_group_joined",
            campaign=campaigns.get(holder.session, one.campaign_id).name,
            number=one.number,
            units="、".join(holder.unit_name(unit_id) for unit_id in one.unit_ids),
        )
        yield Holding(HandedKind.GROUP, one.key, words[:300], campaign_id=one.campaign_id)
    for one in _led(holder):
        for unit_id in one.unit_ids:
            count = handovers.undecided(holder.session, one.campaign_id, unit_id)
            if count:
                words = holder.say("handed_suspicions", unit=holder.unit_name(unit_id), count=count)
                subject = f"{one.campaign_id}:{unit_id}"
                yield Holding(HandedKind.SUSPICIONS, subject, words, unit_id, one.campaign_id)


def _of_units(holder: _Holder) -> Iterator[Holding]:
    """Forms to be returned, faults to be mended, shared folders looked after."""
    units = holder.units_as(*OF_UNIT)
    for checklist in checklists.out(holder.session, units):
        words = holder.say(
            "handed_checklist",
            campaign=campaigns.get(holder.session, checklist.campaign_id).name,
            unit=holder.unit_name(checklist.unit_id),
        )
        yield Holding(
            HandedKind.CHECKLIST, checklist.id, words, checklist.unit_id, checklist.campaign_id, checklist.wanted_by
        )
    for fix in handovers.fixes_in(holder.session, AWAITS_UNIT, unit_ids=units):
        yield _fix(holder, HandedKind.FIX, fix)
    for share in roster.shares_of(holder.session, holder.units_as(Role.CONTACT)):
        words = holder.say("handed_share", share=share.name, unit=holder.unit_name(share.unit_id))
        yield Holding(HandedKind.SHARE, share.id, words, share.unit_id)


def _fix(holder: _Holder, kind: HandedKind, fix: Fix) -> Holding:
    words = holder.say("handed_fix", fix=fix.id, unit=holder.unit_name(fix.unit_id))
    return Holding(kind, fix.id, words, fix.unit_id, fix.campaign_id, fix.due_on)


def _to_verify(holder: _Holder) -> Iterator[Holding]:
    """Claimed fixes of the units this person's groups inspect, and for the ethics head those to be released."""
    units = {(one.campaign_id, unit_id) for one in _led(holder) for unit_id in one.unit_ids}
    for fix in handovers.fixes_in(holder.session, {FixState.CLAIMED}):
        if (fix.campaign_id, fix.unit_id) in units:
            yield _fix(holder, HandedKind.VERIFICATION, fix)
    if holder.holds({Role.ETHICS_HEAD}):
        for fix in handovers.fixes_in(holder.session, {FixState.VERIFIED}):
            yield _fix(holder, HandedKind.RELEASE, fix)


def _custody(holder: _Holder) -> Iterator[Holding]:
    """The crawl account, and numbered copies of reports."""
    if holder.holds({Role.OPERATOR}):
        account = str(roster.agency(holder.session).details.get("crawl_account", ""))
        if account:
            words = holder.say("handed_crawl_account", account=account)
            yield Holding(HandedKind.CRAWL_ACCOUNT, account, words)
    units = set(holder.units_as(*OF_UNIT))
    for report, reader in handovers.copies_of(holder.session, holder.person_id):
        if holder.whole or (report.unit_id in units if report.unit_id else holder.holds(ETHICS | _HEADS)):
            words = holder.say("handed_copy", report=str(report.content["title"]), copy=reader.copy_number)
            yield Holding(HandedKind.COPY, report.id, words[:300], report.unit_id, report.campaign_id)


_HEADS = frozenset({Role.CHIEF_SECRETARY, Role.AGENCY_HEAD})
