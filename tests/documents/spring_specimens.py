"""Full specimens of the Spring-Festival papers, of the length real offices write."""

from __future__ import annotations

from documents.specimen_office import SIGNERS
from inspection.documents.kind import Frame
from inspection.documents.kinds.spring_announcement import Announcement
from inspection.documents.kinds.spring_checklist import SafetyChecklist
from inspection.documents.kinds.spring_form import OutsideForm
from inspection.documents.kinds.spring_plan import DutyLine, SafetyLine, SpringPlan, SpringPoint
from inspection.documents.kinds.spring_reports import DutyReportLine, DutyReports

AGENCY, OFFICE = "虛構縣示範市公所", "政風室"
FRAME: Frame = {
    "mark": "密",
    "declassification": "解密條件：春安工作結束後解密",
    "copy_number": "第 2 號（共 8 份）",
    "identifier": "7TQM-4XKD",
    "watermark": "",
    "hotline": "廉政專線：(00)0000-0315",
    "code": "",
}
PLAIN: Frame = {**FRAME, "mark": "", "declassification": "", "copy_number": ""}
PERIOD = "116年1月28日（星期四）22時起至2月11日（星期四）24時止，為期15日"
WEEKDAYS = "四五六日一二三"
DUTY: list[DutyLine] = [
    {
        "day": f"{'1/' + str(28 + night) if night < 4 else '2/' + str(night - 3)}（{WEEKDAYS[night % 7]}）",
        "hours": "22時至24時" if night == 14 else "22時至翌日8時",
        "post": "值勤室",
        "person": ("葉○君", "鍾○財", "江○哲")[night % 3],
        "deputy": ("周○成", "朱○雄", "蘇○毅")[night % 3],
        "telephone": "(00)0000-0110",
    }
    for night in range(15)
]
CHECKS: list[SafetyLine] = [
    {"category": "文書", "statement": "抽屜、公文櫃全數上鎖，桌面、傳真機及影印機未留公文。", "units": ""},
    {"category": "資訊", "statement": "遠端連線及委外廠商帳號於連續假期間已停用或核准列管。", "units": "資訊室"},
    {"category": "機房", "statement": "機房不斷電系統、空調、漏水及溫度警報測試正常。", "units": "資訊室"},
    {"category": "門禁", "statement": "各出入口、門窗、圍牆及地下室上鎖或有人管制，備用鑰匙點交。", "units": "行政室"},
    {"category": "監視", "statement": "監視攝影機畫面清晰、時間正確，錄影保存日數足敷專案期間。", "units": "行政室"},
    {
        "category": "消防",
        "statement": "滅火器、消防栓、火警受信總機及緊急照明正常，逃生通道無堆置物品。",
        "units": "行政室",
    },
    {"category": "工地", "statement": "工地水、火、電管制、圍籬及警示燈正常，易燃物品已清運。", "units": "工務課"},
    {"category": "值勤", "statement": "值勤人員依輪值表在勤，代理人及聯絡電話有效。", "units": "行政室、政風室"},
]
SCHOOL = [
    "行政電腦均設登入密碼及螢幕鎖定，密碼未張貼或明文存放。",
    "學生、教職員及家長個人資料檔案已加密或限制存取，未置於公開網頁或共用資料夾。",
    "學校網站、雲端硬碟及表單之公開範圍已逐一檢視。",
    "試題、評量及特教、輔導紀錄等機敏資料之電子檔由專人保管。",
    "連續假期間伺服器、網路設備之管制及聯絡人員已排定。",
]


def _point(text: str, *under: str) -> SpringPoint:
    return {"text": text, "under": list(under)}


