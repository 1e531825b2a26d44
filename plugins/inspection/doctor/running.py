"""What goes on in the installation, looked at: letters, schedules, failures, documents, backups."""

from __future__ import annotations

import shutil
from datetime import timedelta

from inspection import clock, settings
from inspection.access import proxies
from inspection.audit import head
from inspection.calendar import roc
from inspection.doctor.check import Check
from inspection.documents import storage
from inspection.keeping import last_backup
from inspection.language import speak
from inspection.operations import home
from inspection.operations import runs as operating
from inspection.operations import servers as unread
from inspection.operations.letters import MANY_TRIES
from inspection.store import notices, sign_in
from inspection.store.session import session_scope

MOST_SHOWN = 5
LATELY = timedelta(days=30)
FEW_PEOPLE = 5  # fewer may well sit in one room
ROOM_BYTES = 2 * 2**30  # some weeks of papers; a half-year's backup set takes less


def letters() -> Check:
    """Whether every letter reached its reader."""
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


def schedules() -> Check:
    """Whether the work of the clock is done in time."""
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


def runs() -> Check:
    """Whether failures wait to be mended."""
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


def servers() -> Check:
    """Whether campaigns under way could read the file servers of their plans."""
    with session_scope(read_only=True) as session:
        away = [f"{one.campaign_id} {one.host}（{len(one.away)}）" for one in unread.away(session)]
    named = "、".join(away[:MOST_SHOWN])
    remedy = speak(
        "請使伺服器可供讀取（拒絕者請檢查帳號權限），再於 Airflow 清除該列 crawl.list_share 或 crawl.read_shard "
        "及其下游",
        "let the server be read (see the account's rights where it refuses), then clear that line's crawl.list_share "
        "or crawl.read_shard and what follows",
    )
    found = (
        speak(f"{len(away)} 台未能讀取：{named}", f"{len(away)} could not be read: {named}")
        if away
        else speak("進行中之檢查均能讀取", "campaigns under way could read theirs")
    )
    return Check("servers", not away, found, remedy if away else "")


def documents() -> Check:
    """Whether every document has its file on this machine."""
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


def disk() -> Check:
    """Whether there is room left where documents and logs of this machine lie."""
    home_folder = settings.get().home_folder
    lies = next(path for path in (home_folder, *home_folder.parents) if path.exists())
    free = shutil.disk_usage(lies).free
    found = speak(f"尚餘 {free / 2**30:.1f} GiB", f"{free / 2**30:.1f} GiB are left")
    remedy = speak(
        "請清出或擴充 INSPECTION_HOME 所在之磁碟：寫滿時文件無法產製、信件無法寄送",
        "make room where INSPECTION_HOME lies: on a full disk no document is made and no letter sent",
    )
    ok = free >= ROOM_BYTES
    return Check("disk", ok, found, "" if ok else remedy)


def folder() -> Check:
    """Whether some machine does what needs the office's folder."""
    with session_scope(read_only=True) as session:
        left = home.abandoned(session, at=clock.now())
    if left is None:
        return Check("folder", True, speak("文書作業均有主機辦理", "papers wait for no machine"))
    since, named = roc.moment(left.since), "、".join(left.machines)
    return Check(
        "folder",
        False,
        speak(
            f"自 {since} 起無主機掛載機關共用資料夾，文書作業停頓（{named}）",
            f"no machine has the office's folder since {since}, papers wait ({named})",
        ),
        speak(
            "請於執行 Airflow 工作之主機掛載同一 INSPECTION_HOME，作業隨即續辦；僅一台主機者，請重新執行 "
            "`inspection roster import --apply`",
            "mount the one INSPECTION_HOME where Airflow's tasks run, they go on at once; on a single machine run "
            "`inspection roster import --apply` again",
        ),
    )


def record() -> Check:
    """Whether the record still holds the newest seal this machine has seen; the chain itself is walked by the hour."""
    with session_scope(read_only=True) as session:
        gone, newest = head.lost(session), head.newest(session)
    if gone:
        remedy = speak(
            "請立即通報政風室主任，並以報告或信件所印之串鏈值執行 `inspection audit verify --expect`",
            "tell the ethics head at once, and run `inspection audit verify --expect` with a printed seal",
        )
        return Check("record", False, gone, remedy)
    if newest is None:
        return Check("record", True, speak("尚無事件串鏈", "nothing is sealed yet"))
    begins = newest.digest[: head.FEWEST_DIGITS]
    return Check("record", True, speak(f"已串鏈 {newest.count} 筆，{begins}…", f"{newest.count} sealed, {begins}…"))


def backup() -> Check:
    """How old the newest backup is."""
    with session_scope(read_only=True) as session:
        ok, found = last_backup.judged(session, at=clock.now(), demanded=settings.get().profile == "production")
    return Check("backup", ok, found, "" if ok else last_backup.remedy())


def visitors() -> Check:
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


def drop_folder() -> Check:
    """Whether the folder for returned forms is there."""
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
