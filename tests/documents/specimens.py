"""One full specimen of data per template, of the length real offices write; for tests, the gallery and the bench."""

from __future__ import annotations

from documents.case_specimen import case_sheet
from documents.handover_specimen import handover_list
from documents.project_specimens import PROJECT_SPECIMENS
from documents.report_specimens import campaign_report, unit_report
from documents.specimen_office import AGENCY, FACTORS, FRAME, OFFICE, SIGNERS, UNITS
from documents.spring_specimens import SPRING_SPECIMENS
from documents.year_specimen import year_calendar
from inspection.documents.kinds.checklist import Question, UnitChecklist, question
from inspection.documents.kinds.escalation_brief import EscalationBrief, OverdueFix
from inspection.documents.kinds.inspection_record import InspectionRecord
from inspection.documents.kinds.plan import InspectionPlan
from inspection.documents.kinds.submission_brief import SubmissionBrief
from inspection.rules.answers import Asked

STATEMENTS = (
    ("DOC-001", "文書機密", "機密文書之收發、登記、簽辦、繕校、傳遞及保管均指定專人辦理。", "作業要點第五點"),
    ("DOC-002", "文書機密", "會商、裝訂、用印、封發機密文書時由承辦人親自持送，不假手他人。", "作業要點第五點"),
    ("DOC-005", "文書機密", "機密文書分發限於業務上必須知悉之人員，並編號列冊備查。", "作業要點第五點"),
    ("MRK-001", "機密標示", "機密文書於左上角標示機密等級，並註記解密條件或保密期限。", "文書處理手冊"),
    ("MRK-002", "機密標示", "屬「密」等級之文件均載明解密條件或保密期限，無逾期未註銷者。", "文書處理手冊"),
    ("COP-002", "影印傳真列印", "影印、列印機密文書之廢頁及卡紙當場取回並銷毀。", "作業要點第五點"),
    ("INF-001", "資訊機密", "公務電腦設有密碼及螢幕保護程式，離座即鎖定。", "資訊安全管理要點"),
    ("INF-004", "資訊機密", "電子檔案含機密或個人資料者，已加密或限制存取權限。", "資訊安全管理要點"),
    ("SHR-001", "網路分享與檔案清查", "共用資料夾之存取權限逐一檢視，無對全機關開放之機敏資料夾。", "宣導做法03"),
    ("SHR-006", "網路分享與檔案清查", "共用資料夾內逾期、重複及無保存必要之檔案定期清理。", "宣導原因03"),
    ("MTG-003", "會議機密", "機密會議參加人員經核定，無關人員不得列席，主席得令其退席。", "作業要點第五點"),
    ("ARC-001", "檔案管理", "機密檔案與一般檔案分別存放，置於裝有密碼之箱櫃。", "作業要點第五點"),
    ("DST-001", "銷毀", "機密草稿、廢件由專人監督徹底銷毀，並留有紀錄。", "作業要點第五點"),
    ("PER-001", "人員與宣導", "單位主管定期對所屬同仁實施保密宣導，並留有紀錄。", "作業要點第四點"),
    ("PRO-001", "採購保密", "底價於決標前密封保管，開啟及核定均留有簽收紀錄。", "政府採購法第34條"),
)
ASKED = {
    "DOC-001": Asked(evidence="指派名冊", evidence_required=True),
    "DOC-005": Asked(remark_hint="共＿件"),
    "SHR-006": Asked(evidence="清理紀錄", remark_hint="清理＿處"),
}
LOOKED_AT = (
    ("DOC-010", "文書機密", "下班或暫離座位時，公文均收存於抽屜或公文櫃並上鎖。", "文書處理手冊第69點"),
    ("MRK-001", "機密標示", "新產生之機密文書均已標示等級且位置正確。", "國家機密保護法第13條"),
    ("EQP-002", "保密設備", "碎紙機、保險箱及密碼鎖功能正常。", "保密檢查重點事項"),
)
BASES = [
    "本所維護公務機密作業要點第七點。",
    "政風機構維護公務機密作業要點第十六點。",
    "國家機密保護法及其施行細則。",
    "個人資料保護法第十八條。",
]


