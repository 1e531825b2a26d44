"""Every structural place of each format is seen, and said to be the place it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from extraction import probe_packages as probes
from extraction.office import convert
from inspection.extraction.passage import Reading
from inspection.extraction.read import read_file
from inspection.vocabulary import ReadStatus, Zone


def zones_of(reading: Reading, text: str) -> set[str]:
    return {passage.zone.value for passage in reading.passages if text in (passage.text, *passage.cells)}


@pytest.mark.parametrize(
    ("name", "data", "places"),
    [
        ("probe.docx", probes.probe_word(), probes.WORD_PLACES),
        ("probe.xlsx", probes.probe_workbook(), probes.SHEET_PLACES),
        ("probe.pptx", probes.probe_presentation(), probes.SLIDE_PLACES),
    ],
    ids=["docx-22", "xlsx-15", "pptx-11"],
)
def test_every_place_is_read_once_and_in_its_zone(name: str, data: bytes, places: dict[str, str]) -> None:
    reading = read_file(data, name=name)
    assert reading.status is ReadStatus.SCANNED
    assert {text: zones_of(reading, text) for text in places} == {text: {zone} for text, zone in places.items()}
    all_texts = [text for passage in reading.passages for text in (passage.cells or (passage.text,))]
    assert {text: all_texts.count(text) for text in places} == dict.fromkeys(places, 1)


def test_the_probe_lists_are_complete() -> None:
    assert (len(probes.WORD_PLACES), len(probes.SHEET_PLACES), len(probes.SLIDE_PLACES)) == (22, 15, 11)


def test_sensitivity_labels_are_properties_under_their_own_name() -> None:
    reading = read_file(probes.probe_word(), name="a.docx")
    assert reading.properties["MSIP_Label_0001_Name"] == "Restricted"
    assert reading.properties["密等"] == "自訂屬性標記"


# what LibreOffice 7.4 writes into each format; what it drops on the way cannot be found by anybody
CONVERTED: dict[tuple[str, str], set[str]] = {
    ("docx", "odt"): set(probes.WORD_PLACES) - {"替代文字標記"},
    ("docx", "rtf"): set(probes.WORD_PLACES) - {"文字方塊標記", "圖形方塊標記", "替代文字標記"},
    ("docx", "doc"): set(probes.WORD_PLACES) - {"替代文字標記", "頁尾標記", "浮水印標記", "頁首標記"},
    ("docx", "pdf"): {
        "本文標記", "分段標記甲", "文字方塊標記", "首頁頁首標記", "表格標記", "巢狀表格標記", "插入字標記",
        "內容控制標記", "標題屬性標記", "主旨屬性標記", "關鍵字屬性標記",
    },
    ("xlsx", "ods"): set(probes.SHEET_PLACES) - {"首頁頁首標記", "圖表標題標記"},
    ("xlsx", "xls"): set(probes.SHEET_PLACES) - {"首頁頁首標記", "圖表標題標記"},
}  # fmt: skip


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The probes in every format LibreOffice writes, made in one go per format."""
    folder = tmp_path_factory.mktemp("converted")
    data = {"docx": probes.probe_word(), "xlsx": probes.probe_workbook()}
    for source, target in CONVERTED:
        (folder / f"{source}.{target}").write_bytes(convert(data[source], source, target, folder))
    return folder


@pytest.mark.slow
@pytest.mark.parametrize(("source", "target"), list(CONVERTED), ids=[f"{s}-to-{t}" for s, t in CONVERTED])
def test_every_place_that_survives_conversion_is_read(converted: Path, source: str, target: str) -> None:
    reading = read_file((converted / f"{source}.{target}").read_bytes(), name=f"probe.{target}")
    assert (reading.status, reading.format) == (ReadStatus.SCANNED, target)
    text = "\n".join(passage.text for passage in reading.passages)
    assert {place for place in CONVERTED[source, target] if place not in text} == set()


@pytest.mark.slow
def test_zones_survive_conversion_to_open_document_and_rich_text(converted: Path) -> None:
    expected = {
        "頁首標記": "header", "首頁頁首標記": "first_header", "頁尾標記": "footer", "浮水印標記": "watermark",
        "註解標記": "comment", "註腳標記": "note", "隱藏字標記": "hidden", "刪除線標記": "deleted",
        "自訂屬性標記": "property",
    }  # fmt: skip
    for target in ("odt", "rtf"):
        reading = read_file((converted / f"docx.{target}").read_bytes(), name="x")
        assert {text: zones_of(reading, text) for text in expected} == {text: {z} for text, z in expected.items()}


@pytest.mark.slow
def test_a_pdf_tells_its_header_by_position_and_keeps_its_properties(converted: Path) -> None:
    reading = read_file((converted / "docx.pdf").read_bytes(), name="x.bin")
    assert zones_of(reading, "首頁頁首標記") == {Zone.HEADER.value}
    assert reading.properties["title"] == "標題屬性標記"
