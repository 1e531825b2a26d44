"""Workbooks under Excel's default password are read; under any other they are encrypted."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from crawling.papers import national_id
from extraction.locked import agile, compound, standard
from extraction.test_office_parts import SHEET_SPACES, workbook
from inspection.extraction.read import read_file
from inspection.vocabulary import ReadReason, ReadStatus

CHANCE = random.Random(11)
DEFAULT = "VelvetSweatshop"
WAYS: dict[str, Callable[[bytes, str], bytes]] = {
    "agile, SHA-512": agile,
    "agile, SHA-1, 128 bits": lambda data, password: agile(data, password, name="sha1", key_bytes=16),
    "standard": standard,
}


def sheet(number: str, rows: int) -> bytes:
    more = "".join(f'<row><c t="inlineStr"><is><t>{CHANCE.random()}</t></is></c></row>' for _ in range(rows))
    first = f'<row><c t="inlineStr"><is><t>{number}</t></is></c></row>'
    return workbook(f"<worksheet {SHEET_SPACES}><sheetData>{first}{more}</sheetData></worksheet>")


@pytest.mark.parametrize("rows", [0, 900])
@pytest.mark.parametrize("way", WAYS)
def test_a_workbook_that_opens_without_asking_is_read(way: str, rows: int) -> None:
    number = national_id(CHANCE)
    reading = read_file(WAYS[way](sheet(number, rows), DEFAULT), name="a.xlsx")
    assert (reading.status, reading.format) == (ReadStatus.SCANNED, "xlsx")
    assert [one.text for one in reading.passages if number in one.text] == [number]


@pytest.mark.parametrize("way", WAYS)
def test_under_another_password_it_is_encrypted(way: str) -> None:
    locked = WAYS[way](sheet(national_id(CHANCE), 0), "another")
    assert read_file(locked, name="a.xlsx").reason is ReadReason.ENCRYPTED


def test_a_locked_package_that_is_cut_off_is_told_encrypted() -> None:
    cut = compound({"EncryptedPackage": bytes(5_000), "EncryptionInfo": bytes(5_000)}, missing=9_000)
    assert read_file(cut, name="a.xlsx").reason is ReadReason.ENCRYPTED


def test_a_description_nobody_can_follow_is_encrypted_too() -> None:
    locked = agile(sheet(national_id(CHANCE), 0), DEFAULT)
    for harmed in (
        locked.replace(b'spinCount="1000"', b'spinCount="9e99"'),
        locked.replace(b"SHA512", b"MD5XXX"),
        locked.replace(b"saltValue", b"saltXXXXX"),
    ):
        assert read_file(harmed, name="a.xlsx").reason is ReadReason.ENCRYPTED
