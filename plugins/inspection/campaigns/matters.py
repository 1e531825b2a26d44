"""Enters every kind of decidable matter there is; each door imports it, and the register is full when it is asked.

A new kind is one line here (docs/recipes.md).
"""

from __future__ import annotations

from inspection.approvals import matters
from inspection.findings.lesson_matter import LESSONS
from inspection.planning.matter import PLAN
from inspection.projects.matter import REVIEW
from inspection.reports.matter import OF_CAMPAIGN, OF_UNITS

KINDS = (PLAN, OF_CAMPAIGN, OF_UNITS, REVIEW, LESSONS)
matters.enter(*KINDS)
