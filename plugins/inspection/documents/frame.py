"""What stands around every page of ours: proposed mark and condition, copy number, identifier, watermark, hotline."""

from __future__ import annotations

from inspection import settings
from inspection.documents import paper_code
from inspection.documents.kind import Frame
from inspection.documents.paper_code import short_code
from inspection.model import Agency
from inspection.rules.office import Office

WATERMARK = "機敏資料"
BLANK: Frame = {
    "mark": "",
    "declassification": "",
    "copy_number": "",
    "identifier": "",
    "watermark": "",
    "hotline": "",
    "code": "",
}


def frame(
    office: Office, document_id: str, *, agency: Agency, content_hash: str, copy_number: str = "", subject_id: str = ""
) -> Frame:
    """The frame of a kind of document (a key of `proposed_marks` in office.yaml); the level is only proposed.

    With the `subject_id` of a document that comes back on paper each page bears its QR code.
    """
    proposed = office.proposed_mark(document_id)
    mark, condition = "", ""
    if proposed is not None and proposed.level is not None:
        mark = proposed.level.value
        entry = office.declassification(proposed.declassification or "")
        condition = f"解密條件：{entry.wording}" if entry else ""
    hotline = str(agency.details.get("hotline", ""))
    return {
        "mark": mark,
        "declassification": condition,
        "copy_number": copy_number if proposed is not None and proposed.numbered_copies else "",
        "identifier": short_code(content_hash),
        "watermark": WATERMARK if proposed is not None and proposed.watermark else "",
        "hotline": f"廉政專線：{hotline}" if hotline else "",
        "code": paper_code.payload(subject_id, content_hash, address=settings.get().named_portal_url)
        if subject_id
        else "",
    }
