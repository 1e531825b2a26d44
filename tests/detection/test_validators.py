"""Check digits tell real numbers from look-alikes; masks show no more than they may."""

from __future__ import annotations

from datetime import date

import pytest

from detection.invented import Inventor
from inspection.detection import validators
from inspection.detection.mask import masked
from inspection.detection.people import People
from inspection.detection.ruleset import load_rules

NAMES = load_rules(backend="re").names


@pytest.mark.parametrize("seed", range(20))
def test_of_all_last_digits_exactly_one_is_right(seed: int) -> None:
    inventor = Inventor(seed)
    for check, number in (
        (validators.national_id, inventor.national_id()),
        (validators.national_id, inventor.national_id("89")),
        (validators.resident_old, inventor.old_resident()),
        (validators.luhn, inventor.card()),
    ):
        right = [digit for digit in "0123456789" if check(number[:-1] + digit) is not None]
        assert right == [number[-1]]


def test_letters_count_by_their_order_of_registration() -> None:
    codes = validators.LETTER_CODES
    assert (codes["A"], codes["H"], codes["J"], codes["N"], codes["P"]) == (10, 17, 18, 22, 23)
    assert (codes["V"], codes["X"], codes["W"], codes["Z"], codes["I"], codes["O"]) == (29, 30, 32, 33, 34, 35)


def test_company_numbers_follow_the_rule_of_2023() -> None:
    assert validators.company_number("04595252") == "04595252"  # 50 divides by 5, not by 10: refused by the old rule
    assert validators.company_number("04595253") is None
    assert validators.company_number("00000000") is None


def test_a_passport_zone_with_one_wrong_check_digit_is_none() -> None:
    inventor = Inventor(2)
    assert validators.machine_readable_zone(inventor.mrz_numbers())
    assert validators.machine_readable_zone(inventor.mrz_numbers(right=False)) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("65年3月8日", "1976-03-08"),
        ("1990/03/08", "1990-03-08"),
        ("民國71.5.6", "1982-05-06"),
        ("65年2月30日", None),
        ("2099/01/01", None),
    ],
)
def test_a_birthday_exists_and_lies_in_the_past(text: str, day: str | None) -> None:
    assert validators.past_date(text, today=date(2026, 11, 20)) == day


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("姓名:林示範", "林示範"),
        ("姓名\t歐陽虛構", "歐陽虛構"),
        ("陳情人:林示範住", "林示範"),
        ("檢舉人林示範女士", "林示範"),
        ("姓名:林○範", None),
        ("姓名:性別", None),
        ("申請人:詳如附件", None),
        ("姓名:陳情人", None),
        ("姓名:鑫示範", None),
    ],
)
def test_a_name_begins_with_a_surname(text: str, name: str | None) -> None:
    assert validators.chinese_name(text, NAMES) == name


@pytest.mark.parametrize("text", ["密碼:如附件", "密碼:********", "password: ${SECRET}", "pwd=none", "密碼:請洽資訊室"])
def test_a_password_that_is_none(text: str) -> None:
    assert validators.password(text) is None


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("national_id", "A12345abcd", "A12345****"),
        ("phone", "09xxxxxabc", "09xxxxx***"),
        ("name", "林示範", "林○範"),
        ("name", "林明", "林○"),
        ("name", "歐陽虛構", "歐○○構"),
        ("address", "虛構縣示範市中山路1號", "虛構縣示範市○○○"),
        ("secret", "hunter-two", "****"),
        ("leading", "123456789012", "1234****"),
        ("leading", "12345", "1****"),
        ("leading", "12", "****"),
    ],
)
def test_masks(kind: str, value: str, shown: str) -> None:
    assert masked(kind, value) == shown  # type: ignore[arg-type]


def test_people_are_counted_under_a_key_and_not_kept() -> None:
    people = People(b"k" * 32)
    for value in ("甲", "乙", "甲"):
        people.add("PII-NID", value)
    assert (people.count("PII-NID"), people.count("PII-UI-NEW")) == (2, 0)
    assert "甲" not in repr(vars(people))
