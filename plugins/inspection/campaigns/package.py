"""一鍵成簽: all the 公文系統 needs to lay a plan or a campaign's report before the head (officer review D1, A3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from inspection import clock
from inspection.approvals.decider import laid_through
from inspection.approvals.matter import PLAN, rule_for
from inspection.approvals.opinion_words import OpinionLine, opinion_lines
from inspection.calendar import roc
from inspection.campaigns.gates import awaited
from inspection.documents.frame import mark_of
from inspection.documents.kind import DocumentKind
from inspection.documents.kinds import campaign_report
from inspection.documents.kinds.submission_brief import KIND, SubmissionBrief
from inspection.documents.package import pack, write
from inspection.documents.paper_code import short_code
from inspection.documents.printing import Paper, filled, head_of
from inspection.documents.shelf import read_document
from inspection.errors import BadSource, NotFound
from inspection.model import Approval, Campaign, Document, Plan, Report
from inspection.planning.paper import kind_of
from inspection.reports import content as report_words
from inspection.rules.catalogue import Catalogue
from inspection.store import campaigns, documents, findings, roster
from inspection.vocabulary import CampaignKind

ORDINALS = "一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class Package:
    """What is laid before the head: files by name, and the formats of the main document that are not made yet."""

    name: str
    files: dict[str, bytes]
    missing: tuple[str, ...]

    def as_zip(self) -> bytes:
        """All of it in one file; equal content gives equal bytes."""
        return write(pack(name, data) for name, data in self.files.items())


@dataclass(frozen=True, slots=True)
class _Matter:
    """The plan or report with what the brief says of it."""

    document_id: str
    title: str
    version: int
    content_hash: str
    kind: DocumentKind
    explanations: list[str]
    proposals: list[str]


def main_document(session: Session, subject: str, campaign_id: str) -> str:
    """Id of the Word document that is laid before the head; raises NotFound before it was printed."""
    return _paper(session, subject, campaign_id)[0]


def package(session: Session, subject: str, campaign_id: str, *, catalogue: Catalogue, at: datetime) -> Package:
    """The package for `plan` or `campaign_report`; raises NotFound before it was submitted and printed."""
    approval = awaited(session, subject, campaign_id)
    campaign = campaigns.get(session, campaign_id)
    matter = _matter(session, subject, campaign, approval, catalogue)
    main = session.get_one(Document, matter.document_id)
    copies = documents.copies(session, main.id)
    lines = opinion_lines(session, approval, catalogue=catalogue, on=clock.local_date(at))
    brief = _brief(session, matter, approval, campaign, lines, catalogue, at)
    paper = Paper(KIND, approval.id, brief, matter.content_hash, created=at, encloses=matter.kind)
    data = filled(paper, head_of(session, paper, catalogue=catalogue))
    files = {"01_簽稿.txt": brief_text(brief).encode(), "02_簽稿.docx": data, "03_附件.docx": read_document(main)}
    files |= {f"03_附件.{target}": read_document(copy) for target, copy in sorted(copies.items())}
    missing = tuple(target for target in ("odt", "pdf") if target not in copies)
    return Package(f"{matter.title}簽稿", files, missing)


def brief_text(brief: SubmissionBrief) -> str:
    """The brief as text to be pasted into the 公文系統, UTF-8, one paragraph per line."""
    lines = [
        f"密等及解密條件：{brief['classification']}",
        f"附件：{brief['attachments']}",
        "",
        f"主旨：{brief['subject']}",
        "說明：",
        *_numbered(brief["explanations"]),
    ]
    for one in brief["opinions"]:
        by = f"（{one['by']}）" if one["by"] else ""
        adoption = f"採納情形：{one['adoption']}" if one["adoption"] else ""
        lines.append(f"　　{one['unit']}：{one['said'].rstrip('。')}{by}。{adoption}")
    lines += ["擬辦：", *_numbered(brief["proposals"]), "", "敬陳", *brief["addressees"]]
    return "\r\n".join(lines) + "\r\n"


def _numbered(sentences: list[str]) -> list[str]:
    if len(sentences) == 1:
        return sentences  # 公文 does not number a single item
    return [f"{ORDINALS[number]}、{sentence}" for number, sentence in enumerate(sentences)]


def _paper(session: Session, subject: str, campaign_id: str) -> tuple[str, Plan | Report]:
    if subject == PLAN:
        found: Plan | Report | None = campaigns.latest_plan(session, campaign_id)
    else:
        found = findings.latest_report(session, campaign_id)
    if found is None or found.document_id is None:
        raise NotFound(f"{subject} of campaign {campaign_id} has not been printed")
    return found.document_id, found


def _matter(session: Session, subject: str, campaign: Campaign, approval: Approval, catalogue: Catalogue) -> _Matter:
    say = catalogue.wording.say
    document_id, found = _paper(session, subject, campaign.id)
    content = found.content
    code = short_code(found.content_hash)
    if isinstance(found, Plan):
        values = {
            "bases": "、".join(content["bases"]),
            "units": len(content["units"]),
            "period": content["period"],
            "identifier": code,
        }
        kind = "project" if campaign.kind is CampaignKind.PROJECT else "plan"
        explanations = say(f"package_{kind}_explanations", values)
        proposals = say(f"package_{kind}_proposals", {"verb": catalogue.submission_verb()})
        printed = kind_of(found, campaign.kind, catalogue)
    else:
        plan = campaigns.latest_plan(session, campaign.id)
        approved = report_words.plan_approval(session, plan) if plan else ""
        explanations = say("package_report_explanations", {"plan": approved, "identifier": code})
        explanations[1:1] = content["overview"]
        proposals = list(content["conclusions"])
        printed = campaign_report.KIND
    return _Matter(
        document_id, str(content["title"]), found.version, found.content_hash, printed, explanations, proposals
    )


def _brief(
    session: Session,
    matter: _Matter,
    approval: Approval,
    campaign: Campaign,
    lines: list[OpinionLine],
    catalogue: Catalogue,
    at: datetime,
) -> SubmissionBrief:
    say = catalogue.wording.line
    letter_id = f"{approval.subject_kind}_for_decision"
    letter = catalogue.office.letter(letter_id)
    rule = rule_for(approval.subject_kind, campaign, catalogue)
    if letter is None or rule is None:
        raise BadSource(f"no letter {letter_id!r}", place="office.yaml", remedy="restore it under letters")
    mark = mark_of(catalogue.office, matter.kind)
    subject = f"package_{'plan' if approval.subject_kind == PLAN else 'report'}_subject"
    values = {"title": matter.title, "version": matter.version, "closing": letter.closing}
    asked = say("package_opinions" if lines else "package_no_opinions")
    level = say("package_no_level")
    if mark.level:
        level = say("package_level", {"level": mark.level, "condition": f"解密條件：{mark.condition}"})
    return {
        "date": roc.plain(clock.local_date(at)),
        "classification": level,
        "attachments": f"{rule.name}1份",
        "addressees": laid_through(
            session,
            letter.addressee.format(title=roster.person(session, approval.approver_id).title),
            on=clock.local_date(at),
        ),
        "subject": say(subject, values),
        "explanations": [*matter.explanations, asked],
        "opinions": [{"unit": one.unit, "said": one.said, "by": one.by, "adoption": one.adoption} for one in lines],
        "proposals": matter.proposals,
        "consulted": "、".join(one.unit for one in lines if one.kind != "not_asked"),
    }
