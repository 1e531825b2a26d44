"""The sentences of a report on its figures; each figure comes from `figures`, each word from wording.yaml."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from inspection.audit.head import Head
from inspection.calendar import roc
from inspection.documents.kinds.unit_report import Finding as PrintedFinding
from inspection.model import Finding
from inspection.reports.figures import (
    CampaignFigures,
    Coverage,
    Reach,
    Return,
    Round,
    ShareFigures,
    UnitFigures,
    by_severity,
    covered,
)
from inspection.reports.tallies import Amount, Tally
from inspection.rules.catalogue import Catalogue
from inspection.vocabulary import Severity

NAMED_AT_MOST = 6
GROUNDS_AT_MOST = 8


def named(names: Sequence[str], catalogue: Catalogue) -> str:
    """民政課、財政課; of many the first three and how many there are."""
    if len(names) <= NAMED_AT_MOST:
        return "、".join(names)
    return catalogue.wording.line("report_named", {"first": "、".join(names[:3]), "count": len(names)})


def severities(counted: Mapping[Severity, int], catalogue: Catalogue) -> str:
    """重大 6、高 3, those there are."""
    found = [f"{catalogue.severities.rule(one).name}{count}" for one, count in counted.items() if count]
    return "、".join(found) or catalogue.wording.line("report_no_severity")


def record_seal(newest: Head | None, catalogue: Catalogue) -> str:
    """How far the record's chain reaches and its newest seal, which shows later whether the record was cut off."""
    if newest is None:
        return catalogue.wording.line("report_record_unsealed")
    return catalogue.wording.line("report_record_seal", {"sealed": f"{newest.count:,}", "seal": newest.printed})


def faults(found: Sequence[Finding], catalogue: Catalogue) -> str:
    """How many confirmed faults, by severity."""
    values = {"findings": len(found), "severities": severities(by_severity(found), catalogue)}
    return catalogue.wording.line("report_faults", values)


def rate(value: float | None) -> str:
    """99.3%; a dash where nothing was answered."""
    return "—" if value is None else f"{value:.1f}%"


def reach(value: Reach, catalogue: Catalogue) -> str:
    """How far the crawl came on a unit's shares, in a word."""
    return catalogue.wording.line(f"reach_{value.value}")


def returned(value: Return, catalogue: Catalogue) -> str:
    """What became of a checklist, in a word."""
    return catalogue.wording.line(f"return_{value.value}")


def declared(unit: UnitFigures, catalogue: Catalogue) -> list[str]:
    """What a unit answered; that it did not, or need not."""
    say, tally = catalogue.wording.say, unit.tally
    if unit.returned in {Return.EXEMPT, Return.NONE}:
        return say("report_not_asked")
    if not unit.returned.is_back:
        asked = tally.asked + tally.other
        return say("report_declared_nothing", {"asked": asked, "state": returned(unit.returned, catalogue)})
    found = say(
        "report_declared",
        {
            "asked": tally.asked,
            "conforms": tally.conforms,
            "contradicted": tally.contradicted,
            "nonconforming": tally.nonconforming,
            "not_applicable": tally.not_applicable,
            "blank": tally.blank,
            "rate": rate(tally.rate),
            "applicable": tally.applicable,
        },
    )
    if tally.other:
        found += say("report_told", {"other": tally.other, "told": tally.told})
    return found + [_amount_of_one(one, catalogue) for one in unit.amounts]


def _amount_of_one(amount: Amount, catalogue: Catalogue) -> str:
    line = catalogue.wording.line
    said = f"{amount.total:,}{amount.unit}"
    if not amount.told:
        said = line("report_amount_not_applicable" if amount.not_applicable else "report_amount_blank")
    return line("report_amount_of_one", {"statement": amount.statement.rstrip("。"), "said": said})


