"""The mails the product writes: name, readers, and the values each template must be given; with their linter."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import jinja2
import jinja2.meta
from jinja2.sandbox import SandboxedEnvironment
from pydantic import Field, StringConstraints

from inspection import settings
from inspection.errors import BadSource, NotFound, Place
from inspection.language import speak
from inspection.rules.load import RuleModel, load_yaml
from inspection.rules.places import entry_place

FILE = "mail_texts.yaml"
SUBJECT = "主旨："
_MARKUP = re.compile(r"</?[a-z]+[ >]|href|https?://", re.IGNORECASE)
Example = str | int | tuple[dict[str, str | int], ...]
Variable = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class MailText(RuleModel):
    """One mail. `variables` must be given beside the common ones."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z_]{3,40}$")]
    purpose: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    variables: tuple[Variable, ...] = ()


class VariableMeaning(RuleModel):
    """What a variable holds; `example` is used by the linter and the preview."""

    id: Variable
    meaning: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    example: Example


class MailTexts(RuleModel):
    """All mails and the meaning of every variable. `common` values are given to each mail, used or not."""

    common: tuple[Variable, ...]
    variables: tuple[VariableMeaning, ...]
    mails: Annotated[tuple[MailText, ...], Field(min_length=1)]

    def mail(self, name: str) -> MailText:
        """The mail of a name; raises NotFound where there is none."""
        found = next((mail for mail in self.mails if mail.id == name), None)
        if found is None:
            raise NotFound(speak(f"查無信件範本 {name!r}", f"no mail text {name!r}"))
        return found

    def required_variables(self, name: str) -> frozenset[str]:
        """Names of the values a mail must be given beyond the common ones; raises NotFound for an unknown mail."""
        return frozenset(self.mail(name).variables)

    def examples(self, name: str) -> dict[str, Example]:
        """An example value for every variable of a mail, the common ones included, for preview and linter."""
        wanted = {*self.common, *self.mail(name).variables}
        return {entry.id: entry.example for entry in self.variables if entry.id in wanted}


def load_mail_texts(folder: Path, overlay: Path | None = None) -> MailTexts:
    """Reads the declarations, an agency's overlay over them; a variable without a meaning is refused with its line."""
    over = overlay / FILE if overlay else None
    texts = load_yaml(folder / FILE, MailTexts, overlay=over)
    known = {entry.id for entry in texts.variables}
    for mail in texts.mails:
        if unknown := sorted(set(mail.variables) - known):
            raise BadSource(
                speak(f"未說明 {'、'.join(unknown)} 之意義", f"no meaning is given for {', '.join(unknown)}"),
                place=entry_place(folder / FILE, over, mail.id, "variables"),
                remedy=speak("請於 variables 增列", "add an entry under variables"),
            )
    return texts


def mail_folders(overlay: Path | None) -> tuple[Path, ...]:
    """Where the templates lie: an agency's own in `mail` of its rules, before the shipped ones."""
    own = (overlay / "mail",) if overlay is not None and (overlay / "mail").is_dir() else ()
    return (*own, settings.TEMPLATES / "mail")


def template_faults(texts: MailTexts, templates: Path) -> list[BadSource]:
    """What is wrong with the `*.j2` files of a folder: a mail without template or the reverse, a subject line that is
    missing, a variable used but not declared or declared but not used, markup, broken syntax."""
    declared = {mail.id for mail in texts.mails}
    present = _names(templates)
    faults = [
        BadSource(speak(f"缺少範本 {name}.j2", f"no template {name}.j2"), place=templates)
        for name in sorted(declared - present)
    ]
    faults += [_undeclared(templates, name) for name in sorted(present - declared)]
    for name in sorted(declared & present):
        faults += _faults_of_one(texts, name, templates, [templates])
    return faults


def own_template_faults(texts: MailTexts, overlay: Path | None) -> list[BadSource]:
    """The same of an agency's own templates, which need not be all there are."""
    folders = mail_folders(overlay)
    faults = []
    for own in folders[:-1]:
        for name in sorted(_names(own)):
            known = any(mail.id == name for mail in texts.mails)
            faults += _faults_of_one(texts, name, own, folders) if known else [_undeclared(own, name)]
    return faults


def _names(folder: Path) -> set[str]:
    return {path.stem for path in folder.glob("*.j2") if not path.name.startswith("_")}


def _undeclared(folder: Path, name: str) -> BadSource:
    return BadSource(
        speak(f"未宣告於 {FILE}", f"is not declared in {FILE}"),
        place=folder / f"{name}.j2",
        remedy=speak("請於 mails 增列", "add it under mails"),
    )


def _faults_of_one(texts: MailTexts, name: str, folder: Path, folders: Sequence[Path]) -> list[BadSource]:
    path = folder / f"{name}.j2"
    source = path.read_text(encoding="utf-8")
    try:
        used = template_variables(f"{name}.j2", folders)
    except jinja2.TemplateSyntaxError as error:
        return [
            BadSource(
                speak("範本語法有誤", f"cannot be parsed: {error.message}"),
                place=Place(str(path), error.lineno),
            )
        ]
    except jinja2.TemplateNotFound as error:
        return [BadSource(speak(f"引用之 {error.name} 不存在", f"includes {error.name}, which is missing"), place=path)]
    own = texts.required_variables(name)
    faults = []
    if not source.startswith(SUBJECT):
        faults.append(
            BadSource(
                speak(f"第一行須以 {SUBJECT} 開頭", f"the first line must begin with {SUBJECT}"),
                place=Place(str(path), 1),
            )
        )
    if extra := used - own - set(texts.common):
        faults.append(
            BadSource(
                speak(
                    f"使用未宣告之 {'、'.join(sorted(extra))}", f"uses {', '.join(sorted(extra))}, not declared for it"
                ),
                place=path,
            )
        )
    if idle := own - used:
        faults.append(
            BadSource(speak(f"未使用 {'、'.join(sorted(idle))}", f"does not use {', '.join(sorted(idle))}"), place=path)
        )
    for line, text in enumerate(source.splitlines(), start=1):
        if _MARKUP.search(text):
            faults.append(
                BadSource(
                    speak("含標記語法；信件一律為純文字", "holds markup; mails are plain text"),
                    place=Place(str(path), line),
                )
            )
    return faults


def template_variables(template: str, folders: Sequence[Path]) -> set[str]:
    """The variables of a template file and of those it includes, the first folder that has a name giving it; raises
    Jinja's error where one is missing or broken."""
    environment, loader = SandboxedEnvironment(), jinja2.FileSystemLoader(folders)
    source, _, _ = loader.get_source(environment, template)
    tree = environment.parse(source)
    used = set(jinja2.meta.find_undeclared_variables(tree))
    for included in jinja2.meta.find_referenced_templates(tree):
        if included is not None:
            used |= template_variables(included, folders)
    return used
