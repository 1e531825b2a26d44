"""The words of the office as enums: one spelling for rows, rules, messages and pages."""

from __future__ import annotations

import re
from enum import StrEnum

ITEM_CODE = re.compile(r"[A-Z]{3}-\d{3}")
"""The id of a checklist item, as rules write it, forms carry it and papers cite it: category and number, DOC-013."""


class ProjectKind(StrEnum):
    """Matters that leak easily and are safeguarded by a plan of their own (seed 000 art. 6)."""

    RECRUITMENT = "recruitment"
    MEETING = "meeting"
    TENDER = "tender"
    OTHER = "other"


class ProjectDay(StrEnum):
    """The two days of a project that may move: its last day, and the day its secret becomes public."""

    END = "end"
    PUBLIC = "public"


class Role(StrEnum):
    """What a person may be asked to do."""

    OPERATOR = "operator"
    INSPECTOR = "inspector"
    CONTACT = "contact"
    UNIT_HEAD = "unit_head"
    ETHICS_STAFF = "ethics_staff"
    ETHICS_HEAD = "ethics_head"
    CHIEF_SECRETARY = "chief_secretary"
    AGENCY_HEAD = "agency_head"
    SUPERIOR_ETHICS = "superior_ethics"
    AUDITOR = "auditor"


class Stance(StrEnum):
    """What a unit asked for its opinion (會辦) says."""

    NO_REMARKS = "no_remarks"
    REMARKS = "remarks"


class Adoption(StrEnum):
    """採納情形: what the drafter made of an opinion (officer review A5)."""

    ADOPTED = "adopted"
    PARTLY = "partly"
    NOT_ADOPTED = "not_adopted"


class WhyNotAsked(StrEnum):
    """Why a unit of the approval table was not asked for its opinion."""

    UNANNOUNCED = "unannounced"
    NO_HEAD = "no_head"
    REQUESTER = "requester"


