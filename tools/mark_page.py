"""The page of marks: levels, conditions and defects as the rules have them, and the texts the reading is held to."""

from __future__ import annotations

from tools.rule_pages import table

from inspection.rules.catalogue import Catalogue
from inspection.vocabulary import Zone

ZONE = {
    Zone.HEADER: "頁首",
    Zone.FOOTER: "頁尾",
    Zone.BODY: "內文",
    Zone.TEXT_BOX: "文字方塊",
    Zone.WATERMARK: "浮水印",
}


def marks_page(rules: Catalogue) -> str:
    """Which words are a document's own mark, what makes one defective, and which statements it speaks against."""
    book = rules.marking
    head = (
        "# Marks\n\nHow the mark of a file is read (`marking_rules.yaml`). The higher rank wins; the longest period of "
        "secrecy is given where the law has one."
    )
    levels = [(one.text, one.rank, one.max_years or "—", one.source) for one in book.levels]
    defects = [(one.id, one.when, _answering(one.id, rules)) for one in book.defects]
    marks = [
        (ZONE.get(one.zone, one.zone), one.paragraph, one.text, one.level, one.condition or "—")
        for one in book.examples
    ]
    others = [(ZONE.get(one.zone, one.zone), one.paragraph, one.text, one.why) for one in book.counter_examples]
    parts = (
        head,
        "## 等級\n\n" + table(("等級", "高低", "最長年限", "來源"), levels),
        "## 瑕疵\n\n" + table(("代碼", "情形", "交叉比對之檢查項目"), defects),
        "## 是標示者\n\n" + table(("位置", "段", "文字", "等級", "解密條件"), marks),
        "## 不是標示者\n\n" + table(("位置", "段", "文字", "理由"), others),
    )
    return "\n\n".join(parts) + "\n"


def _answering(defect: str, rules: Catalogue) -> str:
    """The statements a file with this defect speaks against."""
    items = rules.checklist_items.items
    named = [one.id for one in items if any(defect in getattr(rule, "defects", ()) for rule in one.cross_checks)]
    return "、".join(named) or "—"
