"""The chapters campaigns share, as task groups: planning, crawl, checklists, triage, reports. No DAG stands here."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from airflow.sdk import task, task_group

from approval_gate import ApprovalGate
from inspection_door import (
    READING,
    RETRYING,
    door,
    door_of,
    errors_as_airflow_knows_them,
    is_last_try,
    note_run,
    step_of,
)
from parked_wait import parked_wait

LOG = logging.getLogger(__name__)
CAMPAIGN = "{{ ti.xcom_pull(task_ids='open_campaign') }}"
# what has nothing to map over is skipped and hinders nobody; where all before was skipped (a plan returned) so is this
ANY_CAME = "none_failed_min_one_success"


@task(task_display_name="狀況研判", **RETRYING)
def assess(campaign_id: str) -> dict[str, int]:
    """Three factors of seed 000 art. 7, from what is on record."""
    from inspection.planning.assess import assess as verb

    with door_of(campaign_id) as opened:
        made = verb(opened.session, campaign_id, catalogue=opened.catalogue, actor=opened.actor, at=opened.at)
        counts = {"sentences": len(made.sentences)}
    return note_run("assess", campaign_id, counts)


@parked_wait(task_display_name="等候確認狀況研判", awaits="assessment")
def await_assessment(campaign_id: Any) -> None:
    """Open until the ethics office has confirmed or rewritten a sentence, where all it says is ready or 資料不足."""


@task(task_display_name="擬訂計畫", **RETRYING)
def draft_plan(campaign_id: str) -> dict[str, int]:
    """The plan with its eight contents, printed."""
    from inspection.planning.draft import draft_plan as verb
    from inspection.planning.paper import print_plan

    with door_of(campaign_id) as opened:
        plan = verb(opened.session, campaign_id, catalogue=opened.catalogue, drafted_by=opened.actor, at=opened.at)
        print_plan(opened.session, campaign_id, catalogue=opened.catalogue, at=opened.at)
        counts = {"version": plan.version}
        actor, at = opened.actor, opened.at
    return note_run("draft_plan", campaign_id, {**counts, **_probe_contacts(campaign_id, actor, at)})


def _probe_contacts(campaign_id: str, actor: str, at: datetime) -> Mapping[str, int]:
    """Has the mail server asked about the contacts, in no transaction; a server that is away hinders nothing."""
    from inspection.operations.probing import probe_contacts
    from inspection.store.session import session_scope

    with errors_as_airflow_knows_them():
        return probe_contacts(session_scope, campaign_id, actor=actor, at=at)


@parked_wait(task_display_name="等候計畫資料齊備", awaits="contents")
def await_contents(campaign_id: Any) -> None:
    """Open until the plan lacks nothing: lists, members and texts are entered by the ethics office, which was told."""


@task(task_display_name="陳核計畫", **RETRYING)
def submit_plan(campaign_id: str) -> dict[str, int]:
    """Refused while a mandatory section is empty."""
    from inspection.planning.paper import print_plan
    from inspection.planning.submit import submit_plan as verb

    with door_of(campaign_id) as opened:
        # what people entered while it was awaited was drafted by a look, which prints nothing
        print_plan(opened.session, campaign_id, catalogue=opened.catalogue, at=opened.at)
        asked = verb(opened.session, campaign_id, catalogue=opened.catalogue, actor=opened.actor, at=opened.at)
        counts = {"round": asked.round}
    return note_run("submit_plan", campaign_id, counts)


@task_group(group_id="planning", group_display_name="一、研判與計畫")
def planning(campaign_id: str) -> None:
    """Assess, have it confirmed, draft, wait for what it lacks, submit, and wait for the head's decision."""
    settled = assess(campaign_id) >> await_assessment(campaign_id)
    steps = settled >> draft_plan(campaign_id) >> await_contents(campaign_id) >> submit_plan(campaign_id)
    steps >> ApprovalGate(
        task_id="approve_plan",
        task_display_name="核定計畫",
        subject="檢查計畫請核定",
        decides="plan",
        campaign_id=CAMPAIGN,
        approved="begin_inspection",
        returned="plan_returned",
    )


