"""Places of the source documents as statements cite them, and as the list of clauses names them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tools.clause_page import Clause, clauses

from inspection.rules.checklist_items import CitedBasis

SOURCE_OF = {
    "agency-secrecy-rule": "S0",
    "secrecy-awareness-sheet": "S1",
    "office-secrecy-notes": "S2",
    "spring-security-plan": "S3",
    "remote-work-guide": "S4",
}
QUOTED = {"電子化會議作業規範": "", "視訊會議作業規範": "視訊會議規範"}
"""Rules the guide of seed 004 quotes, as the list of clauses names their points."""


def places(source: str, clause: str) -> Iterator[str]:
    """第五條(一)5、(二)1 → 五(一)5 and 五(二)1, as the list of clauses writes places."""
    if source == "S4":
        for name, short in QUOTED.items():
            if clause.startswith(name):
                clause = short + clause.removeprefix(name)
    article = last = ""
    for part in clause.split("、"):
        if found := re.fullmatch(r"第(.+?)條(.*)", part):
            article, last = found[1], found[1] + found[2]
        elif part[:1] == "(":
            last = article + part
        elif part[:1].isdigit():
            last = re.sub(r"\d+$", "", last) + part
        else:
            last = part
        yield last


def covers(place: str, cited: str) -> bool:
    """Whether a place of the list (文書1–3, 做法01 文書) is that of a citation (文書2, 做法01), or holds it."""
    if found := re.fullmatch(r"(.*?)(\d+)–(\d+)", place):
        number = re.match(rf"{re.escape(found[1])}(\d+)", cited)
        return number is not None and int(found[2]) <= int(number[1]) <= int(found[3])
    return cited.startswith(place) or place.startswith(f"{cited} ")


def clauses_of(cited: CitedBasis) -> Iterator[tuple[str, list[Clause]]]:
    """Every place a citation of a source document names, with the clauses of the list it is; none of a law."""
    source = SOURCE_OF.get(cited.basis)
    for place in places(source, cited.clause) if source else ():
        own = [one for one in clauses().clauses if one.id.startswith(source or "") and covers(one.place, place)]
        yield f"{source} {place}", own