def inspection_plan() -> InspectionPlan:
    """A half-yearly plan for twelve units."""
    return {
        "frame": FRAME,
        "agency": AGENCY,
        "office": OFFICE,
        "signers": SIGNERS,
        "title": "115年下半年定期保密檢查計畫",
        "date": "中華民國115年10月12日",
        "version": "第1版",
        "legal_bases": BASES,
        "assessment": FACTORS,
        "purposes": [
            "檢視本所各單位公務機密維護措施之落實情形，發掘缺失並研提改進，防制洩密情事發生。",
            "以自動清查與書面檢查互為印證，使答覆與實際相符，提升同仁保密警覺。",
        ],
        "item_notes": [
            "每一單位至多二十五項，由核心項目、加強項目及輪替項目組成，詳如附件一。",
            "依狀況研判，本次加強「網路分享與檔案清查」及「機密標示」二類。",
        ],
        "stress_notes": ["工務課：加強採購保密（狀況研判：前次缺失3件，逾期1件）。"],
        "unit_notes": ["受檢單位計十二個，受檢人員為單位主管、機密業務承辦人及單位窗口。"],
        "group_notes": ["編為三組，由政風室會同資訊室、行政室派員組成，檢查人員不檢查所屬單位，詳如附件三。"],
        "methods": [
            "書面檢查：受檢單位於收受檢查表後十個工作日內填復，並由單位主管核章。",
            "自動清查：以唯讀方式清查共用資料夾，不複製、不變更檔案；清查範圍、帳號與方法詳如附件二。",
            "實地抽查：檢查人員依抽樣結果查對登記簿冊，並作成紀錄，由受檢單位簽認。",
        ],
        "period": "115年11月2日至115年11月20日",
        "schedule": [
            {"period": "11月2日至11月6日", "work": "寄送檢查表、自動清查", "responsible": "政風室、資訊室"},
            {"period": "11月9日至11月13日", "work": "檢查表填復、實地抽查", "responsible": "各受檢單位、檢查小組"},
            {"period": "11月16日至11月20日", "work": "疑似事項確認、撰寫報告", "responsible": "政風室"},
        ],
        "result_handling": [
            "疑似事項經政風人員逐案確認後始列為缺失，並給予受檢單位說明之機會。",
            "檢查結果填具檢查報告表，簽陳首長後函請缺失單位檢討改進，並列管追蹤至解除列管。",
            "檢查結果送上一級機關備查。",
        ],
        "support": ["資訊室提供唯讀清查帳號及必要之技術協助。", "檢查所需經費由政風室相關預算項下支應。"],
        "effect": "本計畫奉　核定後實施，如有未盡事宜得隨時修正。",
        "units": [
            {
                "number": number,
                "name": name,
                "people": f"主管及承辦人 {3 + number} 人",
                "item_count": 15 + number % 4,
            }
            for number, name in enumerate(UNITS, 1)
        ],
        "items": [
            {
                "number": number,
                "code": code,
                "category": category,
                "statement": statement,
                "basis": basis,
                "selection": ("核心", "加強", "輪替")[number % 3],
            }
            for number, (code, category, statement, basis) in enumerate(STATEMENTS, 1)
        ],
        "inspector_items": [
            {
                "number": number,
                "code": code,
                "category": category,
                "statement": statement,
                "basis": basis,
                "units": "各單位",
            }
            for number, (code, category, statement, basis) in enumerate(LOOKED_AT, 1)
        ],
        "shares": [
            {"number": n, "unit": name, "path": f"\\\\fs.shifan.test\\{name}", "scope": "全部資料夾（個人資料夾除外）"}
            for n, name in enumerate(UNITS, 1)
        ],
        "crawl": {
            "account": "svc-inspection（唯讀，由資訊室建立、政風室保管密碼）",
            "method": "逐檔唯讀開啟，比對機密標示與敏感內容；不複製、不變更、不刪除檔案，內容不留存。",
            "period": "115年11月2日18時起至11月6日24時止，於下班後執行",
            "exclusions": "個人資料夾、郵件封存檔及政風室檢舉資料夾",
            "recheck_period": "自缺失通知之日起至全部缺失解除列管止。",
            "recheck_scope": "僅讀取列管案件所涉檔案及其指定之移置處所。",
        },
        "groups": [
            {
                "number": number,
                "leader": "潘○正（政風室主任）",
                "members": "簡○廉（政風室）、江○哲（資訊室會同）",
                "units": units,
                "note": note,
            }
            for number, units, note in (
                ("第一組", "民政課、社會課、財政課、工務課", ""),
                ("第二組", "農業課、觀光課、人事室、主計室", "人事室由行政室會同"),
                ("第三組", "行政室、資訊室、清潔隊、政風室", "政風室由縣政府政風處派員檢查；會同人員無法輪替"),
            )
        ],
        "consulted": "資訊室、行政室",
    }


