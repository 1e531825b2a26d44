"""The register of decidable matters: one entry per kind, entered by the room that owns it (docs/recipes.md).

This room knows how a decision is asked for and taken, never what it is about. Doors, gates, 會辦, papers, mails and
handovers ask the entry instead of telling kinds apart, so that one more kind touches none of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from inspection.access.policy import Act
from inspection.approvals.decide import Decision
from inspection.documents.kind import DocumentKind
from inspection.errors import BadSource, Misuse
from inspection.language import speak
from inspection.model import Approval, Campaign
from inspection.rules.approval_table import DocumentRule
from inspection.rules.catalogue import Catalogue
from inspection.store import approvals
from inspection.vocabulary import HandedKind

# where a kind without a page of its own is shown; `{kind}` and `{subject_id}` are those of the request
COMMON_PAGE = "/matters/{kind}:{subject_id}"
HANDED_OTHERWISE = "handed_other_document"


@dataclass(frozen=True, slots=True)
class Matter:
    """One matter as it stands now.

    `subject_id` is what its requests are kept under. `content_hash` is what a decision binds itself to; `printed` are
    the hashes whose short codes stand on its papers, `document_id` the Word document laid before the decider.
    """

    kind: MatterKind
    subject_id: str
    campaign: Campaign | None
    version: int
    content_hash: str
    printed: tuple[str, ...]
    document_id: str | None = None

    @property
    def path(self) -> str:
        """The page in the portal where it is decided."""
        return self.kind.page(self.subject_id)

    @property
    def about(self) -> str:
        """What pages call it: the campaign's name, outside a campaign its own number."""
        return self.campaign.name if self.campaign else self.subject_id


@dataclass(frozen=True, slots=True)
class Sheet:
    """A printed paper by the beginning of its code: the matter it lays before somebody.

    `number_of` is the id from which the paper's document number was made; `replaced`: a later version took its place.
    """

    subject_id: str
    campaign_id: str | None
    number_of: str
    replaced: bool


@dataclass(frozen=True, slots=True)
class Brief:
    """What the 簽 says of a matter, and which document it encloses.

    `letter` is its entry among the letters of `rules/office.yaml`, `subject` a phrase of the rules' wording.
    """

    letter: str
    subject: str
    title: str
    version: int
    content_hash: str
    encloses: DocumentKind
    explanations: list[str]
    proposals: list[str]


@dataclass(frozen=True, slots=True)
class MatterKind:
    """What there is to know of one kind of matter.

    `id`                what `Approval.subject_kind` says
    `short`             the word its page and its line on the desk are made of: 計畫 gives 計畫核定 and 計畫會辦
    `find`              the matter kept under an id, as it stands now; raises NotFound
    `newest`            the id a campaign's newest matter of this kind is kept under; None while there is none
    `decide`            the verb that takes the decision, whichever door it came by
    `document`          the row of the approval table that says who decides; None: the row of the kind's own id
    `named`             how mails name it behind the campaign's name; None: as the approval table does
    `path`              its page in the portal, by `{kind}` and `{subject_id}`
    `read`, `decides`, `opines`   the acts the policy is asked about, those of requests in general on the common page;
                        `opines` is None where no unit is ever asked
    `handed_as`, `handed`         where and in which phrase of the wording a 移交清冊 lists it
    `sheets`            papers whose content hash begins so; None where nothing of it is printed
    `brief`             what the 簽 says of it; None where none is made
    `facts`             lines (label, text) for the common page; None where it has a page of its own
    `paper`             the kind of document whose mark the common page bears; None where the matter bears none
    """

    id: str
    short: str
    find: Callable[[Session, str], Matter]
    newest: Callable[[Session, str], str | None]
    decide: Callable[[Session, str, Decision, datetime], Approval]
    document: Callable[[str, Catalogue], str] | None = None
    named: str | None = None
    path: str = COMMON_PAGE
    read: Act = Act.READ_MATTER
    decides: Act = Act.DECIDE_MATTER
    opines: Act | None = Act.OPINE_ON_MATTER
    handed_as: HandedKind = HandedKind.DECISION
    handed: str = HANDED_OTHERWISE
    sheets: Callable[[Session, str], list[Sheet]] | None = None
    brief: Callable[[Session, Matter, Catalogue], Brief] | None = None
    facts: Callable[[Session, Matter, Catalogue], list[tuple[str, str]]] | None = None
    paper: DocumentKind | None = None

    def __post_init__(self) -> None:
        common = (self.read, self.decides) == (Act.READ_MATTER, Act.DECIDE_MATTER)
        if self.path == COMMON_PAGE and not (common and self.opines in {None, Act.OPINE_ON_MATTER}):
            raise Misuse(f"{self.id}: acts of its own need a page of its own")

    @property
    def heading(self) -> str:
        """What its page is called."""
        return f"{self.short}核定"

    def page(self, subject_id: str) -> str:
        """Its page in the portal."""
        return self.path.format(kind=self.id, subject_id=subject_id)

    def rule(self, campaign: Campaign | None, catalogue: Catalogue) -> DocumentRule | None:
        """Who decides; None where the approval table has no such row."""
        if self.document is None or campaign is None:
            return catalogue.approval_table.document(self.id)
        return catalogue.decision(self.document(campaign.kind, catalogue))

    def name(self, campaign: Campaign | None, catalogue: Catalogue) -> str:
        """Campaign and kind of document, as mails name it."""
        before = campaign.name if campaign else ""
        if self.named is not None:
            return f"{before}{self.named}"
        rule = self.rule(campaign, catalogue)
        return f"{before}{rule.name if rule else self.short}"


