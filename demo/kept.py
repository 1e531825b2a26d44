"""`make demo KEEP=1`: the finished demo agency stays open to look at until Ctrl-C."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from demo.office import OPERATOR, Office
from demo.people import CODE
from demo.telling import Teller
from servers.process import ServerFailed

LOOK_SECONDS = 1.0
CLOCK_EVERY = 10.0
# one of each part, the one most looked at first
GUESTS = ("P112", "P111", "P01", "P02", "P042", "P041")


@contextmanager
def ctrl_c_ends() -> Iterator[threading.Event]:
    """From here on Ctrl-C and SIGTERM set an event; whatever is taken down afterwards is taken down in peace."""
    end = threading.Event()
    signs = (signal.SIGINT, signal.SIGTERM)
    before = {sign: signal.signal(sign, lambda *_: end.set()) for sign in signs}
    yield end
    if not end.is_set():  # the story failed: who waits for it may still stop it
        for sign, handler in before.items():
            signal.signal(sign, handler)


def stay_open(office: Office, tell: Teller, end: threading.Event) -> None:
    """Says who can sign in, shows each sign-in code as its mail comes, lets the agency's clock run on.

    Raises ServerFailed where Airflow or the portal ends by itself.
    """
    people = {one.id: one for one in office.roster.people}
    tell.table(
        "示範機關開放參觀（按 Ctrl-C 結束）",
        [
            ("入口網站", f"{office.portal_url}/sign-in"),
            *((f"  {people[one].title} {people[one].name}", people[one].email or "") for one in GUESTS),
            ("登入代碼", "在入口網站輸入上列信箱後，印在本畫面"),
            ("其他郵件", f"{office.mail.server.folder}"),
            ("Airflow", office.airflow.url),
            (f"  帳號 {OPERATOR}", f"密碼在 {office.airflow.home / 'passwords.json'}"),
        ],
    )
    seen = len(office.mail.server.messages())
    began, stood, moved = time.monotonic(), datetime.fromisoformat(office.clock.read_text(encoding="ascii")), 0.0
    while not end.wait(LOOK_SECONDS):
        office.airflow.require_alive()
        if not office.portal.running:
            raise ServerFailed(f"the portal ended:\n{office.portal.log_tail()}")
        gone = time.monotonic() - began
        if gone - moved >= CLOCK_EVERY:
            moved = gone
            office.set_clock((stood + timedelta(seconds=gone)).isoformat())
        mails = office.mail.server.messages()
        for mail in mails[seen:]:
            code = CODE.search(mail.text) if "代碼" in mail.subject else None
            if code is not None:
                tell.step(f"{', '.join(mail.recipients)} 的代碼：{' '.join(code.groups())}")
        seen = len(mails)
    print("\n結束中……", flush=True)
