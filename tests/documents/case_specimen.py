"""A specimen of an awareness case, of the length real ones have."""

from __future__ import annotations

from documents.specimen_office import SIGNERS
from inspection.documents.kind import Frame
from inspection.documents.kinds.case_sheet import CaseSheet


def case_sheet(frame: Frame) -> CaseSheet:
    """A case on a shared folder."""
    return {
        "frame": {**frame, "mark": "", "declassification": "", "copy_number": "", "watermark": "", "code": ""},
        "agency": "虛構縣示範市公所",
        "office": "政風室",
        "signers": SIGNERS,
        "title": "公務機密維護宣導案例：網路分享與檔案清查",
        "date": "115年12月1日",
        "theme": "網路分享與檔案清查",
        "cause": "資訊管制不良",
        "explanation": "電子檔案未設存取權限或置於公用資料夾，任何同仁均得讀取、複製，易遭竊取或誤傳。",
        "scenes": [
            "某單位同仁將含有國民身分證統一編號、金融帳號之檔案存放於網路分享區，檔案未有機密或限閱標示，亦未遮蔽。",
            "某單位經保密檢查，未能落實「網路分享資料夾均已逐一審查，內容不含公務機密，並設有存取權限」。",
        ],
        "bases": ["本機關維護公務機密作業要點第八條"],
        "practice": [
            "發現類此檔案，依移置、限權、遮蔽、刪除之順序處理。",
            "於網路分享檔案前，先審查內容是否涉及應秘密事項，並限定得讀取之人員。",
            "含個人資料或應秘密事項之檔案，用畢移出分享區；須留存者加密或遮蔽。",
            "個人電腦設密碼及螢幕保護，密碼不書寫張貼，亦不自動記憶。",
        ],
        "closing": "本案例係就機關保密檢查所見彙編，已去識別化；如有疑義或發現類此情形，請洽政風室。",
    }
