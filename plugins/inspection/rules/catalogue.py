"""All rules of the house in one value, read once, an agency's overlay laid over them, with their version."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Set
from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache
from pathlib import Path

from inspection import __version__, settings
from inspection.errors import BadSource, BadSources
from inspection.language import speak
from inspection.rules import approval_table as approval_rules
from inspection.rules import assessment_sentences as sentence_rules
from inspection.rules import awareness as awareness_rules
from inspection.rules import campaign_kinds as kind_rules
from inspection.rules import checklist_items as item_rules
from inspection.rules import ladder as ladder_rules
from inspection.rules import legal_bases as basis_rules
from inspection.rules import mail_texts as mail_rules
from inspection.rules import meaning as meaning_rules
from inspection.rules import office as office_rules
from inspection.rules import plan_sections as plan_rules
from inspection.rules import project_kinds as project_rules
from inspection.rules import retention as retention_rules
from inspection.rules import severities as severity_rules
from inspection.rules import spring as spring_rules
from inspection.rules import spring_windows as window_rules
from inspection.rules import triage as triage_rules
from inspection.rules import wording as wording_rules
from inspection.rules.answers import Asked
from inspection.rules.detectors import DetectorBook, load_detectors
from inspection.rules.load import RuleModel, rules_version
from inspection.rules.marking import MarkingBook, load_marking
from inspection.rules.places import entry_place
from inspection.rules.rung_values import rung_faults
from inspection.vocabulary import Severity

SHIPPED = Path(__file__).parent
FEW = 12
"""So many ids are named to whoever wrote one that does not exist."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every rule family, an agency's `overlay` laid over the shipped files; an issued document freezes `version`."""

    campaign_kinds: kind_rules.CampaignKinds
    checklist_items: item_rules.ChecklistItems
    legal_bases: basis_rules.LegalBases
    severities: severity_rules.Severities
    ladders: ladder_rules.Ladders
    approval_table: approval_rules.ApprovalTable
    plan_forms: plan_rules.PlanForms
    project_kinds: project_rules.ProjectKinds
    spring_windows: window_rules.SpringWindows
    office: office_rules.Office
    assessment_sentences: sentence_rules.AssessmentSentences
    awareness: awareness_rules.AwarenessRules
    mail_texts: mail_rules.MailTexts
    wording: wording_rules.Wording
    spring: spring_rules.SpringRules
    triage: triage_rules.TriageRules
    retention: retention_rules.RetentionRules
    detectors: DetectorBook
    marking: MarkingBook
    overlay: Path | None = None

    @property
    def version(self) -> str:
        """SHA-256 (hex) over all families as in effect."""
        return rules_version(
            *(value for field in fields(self) if isinstance(value := getattr(self, field.name), RuleModel))
        )

    @property
    def reading_version(self) -> str:
        """SHA-256 (hex) over what files are judged by: detectors, marks, and the product's version with its readers.

        A file read under another one is read again though unchanged; a mail text that changed reads nothing again.
        """
        return hashlib.sha256(f"{__version__}\n{rules_version(self.detectors, self.marking)}".encode()).hexdigest()

    @property
    def reading_twice_version(self) -> str:
        """The same where files are read by meaning too: the model's phrases besides."""
        return hashlib.sha256(f"{self.reading_version}\n{meaning_rules.shipped_meaning().digest}".encode()).hexdigest()

    def valid_basis(self, basis_id: str, on: date) -> basis_rules.LegalBasis:
        """A basis fit to be printed on a day; NotFound for an unknown id, BadSource for an ended or unchecked one."""
        file = SHIPPED / basis_rules.FILE
        over = self.overlay / basis_rules.FILE if self.overlay else None
        return basis_rules.valid_basis(self.legal_bases, basis_id, on, file=file, overlay=over)

    def basis_text(self, item: item_rules.ChecklistItem, on: date | None = None) -> str:
        """The column 依據 of an item: what binds, then 參照 what advises; with `on`, an ended or unchecked basis is
        refused. `{agency}` reads 本機關."""
        binding: list[str] = []
        advising: list[str] = []
        for cited in item.bases:
            basis = self.valid_basis(cited.basis, on) if on else self.legal_bases.basis(cited.basis)
            assert basis is not None  # load() refuses unknown ids
            (advising if basis.guidance else binding).append(basis.short_citation("本機關", cited.clause))
        return "；".join(binding + advising) or self.office.no_basis

    def asked(self, item: item_rules.ChecklistItem) -> Asked:
        """What is asked for with an item, in the office's words where the item has none of its own."""
        if "words" in item.answer.model_fields_set:
            return item
        answer = item.answer.model_copy(update={"words": self.office.answer_names})
        return item.model_copy(update={"answer": answer})

    def fix_within(self, severity: Severity, item_id: str | None) -> int:
        """Working days a fault may take to be mended: the severity's, or the item's own where that is shorter (at once,
        before a holiday). `item_id` None: a fault no item was put for."""
        item = self.checklist_items.item(item_id) if item_id else None
        own = item.fix_within_working_days if item else None
        days = self.severities.rule(severity).fix_within_working_days
        return days if own is None else min(own, days)

    def decision(self, document_id: str) -> approval_rules.DocumentRule:
        """Who decides on a kind of document; raises BadSource where the approval table has none."""
        rule = self.approval_table.document(document_id)
        if rule is None:
            raise BadSource(
                speak(f"未訂 {document_id!r} 由何人核定", f"knows no decider for {document_id!r}"),
                place=SHIPPED / approval_rules.FILE,
                remedy=speak("請於表中增列該文件", "add the document to the table"),
            )
        return rule

    def plan_form(self, kind: str) -> plan_rules.FormRule:
        """The form of plan a kind of campaign has."""
        return self.plan_forms.form(self.campaign_kinds.rule(kind).plan)

    def plan_decision(self, kind: str) -> approval_rules.DocumentRule:
        """Who decides on the plan of a kind of campaign."""
        return self.decision(self.plan_form(kind).decided_as)

    def submission_verb(self, letter_id: str = "report_to_superior_agency") -> str:
        """核備 or 備查, as the agency has it for a letter; raises BadSource where the letter names none."""
        letter = self.office.letter(letter_id)
        if letter is None or letter.verb is None:
            raise BadSource(
                speak(f"函稿 {letter_id!r} 未訂用語", f"letter {letter_id!r} names no verb"),
                place=SHIPPED / office_rules.FILE,
                remedy=speak("請填核備或備查", "give it one of its words (核備, 備查)"),
            )
        return letter.verb.value


