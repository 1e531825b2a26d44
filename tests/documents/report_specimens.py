"""Specimens of the two reports: their figures add up and agree with one another."""

from __future__ import annotations

from documents.specimen_office import AGENCY, FACTORS, FRAME, OFFICE, SIGNERS, UNITS
from inspection.documents.kinds.campaign_report import CampaignReport, CategoryResult, UnitResult
from inspection.documents.kinds.unit_report import (
    CrawlCoverage,
    Finding,
    KeyFigure,
    PreviousFinding,
    SuspectedLine,
    UnitReport,
)

CRAWL: CrawlCoverage = {
    "shares": "12",
    "files": "48,216",
    "read": "47,903",
    "left_out": "24",
    "unread": "289",
    "pending": "0",
    "lines": [
        "分享區應清查12處，清查完畢12處。",
        "檔案48,216個＝已讀取47,903個＋依規定不讀取24個＋無法讀取289個＋尚未處理0個。",
    ],
    "notes": ["無法讀取者以加密壓縮檔201個、掃描影像88個為主，已列清冊由各單位自行檢視。"],
}
SUSPECTED: list[SuspectedLine] = [
    {"unit": "社會課", "all": 3, "confirmed": 1, "self_improved": 1, "dismissed": 1, "undecided": 0},
    {"unit": "工務課", "all": 4, "confirmed": 1, "self_improved": 0, "dismissed": 2, "undecided": 1},
    {"unit": "人事室", "all": 1, "confirmed": 1, "self_improved": 0, "dismissed": 0, "undecided": 0},
]
ALL_SUSPECTED: SuspectedLine = {
    "unit": "合計", "all": 8, "confirmed": 3, "self_improved": 1, "dismissed": 3, "undecided": 1,
}  # fmt: skip
FINDINGS: list[Finding] = [
    {
        "number": "115H2-U04-01",
        "unit": "工務課",
        "item": "PRO-001 底價保密",
        "fact": "共用資料夾內存有未標示之底價核定資料 1 件（檔名遮蔽 示範路○○_核定○○.xlsx），全課 16 人均可開啟。",
        "severity": "重大",
        "tone": "poor",
        "basis": "政府採購法第34條",
        "deadline": "115年11月25日",
        "remedy": "當日移置限權資料夾，補行標示密等及解密條件。",
    },
    {
        "number": "115H2-U02-01",
        "unit": "社會課",
        "item": "SHR-001 共用資料夾權限",
        "fact": "公用區暫存資料夾存有身障補助名冊 1 件，含身分證統一編號 312 筆（A12345****）。",
        "severity": "重大",
        "tone": "poor",
        "basis": "個人資料保護法第18條",
        "deadline": "115年11月25日",
        "remedy": "先移置限權，原件歸檔，複本得刪除。",
    },
    {
        "number": "115H2-U09-01",
        "unit": "人事室",
        "item": "MRK-002 解密條件",
        "fact": "考績評分清冊標示「密」而未載明解密條件或保密期限。",
        "severity": "中",
        "tone": "fair",
        "basis": "文書處理手冊",
        "deadline": "115年12月4日",
        "remedy": "",
    },
]
PREVIOUS: list[PreviousFinding] = [
    {
        "number": "115H1-U07-02",
        "unit": "行政室",
        "fact": "密件收文登記簿載有案由",
        "state": "已改善，115年6月30日解除列管",
    },
    {
        "number": "115H1-U04-01",
        "unit": "工務課",
        "fact": "離職人員帳號未停用",
        "state": "第一次展延，期限115年11月30日",
    },
]


def _figure(number: str, unit: str, label: str, note: str = "") -> KeyFigure:
    return {"number": number, "unit": unit, "label": label, "note": note}


def unit_report() -> UnitReport:
    """A unit with one fault."""
    return {
        "frame": FRAME,
        "agency": AGENCY,
        "office": OFFICE,
        "signers": SIGNERS,
        "title": "115年下半年定期保密檢查受檢單位檢查結果（工務課）",
        "unit": "工務課",
        "number": "115H2-U04",
        "date": "115年11月20日",
        "period": "115年11月2日（星期一）至11月20日（星期五）",
        "inspectors": "主任潘○正",
        "accompanied_by": "資訊室管理師江○哲",
        "key_figures": {
            "faults": _figure("1", "件", "經確認缺失", "重大1"),
            "crawl": _figure("1／1", "處", "清查完畢分享區", "已讀取4,812個檔案"),
            "declared": _figure("13／14", "項", "單位自評符合", "扣除不適用1項"),
            "verified": _figure("2／3", "項", "經查證相符／可比對"),
        },
        "summary": [
            "經確認缺失1件（重大1）。",
            "自行檢查15項＝符合13項＋經查不符1項＋不符合0項＋不適用1項＋未填報0項。",
            "單位自評符合率92.9%（符合13／14項，扣除不適用1項）。",
            "經查證相符2／可比對3項。",
        ],
        "merits": ["檢查表於期限內送回。", "清查前自主清查並改善2件。"],
        "findings": FINDINGS[:1],
        "not_returned": [],
        "measures": [
            "標案資料夾改採逐案授權，決標前僅承辦人及主管可開啟。",
            "每季由單位窗口檢視共用資料夾權限並留存紀錄。",
        ],
        "replies": ["請於發文日起1個工作日內填復改善措施，並於各案改善期限內完成改善、填復改善情形。"],
        "previous": PREVIOUS[1:],
        "crawl": {
            **CRAWL,
            "shares": "1",
            "files": "4,830",
            "read": "4,812",
            "left_out": "2",
            "unread": "16",
            "lines": [],
            "notes": ["工務課：4,830個檔案處理完畢，其中16個無法讀取（加密、毀損等，列冊人工檢視）。"],
        },
        "suspected": SUSPECTED[1],
        "remark": "註：「疑似事項」係系統清查及檢查表比對所得，經政風人員逐案確認後始列為缺失。",
    }