def spring_plan() -> SpringPlan:
    """The plan of the window of 2027."""
    return {
        "frame": FRAME,
        "agency": AGENCY,
        "office": OFFICE,
        "signers": SIGNERS,
        "title": f"{AGENCY}116年度春安工作期間公務機密暨機關安全維護執行計畫",
        "date": "116年1月11日",
        "version": "第 1 版",
        "bases": ["115年12月25日廉政字第11600000010號函辦理。", "本所維護公務機密作業要點。"],
        "purposes": ["為防範春節期間發生危安或偶突發事件，結合本所整體力量，機先防處危安洩密事件，爰訂定本計畫。"],
        "tasks": [
            _point("針對重要維護目標（如附件二）預先採取防範措施及加強作為。"),
            _point("蒐報對機關有危害、破壞、竊密、洩密之預警資料及重大偶突發狀況。"),
        ],
        "period": [f"工作期間：{PERIOD}。"],
        "parts": [
            {
                "heading": "落實機密維護",
                "points": [
                    _point("加強宣導保密規定，公務機密非經權責主管人員核准，不得複製及攜出辦公處所。"),
                    _point(
                        "各單位請確實依據「國家機密保護法」、「文書處理手冊」承辦業務，嚴防洩密事件發生：",
                        "文書之核判、會簽、會稿，勿假手本機關以外之人員。",
                        "春節連續假期間應注意公文妥善放置，抽屜、公文櫃應確實上鎖。",
                    ),
                ],
            },
            {
                "heading": "強化安全維護",
                "points": [_point("協請工務課加強工地安全。"), _point("請財政課加強查緝私劣酒。")],
            },
            {"heading": "協助機關保防聯繫", "points": [_point("加強宣導提醒赴陸風險。")]},
        ],
        "situation": [
            _point("發現預警資料或獲悉民眾醞釀集體陳情請願，請立即通報政風室。"),
            _point("專案期間值勤人員每日回報狀況，無狀況者亦須回報。"),
        ],
        "coordination": [
            "機關內部之安全維護工作由政風室會同相關單位共同執行，任務分工如附件三。",
            "機關外圍之安全維護及外來衝擊之防制，協調該管警察單位支援。",
        ],
        "communication": ["專案期間聯絡方式如下，值勤輪值表如附件一；聯絡資料僅供本專案使用，請勿轉載。"],
        "effect": "本計畫奉　核定後實施，如有未盡事宜得隨時修正。",
        "contacts": [
            {"who": who, "kind": kind, "telephone": telephone, "note": note, "emergency": emergency}
            for who, kind, telephone, note, emergency in (
                ("政風室 簡○廉課員", "政風", "(00)0000-0315", "內線315", ""),
                ("值勤室", "值勤", "(00)0000-0110", "24小時", "緊急"),
                ("轄區警察分局", "警察", "(00)0000-0119", "", "緊急"),
                ("調查處站", "調查", "(00)0000-0120", "", ""),
                ("消防分隊", "消防", "(00)0000-0118", "", "緊急"),
            )
        ],
        "duty": DUTY,
        "key_targets": [
            {"name": "市長辦公室", "kind": "場所", "place": "四樓", "responsible": "行政室", "measures": "門禁管制。"},
            {"name": "電腦機房", "kind": "設施", "place": "三樓", "responsible": "資訊室", "measures": "雙人進出。"},
        ],
        "division": [
            {"work": "專案策劃、協調、彙整與督導", "lead": "政風室", "support": "各單位", "period": "專案期間"},
            {
                "work": "廳舍門禁、警衛保全、監視及消防設備之檢查",
                "lead": "行政室",
                "support": "政風室",
                "period": "假期前",
            },
        ],
        "safety_checks": CHECKS,
        "inspector_items": [
            {
                "number": 1,
                "code": "SPR-002",
                "category": "春安安全維護",
                "statement": "連續假期前，抽屜與公文櫃全數上鎖，公文妥善收存。",
                "basis": "保密檢查重點事項",
                "units": "各單位",
            }
        ],
        "items": [
            {
                "number": 1,
                "code": "SPR-004",
                "category": "春安安全維護",
                "statement": "連續假期值勤輪值表與緊急聯絡名冊已更新並送政風單位。",
                "basis": "保密檢查重點事項",
                "selection": "核心",
            }
        ],
        "shares": [
            {"number": 1, "unit": "工務課", "path": "//fs.shifan.test/工務課", "scope": "全部資料夾（唯讀）"},
        ],
        "crawl": {
            "account": "svc-inspection",
            "method": "以 SMB 協定唯讀方式列出並讀取檔案；僅留存遮蔽後之節錄及統計。",
            "period": PERIOD,
            "exclusions": "個人資料夾、郵件檔及政風室分享區不在清查之列。",
            "recheck_period": "自缺失通知之日起至全部缺失解除列管止。",
            "recheck_scope": "僅讀取列管案件所涉檔案及其指定之移置處所。",
        },
        "methods": ["自行檢查：各單位窗口於 116年2月3日 前填報檢查表。", "清查所得均為疑似事項，經確認後始列為缺失。"],
        "groups": [
            {
                "number": "第 1 組",
                "leader": "課員 簡○廉",
                "members": "課員 鄭○文",
                "units": "工務課、社會課",
                "note": "",
            },
        ],
        "outside_forms": [
            {"name": "所屬學校電腦資訊機密維護檢查表", "joint": "由教育網路中心會同學校檢查。", "statements": SCHOOL},
        ],
        "consulted": "行政室、資訊室",
    }


