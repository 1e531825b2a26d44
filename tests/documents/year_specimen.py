"""A specimen of the year's calendar: days as the library holds them, with a window, two inspections and deadlines."""

from __future__ import annotations

from datetime import date, timedelta

from documents.specimen_office import SIGNERS
from inspection.calendar.working_days import library_standing
from inspection.documents.kinds.year_calendar import DayLook, YearCalendar, YearDay, YearEntry, YearMonth

YEAR_ENTRIES: tuple[tuple[str, str, DayLook, str], ...] = (
    ("01-28", "02-11", "period", "春安工作期間，首日22時起至末日24時止，為期15日（內授警字第1160000001號）"),
    ("03-12", "03-12", "due", "缺失改善期限：3件"),
    ("05-03", "05-21", "period", "116年上半年定期保密檢查"),
    ("05-12", "05-12", "due", "116年上半年定期保密檢查：檢查表繳交期限"),
    ("06-04", "06-04", "due", "缺失改善期限：12件"),
    ("06-30", "06-30", "due", "陳核文件決定期限：1件"),
    ("11-01", "11-19", "period", "116年下半年定期保密檢查"),
    ("11-01", "11-01", "due", "匯入117年辦公日曆表，推算並依函確認117年春安工作期間"),
    ("11-10", "11-10", "due", "116年下半年定期保密檢查：檢查表繳交期限"),
    ("11-20", "11-20", "due", "法令依據核對屆滿一年：41件"),
    ("12-03", "12-03", "due", "缺失改善期限：8件"),
)


def _year_day(day: date) -> YearDay:
    looks = {look for first, last, look, _ in YEAR_ENTRIES if first <= f"{day:%m-%d}" <= last}
    is_open = library_standing(day).is_working
    look: DayLook = "due" if "due" in looks else "plain" if is_open else "closed"
    if looks == {"period"}:
        look = "period" if is_open else "period_closed"
    return {"number": str(day.day), "weekday": "一二三四五六日"[day.weekday()], "look": look}


def _year_month(month: int) -> YearMonth:
    first = date(2027, month, 1)
    days = [first + timedelta(days=offset) for offset in range(31)]
    nothing: YearDay = {"number": "", "weekday": "", "look": "none"}

    def when(start: str, end: str) -> str:
        bounds = [f"{int(one[:2])}/{int(one[3:])}" for one in (start, end)]
        return bounds[0] if start == end else "–".join(bounds)

    entries: list[YearEntry] = [
        {"when": when(start, end), "what": what} for start, end, _, what in YEAR_ENTRIES if int(start[:2]) == month
    ]
    names = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
    return {
        "name": f"{names[month - 1]}月",
        "days": [_year_day(day) if day.month == month else nothing for day in days],
        "entries": entries,
    }


def year_calendar() -> YearCalendar:
    """A year with its window, two inspections and the deadlines that came of them."""
    return {
        "frame": {
            "mark": "",
            "declassification": "",
            "copy_number": "",
            "watermark": "",
            "identifier": "K7QM-2XWD",
            "hotline": "廉政專線 (00)0000-0315",
            "code": "",
        },
        "agency": "虛構縣示範市公所",
        "office": "政風室",
        "signers": SIGNERS,
        "title": "116年公務機密維護年度行事曆",
        "date": "115年11月20日",
        "basis": "工作日：依辦公日曆表（總處培字第1150000002號），115年11月2日匯入",
        "months": [_year_month(month) for month in range(1, 13)],
        "notes": ["期限依工作日計算，遇颱風等停止上班日順延；不定期檢查及專案機密維護不列入本表。"],
    }
