"""Text that was recognised on pictures of pages, as a reading."""

from __future__ import annotations

import re
from collections.abc import Sequence

from inspection.extraction.collect import Collector, page, picture
from inspection.extraction.passage import Reading, ReadLimits
from inspection.extraction.recognised_lines import RecognisedLine
from inspection.vocabulary import ReadReason, ReadStatus, Zone

# blanks a recogniser puts between Han characters, which no printed line has there
BETWEEN_HAN = re.compile(r"(?<=[\u3000-\u9fff\uf900-\uffef]) +(?=[\u3000-\u9fff\uf900-\uffef])")


def read_recognised(
    pages: Sequence[Sequence[RecognisedLine]], *, file_format: str, own: Reading | None = None
) -> Reading:
    """What a file says by itself (`own`), and the lines recognised on its pages; still `no_text_layer` where there is
    neither. What were pictures stays unread: recognition overlooks things. A document's pictures come in the order in
    which it told them; beside text they are no place for a mark of the document.

    Raises Unreadable(too_large) for more text than any file may have.
    """
    out = Collector(ReadLimits())
    for passage in own.passages if own else ():
        out.keep(passage)
    pictures = {one.part for one in own.unread} if own else set()
    beside_text = own.pictures if own else 0
    for index, lines in enumerate(pages):
        place = picture(index + 1) if beside_text or picture(index + 1) in pictures else page(index + 1)
        for line in lines:
            out.add(
                Zone.ALT_TEXT if beside_text else Zone.BODY,
                BETWEEN_HAN.sub("", line.text),
                place,
                prominence=line.stands_out,
                part=place,
            )
    if not out.passages:
        return Reading(ReadStatus.UNREADABLE, file_format, ReadReason.NO_TEXT_LAYER)
    properties, unread = (own.properties, own.unread) if own else ({}, ())
    passages = tuple(out.passages)
    ended = own.reason if own and own.reason is not ReadReason.NO_TEXT_LAYER else None
    status = own.status if own and ended is not None else ReadStatus.SCANNED
    return Reading(status, file_format, ended, passages, (), properties, unread, beside_text)
