"""Spring-Festival windows as announced: year by year, with the circular or report they were taken from."""

from __future__ import annotations

import csv
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from inspection.errors import BadSource, BadSources, Place, system_fault
from inspection.language import speak
from inspection.rules.load import RuleModel

FILE = "spring_windows.csv"
COLUMNS = ("year", "start", "end", "matches", "source")
_TAIPEI = ZoneInfo("Asia/Taipei")
_MATCHES = frozenset({"npa15", "classic25", "end_only", "neither"})


class AnnouncedWindow(RuleModel):
    """A window as announced. `end` is exclusive: the file's 24:00 is the next midnight.

    `matches` names the pattern that would have proposed it, `end_only` or `neither`.
    """

    year: int
    start: datetime
    end: datetime
    matches: str
    source: str


class SpringWindows(RuleModel):
    """All announced windows, by year."""

    windows: tuple[AnnouncedWindow, ...]

    def window(self, year: int) -> AnnouncedWindow | None:
        """The window announced for a year; None where none is known."""
        return next((window for window in self.windows if window.year == year), None)


def load_spring_windows(folder: Path, overlay: Path | None = None) -> SpringWindows:
    """Reads the windows by year; a year in the overlay replaces the shipped one. Faults name line and field."""
    windows = {window.year: window for window in _read(folder / FILE)}
    over = overlay / FILE if overlay else None
    if over is not None and over.exists():
        windows |= {window.year: window for window in _read(over)}
    return SpringWindows(windows=tuple(windows[year] for year in sorted(windows)))


def _read(path: Path) -> list[AnnouncedWindow]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            header, rows = reader.fieldnames or (), list(reader)
    except OSError as error:
        raise BadSource(
            speak(f"無法讀取：{system_fault(error)}", f"cannot be read: {error.strerror}"), place=path
        ) from None
    except UnicodeDecodeError:
        raise BadSource(
            speak("不是 UTF-8", "is not UTF-8"),
            place=path,
            remedy=speak("請另存為 CSV UTF-8", "save the file as CSV UTF-8"),
        ) from None
    if tuple(header) != COLUMNS:
        raise BadSource(
            speak(f"第一行須為 {','.join(COLUMNS)}", f"the first line must read {','.join(COLUMNS)}"),
            place=Place(str(path), 1),
        )
    windows: list[AnnouncedWindow] = []
    faults: list[BadSource] = []
    for line, row in enumerate(rows, start=2):
        try:
            windows.append(_window(row, str(path), line))
            if windows[-1].year in {window.year for window in windows[:-1]}:
                raise BadSource(
                    speak(f"{windows[-1].year} 重複", f"{windows[-1].year} is given twice"),
                    place=Place(str(path), line, "year"),
                )
        except BadSource as fault:
            faults.append(fault)
    if faults:
        raise BadSources(faults)
    return windows


def _window(row: dict[str, str], file: str, line: int) -> AnnouncedWindow:
    if None in row or None in row.values():
        raise BadSource(speak(f"須有 {len(COLUMNS)} 欄", f"must have {len(COLUMNS)} fields"), place=Place(file, line))
    start = _moment(row["start"], Place(file, line, "start"))
    end = _moment(row["end"], Place(file, line, "end"))
    if not row["year"].isdigit() or int(row["year"]) != end.year:
        raise BadSource(
            speak(f"{row['year']!r} 與期間之年份不符", f"{row['year']!r} is not the year of the window"),
            place=Place(file, line, "year"),
        )
    if end <= start:
        raise BadSource(speak("期間迄日早於起日", "the window ends before it starts"), place=Place(file, line, "end"))
    if row["matches"] not in _MATCHES:
        raise BadSource(
            speak(f"須為 {'、'.join(sorted(_MATCHES))} 之一", f"must be one of {', '.join(sorted(_MATCHES))}"),
            place=Place(file, line, "matches"),
        )
    if not row["source"].strip():
        raise BadSource(speak("請填來函或報告", "name the circular or report"), place=Place(file, line, "source"))
    return AnnouncedWindow(
        year=int(row["year"]), start=start, end=end, matches=row["matches"], source=row["source"].strip()
    )


def _moment(text: str, place: Place) -> datetime:
    try:
        day_text, hour_text = text.split(" ")
        day = date.fromisoformat(day_text)
        if hour_text == "24:00":
            return datetime.combine(day + timedelta(days=1), time.min, _TAIPEI)
        return datetime.combine(day, time.fromisoformat(hour_text), _TAIPEI)
    except ValueError:
        raise BadSource(
            speak(f"不是時間：{text!r}", f"no instant: {text!r}"),
            place=place,
            remedy=speak("請寫成 2027-01-28 22:00 或 24:00", "write 2027-01-28 22:00 or 24:00"),
        ) from None
