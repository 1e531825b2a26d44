"""The mark that pages of 疑似事項 and 缺失 bear: that of the paper on which they will stand."""

from __future__ import annotations

from inspection.documents.frame import Mark, mark_of
from inspection.documents.kinds import closing_review, unit_report
from inspection.model import Campaign
from inspection.rules import catalogue
from inspection.rules.campaign_kinds import EndsWith

PAPER = {EndsWith.REPORTS: unit_report.KIND, EndsWith.CLOSING_REVIEW: closing_review.KIND}


def of_cases(campaign: Campaign | None = None) -> Mark:
    """What is proposed for a page about a campaign's cases; for a list over several campaigns, as their reports."""
    rules = catalogue.current()
    ends = rules.campaign_kinds.rule(campaign.kind).ends_with if campaign else EndsWith.REPORTS
    return mark_of(rules.office, PAPER[ends])