def load(overlay: Path | None = None) -> Catalogue:
    """Reads all families, files of `overlay` laid over the shipped ones by id. Raises BadSource or BadSources naming
    file, line and field, also for a reference from one family to another that leads nowhere."""
    if overlay is not None and not overlay.is_dir():
        raise BadSource(
            speak("不是資料夾", "is not a folder"),
            place=overlay,
            remedy=speak("請更正 INSPECTION_RULES_DIR", "correct INSPECTION_RULES_DIR"),
        )
    catalogue = Catalogue(
        campaign_kinds=kind_rules.load_campaign_kinds(SHIPPED, overlay),
        checklist_items=item_rules.load_checklist_items(SHIPPED, overlay),
        legal_bases=basis_rules.load_legal_bases(SHIPPED, overlay),
        severities=severity_rules.load_severities(SHIPPED, overlay),
        ladders=ladder_rules.load_ladders(SHIPPED, overlay),
        approval_table=approval_rules.load_approval_table(SHIPPED, overlay),
        plan_forms=plan_rules.load_plan_forms(SHIPPED, overlay),
        project_kinds=project_rules.load_project_kinds(SHIPPED, overlay),
        spring_windows=window_rules.load_spring_windows(SHIPPED, overlay),
        office=office_rules.load_office(SHIPPED, overlay),
        assessment_sentences=sentence_rules.load_assessment_sentences(SHIPPED, overlay),
        awareness=awareness_rules.load_awareness(SHIPPED, overlay),
        mail_texts=mail_rules.load_mail_texts(SHIPPED, overlay),
        wording=wording_rules.load_wording(SHIPPED, overlay),
        spring=spring_rules.load_spring(SHIPPED, overlay),
        triage=triage_rules.load_triage(SHIPPED, overlay),
        retention=retention_rules.load_retention(SHIPPED, overlay),
        detectors=load_detectors(overlay),
        marking=load_marking(overlay),
        overlay=overlay,
    )
    _refuse_dangling(catalogue)
    _refuse(untaught(catalogue))
    _refuse(outdated(catalogue))
    _refuse(mail_rules.own_template_faults(catalogue.mail_texts, overlay))
    _refuse(
        rung_faults(
            catalogue.ladders,
            catalogue.mail_texts,
            mail_rules.mail_folders(overlay),
            file=SHIPPED / ladder_rules.FILE,
            overlay=overlay / ladder_rules.FILE if overlay else None,
        )
    )
    return catalogue


