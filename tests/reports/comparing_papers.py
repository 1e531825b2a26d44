"""Holds every figure, name and date that papers share against the rows and against one another."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date

from reports.reading_papers import BACK, ITEM_CODE, SEVERITIES, Counted, Papers, Unit, roc, tight

NOT_ASKED = {"", "prepared", "exempt"}
FIX_WORDS = {
    "open": "列管中",
    "accepted": "改善中",
    "claimed": "已改善待複查",
    "sent_back": "退回補正",
    "verified": "建請解除列管",
    "released": "解除列管",
    "reopened": "重新列管",
    "excepted": "簽准暫緩改善",
}
STATES = "|".join(sorted(FIX_WORDS.values(), key=len, reverse=True))
COLUMNS = ("asked", "conforms", "contradicted", "nonconforming", "not_applicable", "blank")
RETURN_WORDS = {"issued": "未送回", "sent_back": "補正中", "exempt": "免填報"}


def contradictions(papers: Papers, rows: Counted) -> list[str]:
    """What a paper says otherwise than the rows, or than another paper; empty where all agree."""
    return [
        *_dates(papers, rows),
        *_plan(papers, rows),
        *_schedule(papers, rows),
        *_checklists(papers, rows),
        *_sheets(papers, rows),
        *_campaign(papers, rows),
        *(fault for unit in rows.units.values() for fault in _unit(papers, rows, unit)),
        *_letters(papers, rows),
    ]


def _needs(paper: str, words: str, *wanted: str) -> Iterator[str]:
    for one in wanted:
        if one not in words:
            yield f"{paper} lacks {one}"


def _every(paper: str, words: str, pattern: str, right: str) -> Iterator[str]:
    """Each place where a pattern stands says the right thing, and there is one."""
    found = re.findall(pattern, words)
    if not found:
        yield f"{paper} says nothing like {pattern}"
    yield from (f"{paper} says {one}, the rows say {right}" for one in found if one != right)


def _severities(numbers: Iterable[str]) -> str:
    counted = Counter(numbers)
    return "、".join(f"{word}{counted[one]}" for one, word in SEVERITIES.items() if counted[one]) or "無"


def _dates(papers: Papers, rows: Counted) -> Iterator[str]:
    period = rf"{roc(rows.first)}（星期.）至{rows.last.month}月{rows.last.day}日（星期.）"
    for name, words in (("plan", papers.plan), ("campaign report", papers.campaign), *papers.units.items()):
        if not re.search(rf"檢查期間[：:]?{period}", words):
            yield f"{name}: not the period of the campaign"
    for label in ("檢查期間：", "清查期間："):
        if not re.search(label + period, papers.plan):
            yield f"plan: {label} is not the period"
    if not re.search(f"清查期間{period}", papers.plan):
        yield "annex 2: the period of the crawl is another than the plan's"
    yield from _needs("plan", papers.plan, "複查期間：")
    yield from _every("plan", papers.plan, r"各單位窗口於(.{5,12}?)前填報", roc(rows.due))
    for unit, words in papers.checklists.items():
        yield from _every(f"checklist {unit}", words, r"請於(.{5,14}?)(?:（星期.）)?前由單位主管核閱", roc(rows.due))


def _plan(papers: Papers, rows: Counted) -> Iterator[str]:
    yield from _every("plan", papers.plan, r"受檢單位計(\d+)個", str(len(rows.units)))
    yield from _needs("plan", papers.plan, *(unit.name for unit in rows.units.values()))
    for unit in rows.units.values():
        yield from _needs("plan", papers.plan, *rows.leaders[unit.id], *rows.joint_from[unit.id])
        people = rf"{unit.name}主管、窗口及經辦人員（編制(\d+)人）{unit.questions}(?!\d{{2}})"
        yield from _every("plan", papers.plan, people, str(unit.staff))
    for number, state in ((n, s) for unit in rows.units.values() for n, s in unit.previous.items()):
        if (number in papers.plan) is (state == "released"):
            yield f"plan: {number} is {state}"
    left_out = sum(unit.excluded for unit in rows.units.values())
    if papers.plan.count("不予清查") - 1 != left_out:
        yield f"annex 2 leaves out {papers.plan.count('不予清查') - 1} shares, the crawl {left_out}"


def _schedule(papers: Papers, rows: Counted) -> Iterator[str]:
    """Each step of the timetable from the days of the campaign's rows, counted by the calendar."""

    def day(one: date) -> str:
        return f"{one.month}月{one.day}日"

    steps = {
        "通知受檢單位、發送檢查表": day(rows.told_on),
        "分享區清查": f"{day(rows.first)}至{day(rows.last)}",
        "各單位填報並送回檢查表": f"{day(rows.told_on)}至{day(rows.due)}",
        "疑似事項判定、實地抽查": f"{day(rows.judged_from)}至{day(rows.last)}",
        "彙整報告、簽陳核閱、移請改進": f"{day(rows.last)}以後",
    }
    for step, when in steps.items():
        yield from _every("timetable", papers.plan, rf"((?:\d+月\d+日[至以後]*)+){step}", when)


