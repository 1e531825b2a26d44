"""Looks at everything the product needs, each failure with its remedy."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

import httpx

import inspection.campaigns.matters  # noqa: F401 - the register of matters is full when it is looked at
from inspection import clock, settings
from inspection.access import proxies
from inspection.approvals import matters
from inspection.calendar import roc
from inspection.crawling import campaign as crawling
from inspection.crawling.recognisers import reads_a_page
from inspection.documents import storage
from inspection.documents.signing import unfit_rows
from inspection.errors import BadSource, InspectionError
from inspection.extraction.libarchive import is_at_hand
from inspection.keeping import last_backup
from inspection.language import speak
from inspection.notices.logging_on import greet
from inspection.notices.mail_server import ServerAway, Unusable, port_of, server_of
from inspection.operations import runs as operating
from inspection.operations.letters import MANY_TRIES
from inspection.rules import catalogue
from inspection.sandbox import walls
from inspection.sandbox.pool import Pool
from inspection.shares.address import parse_address
from inspection.store import calendar_days, kinds, migrate, notices, parked, roster, sign_in
from inspection.store.session import session_scope

MOST_SHOWN = 5
LATELY = timedelta(days=30)
FEW_PEOPLE = 5  # fewer may well sit in one room
A_WORKER = "inspection.extraction.worker"
FONTS = ("標楷體", "TW-Kai", "DFKai-SB", "BiauKai")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: whether it is well, what was found, and what to do where it is not."""

    name: str
    ok: bool
    found: str
    remedy: str = ""


def examine() -> list[Check]:
    """All checks, in the order a newcomer would mend them."""
    return [_guarded(name, look) for name, look in CHECKS.items()]


def _guarded(name: str, look: Callable[[], Check]) -> Check:
    try:
        return look()
    except InspectionError as error:
        return Check(name, False, str(error), speak("請依訊息處理", "see the message"))
    except Exception as error:  # a doctor that dies of what it looks for helps nobody
        return Check(
            name,
            False,
            f"{type(error).__name__}",
            speak("檢查程序本身失敗，請看紀錄", "see the log; the check itself failed"),
        )


def _key() -> Check:
    settings.get().require_secret_key()
    return Check("key", True, speak("已設定", "present"))


def _rules() -> Check:
    rules = catalogue.current()
    return Check(
        "rules",
        True,
        speak(
            f"版本 {rules.version[:12]}，檢查項目 {len(rules.checklist_items.items)} 項",
            f"version {rules.version[:12]}, {len(rules.checklist_items.items)} items",
        ),
    )


def _signatures() -> Check:
    unfit = list(unfit_rows(catalogue.current().approval_table, settings.TEMPLATES))
    return Check(
        "signatures",
        not unfit,
        "；".join(unfit) or speak("簽章欄與分層負責表相符", "the rows to be signed fit who decides"),
        speak("照說明修改", "mend it as told") if unfit else "",
    )


def _migrations() -> Check:
    found, newest = migrate.current_revision()
    ok = found == newest
    told = speak(f"版次 {found or '（無）'}，最新 {newest}", f"revision {found or 'none'} of {newest}")
    return Check(
        "database", ok, told, "" if ok else speak("請執行 `inspection db upgrade`", "run `inspection db upgrade`")
    )


def _kinds() -> Check:
    with session_scope(read_only=True) as session:
        lost = kinds.unknown(session)
    found = ", ".join(lost) or speak("各檢查專案之種類均有規則", "every campaign's kind is known")
    return Check(
        "kinds",
        not lost,
        found,
        speak("請於 campaign_kinds.yaml 還原該種類", "restore the entry in campaign_kinds.yaml") if lost else "",
    )


def _matters() -> Check:
    with session_scope(read_only=True) as session:
        matters.require_known(session, catalogue.current())
    return Check(
        "matters", True, speak(f"陳核事項 {len(matters.kinds())} 種", f"{len(matters.kinds())} kinds to be decided")
    )


def _roster() -> Check:
    with session_scope(read_only=True) as session:
        people = len(roster.people(session))
        roster.agency(session)
    return Check("roster", people > 0, speak(f"{people} 人", f"{people} people"))


def _calendar() -> Check:
    year = clock.today().year
    with session_scope(read_only=True) as session:
        days = calendar_days.calendar(session)
    missing = [one for one in (year, year + 1) if not days.knows(one)]
    remedy = speak(
        "請匯入辦公日曆表：`inspection calendar import FILE`",
        "import the official calendar: `inspection calendar import FILE`",
    )
    found = (
        speak(f"沒有 {'、'.join(map(str, missing))} 年資料", f"no data for {', '.join(map(str, missing))}")
        if missing
        else speak(f"{year} 及 {year + 1} 年", f"{year} and {year + 1}")
    )
    return Check("calendar", not missing, found, remedy if missing else "")