def told_otherwise(tally: Tally, amounts: Sequence[Amount], catalogue: Catalogue) -> list[str]:
    """What was answered by a number, a date or a text, each number's sum with its unit; nothing where none was asked
    for."""
    say = catalogue.wording.say
    lines = say("report_told", {"other": tally.other, "told": tally.told}) if tally.other else []
    for one in amounts:
        values: dict[str, object] = {
            "statement": one.statement.rstrip("。"),
            "total": f"{one.total:,}",
            "unit": one.unit,
            "asked": one.asked,
            "told": one.told,
            "not_applicable": one.not_applicable,
        }
        lines += say("report_amount", values)
    return lines


def compared(verified: int, comparable: int, catalogue: Catalogue) -> list[str]:
    """經查證相符 n／可比對 n 項."""
    if not comparable:
        return catalogue.wording.say("report_nothing_comparable")
    return catalogue.wording.say("report_compared", {"verified": verified, "comparable": comparable})


def stale(count: int, catalogue: Catalogue) -> list[str]:
    """Confirmed files long not written to."""
    return catalogue.wording.say("report_crawl_stale", {"count": count}) if count else []


def merits(unit: UnitFigures, catalogue: Catalogue) -> list[str]:
    """What a unit did well (seed 000 art. 7(二)); nobody is praised for what was not looked at."""
    say = catalogue.wording.line
    found = []
    unread = sum(share.unreadable for share in unit.shares)
    looked_at = unit.reach is Reach.COMPLETE and not unread and not unit.suspected.undecided
    if unit.returned is Return.IN_TIME:
        found.append(say("report_merit_in_time"))
    faultless = not (unit.tally.nonconforming or unit.tally.contradicted or unit.tally.blank or unit.findings)
    if looked_at and faultless and unit.returned.is_back and unit.tally.conforms:
        found.append(say("report_merit_all_conform"))
    if unit.mended_before:
        found.append(say("report_merit_mended_before", {"count": unit.mended_before}))
    if unit.suspected.self_improved:
        found.append(say("report_merit_self_improved", {"count": unit.suspected.self_improved}))
    if looked_at and not unit.findings:
        found.append(say("report_merit_clean"))
    if unit.seen is not None:
        found += [line.strip() for line in unit.seen.merits.splitlines() if line.strip()]
    return found


def seen(unit: UnitFigures, catalogue: Catalogue) -> list[str]:
    """What inspectors looked at there, and what the unit had them write; nothing where no record was confirmed."""
    told, line = unit.seen, catalogue.wording.line
    if told is None:
        return []
    values = {"date": roc.plain(told.on), "looked_at": told.looked_at, "left": told.left}
    lines = [line("report_seen", values) + _sample(told.sampled, told.faults, catalogue)]
    if told.said:
        lines.append(line("report_seen_said", {"said": " ".join(told.said.split())}))
    return lines


def all_seen(figures: CampaignFigures, catalogue: Catalogue) -> list[str]:
    """The same of all units in one line."""
    every = [unit.seen for unit in figures.units if unit.seen is not None]
    if not every:
        return []
    values = {"units": len(every), "looked_at": sum(one.looked_at for one in every)}
    sampled, faults_of_sample = sum(one.sampled for one in every), sum(one.faults for one in every)
    return [catalogue.wording.line("report_seen_all", values) + _sample(sampled, faults_of_sample, catalogue)]


def _sample(sampled: int, not_in_order: int, catalogue: Catalogue) -> str:
    values = {"sampled": sampled, "faults": not_in_order}
    return catalogue.wording.line("report_seen_sample", values) if sampled else ""


def all_merits(figures: CampaignFigures, catalogue: Catalogue) -> list[str]:
    """Each merit once, with the units it is true of."""
    whose: dict[str, list[str]] = {}
    for unit in figures.units:
        for merit in merits(unit, catalogue):
            whose.setdefault(merit, []).append(unit.name)
    say = catalogue.wording.line
    return [
        say("report_merit_of", {"units": named(units, catalogue), "merit": merit}) for merit, units in whose.items()
    ]