def _checklists(papers: Papers, rows: Counted) -> Iterator[str]:
    for unit, words in papers.checklists.items():
        codes = set(ITEM_CODE.findall(words))
        for statement in rows.units[unit].asked.values():
            yield from _needs(f"checklist {unit}", words, tight(statement))
        if len(codes) != rows.units[unit].questions:
            yield f"checklist {unit} puts {len(codes)} statements, the rows {rows.units[unit].questions}"
        if codes - rows.plan_items or codes - set(ITEM_CODE.findall(papers.plan)):
            yield f"checklist {unit} asks what the plan does not name"


def _sheets(papers: Papers, rows: Counted) -> Iterator[str]:
    """The inspectors' sheets: whose, by whom, and each statement word for word as in the plan's annex."""
    wanted = {unit.id for unit in rows.units.values() if unit.looked_at}
    if set(papers.sheets) != wanted:
        yield f"record sheets of {sorted(papers.sheets)}, the rows look at something in {sorted(wanted)}"
    annex = set(ITEM_CODE.findall(papers.plan)) - rows.plan_items
    if annex != rows.plan_looked_at:
        yield f"annex 1 has inspectors look at {sorted(annex)}, the rows at {sorted(rows.plan_looked_at)}"
    for unit, words in papers.sheets.items():
        name, own = f"record sheet {unit}", rows.units[unit]
        yield from _needs(name, words, f"{rows.name}現場檢查紀錄表", f"檢查期間：{roc(rows.first)}")
        yield from _every(name, words, r"受檢單位(.+?)檢查分組", own.name)
        leader, *rest = re.findall(r"領隊(.+?)會同人員(.*?)檢查時間", words) or [("", "")]
        if rest or leader[0] != "、".join(dict.fromkeys(rows.leaders[unit])):
            yield f"{name} is led by {leader[0]}, the plan names {rows.leaders[unit]}"
        if leader[1] != "、".join(dict.fromkeys(rows.joint_from[unit])):
            yield f"{name} is joined by {leader[1]}, the plan names {rows.joint_from[unit]}"
        codes = ITEM_CODE.findall(words)
        if sorted(codes) != sorted(own.looked_at):
            yield f"{name} looks at {sorted(codes)}, the rows at {sorted(own.looked_at)}"
        for code, statement in own.looked_at.items():
            yield from _needs(name, words, f"{code}{tight(statement)}")
            yield from _needs("annex 1", papers.plan, tight(statement))


def _tally(unit: Unit, category: str = "") -> dict[str, int]:
    """The unit's statements, of one category or of all."""
    own = {code for code, name in unit.category.items() if category in {"", name}}
    back = unit.checklist in BACK
    given = Counter(said for code, said in unit.said.items() if code in own and back)
    contradicted = len(unit.contradicted & own) if back else 0
    conforms = given["conforms"] - contradicted
    answered = conforms + contradicted + given["does_not_conform"] + given["not_applicable"]
    return {
        "asked": len(own) if unit.checklist not in NOT_ASKED else 0,
        "conforms": conforms,
        "contradicted": contradicted,
        "nonconforming": given["does_not_conform"],
        "not_applicable": given["not_applicable"],
        "blank": len(own) - answered if unit.checklist not in NOT_ASKED else 0,
        "applicable": conforms + contradicted + given["does_not_conform"],
    }


def _rate(tally: dict[str, int]) -> str:
    return f"{round(100 * tally['conforms'] / tally['applicable'], 1):.1f}%" if tally["applicable"] else "—"