def current() -> Catalogue:
    """The rules this process works by: the shipped ones under INSPECTION_RULES_DIR, read on first use."""
    return _of(settings.get().rules_dir)


@lru_cache(maxsize=2)
def _of(overlay: Path | None) -> Catalogue:
    return load(overlay)


def reset() -> None:
    """Forgets what was read; for tests and after an edit."""
    _of.cache_clear()
    kind_rules.reset()


def _refuse_dangling(catalogue: Catalogue) -> None:
    faults = []
    for file, entry, field, named, known in references(catalogue):
        if named not in known:
            over = catalogue.overlay / file if catalogue.overlay else None
            faults.append(
                BadSource(
                    speak(f"所指 {named!r} 不存在{_few(known)}", f"names {named!r}, which does not exist{_few(known)}"),
                    place=entry_place(SHIPPED / file, over, entry, field, named),
                    remedy=speak("請更正拼字，或增列所指之項目", "correct the spelling or add the entry it names"),
                )
            )
    _refuse(faults)


def untaught(catalogue: Catalogue) -> list[BadSource]:
    """Categories of statements no lesson of the awareness work names: faults confirmed there would become no case."""
    over = catalogue.overlay / item_rules.FILE if catalogue.overlay else None
    return [
        BadSource(
            speak(
                f"類別「{category.name}」未列於 {awareness_rules.FILE} 之任何 lessons，其缺失無從編為宣導案例",
                f"no lesson of {awareness_rules.FILE} names the category {category.name!r}: its faults make no case",
            ),
            place=entry_place(SHIPPED / item_rules.FILE, over, category.id, "id", category.id),
            remedy=speak(
                f"請於 {awareness_rules.FILE} 增列一則 lessons，或將 {category.id} 加入既有一則之 categories",
                f"add a lesson to {awareness_rules.FILE}, or {category.id} to the categories of one that is there",
            ),
        )
        for category in catalogue.checklist_items.categories
        if catalogue.awareness.lesson(category.id) is None
    ]


def outdated(catalogue: Catalogue) -> list[BadSource]:
    """Sentences that cite a rule by a name it does not bear any more (`drifts` of the legal bases)."""
    bases, faults = catalogue.legal_bases, []
    for file, entry, field, text in sentences(catalogue):
        for drift in bases.outdated_wordings(text):
            basis = bases.basis(drift.use)
            assert basis is not None  # load_legal_bases refuses unknown ids
            over = catalogue.overlay / file if catalogue.overlay else None
            faults.append(
                BadSource(
                    speak(
                        f"「{drift.wording}」已不得引用：{drift.why}",
                        f"{drift.wording!r} may not be cited any more: {drift.why}",
                    ),
                    place=entry_place(SHIPPED / file, over, entry, field),
                    remedy=speak(f"請改引「{basis.title}」", f"cite {basis.title!r}"),
                )
            )
    return faults


def sentences(catalogue: Catalogue) -> Iterator[tuple[str, str, str, str]]:
    """Every sentence we print from rules: file, entry, field, text."""
    for item in catalogue.checklist_items.items:
        yield item_rules.FILE, item.id, "statement", item.statement
    for phrase in catalogue.wording.phrases:
        yield from ((wording_rules.FILE, phrase.id, "lines", line) for line in phrase.lines)
    for sentence in catalogue.assessment_sentences.sentences:
        yield sentence_rules.FILE, sentence.id, "text", sentence.text
    for line in catalogue.spring.lines():
        yield spring_rules.FILE, line.id, "text", line.text
        yield from ((spring_rules.FILE, line.id, "sub", text) for text in line.sub)


def _few(known: Set[str]) -> str:
    if not 0 < len(known) <= FEW:
        return ""
    return speak(f"；現有 {'、'.join(sorted(known))}", f"; there are {', '.join(sorted(known))}")


def _refuse(faults: list[BadSource]) -> None:
    if faults:
        raise faults[0] if len(faults) == 1 else BadSources(faults)


