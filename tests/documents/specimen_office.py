"""The office whose papers the specimens are: its name, units, frame and assessment."""

from __future__ import annotations

from inspection.documents.kind import Frame, Signers
from inspection.documents.kinds.plan import AssessmentFactor

AGENCY, OFFICE = "虛構縣示範市公所", "政風室"
UNITS = (
    "民政課", "社會課", "財政課", "工務課", "農業課", "觀光課",
    "行政室", "資訊室", "人事室", "主計室", "政風室", "清潔隊",
)  # fmt: skip
SIGNERS: Signers = {
    "drafter": "承辦人",
    "unit_head": "單位主管",
    "countersign": "會辦單位",
    "ethics_head": "政風室主任",
    "chief_secretary": "主任秘書",
    "agency_head": "機關首長",
}
FRAME: Frame = {
    "mark": "密",
    "declassification": "解密條件：檢查結果簽奉核定並公布後自動解密",
    "copy_number": "第 3 號（共 5 份）",
    "identifier": "K7QM-2XWD",
    "watermark": "機敏資料",
    "hotline": "廉政專線 (00)0000-0315",
    "code": "6EAJ7F3K-K7QM-2XWD",
}
FACTORS: list[AssessmentFactor] = [
    {
        "heading": "經常處理公務機密員工之保密警覺程度",
        "sentences": [
            "機密業務承辦人 47 人中，上半年完成保密講習者 39 人（83.0%），較前期增加 6.4 個百分點。",
            "前次檢查屬人員疏失之缺失 9 件，占全部缺失 41%，以離座未鎖定螢幕 4 件最多。",
        ],
    },
    {
        "heading": "機關之主客觀環境及其各項保密措施",
        "sentences": [
            "共用資料夾 13 處，其中 2 處對全機關開放讀取；前次清查未標示之敏感檔案 18 個，集中於公用區。",
            "本期辦公廳舍無搬遷；委外維護廠商 3 家，均已簽具保密切結書。",
        ],
    },
    {
        "heading": "曾發生洩密單位近期之改進措施",
        "sentences": ["近一年無洩密案件；列管缺失 22 件，已解除列管 19 件，逾期 1 件（工務課）。"],
    },
]
