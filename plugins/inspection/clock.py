"""The one reader of the clock: UTC instants, and the office's date."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from inspection import settings
from inspection.errors import BadSource, system_fault
from inspection.language import speak


def now() -> datetime:
    """The present instant, aware, in UTC. `INSPECTION_NOW` (demo, test) overrides it, re-read at each call."""
    fixed = settings.get().now
    if not fixed:
        return datetime.now(UTC)
    if fixed.startswith("@"):
        try:
            fixed = Path(fixed[1:]).read_text(encoding="ascii").strip()
        except OSError as error:
            raise BadSource(
                speak(
                    f"INSPECTION_NOW 所指檔案無法讀取：{system_fault(error)}",
                    f"INSPECTION_NOW names a file that cannot be read: {error.strerror}",
                )
            ) from None
    try:
        instant = datetime.fromisoformat(fixed)
    except ValueError:
        raise BadSource(
            speak("INSPECTION_NOW 不是 ISO 時間", "INSPECTION_NOW is not an ISO instant"),
            remedy=speak("請寫成 2026-11-02T09:00:00+08:00", "write 2026-11-02T09:00:00+08:00"),
        ) from None
    return (instant if instant.tzinfo else instant.replace(tzinfo=zone())).astimezone(UTC)


def zone() -> ZoneInfo:
    """The zone in which the office counts its days."""
    return ZoneInfo(settings.get().timezone)


def local_date(instant: datetime) -> date:
    """The office's date at an instant."""
    return instant.astimezone(zone()).date()


def today() -> date:
    """The office's date now."""
    return local_date(now())
