"""A small office for tests of access and portal: twelve units, a few people, and a deputy for some days."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from inspection.model import Agency, Campaign, Deputy, Person, RoleGrant, ShareRecord, Unit
from inspection.model.lifecycle import CampaignState
from inspection.vocabulary import Role

MORNING = datetime.fromisoformat("2026-10-12T09:00:00+08:00")
PEOPLE = {
    "mayor": ("張○誠", "市長", None),
    "secretary": ("游○賢", "主任秘書", None),
    "ethics_head": ("潘○正", "政風室主任", "U11"),
    "ethics": ("簡○廉", "政風室課員", "U11"),
    "works_head": ("劉○平", "工務課課長", "U04"),
    "works": ("蔡○翰", "工務課單位窗口", "U04"),
    "social": ("吳○玲", "社會課單位窗口", "U02"),
    "inspector": ("周○成", "行政室專員", "U07"),
    "admin_head": ("馬○行", "行政室主任", "U07"),
    "it_head": ("蘇○毅", "資訊室主任", "U08"),
    "nobody": ("林○無", "約僱人員", "U04"),
}
GRANTS = (
    ("mayor", Role.AGENCY_HEAD, ""),
    ("secretary", Role.CHIEF_SECRETARY, ""),
    ("ethics_head", Role.ETHICS_HEAD, ""),
    ("ethics_head", Role.UNIT_HEAD, "U11"),
    ("ethics", Role.ETHICS_STAFF, ""),
    ("ethics", Role.CONTACT, "U11"),
    ("works_head", Role.UNIT_HEAD, "U04"),
    ("works", Role.CONTACT, "U04"),
    ("social", Role.CONTACT, "U02"),
    ("inspector", Role.INSPECTOR, "U11"),
    ("admin_head", Role.UNIT_HEAD, "U07"),
    ("it_head", Role.UNIT_HEAD, "U08"),
)
TAGS = {"U07": ["總務"], "U08": ["資訊"]}
UNITS = {
    "U01": "民政課",
    "U02": "社會課",
    "U03": "財政課",
    "U04": "工務課",
    "U05": "農業課",
    "U06": "觀光課",
    "U07": "行政室",
    "U08": "資訊室",
    "U09": "人事室",
    "U10": "主計室",
    "U11": "政風室",
    "U12": "清潔隊",
}


def address(person_id: str) -> str:
    """The mail address of one of PEOPLE."""
    return f"{person_id}@shifan.test"


def settle(session: Session) -> None:
    """Writes the roster; the secretary acts for the mayor on 15 and 16 October 2026."""
    session.add(
        Agency(
            id="DEMO",
            name="虛構縣示範市公所",
            short_name="本所",
            superior_name="虛構縣政府",
            superior_ethics_name="虛構縣政府政風處",
            document_prefix="示市",
            details={
                "hotline": "(00)0000-0315",
                "contacts": [
                    {"who": "政風室", "telephone": "(00)0000-0315", "note": "內線315"},
                    {"who": "值勤室", "telephone": "(00)0000-0110", "note": "24小時"},
                ],
                "crawl_account": "SHIFAN\\inspector（唯讀）",
            },
        )
    )
    for unit_id, name in UNITS.items():
        tags = TAGS.get(unit_id, [])
        session.add(
            Unit(id=unit_id, name=name, kind="課室", tags=tags, staff_count=9, is_ethics=unit_id == "U11", active=True)
        )
    session.flush()
    for unit_id, name in UNITS.items():
        session.add(
            ShareRecord(
                id=f"S-{unit_id}", unit_id=unit_id, name=name, address=f"//fs.shifan.test/{name}", is_common=False,
                active=True,
            )
        )  # fmt: skip
    for person_id, (name, title, office) in PEOPLE.items():
        session.add(Person(id=person_id, name=name, title=title, email=address(person_id), unit_id=office, active=True))
    session.flush()
    for person_id, role, unit_id in GRANTS:
        session.add(RoleGrant(person_id=person_id, role=role, unit_id=unit_id, valid_from=None, valid_until=None))
    session.add(
        Deputy(
            principal_id="mayor",
            deputy_id="secretary",
            valid_from=date(2026, 10, 15),
            valid_until=date(2026, 10, 16),
            ground="分層負責明細表第12項",
        )
    )
    session.flush()


def grant(session: Session, person_id: str, role: Role, unit_id: str) -> None:
    """Gives somebody one more role."""
    session.add(RoleGrant(person_id=person_id, role=role, unit_id=unit_id, valid_from=None, valid_until=None))
    session.flush()


def open_campaign(session: Session, kind: str = "semiannual", *, campaign_id: str = "C1") -> Campaign:
    """A campaign whose plan is submitted, opened by the ethics officer."""
    campaign = Campaign(
        id=campaign_id,
        kind=kind,
        name="115年下半年定期保密檢查",
        state=CampaignState.SUBMITTED,
        window_start=MORNING + timedelta(days=20),
        window_end=MORNING + timedelta(days=40),
        checklist_due_on=date(2026, 11, 13),
        first_crawl=False,
        opened_by="ethics",
        opened_at=MORNING,
    )
    session.add(campaign)
    session.flush()
    return campaign
