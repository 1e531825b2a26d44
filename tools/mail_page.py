"""The page of mails: what each is for, which values it is given, and what these mean."""

from __future__ import annotations

from tools.rule_pages import table

from inspection.rules.catalogue import Catalogue


def mails_page(rules: Catalogue) -> str:
    """Every mail the product writes, and every value with an example."""
    texts = rules.mail_texts
    head = (
        "# Mails\n\nTo change one: [changing the rules](../changing-the-rules.md#3-a-mail-text). "
        f"At hand in every mail: {_coded(texts.common)}."
    )
    mails = [(f"`{one.id}`", one.purpose, _coded(one.variables)) for one in texts.mails]
    values = [(f"`{one.id}`", one.meaning, _example(one.example)) for one in texts.variables]
    parts = (
        head,
        table(("mail", "用途", "values of its own"), mails),
        "## Values\n\n" + table(("value", "意義", "example"), values),
    )
    return "\n\n".join(parts) + "\n"


def _coded(names: tuple[str, ...]) -> str:
    return " ".join(f"`{name}`" for name in names) or "—"


def _example(example: object) -> str:
    """A list's first entry stands for all."""
    if not isinstance(example, tuple):
        return str(example)
    return "、".join(f"{key}: {value}" for key, value in example[0].items()) if example else "—"