@task(task_display_name="開始檢查")
def begin_inspection(campaign_id: str) -> str:
    """The plan is approved: what follows may begin."""
    from inspection.planning.decision import plan_in_force

    with door(campaign_id=campaign_id) as opened:
        plan_in_force(opened.session, campaign_id)
    return campaign_id


@task(task_display_name="計畫退回")
def plan_returned(campaign_id: str) -> str:
    """Mend what was asked for, then clear `planning.draft_plan`: the next version is laid before the decider.

    After 修正後如擬 write the changes first (`inspection plan edit`, or amend-as-decided): the ethics head checks them.
    """
    return campaign_id


@task(task_display_name="開立清查", **RETRYING)
def begin_crawl(campaign_id: str) -> list[list[str]]:
    """Refused unless the approved plan is the current one. Returns the shares to be listed, in portions.

    Each server is logged on to once; one that refuses us is on record and left out, unless none takes the password.
    """
    from inspection.crawling.campaign import begin_campaign_crawl, portions_to_list, shares_to_list
    from inspection.store.session import session_scope
    from share_login import login_for

    with door(campaign_id=campaign_id) as opened:
        shares = begin_campaign_crawl(opened.session, campaign_id, catalogue=opened.catalogue, at=opened.at)
    with errors_as_airflow_knows_them():
        listed = shares_to_list(session_scope, campaign_id, shares, login_for=login_for)
    with door(campaign_id=campaign_id) as opened:
        found = portions_to_list(opened.session, listed)
    note_run("begin_crawl", campaign_id, {"shares": len(shares), "refused": len(shares) - len(listed)})
    return found


@task(task_display_name="列出分享區", max_active_tis_per_dagrun=4, **READING)
def list_share(campaign_id: str, share_id: list[str] | str) -> list[str]:
    """Lists a portion of shares, one where they are not a thousand, and cuts them into shards.

    One that refuses us, or stays away to the last try, is on record; one in its quiet hours is left for later. Clearing
    this task and what follows lists anew what is not listed.
    """
    return _list_portion(campaign_id, share_id, leaves_quiet=True)


@task(task_display_name="列出分享區（時段後）", max_active_tis_per_dagrun=4, **READING)
def list_later(campaign_id: str, share_id: list[str] | str) -> list[str]:
    """The same once its server's quiet hours are over."""
    return _list_portion(campaign_id, share_id, leaves_quiet=False)


def _list_portion(campaign_id: str, share_id: list[str] | str, *, leaves_quiet: bool) -> list[str]:
    from inspection.crawling.campaign import list_campaign_portion
    from inspection.store.session import session_scope
    from share_login import login_for

    with step_of(campaign_id):
        ids = [share_id] if isinstance(share_id, str) else share_id  # one by one: a crawl begun before the upgrade
        return list_campaign_portion(
            session_scope, campaign_id, ids, login_for=login_for, last_try=is_last_try(), leaves_quiet=leaves_quiet
        )


@task(task_display_name="找出暫不讀取之分享區", **RETRYING)
def find_quiet(campaign_id: str, listed: Any) -> list[list[str]]:
    """The shares whose servers were in their quiet hours: they have a chain of their own, and the others go on."""
    from inspection.crawling.campaign import portions_to_list, shares_for_later

    with door(campaign_id=campaign_id) as opened:
        left = shares_for_later(opened.session, campaign_id)
        found = portions_to_list(opened.session, left)
    note_run("find_quiet", campaign_id, {"shares": sum(map(len, listed)), "quiet": len(left)})
    return found


@task(task_display_name="彙整批次", **RETRYING)
def gather_shards(campaign_id: str, listed: Any, later: Any) -> list[list[str]]:
    """All shards of all shares, a task for each or, of very many, for some neighbours."""
    return _gather("list_shares", campaign_id, listed, later, only_later=False)


@task(task_display_name="彙整批次（時段後）", **RETRYING)
def gather_later(campaign_id: str, listed: Any, later: Any) -> list[list[str]]:
    """The same of those that were left for later."""
    return _gather("list_later", campaign_id, listed, later, only_later=True)


