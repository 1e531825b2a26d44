"""A first crawl finds hundreds: reports name the gravest and count the others; a unit's annex names every one."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from campaigns.paper_office import CAMPAIGN, PaperOffice
from inspection.store import findings
from inspection.store.session import session_scope
from inspection.vocabulary import SEVERITY_RANK

FIVE = ("U01", "U02", "U04", "U07", "U09")


def test_of_many_faults_the_gravest_are_named_and_the_others_counted_by_unit(office: PaperOffice) -> None:
    wide = replace(office, units=FIVE)
    wide.approved_plan()
    wide.send_forms()
    for unit in FIVE:
        wide.return_form(unit, dict.fromkeys(wide.items(unit), "不符合"))
    wide.triage(wide.suspect())
    wide.compile()
    with session_scope() as session:
        every = findings.of_campaign(session, CAMPAIGN)
        report = findings.latest_report(session, CAMPAIGN)
        units = [findings.latest_report(session, CAMPAIGN, unit) for unit in FIVE]
        assert report is not None
        listed = {one["number"] for one in report.content["findings"]}
        lowest = min(SEVERITY_RANK[one.severity] for one in every if one.id in listed)
        highest = max(SEVERITY_RANK[one.severity] for one in every if one.id not in listed)
        told = [number for unit in units if unit is not None for number in named(unit.content)]
        of_unit = {unit.unit_id: unit.content for unit in units if unit is not None}
    assert (len(every) > 110, len(listed)) == (True, 100)
    assert lowest >= highest
    head, *by_unit = report.content["findings_rest"]
    assert f"其餘{len(every) - 100}件" in head
    counted = [int(re.findall(r"：(\d+)件", line)[0]) for line in by_unit]
    assert sum(counted) == len(every) - 100
    assert sorted(told) == sorted(one.id for one in every)
    long = [unit for unit, content in of_unit.items() if content["register"]]
    assert long, "no unit has more faults than its report names"
    for unit, content in of_unit.items():
        own = sorted((one for one in every if one.unit_id == unit), key=lambda one: -SEVERITY_RANK[one.severity])
        first = content["findings"]
        assert len(first) == min(len(own), 20)
        names = {one.id: one.severity for one in own}
        assert [SEVERITY_RANK[names[one["number"]]] for one in first] == [SEVERITY_RANK[one.severity] for one in own][
            :20
        ]
        assert bool(content["findings_rest"]) is bool(content["register_remedies"]) is (unit in long) is (len(own) > 20)
        if unit in long:
            assert f"其餘{len(own) - 20}件" in content["findings_rest"][0]
            assert content["register"][0]["heading"] == f"全部{len(own)}件，依嚴重度排列；第1件至第{len(own)}件："


def named(content: dict[str, Any]) -> list[str]:
    """The numbers a unit's report names: in its annex every one where it has one."""
    parts = content["register"] or [content]
    return [one["number"] for part in parts for one in part["findings"]]