def safety_checklist() -> SafetyChecklist:
    """The checklist of one unit."""
    return {
        "frame": PLAIN,
        "agency": AGENCY,
        "office": OFFICE,
        "signers": SIGNERS,
        "title": "116年春節期間公務機密暨機關安全維護春安檢查表",
        "unit": "行政室",
        "period": PERIOD,
        "duty_deputy": "周○成",
        "notes": [
            "請逐項到場檢查，填寫檢查日時、結果、處置及檢查人；異常者立即處置並通知政風室。",
            "本表請勿填寫機密內容、個人資料或檔案名稱。",
        ],
        "checks": [{**check, "units": ""} for check in CHECKS],
    }


def outside_form() -> OutsideForm:
    """The form of a school."""
    return {
        "frame": PLAIN,
        "agency": AGENCY,
        "office": OFFICE,
        "signers": SIGNERS,
        "title": "所屬學校電腦資訊機密維護檢查表",
        "name": "所屬學校電腦資訊機密維護檢查表",
        "period": PERIOD,
        "joint": "由教育網路中心會同學校資訊人員檢查，政風單位得不定期會同。",
        "statements": SCHOOL,
        "notes": ["發現疑似洩密或資安事件者，請立即電話通報，勿待本表彙整。"],
        "reply_to": f"請於116年2月3日（星期三）前送{AGENCY}{OFFICE}。",
    }


def daily_reports() -> DutyReports:
    """A window that is over: one night with a situation, one reported by telephone, one missing."""
    return {
        "frame": FRAME,
        "agency": AGENCY,
        "office": OFFICE,
        "signers": SIGNERS,
        "title": "116年春節期間公務機密暨機關安全維護每日狀況回報表",
        "period": PERIOD,
        "as_of": "",
        "reports": [_report(night, duty) for night, duty in enumerate(DUTY)],
        "summary": [
            f"工作期間：{PERIOD}。",
            "應回報 15 個值勤時段（15 日），已回報 14 個，其中逾時 1 個；未回報 1 個。",
            "回報有狀況者 1 個時段，處置情形如上表。",
            "未回報日期：2/5，請查明補登。",
        ],
        "notes": ["請只填寫狀況之種類、時間、地點及處置情形；勿填機密內容、個人資料或檔案名稱。"],
        "consulted": "行政室",
    }


def _report(night: int, duty: DutyLine) -> DutyReportLine:
    missing, trouble = night == 8, night == 6
    return {
        "day": duty["day"],
        "hours": duty["hours"],
        "unit": duty["post"],
        "situation": "未回報" if missing else "有" if trouble else "無",
        "summary": "23時10分地下室消防幫浦警報誤動作，通知維護廠商到場復歸，無人員財物損失。" if trouble else "",
        "reporter": duty["person"] + ("（電話）" if night == 3 else ""),
        "reported": "" if missing else "翌日 08:20",
        "late": "逾時" if night == 10 else "",
    }


def announcement() -> Announcement:
    """The press release, its blanks open."""
    return {
        "frame": PLAIN,
        "agency": AGENCY,
        "office": OFFICE,
        "signers": SIGNERS,
        "date": "116年1月28日",
        "addressee": "各媒體",
        "title": f"澄清稿：有人假冒{AGENCY}名義詐騙，請民眾勿受騙",
        "paragraphs": [
            f"近日有不明人士假冒{AGENCY}〔單位或職稱〕名義，以〔手法〕向民眾詐取〔財物或資料〕，本所特此澄清。",
            "本所辦理業務均以正式公文或〔公告管道〕通知，不會要求民眾操作自動櫃員機或提供帳戶密碼。",
            "民眾如接獲類似電話，請先向本所〔聯絡電話〕查證，或撥打165反詐騙諮詢專線、110報案。",
        ],
        "contact": f"{AGENCY}{OFFICE} (00)0000-0315",
    }


SPRING_SPECIMENS = {
    "plan/spring_plan.docx": spring_plan,
    "spring/safety_checklist.docx": safety_checklist,
    "spring/outside_form.docx": outside_form,
    "spring/daily_reports.docx": daily_reports,
    "spring/announcement.docx": announcement,
}
