"""Papers with lines of any number: the page with the row to be signed bears one of them; nobody signs a bare page."""

from __future__ import annotations

from typing import Any, cast

import pytest

from documents.specimens import SPECIMENS
from inspection import settings
from inspection.documents.render import render
from reports.reading_papers import tight, to_texts

LINES = {
    "checklist/unit_checklist.docx": ("questions", "statement"),
    "checklist/inspection_record.docx": ("lines", "statement"),
    "spring/safety_checklist.docx": ("checks", "statement"),
    "spring/outside_form.docx": ("statements", ""),
    "spring/daily_reports.docx": ("reports", "summary"),
}
LAST = "最後一項"


def with_lines(template: str, count: int) -> dict[str, Any]:
    """A paper with so many lines, the last of them told by its words."""
    context = dict(cast("dict[str, Any]", SPECIMENS[template]()))
    loop, field = LINES[template]
    lines = [context[loop][number % len(context[loop])] for number in range(count)]
    lines[-1] = {**lines[-1], field: LAST} if field else LAST
    return {**context, loop: lines}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("template", LINES)
def test_the_last_line_stands_on_the_page_that_is_signed(template: str) -> None:
    papers = {str(count): render(settings.TEMPLATES / template, with_lines(template, count)) for count in range(1, 31)}
    alone = [count for count, pages in to_texts(papers).items() if LAST not in tight(pages[-1])]
    assert alone == []
