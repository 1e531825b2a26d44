"""疑似事項 before the ethics office: batches by unit and kind, decided with a reason, never one's own unit's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from inspection import clock
from inspection.access import policy
from inspection.access.policy import Act
from inspection.crawling.shown import place_shown
from inspection.errors import BadSource, Conflict
from inspection.findings.contradictions import contradictions
from inspection.findings.describe import contradicted
from inspection.findings.families import Member, families
from inspection.findings.made_public import secrecy_hints
from inspection.findings.mismatches import found_in_words, is_fit
from inspection.findings.questions import lapsed
from inspection.findings.triage import Verdict, triage
from inspection.language import speak
from inspection.model import Suspicion, Unit
from inspection.portal import hints, lessons, marks, rendering
from inspection.portal.guard import LARGEST_ID, Door, Visit
from inspection.portal.paging import Paging, paged
from inspection.portal.responses import GoTo, Page, Reply
from inspection.rules import catalogue
from inspection.rules.triage import OTHER
from inspection.store import campaigns, checklists, clues, desk, evidence, findings
from inspection.vocabulary import SEVERITY_RANK, Severity, TriageOutcome

LARGEST_BATCH = 200
LONGEST_REASON = 2000


@dataclass(frozen=True, slots=True)
class Batch:
    """What waits of one unit: how many 疑似事項 with the gravest proposed severity, and apart how many clues."""

    unit_id: str
    unit_name: str
    count: int
    severity: Severity | None
    hints: int = 0


@dataclass(frozen=True, slots=True)
class Case:
    """One 疑似事項 as shown: masked place and excerpts only (officer review A12).

    `mended` and `remark` are what the unit put down beside its own answer: whether it says 已自行改善, and why.
    """

    suspicion: Suspicion
    place: str
    campaign_name: str
    rules: tuple[str, ...]
    lapsed: bool
    share: str = ""
    people: int = 0
    excerpts: tuple[str, ...] = ()
    mark: str = ""
    readable_by_all: bool = False
    hint: str = ""
    reserved: str = ""
    contradicts: str = ""
    found: str = ""
    mended: bool = False
    remark: str = ""
    content_key: str | None = None
    sketch: str | None = None


def list_page(visit: Visit, _subject: None) -> Reply:
    """All batches; the first one is opened by a link."""
    context = {"batches": _batches(visit), "unit": None, "mark": marks.of_cases(), "here": "suspicions"}
    return Page("suspicions.html.j2", context | lessons.link(visit))


def batch_page(visit: Visit, unit: Unit, problem: str = "", *, hint_problem: str = "") -> Reply:
    """One unit's batch with the form that decides it."""
    batches = _batches(visit)
    waiting, pointing = next(((one.count, one.hints) for one in batches if one.unit_id == unit.id), (0, 0))
    pages = _pages(visit, unit, waiting)
    whose = policy.scope(visit.who, Act.READ_SUSPICION)
    shown = desk.undecided_of(visit.session, unit.id, whose, first=pages.first_row, size=pages.size)
    return Page(
        "suspicions.html.j2",
        {
            "batches": batches,
            "unit": unit,
            "mark": marks.of_cases(),
            "papers": _papers(visit, shown),
            "pages": pages,
            "grounds": catalogue.current().triage.dismissal_grounds,
            "levels": catalogue.current().severities.severities,
            "ground": visit.text("ground"),
            "waiting": waiting,
            "has_questions": any(one.is_question for one in shown),
            "judges_nowhere": not visit.may(Act.TRIAGE),
            "may_judge": visit.may(Act.TRIAGE, unit),
            "problem": problem,
            "ticked": visit.form.get("suspicion", ()),
            "reason": visit.text("reason"),
            "here": "suspicions",
            **lessons.link(visit),
            **hints.context(visit, unit, pointing, hint_problem),
        },
        status=422 if problem or hint_problem else 200,
    )


def decide(visit: Visit, unit: Unit) -> Reply:
    """Decides the ticked ones; all or none."""
    ticked = places_of(visit.form.get("suspicion", ()))
    reason = visit.text("reason")[:LONGEST_REASON]
    if not ticked:
        return batch_page(visit, unit, "none")
    if not reason:
        return batch_page(visit, unit, "reason")
    chosen = ids_of(ticked)
    whose = policy.scope(visit.who, Act.READ_SUSPICION)
    if len(chosen) < len(ticked) or desk.undecided_among(visit.session, unit.id, whose, chosen) != set(chosen):
        return batch_page(visit, unit, "moved")
    outcome, severity = judged(visit)
    ground = visit.text("ground")
    if outcome is TriageOutcome.DISMISSED and catalogue.current().triage.ground(ground) is None:
        return batch_page(visit, unit, "ground")
    verdict = Verdict(outcome, visit.person_id, reason, severity, ground or OTHER)
    if outcome is TriageOutcome.ASK_UNIT and _unnamed(visit, chosen):
        return batch_page(visit, unit, "reserved")
    if not is_fit(findings.chosen(visit.session, chosen), outcome):
        return batch_page(visit, unit, "unfit")
    try:
        with visit.session.begin_nested():
            triage(visit.session, chosen, verdict, catalogue=catalogue.current(), at=visit.at)
    except Conflict:  # another officer was faster: all of it was given back
        visit.session.expire_all()
        return batch_page(visit, unit, "moved")
    left = desk.number_undecided(visit.session, unit.id, whose)
    pages = _pages(visit, unit, left)
    return GoTo(pages.link(pages.number) if left else "/suspicions")