def _mail() -> Check:
    url = settings.get().smtp_url
    if not url:
        return Check(
            "mail",
            False,
            speak("未設定郵件伺服器", "no mail server is named"),
            speak("請設定 INSPECTION_SMTP_URL", "set INSPECTION_SMTP_URL"),
        )
    parts = server_of(url)
    where = f"{parts.hostname}:{port_of(parts)}"
    try:
        greet(session_scope, url)
    except ServerAway as error:
        remedy = speak("請啟動郵件伺服器或更正位址", "start the mail server or mend the address")
        return Check("mail", False, _no_answer(f"{where} — {error}"), remedy)
    except Unusable as error:
        return Check("mail", False, error.problem, error.remedy)
    return Check("mail", True, speak(f"{where} 有回應", f"{where} answers"))


def _mailbox() -> Check:
    url = urlsplit(settings.get().imap_url)
    if not url.hostname:
        return Check(
            "mailbox",
            True,
            speak(
                "未設定；表單僅由收件資料夾及入口網站送回", "none is named: forms come by drop folder and portal only"
            ),
        )
    port = url.port or (993 if url.scheme == "imaps" else 143)
    ok = _answers(url.hostname, port)
    where = f"{url.hostname}:{port}"
    found = speak(f"{where} {'有' if ok else '沒有'}回應", f"{where} answers" if ok else f"{where} does not answer")
    return Check(
        "mailbox",
        ok,
        found,
        ""
        if ok
        else speak(
            "請啟動信箱伺服器或更正 INSPECTION_IMAP_URL", "start the mailbox server or mend INSPECTION_IMAP_URL"
        ),
    )


def _shares() -> Check:
    with session_scope(read_only=True) as session:
        records = roster.shares_of(session, [unit.id for unit in roster.units(session)])
        addresses = [parse_address(record.address) for record in records]
    servers = sorted({(one.host, one.port) for one in addresses if not one.is_local and one.host})
    silent = [f"{host}:{port}" for host, port in servers if not _answers(str(host), port)]
    found = (
        _no_answer(", ".join(silent))
        if silent
        else speak(
            f"{len(servers)} 台伺服器、{len(addresses)} 處分享區均有回應",
            f"{len(addresses)} shares on {len(servers)} servers answer",
        )
    )
    return Check(
        "shares",
        not silent,
        found,
        speak("請啟動伺服器，或更正名冊內之位址", "start the server, or mend the address in the roster")
        if silent
        else "",
    )


def _airflow() -> Check:
    url = settings.get().airflow_url
    if not url:
        return _without_account()
    try:
        reply = httpx.get(f"{url}/api/v2/monitor/health", timeout=5)
    except httpx.HTTPError as error:
        return Check(
            "airflow",
            False,
            _no_answer(type(error).__name__),
            speak("請啟動 Airflow 或更正 INSPECTION_AIRFLOW_URL", "start Airflow or mend INSPECTION_AIRFLOW_URL"),
        )
    down = [name for name, part in reply.json().items() if part and part.get("status") not in {"healthy", None}]
    found = speak(f"異常：{'、'.join(down)}", f"not healthy: {', '.join(down)}") if down else speak("正常", "healthy")
    return Check(
        "airflow",
        reply.is_success and not down,
        found,
        speak("請檢查所列服務", "look at the named service") if down else "",
    )


def _without_account() -> Check:
    """Without Airflow all is well; with it, what is parked there would stay so."""
    with session_scope(read_only=True) as session:
        waits = parked.is_anything(session)
    found = speak("未設定 Airflow 服務帳號", "no service account of Airflow is set")
    remedy = speak(
        "等候之步驟不會自動續辦：請設定 INSPECTION_AIRFLOW_URL 等三項並執行 `inspection sender`",
        "what is parked does not go on: set INSPECTION_AIRFLOW_URL and its like and run `inspection sender`",
    )
    return Check("airflow", not waits, found, remedy if waits else "")