def _gather(
    stage: str, campaign_id: str, listed: Any, later: list[list[str] | str], *, only_later: bool
) -> list[list[str]]:
    from inspection.crawling.campaign import portions_to_read

    quiet = {one for portion in later for one in ([portion] if isinstance(portion, str) else portion)}
    with door(campaign_id=campaign_id) as opened:
        found = portions_to_read(opened.session, campaign_id, at=opened.at, later=quiet, only_later=only_later)
    note_run(stage, campaign_id, {"shares": sum(map(len, listed)), "shards": sum(map(len, found))})
    return found


@task(task_display_name="讀取批次", max_active_tis_per_dagrun=4, **READING)
def read_shard(campaign_id: str, shard_id: list[str] | str) -> dict[str, int]:
    """Reads a portion in the sandbox; what a server that stays away leaves is on record. Clearing reads only what is
    left."""
    return _read_portion(campaign_id, shard_id)


@task(task_display_name="讀取批次（時段後）", max_active_tis_per_dagrun=4, **READING)
def read_later(campaign_id: str, shard_id: list[str]) -> dict[str, int]:
    """The same of what was left for later."""
    return _read_portion(campaign_id, shard_id)


def _read_portion(campaign_id: str, shard_id: list[str] | str) -> dict[str, int]:
    from inspection.crawling.campaign import read_campaign_portion
    from inspection.store.session import session_scope
    from share_login import login_for

    with step_of(campaign_id):
        ids = [shard_id] if isinstance(shard_id, str) else shard_id  # one by one: a crawl gathered before the upgrade
        counts = read_campaign_portion(session_scope, campaign_id, ids, login_for=login_for, last_try=is_last_try())
    return note_run("read_shard", campaign_id, counts)


@task(task_display_name="完成清查", trigger_rule=ANY_CAME, **RETRYING)
def finish_crawl(campaign_id: str) -> dict[str, int]:
    """Counts the coverage: only full coverage may ever close anything."""
    from inspection.crawling.campaign import finish_campaign_crawl

    with door(campaign_id=campaign_id) as opened:
        counts = finish_campaign_crawl(opened.session, campaign_id, at=opened.at)
    return note_run("finish_crawl", campaign_id, counts)


@task_group(group_id="crawl", group_display_name="二、分享區清查")
def crawl(campaign_id: str) -> None:
    """List, cut, read, count; what was in its quiet hours beside the others, in a chain of its own."""
    begun = begin_crawl(campaign_id)
    listed = list_share.partial(campaign_id=campaign_id).expand(share_id=begun)
    later = find_quiet(campaign_id, listed)
    shards = gather_shards(campaign_id, listed, later)
    listed_later = list_later.partial(campaign_id=campaign_id).expand(share_id=later)
    shards_later = gather_later(campaign_id, listed_later, later)
    read = read_shard.partial(campaign_id=campaign_id).expand(shard_id=shards)
    [begun, read, read_later.partial(campaign_id=campaign_id).expand(shard_id=shards_later)] >> finish_crawl(
        campaign_id
    )


@task(task_display_name="製作檢查表", **RETRYING)
def prepare_checklists(campaign_id: str) -> dict[str, int]:
    """One per unit, at most 25 statements, frozen as put."""
    from inspection.checklists.prepare import prepare

    with door_of(campaign_id) as opened:
        ids = prepare(opened.session, campaign_id, actor=opened.actor, at=opened.at)
        actor, at = opened.actor, opened.at
    asked = _probe_contacts(campaign_id, actor, at)
    return note_run("prepare_checklists", campaign_id, {"checklists": len(ids), **asked})


@task(task_display_name="發送檢查表", **RETRYING)
def issue_checklists(campaign_id: str) -> dict[str, int]:
    """The Word form to every contact."""
    from inspection.checklists.issue import issue

    with door_of(campaign_id) as opened:
        out = issue(opened.session, campaign_id, catalogue=opened.catalogue, actor=opened.actor, at=opened.at)
    return note_run("issue_checklists", campaign_id, {"issued": out})


@parked_wait(task_display_name="等候各單位送回", awaits="checklists")
def await_checklists(campaign_id: Any) -> None:
    """Open until the ethics office has accepted (or exempted) every checklist; `collect_returns` takes them in."""


@task_group(group_id="checklists", group_display_name="三、檢查表")
def checklists(campaign_id: str) -> None:
    """Prepare, issue, wait."""
    prepare_checklists(campaign_id) >> issue_checklists(campaign_id) >> await_checklists(campaign_id)


