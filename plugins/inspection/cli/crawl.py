"""`inspection crawl`: a campaign's crawl by hand, with the password of `INSPECTION_SMB_PASSWORD`."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import Annotated

import typer

from inspection import clock, settings
from inspection.cli.speaking import AsJson, MaybeActor, door, say, table, warn
from inspection.crawling import campaign as crawl
from inspection.crawling.ocr import ImageCounts
from inspection.crawling.self_check import self_check
from inspection.crawling.stale import stale_files
from inspection.errors import BadSource
from inspection.language import speak
from inspection.rules import catalogue as rules
from inspection.shares.address import ShareAddress
from inspection.shares.share import Login
from inspection.store import crawls
from inspection.store.roster import agency
from inspection.store.session import session_scope

app = typer.Typer(help="The crawl of a campaign's shares.")


def _login_for(account: str) -> crawl.LoginFor:
    def login(address: ShareAddress) -> Login | None:
        if address.is_local:
            return None
        password = settings.get().smb_password
        if not password:
            raise BadSource(
                speak("未提供密碼", "no password is given"),
                remedy=speak("請以 INSPECTION_SMB_PASSWORD_FILE 提供", "give it in INSPECTION_SMB_PASSWORD_FILE"),
            )
        return Login(address.user or account, password, address.domain, settings.get().smb_kerberos)

    return login


@app.callback(invoke_without_command=True)
def crawl_or_self_check(
    context: typer.Context,
    unit: Annotated[str, typer.Option("--self-check", help="Unit id: look at its own shares, outside any plan.")] = "",
    as_json: AsJson = False,
) -> None:
    """The crawl of a campaign's shares, or (--self-check UNIT) a unit's own look before the inspection."""
    if context.invoked_subcommand is not None:
        return
    if not unit:
        raise BadSource(
            speak("未指定工作", "nothing to do"),
            remedy=speak(
                "請加 --self-check UNIT，或用子命令：inspection crawl run CAMPAIGN",
                "give --self-check UNIT, or a verb: inspection crawl run CAMPAIGN",
            ),
        )
    with door() as opened:
        account = str(agency(opened.session).details.get("crawl_account", ""))
    found = self_check(
        session_scope, unit, account=account, login_for=_login_for(account), catalogue=rules.current(), at=clock.now()
    )
    rows: list[dict[str, object]] = [
        {
            "path": one.path_shown,
            "verdict": one.verdict,
            "severity": one.severity,
            "detectors": " ".join(one.detectors),
            "remedies": "、".join(one.remedies),
        }
        for one in found.files
    ]
    table(rows, as_json=as_json)
    if rows or not found.complete:
        warn(
            speak(
                f"共 {found.seen} 個檔案，{len(rows)} 個須檢視；現在改善即不列缺失",
                f"{len(rows)} files to look at, of {found.seen} seen; what is mended now is never a fault",
            )
        )
        raise typer.Exit(1)


@app.command()
def run(
    campaign_id: str,
    account: Annotated[str, typer.Option(help="The crawl account.")] = "",
    actor: MaybeActor = "",
    as_json: AsJson = False,
) -> None:
    """List and read what the approved plan names, to the end; exit 1 where the coverage is not full."""
    with door(actor, keeps=campaign_id) as opened:
        shares = crawl.begin_campaign_crawl(opened.session, campaign_id, catalogue=opened.catalogue, at=opened.at)
    login_for = _login_for(account)
    for share_id in sorted(crawl.shares_to_list(session_scope, campaign_id, shares, login_for=login_for)):
        crawl.list_campaign_share(session_scope, campaign_id, share_id, login_for=login_for, last_try=True)
    with door() as opened:
        shards = crawl.open_campaign_reading(opened.session, campaign_id, at=clock.now())
    for shard_id in shards:
        crawl.read_campaign_shard(session_scope, campaign_id, shard_id, login_for=login_for, workers=2, last_try=True)
    with door() as opened:
        counts = crawl.finish_campaign_crawl(opened.session, campaign_id, at=clock.now())
    say(counts, as_json=as_json)
    if counts["complete"] < counts["shares"]:
        warn(
            speak(
                "尚有分享區未清查完畢；請以 `inspection campaign show` 查詢",
                "not every share was covered completely; see `inspection campaign show`",
            )
        )
        raise typer.Exit(1)


@app.command()
def ocr(
    campaign_id: str,
    account: Annotated[str, typer.Option(help="The crawl account.")] = "",
    actor: MaybeActor = "",
    as_json: AsJson = False,
) -> None:
    """Recognise text in images and scanned PDFs of a crawl, slowly; only where crawl_limits.yaml switches it on."""
    if not crawl.limits().ocr.enabled:
        warn(
            speak(
                "文字辨識未啟用（crawl_limits.yaml 之 `ocr: enabled`），未處理任何圖像",
                "recognition is switched off (`ocr: enabled` in crawl_limits.yaml); nothing was done",
            )
        )
        return
    recogniser = crawl.recogniser()
    total: Counter[str] = Counter()
    with door(actor, keeps=campaign_id) as opened:
        begun = crawls.run(opened.session, crawl.run_id_of(campaign_id))
        shares = [one.share_id for one in crawls.shares_of(opened.session, begun.id)]
    for share_id in shares:
        total += Counter(
            crawl.read_campaign_images(session_scope, campaign_id, share_id, recogniser, login_for=_login_for(account))
        )
    figures = ImageCounts(**total)
    say(asdict(figures), as_json=as_json)
    if figures.failed or figures.left:
        warn(
            speak("尚有圖像無法辨識，須由人員檢視", "not every picture could be read; those still need a person's eye")
        )
        raise typer.Exit(1)


@app.command()
def stale(
    campaign_id: str,
    days: Annotated[int, typer.Option(help="Days without a change; 0: as crawl_limits.yaml says.")] = 0,
    actor: MaybeActor = "",
    as_json: AsJson = False,
) -> None:
    """List sensitive or marked files long not written to, for the ethics office: paths masked, nothing confirmed."""
    with door(actor, reads=campaign_id) as opened:
        found = stale_files(opened.session, campaign_id, opened.catalogue, unwritten_days=days)
    rows: list[dict[str, object]] = [
        {
            "unit": one.unit_id,
            "share": one.share_id,
            "path": one.path_shown,
            "written": one.written_on.isoformat(),
            "verdict": one.verdict,
            "level": one.level,
            "detectors": " ".join(one.detectors),
        }
        for one in found
    ]
    table(rows, as_json=as_json)