def _unit(papers: Papers, rows: Counted, unit: Unit) -> Iterator[str]:
    name, words = f"unit report {unit.name}", papers.units[unit.id]
    yield from _needs(name, words, f"檢查結果（{unit.name}）", f"受檢單位：{unit.name}", *rows.leaders[unit.id])
    inspectors = re.findall(r"檢查人員：(.+?)。", words)
    joint = "、".join(dict.fromkeys(rows.joint[unit.id]))
    own = "、".join(dict.fromkeys(rows.leaders[unit.id])) + (f"；會同人員：{joint}" if joint else "")
    if inspectors != [own]:
        yield f"{name} was inspected by {inspectors}, the plan names {own}"
    yield from _every(
        name, words, r"經確認缺失(\d+件（[^）]*）)", f"{len(unit.faults)}件（{_severities(unit.faults.values())}）"
    )
    yield from _every(name, words, r"^.*?(\d+)件經確認缺失", str(len(unit.faults)))
    printed = set(re.findall(r"C-[A-Za-z0-9-]+-\d{3}", words))
    if printed != {*unit.faults, *unit.previous}:
        yield f"{name} lists {sorted(printed)}, the rows {sorted(unit.faults)}"
    suspected = [unit.suspected[one] for one in ("confirmed", "self_improved", "dismissed", "undecided")]
    figures = f"疑似事項確認缺失自主改善排除未判定{sum(suspected)}{''.join(map(str, suspected))}"
    yield from _needs(name, words, figures)
    total = [
        sum(share[one] for share in unit.shares) for one in ("seen", "scanned", "left_out", "unreadable", "pending")
    ]
    yield from _needs(name, words, f"無法完整讀取尚未處理{len(unit.shares)}{''.join(f'{one:,}' for one in total)}")
    if unit.checklist in BACK:
        tally = _tally(unit)
        yield from _needs(
            name,
            words,
            f"自行檢查{tally['asked']}項＝符合{tally['conforms']}項＋經查不符{tally['contradicted']}項＋"
            f"不符合{tally['nonconforming']}項＋不適用{tally['not_applicable']}項＋未填報{tally['blank']}項",
            f"自評符合率{_rate(tally)}（符合{tally['conforms']}／{tally['applicable']}項，"
            f"扣除不適用{tally['not_applicable']}項）",
            f"{tally['conforms']}／{tally['applicable']}項單位自評符合",
        )
    else:
        yield from _needs(name, words, f"檢查表{RETURN_WORDS[unit.checklist]}：{unit.name}（期限{roc(rows.due)}）")
    if unit.shares:
        done, read = sum(one["complete"] for one in unit.shares), sum(one["scanned"] for one in unit.shares)
        yield from _needs(name, words, f"{done}／{len(unit.shares)}處清查完畢分享區已讀取{read:,}個檔案")
    if unit.comparable:
        yield from _needs(name, words, f"{unit.verified}／{unit.comparable}項經查證相符／可比對")
        yield from _every(name, words, r"經查證相符(\d+／可比對\d+)項", f"{unit.verified}／可比對{unit.comparable}")
    elif "經查證相符" in words.replace("經查證相符／可比對", ""):
        yield f"{name}: something verified where nothing could be compared"
    for code, (statement, measure) in unit.numbers.items():
        if unit.checklist in BACK:
            number = unit.told[code]
            said = "不適用" if number is None else f"{number:,}{measure}"
            yield from _every(name, words, f"「{tight(statement).rstrip('。')}」：(.+?)。", said)
    yield from _previous(name, words, unit.previous)
    yield from _praise(name, words, unit)


def _previous(name: str, words: str, right: dict[str, str]) -> Iterator[str]:
    """How each fault of the last round stands, and no other."""
    if not right:
        yield from _needs(name, words, "前次檢查無列管中之缺失。")
        return
    for number, state in right.items():
        yield from _every(name, words, rf"{number}(?:(?!C-[a-z]).)+?({STATES})", FIX_WORDS[state])


def _categories(words: str, rows: Counted) -> Iterator[str]:
    """Row 四: what each category asked, how it was answered, how many faults it has."""
    units = rows.units.values()
    names = {name for unit in units for name in (*unit.category.values(), *unit.fault_categories)}
    for name in sorted(names):
        counted, faults = Counter[str](), sum(unit.fault_categories[name] for unit in units)
        for unit in units:
            counted.update(_tally(unit, name))
        line = "".join(str(counted[one]) for one in COLUMNS) + str(faults)
        yield from _every("campaign report", words, rf"{re.escape(name)}(\d{{7,}})", line)