def _visitors() -> Check:
    """Whether the portal can tell its visitors apart: behind a proxy it does not believe, all come from one place."""
    named = proxies.believed()
    with session_scope(read_only=True) as session:
        people, places = sign_in.people_and_places(session, since=clock.now() - LATELY)
    found = speak(
        f"近 {LATELY.days} 日有 {people} 人自 {places} 處登入", f"{people} people signed in from {places} places lately"
    )
    if people < FEW_PEOPLE or places != 1:
        return Check("visitors", True, found)
    remedy = speak(
        f"反向代理未列入 INSPECTION_PORTAL_PROXIES（現為 {'、'.join(named)}）時即如此：請填入口所見之代理位址；"
        "同仁確實都由同一位址連入者，不必處理",
        f"so it is where INSPECTION_PORTAL_PROXIES (now {', '.join(named)}) lacks the proxy: give its address as the "
        "portal sees it; nothing is to be done where all people do come from one address",
    )
    return Check("visitors", False, found, remedy)


def _no_answer(what: str) -> str:
    return speak(f"沒有回應：{what}", f"no answer: {what}")


def _answers(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=5):
            return True
    except OSError:
        return False


def _fonts() -> Check:
    if shutil.which("fc-list") is None:
        return Check(
            "fonts",
            False,
            speak("未安裝 fontconfig", "fontconfig is not installed"),
            speak("請安裝 fontconfig 及 fonts-cns11643-kai", "install fontconfig and fonts-cns11643-kai"),
        )
    listed = subprocess.run(["fc-list", ":", "family"], capture_output=True, text=True, check=False).stdout.replace(
        "\\", ""
    )
    found = [font for font in FONTS if font in listed]
    return Check(
        "fonts",
        bool(found),
        ", ".join(found) or speak("沒有楷體字型", "no Kai font"),
        "" if found else speak("請安裝 fonts-cns11643-kai", "install fonts-cns11643-kai"),
    )


def _office() -> Check:
    found = shutil.which("soffice")
    return Check(
        "libreoffice",
        bool(found),
        found or speak("未安裝", "not found"),
        "" if found else speak("請安裝 libreoffice-writer", "install libreoffice-writer"),
    )


def _archives() -> Check:
    ok = is_at_hand()
    remedy = speak(
        "請安裝 libarchive13，再重新掃描（不用 --baseline）：先前之 RAR、7z 及 tar 檔均記為格式不支援",
        "install libarchive13, then scan anew without baseline: RAR, 7z and tar files ended as unsupported_format",
    )
    return Check(
        "archives",
        ok,
        speak("RAR、7z 及 tar 可讀", "RAR, 7z and tar are read")
        if ok
        else speak("RAR、7z 及 tar 無法讀取：缺 libarchive", "RAR, 7z and tar are not read: no libarchive"),
        "" if ok else remedy,
    )


def _recognition() -> Check:
    if not crawling.limits().ocr.enabled:
        return Check(
            "recognition", True, speak("未啟用；圖像內文字列為未讀取", "off: pictures of text count as unread")
        )
    recogniser = crawling.recogniser()
    if reads_a_page(recogniser):
        return Check("recognition", True, recogniser.version)
    return Check(
        "recognition",
        False,
        speak(f"{recogniser.version} 無法讀取一張空白頁", f"{recogniser.version} cannot read a blank page"),
        speak("請確認本機可用記憶體達 2 GB", "see that this machine has 2 GB of memory to spare"),
    )


def _sandbox() -> Check:
    """Asks a real worker which of its walls stand on this machine."""
    with Pool(A_WORKER, 1) as pool:
        try:
            missing = pool.start().missing
        except BadSource as error:
            return Check("sandbox", False, error.problem, error.remedy)
    if not missing:
        return Check("sandbox", True, speak("讀檔程序之各隔離層均在", "all walls of the reading workers stand"))
    found = speak(f"讀檔隔離缺：{'、'.join(missing)}", f"walls missing: {', '.join(missing)}")
    remedy = speak(
        "正式環境不予讀取：請更新核心，或於 INSPECTION_ACCEPT_MISSING_WALLS 逐一列出",
        "production would not read: use a newer kernel, or name them in INSPECTION_ACCEPT_MISSING_WALLS",
    )
    ok = set(missing) <= walls.accepted()
    return Check("sandbox", ok, found, "" if ok else remedy)


def _folders() -> Check:
    missing = [path.name for path in (settings.get().drop_folder_path,) if not path.is_dir()]
    found = (
        speak(f"缺少 {'、'.join(missing)}", f"missing: {', '.join(missing)}") if missing else speak("已備妥", "present")
    )
    return Check(
        "drop_folder",
        not missing,
        found,
        speak("請建立，或更正 INSPECTION_DROP_FOLDER", "create it, or mend INSPECTION_DROP_FOLDER") if missing else "",
    )