class Severity(StrEnum):
    """How bad, from `rules/severities.yaml`; order by `RANK`."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


SEVERITY_RANK: dict[Severity, int] = {
    Severity.CRITICAL: 4,
    Severity.HIGH: 3,
    Severity.MEDIUM: 2,
    Severity.LOW: 1,
}


class Level(StrEnum):
    """Marks a document can bear, in the words printed on it (seed 002; seed 004 measure 3)."""

    ABSOLUTE_SECRET = "絕對機密"
    TOP_SECRET = "極機密"
    SECRET = "機密"
    CONFIDENTIAL = "密"
    RESTRICTED_READING = "限閱"
    SENSITIVE = "機敏資料"

    @property
    def is_national_secret(self) -> bool:
        """機密 and above are national secrets: reading stops there."""
        return self in {Level.ABSOLUTE_SECRET, Level.TOP_SECRET, Level.SECRET}


class MarkedAs(StrEnum):
    """The classes of our own papers for which an office proposes a level, a watermark, numbered copies."""

    PLAN = "plan"
    UNANNOUNCED_PLAN = "unannounced_plan"
    SPRING_PLAN = "spring_plan"
    PROJECT_PLAN = "project_plan"
    PLEDGE = "pledge"
    CHECKLIST = "checklist"
    SPOT_RECORD = "spot_record"
    SPRING_REPORTS = "spring_reports"
    ANNOUNCEMENT = "announcement"
    UNIT_REPORT = "unit_report"
    CAMPAIGN_REPORT = "campaign_report"
    CLOSING_REVIEW = "closing_review"
    ESCALATION_BRIEF = "escalation_brief"
    HANDOVER_LIST = "handover_list"
    CASE_SHEET = "case_sheet"
    YEAR_CALENDAR = "year_calendar"


class Zone(StrEnum):
    """Where in a document a text stands."""

    HEADER = "header"
    FIRST_HEADER = "first_header"
    FOOTER = "footer"
    WATERMARK = "watermark"
    TEXT_BOX = "text_box"
    BODY = "body"
    TABLE = "table"
    NOTE = "note"
    COMMENT = "comment"
    DELETED = "deleted"
    HIDDEN = "hidden"
    SHEET = "sheet"
    SLIDE = "slide"
    SPEAKER_NOTE = "speaker_note"
    MASTER = "master"
    PROPERTY = "property"
    ALT_TEXT = "alt_text"
    LABEL_ELEMENT = "label_element"
    SUBJECT = "subject"
    ATTACHMENT = "attachment"
    PATH = "path"


class ReadStatus(StrEnum):
    """How the reading of one file ended."""

    SCANNED = "scanned"
    UNREADABLE = "unreadable"
    SKIPPED = "skipped"


class ReadReason(StrEnum):
    """Why a file was not read, or not further."""

    ENCRYPTED = "encrypted"
    CORRUPT = "corrupt"
    TOO_LARGE = "too_large"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    UNSUPPORTED_FORMAT = "unsupported_format"
    NO_TEXT_LAYER = "no_text_layer"
    ACCESS_DENIED = "access_denied"
    LOCKED = "locked"
    VANISHED = "vanished"
    OFFLINE = "offline"
    SERVER_FAULT = "server_fault"
    NATIONAL_SECRET_MARK = "national_secret_mark"
    EXCLUDED = "excluded"


# the file is there and nobody looked into it: keeps a share incomplete
OUT_OF_REACH = frozenset({ReadReason.ACCESS_DENIED, ReadReason.LOCKED, ReadReason.OFFLINE, ReadReason.SERVER_FAULT})
# reasons that say nothing of the content: such a file is tried again at every crawl
NOT_LOOKED_AT = OUT_OF_REACH | {ReadReason.VANISHED, ReadReason.EXCLUDED}
# kept unread on purpose: no part of what a crawl should have read
LEFT_OUT_BY_PLAN = frozenset({ReadReason.EXCLUDED, ReadReason.NATIONAL_SECRET_MARK})


class HitBasis(StrEnum):
    """What a hit rests on besides a rule."""

    MEANING = "meaning"


class OcrHint(StrEnum):
    """How recognition of a file of pictures ended; a file that bears one is not tried again while it is unchanged."""

    WHOLE = "ocr"
    PARTLY = "ocr_partly"
    FAILED = "ocr_failed"


PICTURES_BESIDE_TEXT = "pictures"
"""Hint: a document holds large pictures beside its text, which its reading passed over."""


class RecogniserName(StrEnum):
    """What reads text on pictures (`crawling.recognisers`)."""

    RAPIDOCR = "rapidocr"
    TESSERACT = "tesseract"


class Verdict(StrEnum):
    """What a file is held to be, before any person has looked."""

    UNMARKED_SENSITIVE = "unmarked_sensitive"
    MARKED = "marked"
    DEFECTIVE_MARK = "defective_mark"
    CLEAN = "clean"
    UNKNOWN = "unknown"


class DeclaredReaders(StrEnum):
    """Who may read a share, as its keepers declare it (分享區清冊)."""

    EVERYBODY = "everybody"
    OWN_UNIT = "own_unit"
    NAMED = "named"


class UnitSeal(StrEnum):
    """How a unit head's 核章 of a checklist reaches us: beside the system, or given on the page before it is sent."""

    BESIDE = "beside"
    PAGE = "page"


class AnswerValue(StrEnum):
    """The three answers to a statement."""

    CONFORMS = "conforms"
    DOES_NOT_CONFORM = "does_not_conform"
    NOT_APPLICABLE = "not_applicable"


class Control(StrEnum):
    """What a form offers for an answer: words to choose from, a line to write on, a date to pick."""

    CHOICE = "choice"
    LINE = "line"
    DATE = "date"


class FormCopy(StrEnum):
    """What a checklist goes out as beside its Word form."""

    ODT = "odt"
    XLSX = "xlsx"


