"""一鍵成簽: all the 公文系統 needs to lay a matter before the head (officer review D1, A3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from inspection import clock
from inspection.approvals import matters
from inspection.approvals.decider import laid_through
from inspection.approvals.matters import Brief, Matter
from inspection.approvals.opinion_words import OpinionLine, opinion_lines
from inspection.calendar import roc
from inspection.campaigns.gates import awaited
from inspection.documents.frame import mark_of
from inspection.documents.kinds.submission_brief import KIND, SubmissionBrief
from inspection.documents.package import pack, write
from inspection.documents.printing import Paper, filled, head_of
from inspection.documents.storage import read_document
from inspection.errors import BadSource, NotFound
from inspection.language import speak
from inspection.model import Approval, Document
from inspection.rules.catalogue import Catalogue
from inspection.store import documents, roster

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


def main_document(session: Session, subject: str, campaign_id: str) -> str:
    """Id of the Word document that is laid before the head; raises NotFound before it was submitted and printed."""
    return _main(matters.matter(session, awaited(session, subject, campaign_id)))


def package(session: Session, subject: str, campaign_id: str, *, catalogue: Catalogue, at: datetime) -> Package:
    """The package for a matter of a campaign; raises as `package_of`, and NotFound before it was submitted."""
    return package_of(session, awaited(session, subject, campaign_id), catalogue=catalogue, at=at)


def package_of(session: Session, approval: Approval, *, catalogue: Catalogue, at: datetime) -> Package:
    """The package for what a request is about; raises NotFound before it was printed, and for a kind of which no 簽
    is made."""
    matter = matters.matter(session, approval)
    if matter.kind.brief is None:
        raise NotFound(speak(f"{matter.kind.short}不製作簽", f"no memorandum (簽) is made for {matter.kind.id}"))
    main = session.get_one(Document, _main(matter))
    said = matter.kind.brief(session, matter, catalogue)
    copies = documents.copies(session, main.id)
    lines = opinion_lines(session, approval, catalogue=catalogue, on=clock.local_date(at))
    brief = _brief(session, matter, said, approval, lines, catalogue, at)
    paper = Paper(KIND, approval.id, brief, said.content_hash, created=at, encloses=said.encloses)
    data = filled(paper, head_of(session, paper, catalogue=catalogue))
    files = {"01_簽稿.txt": brief_text(brief).encode(), "02_簽稿.docx": data, "03_附件.docx": read_document(main)}
    files |= {f"03_附件.{target}": read_document(copy) for target, copy in sorted(copies.items())}
    missing = tuple(target for target in ("odt", "pdf") if target not in copies)
    return Package(f"{said.title}簽稿", files, missing)


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


def _main(matter: Matter) -> str:
    if matter.document_id is None:
        raise NotFound(
            speak(
                f"{matter.kind.short} {matter.subject_id} 尚未製作文件",
                f"{matter.kind.id} {matter.subject_id} has not been printed",
            )
        )
    return matter.document_id


def _brief(
    session: Session,
    matter: Matter,
    said: Brief,
    approval: Approval,
    lines: list[OpinionLine],
    catalogue: Catalogue,
    at: datetime,
) -> SubmissionBrief:
    say = catalogue.wording.line
    letter = catalogue.office.letter(said.letter)
    rule = matter.kind.rule(matter.campaign, catalogue)
    if letter is None or rule is None:
        raise BadSource(
            speak(f"查無函稿 {said.letter!r}", f"no letter {said.letter!r}"),
            place="office.yaml",
            remedy=speak("請於 letters 還原", "restore it under letters"),
        )
    mark = mark_of(catalogue.office, said.encloses)
    values = {"title": said.title, "version": said.version, "closing": letter.closing}
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
            roster.person(session, approval.approver_id).title,
            on=clock.local_date(at),
        ),
        "subject": say(said.subject, values),
        "explanations": [*said.explanations, asked],
        "opinions": [{"unit": one.unit, "said": one.said, "by": one.by, "adoption": one.adoption} for one in lines],
        "proposals": said.proposals,
        "consulted": "、".join(one.unit for one in lines if one.kind != "not_asked"),
    }
