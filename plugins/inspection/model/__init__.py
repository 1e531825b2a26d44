"""What exists: the records of the office, mapped once, with their lifecycles."""

from inspection.model.access import PortalSession, SignInCode
from inspection.model.audit import Event, EventSeal
from inspection.model.awareness import AwarenessSession, SecretHandler
from inspection.model.base import Record
from inspection.model.calendar_day import CalendarDay
from inspection.model.campaign import (
    AirflowGate,
    AirflowWait,
    Approval,
    Assessment,
    Campaign,
    CampaignUnit,
    LegalHold,
    Plan,
    SentUp,
    StageRun,
)
from inspection.model.checklist import (
    Answer,
    Checklist,
    ChecklistDraft,
    ChecklistFiller,
    ChecklistProof,
    ChecklistQuestion,
    ChecklistReturn,
    ItemRuling,
    PaperReturn,
    ReturnedFile,
    SignedPaper,
)
from inspection.model.crawl import (
    Clue,
    CrawledFile,
    CrawlFolder,
    CrawlRun,
    CrawlShard,
    CrawlShare,
    Hit,
    ServerLease,
    ServerTurn,
    Suspicion,
)
from inspection.model.declaration import ShareDeclaration
from inspection.model.document import Document, DocumentCopy
from inspection.model.finding import Finding, Fix, Report, ReportReader, RungClimbed
from inspection.model.handover import Handover, HandoverLine
from inspection.model.kept_key import KeptKey
from inspection.model.lesson import Correction, Lesson
from inspection.model.notice import DailyCount, Notice
from inspection.model.opinion import Opinion
from inspection.model.pledge import Pledge
from inspection.model.project import PersonInTheKnow, Project, ProjectDate, ProjectShare
from inspection.model.reaching import ProbedAddress
from inspection.model.roster import Agency, Deputy, Person, RoleGrant, ShareRecord, Unit
from inspection.model.spot import SpotAddition, SpotAnswer, SpotEquipment, SpotPhoto, SpotRecord, SpotSample
from inspection.model.spring import DutyReport, DutyShift, SpringCampaign, SpringList
from inspection.model.spring_window import SpringWindow

__all__ = [
    "Agency", "AirflowGate", "AirflowWait", "Answer", "Approval", "Assessment", "AwarenessSession", "CalendarDay",
    "Campaign", "CampaignUnit", "Checklist", "ChecklistDraft", "ChecklistFiller", "ChecklistProof",
    "ChecklistQuestion", "ChecklistReturn", "Clue", "Correction", "CrawlFolder", "CrawlRun", "CrawlShard",
    "CrawlShare", "CrawledFile", "DailyCount", "Deputy", "Document", "DocumentCopy", "DutyReport", "DutyShift",
    "Event", "EventSeal", "Finding", "Fix", "Handover", "HandoverLine", "Hit", "ItemRuling", "KeptKey", "LegalHold",
    "Lesson", "Notice", "Opinion", "PaperReturn", "Person", "PersonInTheKnow", "Plan", "Pledge", "PortalSession",
    "ProbedAddress", "Project", "ProjectDate", "ProjectShare", "Record", "Report", "ReportReader", "ReturnedFile",
    "RoleGrant", "RungClimbed", "SecretHandler", "SentUp", "ServerLease", "ServerTurn", "ShareDeclaration",
    "ShareRecord", "SignInCode", "SignedPaper", "SpotAddition", "SpotAnswer", "SpotEquipment", "SpotPhoto",
    "SpotRecord", "SpotSample", "SpringCampaign", "SpringList", "SpringWindow", "StageRun", "Suspicion", "Unit",
]  # fmt: skip
