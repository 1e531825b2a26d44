"""Looks at everything the product needs, each failure with its remedy."""

from __future__ import annotations

from collections.abc import Callable

import inspection.campaigns.matters  # noqa: F401 - the register of matters is full when it is looked at
from inspection.doctor import machine, records, running, servers
from inspection.doctor.check import Check
from inspection.errors import InspectionError
from inspection.language import speak

__all__ = ["CHECKS", "Check", "examine"]


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


CHECKS: dict[str, Callable[[], Check]] = {
    "key": records.key,
    "rules": records.rules_in_force,
    "signatures": records.signatures,
    "database": records.database,
    "matters": records.matters_known,
    "kinds": records.kinds_known,
    "roster": records.people_known,
    "calendar": records.calendar,
    "mail": servers.mail,
    "letters": running.letters,
    "mailbox": servers.mailbox,
    "shares": servers.shares,
    "airflow": servers.airflow,
    "visitors": running.visitors,
    "sandbox": machine.sandbox,
    "schedules": running.schedules,
    "runs": running.runs,
    "servers": running.servers,
    "drop_folder": running.drop_folder,
    "documents": running.documents,
    "disk": running.disk,
    "folder": running.folder,
    "record": running.record,
    "backup": running.backup,
    "fonts": machine.fonts,
    "libreoffice": machine.libreoffice,
    "archives": machine.archives,
    "recognition": machine.recognition,
    "clock": machine.clock_in_force,
}
