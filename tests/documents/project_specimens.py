"""Specimens of what a project needs on paper, with the shipped stages of a tender."""

from __future__ import annotations

from documents.specimen_office import SIGNERS
from inspection.documents.kind import Frame
from inspection.documents.kinds.closing_review import ClosingReview
from inspection.documents.kinds.pledge import Pledge
from inspection.documents.kinds.project_plan import ProjectPlan
from inspection.documents.kinds.project_submission import Submission
from inspection.rules import project_kinds
from inspection.rules.catalogue import SHIPPED
from inspection.vocabulary import ProjectKind

AGENCY, OFFICE, CODE = "虛構縣示範市公所", "政風室", "松風"
KINDS = project_kinds.load_project_kinds(SHIPPED)
TENDER = KINDS.rule(ProjectKind.TENDER)
FRAME: Frame = {
    "mark": "密",
    "declassification": "解密條件：專案結束後解密",
    "copy_number": "第 2 號（共 4 份）",
    "identifier": "K7QM-2XWD",
    "watermark": "",
    "hotline": "廉政專線：(00)0000-0315",
    "code": "6EAJ7F3K-K7QM-2XWD",
}
PLAIN: Frame = {**FRAME, "mark": "", "declassification": "", "copy_number": "", "code": ""}
PEOPLE = (
    ("工務課", "劉○平", "採購主管", ""),
    ("工務課", "蔡○翰", "採購承辦人", ""),
    ("主計室", "高○雯", "監辦人員", ""),
    ("虛構大學土木工程學系", "范○評", "外聘評選委員", "外部人員"),
    ("虛構科技大學營建系", "柯○審", "外聘評選委員", "外部人員"),
)


def project_plan() -> ProjectPlan:
    """A tender of the works unit."""
    stages = [stage.model_dump() for stage in TENDER.stages]
    return {
        "frame": FRAME,
        "office": OFFICE,
        "signers": SIGNERS,
        "title": f"{AGENCY}專案機密維護計畫（代號{CODE}）",
        "date": "115年10月20日",
        "version": "第 1 版",
        "code_name": CODE,
        "real_name": "示範路拓寬暨管線下地工程採購案",
        "kind": TENDER.name,
        "owner": "工務課",
        "basis": [
            "依據虛構縣示範市公所維護公務機密作業要點（113年4月9日示市政字第1130011613號函修訂）第六條。",
            "依據工務課辦理工程招標之作業需要。",
            "為防範本案作業流程中發生洩密情事，預先研擬防範措施並明定分工，據以執行。",
        ],
        "period": [
            "自115年11月2日（星期一）起至115年12月31日（星期四）止。",
            "流標、二次公告或其他原因須調整起訖日期者，由政風室敘明理由簽奉核可後調整，免另訂計畫。",
        ],
        "assessment": [
            *(f"{stage.stage}：{stage.leak_point}。" for stage in TENDER.stages),
            "歷次清查於工務課確認與本案同類之缺失2件，列為加強防範重點。",
        ],
        "precautions": [
            *(f"{stage.stage}：{stage.precaution}。" for stage in TENDER.stages),
            "本案對外文件、通知及檔名一律使用代號；案名僅載於本計畫，並僅告知知悉人員。",
        ],
        "division": [
            "各階段之可能洩密點、防範措施、主辦、協辦單位及期程，如附件一分工表。",
            "知悉人員如附件二名冊；新增人員簽具保密切結書後始得知悉。",
        ],
        "closing": [
            "本案執行完畢，由政風室提出具體檢討改進意見，簽陳首長並送虛構縣政府核備。",
            "執行中發現洩密或有洩密之虞者，立即通報政風室，依洩密案件處理規定辦理。",
            "本計畫奉　核定後實施，內容變更時修正計畫並重新陳核。",
        ],
        "stages": [
            {
                "number": number,
                "stage": stage["stage"],
                "leak_point": stage["leak_point"],
                "precaution": stage["precaution"],
                "lead": stage["lead"].replace("{unit}", "工務課"),
                "support": stage["support"],
                "period": stage["period"],
            }
            for number, stage in enumerate(stages, start=1)
        ],
        "people": [
            {"number": number, "body": body, "name": name, "role": role, "since": "115.11.02", "note": note}
            for number, (body, name, role, note) in enumerate(PEOPLE, start=1)
        ],
        "shares": [
            {"number": 1, "unit": "工務課", "path": "//fs.shifan.test/工務課", "scope": "資料夾 標案/甲"},
            {"number": 2, "unit": "行政室", "path": "//fs.shifan.test/公用區", "scope": "整個分享區"},
        ],
        "crawl": {
            "account": "svc-inspection",
            "method": "以 SMB 協定唯讀方式列出並讀取檔案，於隔離程序內判讀；僅留存遮蔽後之節錄及統計，不留存檔案內容。",
            "period": "115年11月2日至12月31日",
            "exclusions": "個人資料夾、郵件檔及政風室分享區不在清查之列。",
            "recheck_period": "自缺失通知之日起至全部缺失解除列管止。",
            "recheck_scope": "僅讀取列管案件所涉檔案及其指定之移置處所。",
        },
        "consulted": "採購、人事單位",
    }