@task(task_display_name="列出疑似事項", trigger_rule=ANY_CAME, **RETRYING)
def suspect(campaign_id: str) -> dict[str, int]:
    """What crawl and checklists suggest; nothing yet that anybody outside the ethics office may see."""
    from inspection.findings.suspect import suspect as verb

    with door_of(campaign_id) as opened:
        found = verb(opened.session, campaign_id, catalogue=opened.catalogue, actor=opened.actor, at=opened.at)
    return note_run("suspect", campaign_id, {"suspected": found})


@parked_wait(task_display_name="等候政風人員判定", awaits="triage")
def await_triage(campaign_id: Any) -> None:
    """Open until a person has decided on every 疑似事項."""


@task_group(group_id="triage", group_display_name="四、疑似事項判定")
def triage(campaign_id: str) -> None:
    """Suspect, and wait for a person."""
    suspect(campaign_id) >> await_triage(campaign_id)


@task(task_display_name="彙整報告", **RETRYING)
def compile_reports(campaign_id: str) -> dict[str, int]:
    """The campaign's report (附表1) and every unit's, frozen with a hash."""
    from inspection.reports.compile import compile_reports as verb

    with door_of(campaign_id) as opened:
        ids = verb(opened.session, campaign_id, catalogue=opened.catalogue, compiled_by=opened.actor, at=opened.at)
    return note_run("compile_reports", campaign_id, {"reports": len(ids)})


@task(task_display_name="陳核報告", **RETRYING)
def submit_reports(campaign_id: str) -> dict[str, int]:
    """Two decisions are asked: the head's on the campaign's report, the ethics head's on the units'."""
    from inspection.reports.decision import submit_reports as verb

    with door_of(campaign_id) as opened:
        asked = verb(opened.session, campaign_id, catalogue=opened.catalogue, actor=opened.actor, at=opened.at)
    return note_run("submit_reports", campaign_id, {"asked": len(asked)})


@task(task_display_name="發送報告、開立列管", **RETRYING)
def issue_reports(campaign_id: str) -> dict[str, int]:
    """Delivers what is signed, and opens the fixes with their deadlines."""
    from inspection.reports.issue import issue_reports as verb

    with door_of(campaign_id) as opened:
        issued = verb(opened.session, campaign_id, catalogue=opened.catalogue, actor=opened.actor, at=opened.at)
    return note_run("issue_reports", campaign_id, {"issued": issued})


@task(task_display_name="列出結案尚缺事項", **RETRYING)
def list_what_is_missing(campaign_id: str) -> dict[str, int]:
    """Writes into the log what 檢查結案 still waits for; a person concludes with `inspection campaign conclude`."""
    from inspection.campaigns.closing import lacking

    with door(campaign_id=campaign_id) as opened:
        missing = lacking(opened.session, campaign_id, catalogue=opened.catalogue)
    for one in missing:
        LOG.info(one)
    return note_run("list_what_is_missing", campaign_id, {"lacking": len(missing)})


@task(task_display_name="報告退回")
def reports_returned(campaign_id: str) -> str:
    """Mend what was asked for, then clear `reporting.compile_reports`: a new version is laid before the deciders."""
    return campaign_id


@task_group(group_id="reporting", group_display_name="五、報告與簽核")
def reporting(campaign_id: str) -> None:
    """Compile, submit, two gates, issue, and list what the conclusion still waits for."""
    submitted = compile_reports(campaign_id) >> submit_reports(campaign_id)
    issued, returned = issue_reports(campaign_id), reports_returned(campaign_id)
    gates = [
        ApprovalGate(
            task_id=task_id,
            task_display_name=shown,
            subject=f"{shown}：請核定",
            decides=decides,
            campaign_id=CAMPAIGN,
            approved="reporting.issue_reports",
            returned="reporting.reports_returned",
        )
        for task_id, shown, decides in (
            ("sign_campaign_report", "核定成果報告", "campaign_report"),
            ("sign_unit_reports", "核定單位檢查結果", "unit_report"),
        )
    ]
    submitted >> gates >> issued >> list_what_is_missing(campaign_id)
    gates >> returned