class ApprovalOutcome(StrEnum):
    """What the one who decides may say: 核定、修正後如擬、退回."""

    APPROVED = "approved"
    APPROVED_WITH_CHANGES = "approved_with_changes"
    RETURNED = "returned"


class ApprovalRoute(StrEnum):
    """By which way a decision came in."""

    PAPER = "paper"
    AIRFLOW = "airflow"
    PORTAL = "portal"


class SuspicionKind(StrEnum):
    """What a 疑似事項 is about; values of the first two are those of `Verdict`, and none changes: prints hold them."""

    UNMARKED = "unmarked_sensitive"
    DEFECTIVE_MARK = "defective_mark"
    SELF_REPORTED = "self_reported"
    READ_BY_PERSON = "read_by_person"
    DECLARED_OTHERWISE = "declared_otherwise"
    SEEN_ON_THE_SPOT = "seen_on_the_spot"


class Equipment(StrEnum):
    """機密維護設備, the six kinds of seed 000 art. 5(二): 盛裝、遮蓋、銷毀、標示、隔離、防護."""

    HOLDING = "holding"
    COVERING = "covering"
    DESTROYING = "destroying"
    MARKING = "marking"
    SEPARATING = "separating"
    GUARDING = "guarding"


class SpotSigned(StrEnum):
    """Who of a unit signed the record of what was seen there."""

    HEAD = "head"
    PRESENT = "present"
    NOBODY = "nobody"


class CrossChecked(StrEnum):
    """What a crawl or a register says to a statement a unit declared 符合: 相符, 不符, 無法判定, 未檢."""

    AGREES = "agrees"
    DISAGREES = "disagrees"
    UNDETERMINED = "undetermined"
    NOT_CHECKED = "not_checked"


class TriageOutcome(StrEnum):
    """What an ethics officer may say of a 疑似事項; RAISED (列為疑似) of a contradiction the unit was asked about."""

    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    SELF_IMPROVED = "self_improved"
    ASK_UNIT = "ask_unit"
    RAISED = "raised"


class HandedKind(StrEnum):
    """What a person may hold that another takes over, in the order of the 移交清冊."""

    ROLE = "role"
    DEPUTYSHIP = "deputyship"
    DECISION = "decision"
    SIGNATURE = "signature"
    ASKED = "asked"
    OPINION = "opinion"
    GROUP = "group"
    SUSPICIONS = "suspicions"
    CHECKLIST = "checklist"
    FIX = "fix"
    VERIFICATION = "verification"
    RELEASE = "release"
    SHARE = "share"
    CRAWL_ACCOUNT = "crawl_account"
    COPY = "copy"


class Reach(StrEnum):
    """What the office's mail server said when it was asked whether it would take a mail for an address: 收件端確認,
    拒收, 無法判定."""

    CONFIRMED = "confirmed"
    REFUSED = "refused"
    UNDETERMINED = "undetermined"


class AddressProbe(StrEnum):
    """For which inspections the mail server is asked about the contacts' addresses: 不詢問, 預先告知者, 一律."""

    NEVER = "never"
    ANNOUNCED = "announced"
    ALWAYS = "always"


class ContactTrouble(StrEnum):
    """Why somebody who is to answer for a unit would not be reached, or could not answer."""

    NO_CONTACT = "no_contact"
    NO_HEAD = "no_head"
    ADDRESS = "address"
    DOMAIN = "domain"
    SHARED_ADDRESS = "shared_address"
    REFUSED = "refused"
    CANNOT_OPEN = "cannot_open"
    CANNOT_SUBMIT = "cannot_submit"


class RetentionClass(StrEnum):
    """What of a filed campaign the program takes away once its time is over: 檔案明細, 命中摘錄, 檔案位置, 執行紀錄."""

    CRAWL_ROWS = "crawl_rows"
    EXCERPTS = "excerpts"
    PLACES = "places"
    RUNS = "step_runs"


class CountsFrom(StrEnum):
    """From which day a term of retention counts: 列管結清, or 歸檔."""

    SETTLED = "settled"
    ARCHIVED = "archived"