def judged(visit: Visit) -> tuple[TriageOutcome, Severity | None]:
    """What the form says of the ticked ones, and how grave; raises BadSource for words it does not offer."""
    try:
        severity = Severity(visit.text("severity")) if visit.text("severity") else None
        return TriageOutcome(visit.text("outcome")), severity
    except ValueError:
        raise BadSource(
            speak("表單所填之判定結果或等級不存在", "the form names no known outcome or severity")
        ) from None


def places_of(ticked: Sequence[str]) -> list[str]:
    """The ids behind ticked rows: a family of copies and versions is one row with the ids of all its places."""
    return [one for row in ticked for one in row.split(",")]


def ids_of(places: Sequence[str]) -> list[int]:
    """The same as numbers; what is none of ours is left out."""
    return [int(one) for one in places if one.isascii() and one.isdecimal() and int(one) <= LARGEST_ID]


def _unnamed(visit: Visit, chosen: Sequence[int]) -> bool:
    """Whether somebody must be named first: of what is reserved no contact hears by role (officer review A12)."""
    reserved = catalogue.current().triage.reserved
    return any(one.confidant_id is None and reserved(one.detectors) for one in findings.chosen(visit.session, chosen))


def _pages(visit: Visit, unit: Unit, waiting: int) -> Paging:
    """The page of a unit's batch that is asked for, of so many that wait."""
    return paged(f"/suspicions/{unit.id}", visit.query, waiting, chosen={}, size=LARGEST_BATCH)


def _batches(visit: Visit) -> list[Batch]:
    names = rendering.unit_names(visit.session)
    whose = policy.scope(visit.who, Act.READ_SUSPICION)
    counts: dict[str, dict[Severity, int]] = {}
    for unit_id, severity, count in desk.undecided(visit.session, whose):
        counts.setdefault(unit_id, {})[severity] = count
    pointing = clues.open_counts(visit.session, whose)
    for unit_id in pointing:
        counts.setdefault(unit_id, {})
    found = [
        Batch(
            unit_id,
            names.get(unit_id, unit_id),
            sum(of.values()),
            max(of, key=SEVERITY_RANK.__getitem__, default=None),
            pointing.get(unit_id, 0),
        )
        for unit_id, of in counts.items()
    ]
    return sorted(found, key=lambda batch: (-SEVERITY_RANK[batch.severity] if batch.severity else 1, batch.unit_id))


def _papers(visit: Visit, shown: Sequence[Suspicion]) -> list[list[Case]]:
    """The cases shown, copies and versions of one paper together."""
    cases = {case.suspicion.id: case for case in _cases(visit, shown)}
    members = [
        Member(
            one.id,
            (one.campaign_id, one.kind, tuple(one.detectors), one.state),
            cases[one.id].place,
            cases[one.id].content_key,
            cases[one.id].sketch,
        )
        for one in shown
    ]
    return [[cases[one] for one in family] for family in families(members)]


def _cases(visit: Visit, shown: Sequence[Suspicion]) -> list[Case]:
    """What the page prints of each, read together: the number of statements does not grow with the cases."""
    session, rules = visit.session, catalogue.current()
    files = evidence.files(session, [one.crawled_file_id for one in shown if one.crawled_file_id is not None])
    put = checklists.put_and_answered(session, shown)
    against = contradictions(session, {one.campaign_id for one in shown if one.crawled_file_id}, rules)
    hints = secrecy_hints(
        session,
        [(one, files[one.crawled_file_id][0]) for one in shown if one.crawled_file_id],
        catalogue=rules,
        at=visit.at,
    )
    rule_names = {rule.id: rule.name for rule in rules.detectors.detectors}
    names = {one: campaigns.get(session, one).name for one in {one.campaign_id for one in shown}}
    today, found = clock.local_date(visit.at), []
    for one in shown:
        name, late = names[one.campaign_id], lapsed(one, on=today)
        if one.crawled_file_id is None:
            question, said = put.get((one.checklist_id or "", one.item_id or ""), (None, None))
            found.append(
                Case(
                    one,
                    question.statement if question else "",
                    name,
                    (one.item_id or "",),
                    late,
                    found=found_in_words(one, question, rules) if question and one.rests_on else "",
                    reserved=rules.triage.reserved(one.detectors),
                    mended=said is not None and said.mended,
                    remark=said.remark if said else "",
                )
            )
            continue
        file, share, hits = files[one.crawled_file_id]
        found.append(
            Case(
                one,
                place_shown(file, rules),
                name,
                tuple(rule_names.get(hit.detector, hit.detector) for hit in hits),
                late,
                share=share.name,
                people=max((hit.people for hit in hits), default=0),
                excerpts=tuple(excerpt for hit in hits for excerpt in hit.excerpts)[:3],
                mark=str((file.mark or {}).get("level") or ""),
                readable_by_all=bool(file.broad_readers),
                hint=hints.get(one.id, ""),
                reserved=rules.triage.reserved(one.detectors),
                content_key=file.content_key,
                sketch=file.sketch,
                contradicts=contradicted(against.of_file(one, file, share), rules),
            )
        )
    return found


DOORS = (
    Door("GET", "/suspicions", Act.READ_SUSPICION, list_page),
    Door("GET", "/suspicions/{subject_id}", Act.READ_SUSPICION, batch_page, Unit),
    Door("POST", "/suspicions/{subject_id}", Act.TRIAGE, decide, Unit),
)
