"""Fills a form as Word does: by the tags of its controls."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from demo.people import fill_form
from lxml import etree

from documents.word import W, body_of, repacked

W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"


def changed(form: bytes, change: Callable[[etree._Element], None]) -> bytes:
    """The form with its body changed."""
    root = body_of(form)
    change(root)
    return repacked(form, {"word/document.xml": etree.tostring(root, xml_declaration=True, encoding="UTF-8")})


def control(root: etree._Element, tag: str) -> etree._Element:
    """A control by its tag."""
    return next(one for one in root.iter(f"{W}sdt") if one.find(f"{W}sdtPr/{W}tag").get(f"{W}val") == tag)


def tick(root: etree._Element, code: str) -> None:
    """Ticks 已自行改善 of a statement."""
    box = control(root, f"{code}.mended")
    next(box.iter(f"{W14}checked")).set(f"{W14}val", "1")
    next(box.iter(f"{W}t")).text = "☑"


def filled(
    form: bytes, answers: Mapping[str, str] | None = None, written: Mapping[str, str] | None = None, ticked: str = ""
) -> bytes:
    """Chooses 符合 or `answers` in the lists, types `written` into the controls of these tags, ticks one statement."""

    def write(root: etree._Element) -> None:
        for tag, words in (written or {}).items():
            texts = list(control(root, tag).iter(f"{W}t"))
            texts[0].text = words
            for rest in texts[1:]:
                rest.text = ""
        if ticked:
            tick(root, ticked)

    return changed(fill_form(form, answers or {}), write)