def inspection_record() -> InspectionRecord:
    """The sheet of three statements."""
    return {
        "frame": {**FRAME, "mark": "", "declassification": ""},
        "agency": AGENCY,
        "office": OFFICE,
        "signers": SIGNERS,
        "title": "115年下半年定期保密檢查現場檢查紀錄表",
        "unit": "工務課",
        "period": "115年11月2日至11月20日",
        "group": "第一組",
        "leader": "政風室主任潘○正",
        "members": "資訊室江○哲",
        "instructions": [
            "本表由檢查人員現場查核後填寫，不交受檢單位自填；抽查者填抽查數及符合數。",
            "檢查完畢由在場人員當場核閱簽章，正本由政風室存卷。",
        ],
        "lines": [
            {
                "number": number,
                "code": code,
                "category": category,
                "statement": statement,
                "basis": basis,
                "blank": ["□符合", "□不符合", "□不適用"],
                "hint": "抽查＿件、符合＿件",
                "evidence": "抽查照片" if number == 1 else "",
            }
            for number, (code, category, statement, basis) in enumerate(LOOKED_AT, 1)
        ],
    }


def unit_checklist() -> UnitChecklist:
    """A form of fifteen statements."""
    questions: list[Question] = [
        question(code, category, statement, basis, ASKED.get(code, Asked()))
        for code, category, statement, basis in STATEMENTS
    ]
    return {
        "frame": {**FRAME, "declassification": "解密條件：填復後本件自動解密", "copy_number": "工務課"},
        "agency": AGENCY,
        "office": OFFICE,
        "signers": SIGNERS,
        "title": "115年下半年公務機密維護檢查表",
        "unit": "工務課",
        "form_number": "115H2-U04",
        "version": 1,
        "period": "115年11月2日至11月20日",
        "due": "115年11月16日",
        "instructions": [
            "請逐項就「結果」欄選填符合、不符合或不適用；不符合者請於說明欄敘明情形。",
            "檢查前已自行改善者，請勾選「已自行改善」，不列為缺失。",
            "本表填復時間與清查結果僅供政風室參考，不作為評比依據。",
        ],
        "questions": questions,
    }


