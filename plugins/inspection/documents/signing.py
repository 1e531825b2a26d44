"""Whether the row to be signed, which stands in a template, fits who decides by the approval table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from inspection.documents.kinds import register
from inspection.documents.package import read
from inspection.documents.render import TEMPLATED
from inspection.language import speak
from inspection.rules.approval_table import ApprovalTable, DocumentRule, SignatureCell

_CELL = re.compile(r"\{\{ *signers\.(\w+) *\}\}")


def unfit_rows(table: ApprovalTable, templates: Path) -> Iterator[str]:
    """Template and fault for each paper whose row leaves out its decider, or asks for a 會辦 nobody is asked for.

    A paper without such a row is none to be signed here. Raises BadSource for a template that is no Word file.
    """
    for kind in register().values():
        rule = table.document(kind.id)
        path = templates / kind.template
        if rule is not None and path.is_file() and (cells := cells_of(path)):
            yield from (
                speak(f"{kind.template}：{fault}", f"{kind.template}: {fault}") for fault in _faults(cells, rule, table)
            )


def cells_of(template: Path) -> list[str]:
    """The cells of a template's row, in the order they are printed."""
    parts = read(template.read_bytes())
    texts = (re.sub(r"<[^>]+>", "", parts[name].decode()) for name in sorted(parts) if TEMPLATED.match(name))
    return [cell for text in texts for cell in _CELL.findall(text)]


def _faults(cells: list[str], rule: DocumentRule, table: ApprovalTable) -> Iterator[str]:
    names = {cell.value: name for cell, name in table.signature_names.items()}
    decider = rule.decided_by.value
    if decider in names and cells[-1] != decider:
        last = names.get(cells[-1], cells[-1])
        yield speak(
            f"由{names[decider]}決行，簽章欄末格卻為{last}；請修改範本，或修改 approval_table.yaml",
            f"{decider} decides, but the row ends with {cells[-1]}; mend the template, or approval_table.yaml",
        )
    if (SignatureCell.COUNTERSIGN in cells) is not bool(rule.countersigned_by):
        yield speak(
            "簽章欄之會辦格與 countersigned_by 不符；請修改範本，或修改 approval_table.yaml",
            "the cell for other units does not fit countersigned_by; mend the template, or approval_table.yaml",
        )