_kinds: dict[str, MatterKind] = {}


def enter(*kinds: MatterKind) -> None:
    """Puts kinds into the register; the same again changes nothing. Raises ValueError for two entries of one id."""
    for kind in kinds:
        if _kinds.setdefault(kind.id, kind) is not kind:
            raise Misuse(f"two entries for matters of the kind {kind.id!r}")


def kinds() -> tuple[MatterKind, ...]:
    """All kinds, in the order they were entered."""
    return tuple(_kinds.values())


def of(kind_id: str) -> MatterKind:
    """The entry of a kind; raises BadSource for one nobody entered."""
    found = _kinds.get(kind_id)
    if found is None:
        raise BadSource(
            speak(f"陳核事項種類「{kind_id}」未登錄", f"no kind of matter {kind_id!r} is registered"),
            remedy=speak(
                f"已登錄之種類：{'、'.join(_kinds) or '無'}；請更新程式或更正資料",
                f"registered are {', '.join(_kinds) or 'none'}; update the program or correct the data",
            ),
        )
    return found


def require_known(session: Session, catalogue: Catalogue) -> None:
    """Refuses to start where the register and what it is asked about do not agree.

    Raises BadSource where the approval table does not say who decides on a kind, or where a request or a gate in the
    database is of a kind nobody entered (it was written by a newer program).
    """
    all_kinds = catalogue.campaign_kinds.ids(lambda _: True)
    for kind in kinds():
        rows = {kind.id} if kind.document is None else {kind.document(one, catalogue) for one in all_kinds}
        for row in sorted(rows):
            catalogue.decision(row)
    for kind_id in approvals.kinds_asked(session):
        of(kind_id)


def matter(session: Session, approval: Approval) -> Matter:
    """What a request is about, as it stands now; raises NotFound where it is gone."""
    return of(approval.subject_kind).find(session, approval.subject_id)


def campaign_of(session: Session, approval: Approval) -> Campaign | None:
    """The campaign whose plan or reports wait; None for a matter outside a campaign."""
    return session.get(Campaign, approval.campaign_id) if approval.campaign_id else None


def rule_for(kind_id: str, campaign: Campaign | None, catalogue: Catalogue) -> DocumentRule | None:
    """The rule under which a kind is decided; None where the approval table has none."""
    return of(kind_id).rule(campaign, catalogue)


def document_name(kind_id: str, campaign: Campaign | None, catalogue: Catalogue) -> str:
    """Campaign and kind of document, as mails name it."""
    return of(kind_id).name(campaign, catalogue)