def _numbers(words: str, rows: Counted) -> Iterator[str]:
    """The sum of each number asked for, over the units whose form is in."""
    units = rows.units.values()
    for code in sorted({code for unit in units for code in unit.numbers}):
        put = [unit for unit in units if code in unit.numbers and unit.checklist not in NOT_ASKED]
        told = [unit.told[code] for unit in put if unit.checklist in BACK]
        given = [one for one in told if one is not None]
        statement, measure = put[0].numbers[code]
        right = f"{sum(given):,}{measure}（應填{len(put)}個單位，已填{len(given)}個，不適用{len(told) - len(given)}個）"
        yield from _every("campaign report", words, f"「{tight(statement).rstrip('。')}」合計(.+?)。", right)


def _praise(name: str, words: str, unit: Unit) -> Iterator[str]:
    """Nobody is praised for what was not looked at."""
    whole = bool(unit.shares) and all(one["complete"] and not one["unreadable"] for one in unit.shares)
    if "未發現應列缺失之檔案" in words and (not whole or unit.faults or unit.suspected["undecided"]):
        yield f"{name}: praised for a clean share that was not wholly read"
    if "均填報符合" in words and (not whole or unit.checklist not in BACK or unit.faults):
        yield f"{name}: praised for answers nobody could check"
    if "於期限內送回" in words and unit.checklist not in BACK:
        yield f"{name}: praised for a form that never came"


def _campaign(papers: Papers, rows: Counted) -> Iterator[str]:
    words, units = papers.campaign, rows.units.values()
    every = [severity for unit in units for severity in unit.faults.values()]
    with_faults = sum(bool(unit.faults) for unit in units)
    yield from _every(
        "campaign report", words, r"經確認缺失(\d+件（[^）]*）)", f"{len(every)}件（{_severities(every)}）"
    )
    yield from _every("campaign report", words, r"(\d+)件經確認缺失", str(len(every)))
    yield from _every(
        "campaign report", words, r"受檢(\d+個單位，有缺失者\d+個)", f"{len(rows.units)}個單位，有缺失者{with_faults}個"
    )
    yield from _needs("campaign report", words, f"{with_faults}個有缺失單位受檢{len(rows.units)}個單位")
    if every:
        yield from _every("campaign report", words, r"缺失(\d+)件，擬奉核後", str(len(every)))
    shares = [share for unit in units for share in unit.shares]
    complete = sum(share["complete"] for share in shares)
    yield from _every(
        "campaign report", words, r"應清查(\d+處，清查完畢\d+處)", f"{len(shares)}處，清查完畢{complete}處"
    )
    yield from _every("campaign report", words, r"(\d+／\d+)處清查完畢分享區", f"{complete}／{len(shares)}")
    total = {
        one: sum(share[one] for share in shares) for one in ("seen", "scanned", "left_out", "unreadable", "pending")
    }
    yield from _every(
        "campaign report",
        words,
        r"檔案([\d,]+個＝已讀取[\d,]+個＋依規定不讀取[\d,]+個＋無法完整讀取[\d,]+個＋尚未處理[\d,]+)個",
        f"{total['seen']:,}個＝已讀取{total['scanned']:,}個＋依規定不讀取{total['left_out']:,}個＋"
        f"無法完整讀取{total['unreadable']:,}個＋尚未處理{total['pending']:,}",
    )
    asked = [unit for unit in units if unit.checklist and unit.checklist not in {"exempt", "prepared"}]
    back = sum(unit.checklist in BACK for unit in asked)
    yield from _every("campaign report", words, r"應送回(\d+份，已送回\d+)份", f"{len(asked)}份，已送回{back}")
    yield from _every("campaign report", words, r"(\d+)份檢查表未送回／補正中", str(len(asked) - back))
    yield from _every("campaign report", words, r"應送回(\d+)份", str(len(asked)))
    yield from _every("campaign report", words, r"已讀取([\d,]+)個檔案", f"{total['scanned']:,}")
    yield from _every(
        "campaign report",
        words,
        r"經查證相符(\d+／可比對\d+)項",
        f"{sum(unit.verified for unit in units)}／可比對{sum(unit.comparable for unit in units)}",
    )
    suspected = Counter[str]()
    for unit in units:
        suspected += unit.suspected
    yield from _every(
        "campaign report",
        words,
        r"疑似事項(\d+件＝確認\d+件＋自主改善\d+件＋排除\d+件＋未判定\d+)件",
        f"{suspected.total()}件＝確認{suspected['confirmed']}件＋自主改善{suspected['self_improved']}件＋"
        f"排除{suspected['dismissed']}件＋未判定{suspected['undecided']}",
    )
    if suspected["confirmed"] != len(every):
        yield "rows: not every 疑似 confirmed is a finding"
    tallies = {unit.id: _tally(unit) for unit in units}
    added = Counter[str]()
    for tally in tallies.values():
        added.update(tally)
    yield from _every(
        "campaign report",
        words,
        r"自評符合率([\d.]+%（符合\d+／\d+項，扣除不適用\d+項）)",
        f"{_rate(added)}（符合{added['conforms']}／{added['applicable']}項，扣除不適用{added['not_applicable']}項）",
    )
    yield from _needs("campaign report", words, f"合計{''.join(str(added[one]) for one in COLUMNS)}{len(every)}")
    yield from _categories(words, rows)
    yield from _numbers(words, rows)
    yield from _previous("campaign report", words, {k: v for unit in units for k, v in unit.previous.items()})
    yield from _every("campaign report", words, r"個單位，(編制\d+人)", f"編制{sum(unit.staff for unit in units)}人")
    if rows.before is not None:
        yield from _every("campaign report", words, r"[較與]\S{6,40}?（(\d+)件）(?:增加|減少|相同)", str(rows.before))
    for unit in units:
        by = Counter(unit.faults.values())
        row = f"{unit.name}{len(unit.faults)}{''.join(str(by[one]) for one in SEVERITIES)}"
        reach = _reach(unit)
        state = "已送回|逾期送回" if unit.checklist in BACK else RETURN_WORDS[unit.checklist]
        if not re.search(rf"{row}{reach}({state}){re.escape(_rate(tallies[unit.id]))}", words):
            yield f"campaign report: the line of {unit.name} is not {row}{reach}…{_rate(tallies[unit.id])}"
        if unit.suspected.total():
            kinds = ("confirmed", "self_improved", "dismissed", "undecided")
            line = f"{unit.name}{unit.suspected.total()}{''.join(str(unit.suspected[one]) for one in kinds)}"
            yield from _needs("campaign report", words, line)
    numbers = re.findall(r"(C-[A-Za-z0-9-]+-\d{3})(\w+?)(重大|高|中|低)期限", re.sub("　", "", words))
    told = {number: (owner, severity) for number, owner, severity in numbers}
    right = {number: (unit.name, SEVERITIES[severity]) for unit in units for number, severity in unit.faults.items()}
    if told != right:
        yield f"campaign report lists {told}, the rows {right}"
    ranks = [list(SEVERITIES.values()).index(severity) for _, _, severity in numbers]
    if ranks != sorted(ranks):
        yield "campaign report: the gravest fault does not stand first"