def campaign_report() -> CampaignReport:
    """Twelve units, three findings, two charts."""
    faulty: dict[str, tuple[int, int, int]] = {"社會課": (1, 0, 0), "工務課": (1, 0, 0), "人事室": (0, 0, 1)}
    results: list[UnitResult] = []
    for name in UNITS:
        critical, high, medium = faulty.get(name, (0, 0, 0))
        results.append(
            {
                "name": name,
                "faults": critical + high + medium,
                "critical": critical,
                "high": high,
                "medium": medium,
                "low": 0,
                "crawl": "依計畫不清查" if name == "政風室" else "清查完畢",
                "returned": "已送回",
                "rate": "92.9%" if name in faulty else "100.0%",
                "percent": 100.0 if name in faulty else 0.0,
                "tone": "poor" if critical else "fair" if medium else "none",
            }
        )
    names = ("網路分享與檔案清查", "機密標示", "資訊機密", "文書機密", "採購保密", "人員與宣導")
    per_category = {"網路分享與檔案清查": 1, "機密標示": 1, "採購保密": 1}
    rows: list[CategoryResult] = [
        {
            "category": name,
            "asked": 30,
            "conforms": 28 - per_category.get(name, 0),
            "contradicted": per_category.get(name, 0),
            "nonconforming": 0,
            "not_applicable": 2,
            "blank": 0,
            "faults": per_category.get(name, 0),
        }
        for name in names
    ]
    return {
        "frame": FRAME,
        "agency": AGENCY,
        "office": OFFICE,
        "signers": SIGNERS,
        "title": "115年下半年定期保密檢查成果報告",
        "campaign": "115年下半年定期保密檢查",
        "date": "115年11月27日",
        "period": "115年11月2日至11月20日",
        "plan_approval": "115年10月15日示市政字第1150000123號",
        "inspectors": "主任潘○正、課員簡○廉",
        "accompanied_by": "資訊室、行政室",
        "units_and_people": "12個單位，編制173人",
        "items_and_methods": [
            "檢查項目15項，每單位15項，計180項次。",
            "書面檢查、自動清查及實地抽查併行。",
        ],
        "key_figures": {
            "faults": _figure("3", "件", "經確認缺失", "重大2、中1"),
            "units": _figure("3", "個", "有缺失單位", "受檢12個單位"),
            "crawl": _figure("12／12", "處", "清查完畢分享區", "已讀取47,903個檔案"),
            "returns": _figure("0", "份", "檢查表未送回", "應送回12份"),
        },
        "overview": [
            "經確認缺失3件（重大2、中1）。受檢12個單位，有缺失者3個。較115年上半年定期保密檢查（5件）減少2件。",
            "".join(CRAWL["lines"]),
            "檢查表應送回12份，已送回12份。",
            "單位自評符合率98.2%（符合165／168項，扣除不適用12項）；經查證相符9／可比對12項。",
            "疑似事項8件＝確認3件＋自主改善1件＋排除3件＋未判定1件。",
        ],
        "first_chart": {
            "kind": "stacked",
            "title": "各單位缺失件數及嚴重度（件）",
            "categories": list(faulty),
            "series": [
                {"name": "重大", "values": [1, 1, 0], "colour": "A32A1E"},
                {"name": "中", "values": [0, 0, 1], "colour": "B7791F"},
            ],
            "alt": "各單位缺失件數及嚴重度：社會課1、工務課1、人事室1",
        },
        "second_chart": {
            "kind": "column",
            "title": "歷次缺失件數（件）",
            "categories": ["114上", "114下", "115上", "115下"],
            "series": [{"name": "缺失件數", "values": [9, 7, 5, 3]}],
            "alt": "歷次缺失件數：114上9、114下7、115上5、115下3",
        },
        "units": results,
        "legend": "註：缺失為經政風人員確認者；自評符合率扣除不適用，與經確認之缺失不符者不計為符合。",
        "assessment": FACTORS,
        "categories": rows,
        "total": {
            "category": "合計",
            "asked": 180,
            "conforms": 165,
            "contradicted": 3,
            "nonconforming": 0,
            "not_applicable": 12,
            "blank": 0,
            "faults": 3,
        },
        "merits": [
            "行政室密件登記簿按日登載，借閱均有簽收。",
            "民政課、主計室：檢查表適用項目均填報符合，且分享區清查完畢未見不一致。",
        ],
        "findings": FINDINGS,
        "findings_rest": [],
        "not_returned": [],
        "measures": [
            "公用區資料夾改為逾三十日自動清理，並取消全機關寫入權限（資訊室，115年12月31日前）。",
            "於12月份主管會報宣導機密標示及解密條件之填寫方式。",
        ],
        "crawl": CRAWL,
        "suspected": SUSPECTED,
        "all_suspected": ALL_SUSPECTED,
        "dismissals": ["排除3件：範例文件，無真實個人資料。"],
        "previous": PREVIOUS,
        "conclusions": [
            "缺失3件，擬奉核後移請各單位依限改進，由政風室列管至全數解除列管。",
            "檢查結果擬陳報虛構縣政府核備；奉核、通知各單位並完成陳報後辦理檢查結案。",
        ],
        "consulted": "資訊室、行政室",
    }