def measures(unit: UnitFigures, catalogue: Catalogue) -> list[str]:
    """What the unit is asked to do; that all is well only where all was looked at."""
    say = catalogue.wording.say
    found = say("report_measures") if unit.findings else []
    if unit.returned in {Return.MISSING, Return.SENT_BACK}:
        found += say("report_hand_in")
    if unit.suspected.undecided or unit.reach is Reach.INCOMPLETE:
        found += say("report_open_ends")
    return found or say("report_no_findings")


def not_returned(units: Sequence[UnitFigures], due_on: date, catalogue: Catalogue) -> list[str]:
    """Which checklists are not in, and why; a line for each reason, none where all are."""
    found = []
    for state in (Return.MISSING, Return.SENT_BACK):
        names = [unit.name for unit in units if unit.returned is state]
        if names:
            values = {"units": "、".join(names), "state": returned(state, catalogue), "due": roc.plain(due_on)}
            found += catalogue.wording.say("report_not_returned", values)
    return found


def coverage(found: Coverage, catalogue: Catalogue) -> list[str]:
    """How far the crawl came, in sentences whose figures add up."""
    say = catalogue.wording.say
    lines = say("report_crawl_shares", {"shares": found.shares, "complete": found.complete})
    if found.excluded:
        lines += say("report_crawl_left_out", {"excluded": found.excluded})
    values = {
        "seen": f"{found.seen:,}",
        "scanned": f"{found.scanned:,}",
        "left_out": f"{found.left_out:,}",
        "unreadable": f"{found.unreadable:,}",
        "pending": f"{found.pending:,}",
    }
    lines += say("report_crawl_files", values)
    return lines + (say("report_crawl_folders", {"folders": found.folders}) if found.folders else [])


def share_notes(shares: Sequence[ShareFigures], catalogue: Catalogue) -> list[str]:
    """The shares that went as planned together, each exception by name."""
    say = catalogue.wording.line
    plain = [one.name for one in shares if one.complete and not one.unreadable and not one.excluded]
    found = [say("report_crawl_complete", {"shares": named(plain, catalogue)})] if plain else []
    for one in shares:
        values: dict[str, object] = {"share": one.name, "seen": f"{one.seen:,}", "unread": f"{one.unreadable:,}"}
        if one.excluded:
            found.append(say("report_crawl_excluded", {"share": one.name}))
        elif one.complete and one.unreadable:
            found.append(say("report_crawl_unread", values))
        elif not one.complete:
            values |= {"pending": f"{one.pending:,}", "folders": one.folders}
            found.append(say("report_crawl_incomplete" if one.seen else "report_crawl_unlisted", values))
    return found


def rest(figures: CampaignFigures, listed: int, catalogue: Catalogue) -> list[str]:
    """How many faults are not listed one by one, by unit; nothing where all are."""
    left = figures.findings[listed:]
    if not left:
        return []
    say = catalogue.wording.say
    values = {"count": len(left), "listed": listed, "severities": severities(by_severity(left), catalogue)}
    found = say("report_rest", values)
    for unit in figures.units:
        own = [one for one in left if one.unit_id == unit.unit.id]
        if own:
            values = {"unit": unit.name, "count": len(own), "severities": severities(by_severity(own), catalogue)}
            found += say("report_rest_of", values)
    return found


def rest_of_unit(found: Sequence[Finding], listed: int, catalogue: Catalogue) -> list[str]:
    """How many faults of a unit are named in the annex alone; nothing where all are listed."""
    left = found[listed:]
    if not left:
        return []
    values = {"count": len(left), "listed": listed, "severities": severities(by_severity(left), catalogue)}
    return catalogue.wording.say("report_rest_in_annex", values)