def _of_kinds(catalogue: Catalogue, tags: Set[str]) -> Iterator[tuple[str, str, str, str, Set[str]]]:
    """What kinds of campaign name, and who names them. A kind with checklists has some statement a unit may get."""
    items = catalogue.checklist_items.items
    kinds = set(catalogue.campaign_kinds.ids(lambda _: True))
    letters = {letter.id for letter in catalogue.office.letters if letter.name}
    put = {kind for item in items if item.is_put_to_units for kind in item.kinds}
    for kind in catalogue.campaign_kinds.kinds:
        yield kind_rules.FILE, kind.id, "items_of", kind.items_of, kinds & put if kind.has_checklists else kinds
        yield from ((kind_rules.FILE, kind.id, "joint_with", tag, tags) for tag in [kind.joint_with] if tag)
        yield from ((kind_rules.FILE, kind.id, "sent_up", letter, letters) for letter in kind.sent_up)
    for item in items:
        yield from ((item_rules.FILE, item.id, "kinds", kind, kinds) for kind in item.kinds)


def references(catalogue: Catalogue) -> Iterator[tuple[str, str, str, str, Set[str]]]:
    """Each reference between families: file, entry, field, the id named, the ids there are."""
    items = catalogue.checklist_items
    bases = {basis.id for basis in catalogue.legal_bases.bases}
    categories = {category.id for category in items.categories}
    put_to_units = {item.id for item in items.items if item.is_put_to_units}
    tags = {tag.id for tag in items.unit_tags}
    mails = {mail.id for mail in catalogue.mail_texts.mails}
    documents = {document.id for document in catalogue.approval_table.documents}
    detectors = {detector.id for detector in catalogue.detectors.detectors}
    defects = {defect.id for defect in catalogue.marking.defects}
    yield from _of_kinds(catalogue, tags)
    for item in items.items:
        yield item_rules.FILE, item.id, "id", item.prefix, categories
        yield from ((item_rules.FILE, item.id, "unit_tags", tag, tags) for tag in item.unit_tags)
        yield from ((item_rules.FILE, item.id, "bases", cited.basis, bases) for cited in item.bases)
        cited = item.deadline_set_by
        yield from ((item_rules.FILE, item.id, "deadline_set_by", one.basis, bases) for one in cited)
        yield from ((item_rules.FILE, item.id, "stands_beside", one, put_to_units) for one in item.stands_beside)
        for predicate in item.cross_checks:
            named = getattr(predicate, "defects", ())
            yield from ((item_rules.FILE, item.id, "defects", one, defects) for one in named)
            named = getattr(predicate, "detectors", ())
            yield from ((item_rules.FILE, item.id, "detectors", one, detectors) for one in named)
    for ladder in catalogue.ladders.ladders:
        yield from ((ladder_rules.FILE, rung.id, "template", rung.template, mails) for rung in ladder.rungs)
    for document in catalogue.approval_table.documents:
        yield from ((approval_rules.FILE, document.id, "countersigned_by", t, tags) for t in document.countersigned_by)
    for lesson in catalogue.awareness.lessons:
        yield from ((awareness_rules.FILE, lesson.id, "categories", one, categories) for one in lesson.categories)
    for form in catalogue.plan_forms.forms:
        yield from ((plan_rules.FILE, form.id, "bases", basis, bases) for basis in form.bases)
        yield plan_rules.FILE, form.id, "decided_as", form.decided_as, documents
    triage = catalogue.triage
    yield from ((triage_rules.FILE, one.id, "id", one.id, detectors) for one in triage.named_person_only)
    yield from ((triage_rules.FILE, one.id, "id", one.id, detectors) for one in triage.lessons.never_from)
    for kind in catalogue.project_kinds.kinds:
        yield from ((project_rules.FILE, kind.id, "watched", named, detectors) for named in kind.watched)
    for rule in catalogue.assessment_sentences.sentences:
        yield from ((sentence_rules.FILE, rule.id, "stresses", prefix, categories) for prefix in rule.stresses)
    spring = catalogue.spring
    for line in spring.lines():
        yield from ((spring_rules.FILE, line.id, "unit_tags", tag, tags) for tag in line.unit_tags)
        yield from ((spring_rules.FILE, line.id, "cites", basis, bases) for basis in line.cites)
    for entry in spring.division:
        yield from ((spring_rules.FILE, entry.id, "lead_tags", tag, tags) for tag in entry.lead_tags)
        yield from ((spring_rules.FILE, entry.id, "support_tags", tag, tags) for tag in entry.support_tags)
    for check in spring.safety_checks:
        yield from ((spring_rules.FILE, check.id, "unit_tags", tag, tags) for tag in check.unit_tags)