def _letters() -> Check:
    with session_scope(read_only=True) as session:
        given_up, waiting = notices.unreached_count(session, tries=MANY_TRIES)
    ok = not given_up and not waiting
    found = (
        speak("各通知均已寄出或待寄", "no letter was given up")
        if ok
        else speak(
            f"{given_up} 封無法送達，{waiting} 封一再重試",
            f"{given_up} letters given up, {waiting} tried again and again",
        )
    )
    remedy = speak(
        "收件人尚不知情：請以 `inspection notices list` 或入口網站「未送達通知」查看原因，排除後再次寄送",
        "their readers know nothing: see `inspection notices list`, mend the cause, send them again",
    )
    return Check("letters", ok, found, "" if ok else remedy)


def _schedules() -> Check:
    with session_scope(read_only=True) as session:
        late = operating.overdue(session, at=clock.now())
        at_work = operating.is_at_work(session)
    named = "、".join(one.dag_id for one in late)
    found = speak(f"逾時未執行：{named}", f"not done in time: {named}") if late else speak("均按時執行", "all in time")
    if not at_work:
        found = speak("定時工作從未執行", "no work of the clock was ever done")
    remedy = speak(
        "請於 Airflow 解除暫停（Unpause）該等工作，並確認排程程式執行中；所列為 sender 者，請啟動 `inspection sender`；"
        "不用 Airflow 者請定時執行相應命令",
        "unpause these DAGs in Airflow and see that its scheduler runs; for sender start "
        "`inspection sender`; without Airflow run the commands by the clock",
    )
    ok = at_work and not late
    return Check("schedules", ok, found, "" if ok else remedy)


def _runs() -> Check:
    with session_scope(read_only=True) as session:
        failed = [
            f"{one.values['dag_id']} {one.values['task_id']}（{roc.moment(one.written_at)}）"
            for one in operating.unmended(session, at=clock.now())
        ]
    named = "；".join(failed[:MOST_SHOWN])
    found = speak(f"{len(failed)} 項失敗未排除：{named}", f"{len(failed)} failures not mended: {named}")
    remedy = speak(
        "請於 Airflow 查看該步驟之紀錄，排除原因後清除（Clear）該步驟及其下游",
        "read the task's log in Airflow, mend the cause, clear the task and what follows",
    )
    return Check(
        "runs", not failed, found if failed else speak("無未排除之失敗", "nothing failed"), remedy if failed else ""
    )


def _documents() -> Check:
    with session_scope(read_only=True) as session:
        missing = storage.missing(session)
    shown = "、".join(missing[:MOST_SHOWN])
    return Check(
        "documents",
        not missing,
        speak(f"{len(missing)} 份文件之檔案不在本機：{shown}", f"{len(missing)} documents have no file here: {shown}")
        if missing
        else speak("各文件之檔案均在", "every document has its file"),
        speak(
            "請確認各主機掛載同一 INSPECTION_HOME；確已遺失者自備份還原，信件及副本隨後自動補辦",
            "mount one INSPECTION_HOME on all machines; restore what is lost from the backup; letters follow",
        )
        if missing
        else "",
    )


def _backup() -> Check:
    with session_scope(read_only=True) as session:
        ok, found = last_backup.judged(session, at=clock.now(), demanded=settings.get().profile == "production")
    return Check("backup", ok, found, "" if ok else last_backup.remedy())


def _clock() -> Check:
    fixed = settings.get().now
    return Check(
        "clock",
        True,
        speak("由 INSPECTION_NOW 固定", "fixed by INSPECTION_NOW") if fixed else f"{clock.now():%Y-%m-%d %H:%M} UTC",
    )


CHECKS: dict[str, Callable[[], Check]] = {
    "key": _key,
    "rules": _rules,
    "signatures": _signatures,
    "database": _migrations,
    "matters": _matters,
    "kinds": _kinds,
    "roster": _roster,
    "calendar": _calendar,
    "mail": _mail,
    "letters": _letters,
    "mailbox": _mailbox,
    "shares": _shares,
    "airflow": _airflow,
    "visitors": _visitors,
    "sandbox": _sandbox,
    "schedules": _schedules,
    "runs": _runs,
    "drop_folder": _folders,
    "documents": _documents,
    "backup": _backup,
    "fonts": _fonts,
    "libreoffice": _office,
    "archives": _archives,
    "recognition": _recognition,
    "clock": _clock,
}
