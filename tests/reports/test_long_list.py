"""A first crawl finds hundreds: the head's report names the gravest and adds the others up by unit; nothing is lost."""

from __future__ import annotations

import re
from dataclasses import replace

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
        told = [one["number"] for unit in units if unit is not None for one in unit.content["findings"]]
    assert (len(every) > 110, len(listed)) == (True, 100)
    assert lowest >= highest
    head, *by_unit = report.content["findings_rest"]
    assert f"其餘{len(every) - 100}件" in head
    counted = [int(re.findall(r"：(\d+)件", line)[0]) for line in by_unit]
    assert sum(counted) == len(every) - 100
    assert sorted(told) == sorted(one.id for one in every)
