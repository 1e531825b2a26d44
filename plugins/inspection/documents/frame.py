"""What stands around every page of ours: proposed mark and condition, copy number, identifier, watermark, hotline."""

from __future__ import annotations

from dataclasses import dataclass

from inspection import settings
from inspection.documents import paper_code
from inspection.documents.kind import DocumentKind, Frame
from inspection.documents.paper_code import short_code
from inspection.errors import Misuse
from inspection.model import Agency
from inspection.rules.office import Office

WATERMARK = "機敏資料"


@dataclass(frozen=True, slots=True)
class Mark:
    """The mark an office proposes for a kind: `level` 密 or empty, `condition` its 解密條件 or empty."""

    level: str
    condition: str
    watermark: bool
    numbered_copies: bool

    @property
    def words(self) -> str:
        """密（解密條件）, as a letter states it; empty without a level."""
        return f"{self.level}（{self.condition}）" if self.level else ""


def mark_of(office: Office, kind: DocumentKind) -> Mark:
    """What is proposed for a kind that has a mark of its own; a person decides (承辦擬、核定人定)."""
    if kind.mark is None:
        raise Misuse(f"a {kind.id} bears the mark of what it encloses: name that kind")
    proposed = office.proposed_mark(kind.mark)
    if proposed.level is None:
        return Mark("", "", proposed.watermark, proposed.numbered_copies)
    entry = office.declassification(proposed.declassification or "")
    return Mark(proposed.level.value, entry.wording if entry else "", proposed.watermark, proposed.numbered_copies)


def frame(
    office: Office,
    kind: DocumentKind,
    *,
    agency: Agency,
    content_hash: str,
    copy_number: str = "",
    subject_id: str = "",
) -> Frame:
    """The frame of a kind of document.

    With the `subject_id` of a kind that comes back signed each page bears its QR code.
    """
    mark = mark_of(office, kind)
    hotline = str(agency.details.get("hotline", ""))
    code = ""
    if subject_id and kind.comes_back_signed:
        code = paper_code.payload(subject_id, content_hash, address=settings.get().named_portal_url)
    return {
        "mark": mark.level,
        "declassification": f"解密條件：{mark.condition}" if mark.condition else "",
        "copy_number": copy_number if mark.numbered_copies else "",
        "identifier": short_code(content_hash),
        "watermark": WATERMARK if mark.watermark else "",
        "hotline": f"廉政專線：{hotline}" if hotline else "",
        "code": code,
    }
