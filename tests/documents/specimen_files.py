"""Where the specimens lie, and which of a campaign's papers they are."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from inspection.documents.kinds import register

if TYPE_CHECKING:
    from documents.recorded import Printed

FOLDER = Path(__file__).parent / "campaign_papers"
GOLDEN = Path(__file__).parent / "golden"
SEAL = re.compile(r"(已串鏈)[\d,]+(筆，串鏈值)[0-9a-f ]{71}")
KEY = "5e" * 32
"""The key of the installation they are made in: what is suspected is drawn in the order of keyed hashes of paths."""
CHOSEN = {
    "campaign_report": "C-115-H2:",
    "checklist": "C-115-H2:U04",
    "inspection_record": "C-115-H2:U04",
    "unit_report": "C-115-H2:U02",
    "escalation_brief": "C-115-H2-002",
}
"""Where a campaign prints several papers of a kind: the subject whose first is taken; else the last one printed."""


def chosen(papers: list[Printed]) -> dict[str, Mapping[str, object]]:
    """One paper of each kind there is, by kind; what is missing was not printed."""
    found: dict[str, Mapping[str, object]] = {}
    for kind in register():
        own = [one for one in papers if one.kind == kind]
        wanted = [one for one in own if one.subject_id.startswith(CHOSEN.get(kind, "never"))]
        if own:
            found[kind] = _with_a_seal_of_its_own((wanted[0] if wanted else own[-1]).values)
    return found


def _with_a_seal_of_its_own(values: Mapping[str, object]) -> Mapping[str, object]:
    """The seal of the record changes with every event of the campaign: a specimen bears one that stays."""
    if "record_seal" not in values:
        return values
    return {
        **values,
        "record_seal": SEAL.sub(r"\g<1>1,204\g<2>" + " ".join(["3f9a21c7"] * 8), str(values["record_seal"])),
    }


def as_text(values: Mapping[str, object]) -> str:
    """A specimen as it lies in its file."""
    return json.dumps(values, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