def escalation_brief() -> EscalationBrief:
    """Two overdue fixes put before the chief secretary."""
    fixes: list[OverdueFix] = [
        {
            "number": "115H2-U04-01",
            "unit": "工務課",
            "fact": "共用資料夾未標示之底價資料 1 件",
            "severity": "重大",
            "due": "115.11.25",
            "days_late": 3,
            "state": "單位尚未填復改善情形",
        },
        {
            "number": "115H2-U02-01",
            "unit": "社會課",
            "fact": "公用區身障補助名冊 312 筆",
            "severity": "重大",
            "due": "115.11.25",
            "days_late": 3,
            "state": "已移置，複查仍有複本 1 件",
        },
    ]
    return {
        "frame": {**FRAME, "copy_number": "", "code": ""},
        "agency": AGENCY,
        "office": OFFICE,
        "signers": SIGNERS,
        "date": "115年11月30日",
        "speed": "速件",
        "classification": "密（本件於列管案件解除列管後解密）",
        "attachments": "缺失改善追蹤表1份",
        "addressees": ["主任秘書"],
        "subject": "為115年下半年定期保密檢查缺失逾期未改善案，簽請鑒核。",
        "explanations": [
            "依本所維護公務機密作業要點第七點及第十二點辦理。",
            "旨揭檢查缺失經本室於115年11月20日通知改善，並於期限前三日、前一日及當日提醒在案。",
            "迄115年11月30日止，重大缺失逾期未改善者計2件，情形如下表。",
        ],
        "fixes": fixes,
        "proposals": [
            "擬請工務課、社會課於115年12月2日前完成改善，並敘明逾期原因。",
            "逾上開期限仍未改善者，由本室簽報首長。",
        ],
        "consulted": "工務課、社會課",
    }


def submission_brief() -> SubmissionBrief:
    """A plan before the head, with one unit that had remarks, one that had none and one that said nothing."""
    return {
        "frame": {**FRAME, "copy_number": "", "watermark": "", "code": "", "mark": "", "declassification": ""},
        "agency": AGENCY,
        "office": OFFICE,
        "signers": SIGNERS,
        "date": "115年11月5日",
        "classification": "擬不列密等（承辦擬、核定人定）",
        "attachments": "檢查計畫1份",
        "addressees": ["主任秘書", "市長"],
        "subject": "檢陳「虛構縣示範市公所115年下半年定期保密檢查計畫」（第1版）1份，簽請鑒核。",
        "explanations": [
            "依政風機構維護公務機密作業要點、虛構縣示範市公所維護公務機密作業要點辦理。",
            "旨揭計畫係依狀況研判結果擬訂，受檢單位12個，檢查期間115年11月9日（星期一）至11月27日（星期五）。",
            "計畫全文如附件，每頁印有識別碼（K7QM-2XWD）及QR碼；核定後內容如有更動，原核定失其效力，另行簽陳。",
            "本案並行會辦，各單位意見及採納情形如下表。",
        ],
        "opinions": [
            {
                "unit": "資訊室",
                "said": "清查帳號請於期滿當日停用，並留存登入紀錄備查；尖峰時段請勿清查大型資料夾。",
                "by": "資訊室主任蘇○毅　115年11月3日",
                "adoption": "部分採納：改為期滿次一工作日停用；清查一律於離峰時段執行。",
            },
            {"unit": "行政室", "said": "逾期未表示意見（期限115年11月5日）", "by": "", "adoption": ""},
            {"unit": "人事室", "said": "無意見", "by": "呂○蓉代何○芬　115年11月4日（依紙本登錄）", "adoption": ""},
        ],
        "proposals": [
            "擬奉核後，依計畫通知各受檢單位並辦理檢查。",
            "檢查結果另行彙整簽陳，並陳報上一級機關核備。",
        ],
        "consulted": "資訊室、行政室、人事室",
    }


SPECIMENS = {
    "plan/inspection_plan.docx": inspection_plan,
    "checklist/unit_checklist.docx": unit_checklist,
    "checklist/inspection_record.docx": inspection_record,
    "report/unit_report.docx": unit_report,
    "report/campaign_report.docx": campaign_report,
    "letter/escalation_brief.docx": escalation_brief,
    "letter/submission_brief.docx": submission_brief,
    "calendar/year_calendar.docx": year_calendar,
    **SPRING_SPECIMENS,
    **PROJECT_SPECIMENS,
    "handover/handover_list.docx": handover_list,
    "awareness/case_sheet.docx": lambda: case_sheet(FRAME),
}