def remedies(found: Sequence[PrintedFinding], catalogue: Catalogue) -> list[str]:
    """Each remedy once, with the categories of faults it is for."""
    whose: dict[str, dict[str, None]] = {}
    for one in found:
        if one["remedy"]:
            whose.setdefault(one["remedy"], {})[one["item"]] = None
    say = catalogue.wording.line
    return [
        say("report_remedy_of", {"categories": "、".join(names), "remedy": remedy}) for remedy, names in whose.items()
    ]


def dismissals(grounds: Mapping[str, int], catalogue: Catalogue) -> list[str]:
    """Why 疑似事項 were dismissed (officer review A3), the commonest grounds first."""
    say = catalogue.wording.line
    shown = list(grounds.items())[:GROUNDS_AT_MOST]
    found = [say("report_dismissed_for", {"ground": ground.rstrip("。"), "count": count}) for ground, count in shown]
    rest = sum(grounds.values()) - sum(count for _, count in shown)
    return found + ([say("report_dismissed_else", {"count": rest})] if rest else [])


def overview(figures: CampaignFigures, due_on: date, earlier: Sequence[Round], catalogue: Catalogue) -> list[str]:
    """The first page in sentences: faults, crawl, what is not in, then what was declared and what of it verified."""
    say, every, tally = catalogue.wording.say, figures.findings, figures.tally
    with_faults = sum(bool(unit.findings) for unit in figures.units)
    lines = [
        faults(every, catalogue)
        + catalogue.wording.line("report_faults_units", {"units": len(figures.units), "with_faults": with_faults})
        + change(len(every), earlier, catalogue),
        "".join(coverage(covered(figures.shares), catalogue) if figures.crawled else say("report_crawl_not_run")),
    ]
    asked, missing = figures.asked_units, figures.not_returned
    lines += say("report_returns", {"asked": len(asked), "returned": len(asked) - len(missing)})
    lines[-1] += "".join(not_returned(figures.units, due_on, catalogue))
    verified, comparable = figures.verified, figures.comparable
    declared_all = catalogue.wording.line(
        "report_rate",
        {
            "rate": rate(tally.rate),
            "conforms": tally.conforms,
            "applicable": tally.applicable,
            "not_applicable": tally.not_applicable,
        },
    )
    lines.append(declared_all + "".join(compared(verified, comparable, catalogue)))
    one = figures.suspected
    lines += say(
        "report_suspected",
        {
            "all": one.all,
            "confirmed": one.confirmed,
            "self_improved": one.self_improved,
            "dismissed": one.dismissed,
            "undecided": one.undecided,
        },
    )
    return [*lines, *all_seen(figures, catalogue)]


def change(now: int, earlier: Sequence[Round], catalogue: Catalogue) -> str:
    """How many faults more or fewer than last time; nothing where there was no last time."""
    if not earlier:
        return ""
    last, before = earlier[-1], earlier[-1].faults
    values = {"campaign": last.name, "before": before, "count": abs(now - before)}
    phrase = "same" if now == before else "more" if now > before else "fewer"
    return catalogue.wording.line(f"report_change_{phrase}", values)


def conclusions(figures: CampaignFigures, superior: str, catalogue: Catalogue) -> list[str]:
    """What is proposed; every open end of the campaign has its line."""
    say = catalogue.wording.say
    found = say("report_conclude_faults", {"findings": len(figures.findings)}) if figures.findings else []
    missing = [unit.name for unit in figures.not_returned]
    if missing:
        found += say("report_conclude_missing", {"units": named(missing, catalogue)})
    partly = [unit.name for unit in figures.units if unit.reach is Reach.INCOMPLETE]
    if partly:
        found += say("report_conclude_incomplete", {"units": named(partly, catalogue)})
    if figures.suspected.undecided:
        found += say("report_conclude_undecided", {"count": figures.suspected.undecided})
    return found + say("report_conclusions", {"superior": superior, "verb": catalogue.submission_verb()})
