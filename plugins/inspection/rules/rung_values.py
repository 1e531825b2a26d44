"""The values a rung's mail is given: declared by ladder, so that a template that wants others is refused at load."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import jinja2

from inspection.errors import BadSource, Place
from inspection.language import speak
from inspection.rules.ladder import Channel, Ladder, LadderKind, Ladders, Rung
from inspection.rules.mail_texts import MailTexts, template_variables
from inspection.rules.places import entry_place

_DAYS = frozenset({"due", "days_left", "days_late", "tone"})
_FIX = _DAYS | {"campaign_name", "unit_name", "fix_numbers", "told_before"}
_FORM = _DAYS | {"campaign_name", "unit_name", "awaits_seal"}
MAIL_VALUES: Mapping[LadderKind, frozenset[str]] = {
    LadderKind.FIX: _FIX,
    LadderKind.FIX_FIRST_CRAWL: _FIX,
    LadderKind.CHECKLIST: _FORM,
    LadderKind.CORRECTION: _FORM,
    LadderKind.APPROVAL: _DAYS | {"document_name", "requested_on", "approver_title", "waited_days"},
    LadderKind.OPINION: _DAYS | {"document_name", "unit_name"},
    LadderKind.QUESTION: _DAYS | {"campaign_name", "unit_name", "question_count"},
}
"""What each ladder gives to every mail of its rungs, beside the common values."""

DRAFT_VALUES: Mapping[LadderKind, frozenset[str]] = dict.fromkeys(
    (LadderKind.FIX, LadderKind.FIX_FIRST_CRAWL, LadderKind.CHECKLIST),
    frozenset({"campaign_name", "unit_name", "fix_numbers", "due", "days_late", "addressee", "sign_by"}),
)
"""What a ladder gives to the mail that tells of a draft; a ladder that is missing here lays no drafts."""


def given(kind: LadderKind, channel: Channel) -> frozenset[str] | None:
    """Names of the values a rung gives to its mail beside the common ones; None where the ladder has no such rung."""
    return MAIL_VALUES[kind] if channel is Channel.MAIL else DRAFT_VALUES.get(kind)


def rung_faults(
    ladders: Ladders, texts: MailTexts, templates: Path | Sequence[Path], *, file: Path, overlay: Path | None
) -> list[BadSource]:
    """Rungs that could not speak on their day: a channel their ladder lacks, a template that is missing or broken, or
    one that wants a value the ladder does not give. `file` and `overlay` are where the ladders stand; of several
    folders of templates the first that has a name gives it."""
    faults = []
    folders = [templates] if isinstance(templates, Path) else list(templates)
    for ladder in ladders.ladders:
        for rung in ladder.rungs:
            fault = _fault(ladder, rung, texts, folders)
            if fault is not None:
                field, problem, remedy = fault
                place = entry_place(file, overlay, rung.id, field, rung.template, inside=ladder.id.value)
                faults.append(BadSource(problem, place=place, remedy=remedy))
    return faults


def _fault(ladder: Ladder, rung: Rung, texts: MailTexts, folders: Sequence[Path]) -> tuple[str, str, str] | None:
    """Field, problem and remedy of what is wrong with a rung."""
    values = given(ladder.id, rung.channel)
    if values is None:
        return (
            "channel",
            speak(f"「{ladder.id.value}」階梯無簽稿可備", f"the ladder {ladder.id.value} has no draft to lay"),
            speak("請改用 mail，並寄給政風室以內之人員", "use mail, to people up to the ethics office"),
        )
    name = f"{rung.template}.j2"
    try:
        used = template_variables(name, folders)
    except jinja2.TemplateNotFound as error:
        return (
            "template",
            speak(f"郵件範本 templates/mail/{error.name} 不存在", f"there is no templates/mail/{error.name}"),
            speak("請補上範本，或改用其他範本", "add the template, or use another"),
        )
    except jinja2.TemplateSyntaxError as error:
        place = Place(str(error.filename or name), error.lineno)
        return (
            "template",
            speak(f"郵件範本語法有誤（{place}）", f"the template cannot be parsed ({place}): {error.message}"),
            speak("請修正範本", "mend the template"),
        )
    wanted = (used | texts.required_variables(rung.template)) - set(texts.common)
    if lacking := sorted(wanted - values):
        problem = speak(
            f"郵件範本「{rung.template}」需要 {'、'.join(lacking)}，而「{ladder.id.value}」階梯不提供",
            f"the template {rung.template} wants {', '.join(lacking)}, which the ladder {ladder.id.value} does "
            "not give",
        )
        remedy = speak(f"本階梯提供：{'、'.join(sorted(values))}", f"the ladder gives {', '.join(sorted(values))}")
        return "template", problem, remedy
    return None
