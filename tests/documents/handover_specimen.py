"""A specimen of a 移交清冊: an ethics officer leaves in mid-campaign, with eleven things of nine kinds."""

from __future__ import annotations

from documents.specimen_office import SIGNERS
from inspection.documents.kinds.handover_list import HandoverKind, HandoverList, HandoverRow

_LINES: tuple[tuple[str, str, tuple[tuple[str, str, str], ...]], ...] = (
    ("職務角色及權限", "項", (("政風人員", "", "助理員連○潔"), ("系統管理人員", "", "助理員連○潔"))),
    ("職務代理", "項", (("代理政風室主任潘○正：115年11月26日至115年11月30日", "", "助理員連○潔"),)),
    ("承辦中文件", "件", (("115年下半年定期保密檢查成果報告（已陳核，待決定）", "115年12月2日", "助理員連○潔"),)),
    (
        "檢查分組",
        "組",
        (("115年下半年定期保密檢查第1組領組：民政課、財政課、農業課、行政室、人事室、清潔隊", "", "助理員連○潔"),),
    ),
    ("待判定疑似事項", "批", (("民政課：4件待判定", "", "助理員連○潔"), ("行政室：11件待判定", "", "助理員連○潔"))),
    ("待複查案件", "件", (("列管編號C-115-H2-007（人事室）", "115年11月30日", "主任潘○正"),)),
    ("清查帳號保管", "個", (("svc-inspection（唯讀帳號；密碼請即變更，不列本清冊）", "", "助理員連○潔"),)),
    (
        "編號文件副本",
        "份",
        (
            ("政風室檢查結果，第2號", "", "助理員連○潔"),
            ("115年上半年定期保密檢查成果報告，第3號", "", "助理員連○潔"),
        ),
    ),
)


def handover_list() -> HandoverList:
    """As it is printed."""
    kinds: list[HandoverKind] = []
    number = 0
    for name, measure, rows in _LINES:
        lines: list[HandoverRow] = []
        for words, due, taker in rows:
            number += 1
            lines.append({"number": number, "words": words, "due": due, "taker": taker})
        kinds.append({"name": name, "count": len(lines), "measure": measure, "lines": lines})
    return {
        "frame": {
            "mark": "",
            "declassification": "",
            "copy_number": "",
            "watermark": "機敏資料",
            "identifier": "K7QM-2XWD",
            "hotline": "廉政專線 (00)0000-0315",
            "code": "",
        },
        "agency": "虛構縣示範市公所",
        "office": "政風室",
        "signers": SIGNERS,
        "title": "公務機密維護業務移交清冊",
        "number": "H-1151126-P112-P113",
        "date": "115年11月25日",
        "effective_on": "115年11月26日（星期四）",
        "scope": "全部經管事項",
        "reason": "調任虛構縣政府政風處，自115年11月26日起生效",
        "giver": "政風室課員簡○廉",
        "taker": "政風室助理員連○潔",
        "witness": "政風室主任潘○正",
        "kinds": kinds,
        "total": number,
        "notes": [
            "本清冊僅載編號、單位及日期，不載檢查內容；原已辦理之事項仍以原辦理人列名，不因移交變更。",
            "接交人應於生效日起三個工作日內逐項點收；清查帳號之密碼於移交當日變更。",
            "編號文件副本應隨同點交，號數不變；雙封套及簽收單一併移交。",
        ],
    }