def pledge() -> Pledge:
    """Of an outside member of the panel."""
    return {
        "frame": PLAIN,
        "agency": AGENCY,
        "office": OFFICE,
        "signers": SIGNERS,
        "title": f"保密切結書（專案代號{CODE}）",
        "date": "115年11月3日",
        "code_name": CODE,
        "body": "虛構大學土木工程學系",
        "name": "范○評",
        "role": "外聘評選委員",
        "since": "115年11月2日",
        "promises": [
            "於專案公布前，及公布後仍應保密之部分，不得以任何方式洩漏、交付或公開，亦不得為自己或他人利用；離職、調職或解除知悉後亦同。",
            "所持文件、電子檔依規定標示、保管，不置於公用分享區，不以電子郵件、通訊軟體或私人設備傳遞；用畢繳回或會同銷毀。",
            "非經核准不得影印、複製、攝錄、攜出，亦不得與知悉人員以外之人談論。",
            "發現遺失、洩漏或有人探詢者，立即通報政風室。",
            "違反者願依法負刑事、民事及行政責任。",
        ],
    }


def closing_review() -> ClosingReview:
    """After a second tender."""
    return {
        "frame": FRAME,
        "office": OFFICE,
        "signers": SIGNERS,
        "title": f"{AGENCY}專案機密維護檢討改進意見",
        "date": "116年2月1日",
        "code_name": CODE,
        "kind": TENDER.name,
        "owner": "工務課",
        "planned": [
            "計畫於115年10月26日核定（示市政字第1150000123號）；實施期間115年11月2日至12月31日，分5個階段。",
            "計畫列知悉人員5人。",
        ],
        "dates": [
            "實施期間末日由115年12月31日調整為116年1月29日（流標，辦理第二次公告；115年12月28日核可，示市政字第1150000300號）。",
            "決標日：116年1月25日。",
        ],
        "pledges": [
            "知悉人員先後共6人，已切結6人（其中逾期切結1人），解除知悉1人。",
            "應切結者均已切結。",
        ],
        "changes": [
            {"date": "115.12.03", "change": "新增", "body": "資訊室", "name": "江○哲", "role": "電子領標協辦"},
            {
                "date": "116.01.16",
                "change": "解除",
                "body": "虛構科技大學營建系",
                "name": "柯○審",
                "role": "外聘評選委員",
            },
        ],
        "crawl": ["清查本案分享區2處、1,284個檔案；完整清查2處。"],
        "hits": [
            {
                "category": "採購底價／預估金額",
                "open": 0,
                "confirmed": 1,
                "dismissed": 2,
                "self_improved": 1,
            },
            {
                "category": "領標／投標廠商名單與家數",
                "open": 0,
                "confirmed": 0,
                "dismissed": 1,
                "self_improved": 0,
            },
        ],
        "opinion": [
            "知悉人員均依計畫切結，底價核定當日密封並列冊，開標前檢視封口完整，執行尚稱落實。",
            "流標後第二次公告期間，底價分析表電子檔曾暫存於課內分享區1日，經清查發現後當日移置；嗣後類案應於流標當日即清查分享區。",
            "外聘委員切結書逾期1件，建議於遴聘聯繫時一併送簽。",
        ],
        "conclusions": [
            "擬奉核後，改進意見移請主辦單位納入後續作業。",
            "擬將本檢討改進意見陳報虛構縣政府核備。",
        ],
    }


def submission() -> Submission:
    """The letter on it."""
    return {
        "frame": {**FRAME, "copy_number": "", "code": ""},
        "agency": AGENCY,
        "office": OFFICE,
        "signers": SIGNERS,
        "date": "116年2月5日",
        "register": "函",
        "recipient": "虛構縣政府",
        "classification": "密（專案結束後解密）",
        "attachments": "檢討改進意見1份（識別碼 K7QM-2XWD）",
        "subject": f"檢陳本所專案機密維護（代號{CODE}）檢討改進意見1份，請鑒核並予核備。",
        "explanations": [
            "依本所維護公務機密作業要點第六點辦理。",
            "旨案計畫於115年10月26日核定（示市政字第1150000123號），業於116年1月29日執行完畢。",
            "檢討改進意見於116年2月5日核定（示市政字第1160000010號）。",
        ],
        "contact": "政風室　(00)0000-0315",
        "signer": "市長　張○誠",
    }


PROJECT_SPECIMENS = {
    "plan/project_plan.docx": project_plan,
    "letter/pledge.docx": pledge,
    "report/closing_review.docx": closing_review,
    "letter/project_submission.docx": submission,
}