def _reach(unit: Unit) -> str:
    if not unit.shares:
        return "依計畫不清查" if unit.excluded else "無分享區"
    return "清查完畢" if all(share["complete"] for share in unit.shares) else "未清查完畢"


def _letters(papers: Papers, rows: Counted) -> Iterator[str]:
    yield from _every("brief on the plan", papers.plan_brief, r"受檢單位(?:計)?(\d+)個", str(len(rows.units)))
    every = [severity for unit in rows.units.values() for severity in unit.faults.values()]
    yield from _every(
        "brief on the report",
        papers.report_brief,
        r"經確認缺失(\d+件（[^）]*）)",
        f"{len(every)}件（{_severities(every)}）",
    )
    for sentence in re.findall(r"自評符合率[^）]*）", papers.campaign):
        yield from _needs("brief on the report", papers.report_brief, sentence)
    for number, words in papers.briefs.items():
        name = f"brief on {number}"
        yield from _needs(name, words, "簽請鑒核。" if "敬陳主任秘書市長" in words else "簽請核示。")
        if number not in rows.fixes:  # a form that never came
            unit = number.rpartition(":")[2]
            yield from _needs(name, words, rows.units[unit].name, "檢查表逾期未送回案")
            yield from _every(name, words, r"檢查表送回期限為(.+?)，", roc(rows.due))
            yield from _needs(name, words, RETURN_WORDS[rows.units[unit].checklist])
            continue
        unit, due, severity = rows.fixes[number]
        yield from _needs(name, words, rows.units[unit].name, SEVERITIES[severity], rows.name)
        yield from _every(name, words, r"改善期限為(.+?)，", roc(due))
        yield from _needs(name, words, f"{due.year - 1911}.{due.month:02}.{due.day:02}")
