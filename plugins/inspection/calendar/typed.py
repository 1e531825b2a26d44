"""Days as typed into a form of Airflow: one reading for every kind of campaign that is asked for there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from inspection.errors import BadSource
from inspection.language import speak


def day_typed(params: Mapping[str, Any], name: str) -> date | None:
    """A day of a form, None where the field is blank; raises BadSource naming the field."""
    text = str(params.get(name) or "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadSource(
            speak(f"{name} 不是日期：{text[:20]}", f"{name} is no day: {text[:20]}"),
            remedy=speak("請寫成 2026-11-02", "write 2026-11-02"),
        ) from None
