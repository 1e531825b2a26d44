"""The plan before the one who decides on it: content left, decision right, bound to the content's hash."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from inspection import clock
from inspection.access.policy import Act
from inspection.approvals.matters import Matter
from inspection.calendar import roc
from inspection.documents.frame import frame
from inspection.documents.kind import Frame
from inspection.errors import NotFound
from inspection.language import speak
from inspection.model import Campaign, Document, Plan
from inspection.planning import forms, spot_seed
from inspection.planning.matter import PLAN as KIND
from inspection.portal import deciding, downloads, opinions, paper
from inspection.portal.guard import Door, Visit
from inspection.portal.matters import decision_doors
from inspection.portal.responses import Page, Reply
from inspection.rules import catalogue
from inspection.store import calendar_days, campaigns, roster

ORDINALS = "壹貳參肆伍陸柒捌玖拾"
SUB_ORDINALS = "一二三四五六七八九十"


def matter(visit: Visit, plan: Plan) -> Matter:
    """The plan as what is decided."""
    return KIND.find(visit.session, plan.id)


def plan_page(visit: Visit, plan: Plan, problem: str = "") -> Reply:
    """The plan, its annexes and, for whom it waits, the decision."""
    decided = matter(visit, plan)
    campaign = campaigns.get(visit.session, plan.campaign_id)
    return Page(
        "plan.html.j2",
        {
            **deciding.form_values(visit, decided, plan, problem),
            **paper.form_values(visit, decided, plan),
            **opinions.form_values(visit, decided, plan),
            "plan": plan,
            "formats": downloads.formats(visit, plan.document_id),
            "frame": _frame(visit, plan, campaign),
            "content": plan.content,
            "drafter": roster.person(visit.session, plan.drafted_by),
            "figures": _figures(visit, campaign, plan.content),
            "ordinals": ORDINALS,
            "sub_ordinals": SUB_ORDINALS,
            "headings": _headings(campaign),
            "beside": {"method": spot_seed.promised(plan.content, catalogue.current())},
            "lead_annexes": _lead_annexes(plan.content),
        },
        status=422 if problem else 200,
    )


def _frame(visit: Visit, plan: Plan, campaign: Campaign) -> Frame:
    """The level proposed for this kind of plan, as its paper bears it."""
    rules = catalogue.current()
    kind = forms.of(campaign.kind, rules).document
    return frame(rules.office, kind, agency=roster.agency(visit.session), content_hash=plan.content_hash)


def _headings(campaign: Campaign) -> list[tuple[int | None, str, str]]:
    """(number from 0, section id, heading) in printed order, by the rules of this kind of plan; a section printed
    within another bears no number."""
    form = catalogue.current().plan_form(campaign.kind)
    counted = [section.id for section in form.sections if not section.within]
    return [
        (None if section.within else counted.index(section.id), section.id, section.heading)
        for section in form.sections
    ]


def _lead_annexes(content: dict[str, Any]) -> list[tuple[str, list[str], list[list[str]]]]:
    """The annexes that stand before those every plan has: title, headings and rows; the lists of a spring plan."""
    named = {
        "duty": (
            "值勤輪值表",
            {"day": "日期", "hours": "時段", "post": "處所", "person": "值勤人員", "deputy": "代理人"},
        ),
        "key_targets": (
            "重要維護目標",
            {"name": "目標", "place": "所在", "responsible": "負責", "measures": "防護措施"},
        ),
        "division": ("任務分工", {"work": "工作項目", "lead": "主辦", "support": "協辦", "period": "期程"}),
        "safety_checks": ("安全維護檢查項目", {"category": "類別", "statement": "檢查項目", "units": "辦理單位"}),
    }
    return [
        (title, list(columns.values()), [[str(entry[name]) for name in columns] for entry in content[part]])
        for part, (title, columns) in named.items()
        if part in content
    ]


def _figures(visit: Visit, campaign: Campaign, content: dict[str, Any]) -> list[tuple[int, str, str]]:
    """The four numbers above the plan: number, unit of measure, what it counts."""
    first = clock.local_date(campaign.window_start)
    last = roc.last_day(campaign.window_end)
    calendar = calendar_days.calendar(visit.session)
    days = calendar.working_days_between(first - timedelta(days=1), last)
    until = (days, "日", f"工作日：{first.month}月{first.day}日至{last.month}月{last.day}日")
    if "stages" in content:
        stages, people = len(content["stages"]), len(content["people"])
        return [(stages, "個", "階段"), (people, "人", "知悉人員"), (len(content["shares"]), "處", "清查位置"), until]
    most = max((len(unit["items"]) for unit in content.get("units", ())), default=0)
    return [
        (len(content.get("units", ())), "個", "受檢單位"),
        (most, "題", "每單位題數（上限25）"),
        (sum(not share.get("excluded") for share in content.get("shares", ())), "處", "清查之網路分享區"),
        until,
    ]


def document(visit: Visit, plan: Plan) -> Reply:
    """The plan as the Word document that is bound to it, or a copy of that."""
    kept = visit.session.get(Document, plan.document_id) if plan.document_id else None
    if kept is None:
        raise NotFound(speak("計畫尚無文件", "the plan has no document yet"))
    return downloads.download(visit, kept, visit.query.get("as", ""))


PLAN = deciding.Deciding(matter, plan_page)
DOORS = (
    Door("GET", "/plans/{subject_id}", Act.READ_PLAN, plan_page, Plan),
    Door("GET", "/plans/{subject_id}/document", Act.READ_PLAN, document, Plan),
    *decision_doors(KIND, PLAN, Plan),
)
