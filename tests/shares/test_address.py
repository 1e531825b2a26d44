"""Addresses of shares and folders, in every spelling people use."""

from __future__ import annotations

from pathlib import Path

import pytest

from inspection.errors import BadSource
from inspection.shares.address import ShareAddress, parse_address
from inspection.shares.open import login_for


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("smb://crawler@fs1:1445/data/工務課", ShareAddress("fs1", 1445, "data", "工務課", "crawler")),
        ("smb://crawler@fs1/data", ShareAddress("fs1", 445, "data", "", "crawler")),
        ("SMB://fs1/data/a/b/", ShareAddress("fs1", 445, "data", "a/b")),
        ("smb://AGENCY;crawler@fs1/data", ShareAddress("fs1", 445, "data", "", "crawler", "AGENCY")),
        ("smb://AGENCY%5Ccrawler@fs1/data", ShareAddress("fs1", 445, "data", "", "AGENCY\\crawler")),
        ("smb://fs1/data/%E5%BA%95%20%231", ShareAddress("fs1", 445, "data", "底 #1")),
        ("smb://fs1/data/第#1號?", ShareAddress("fs1", 445, "data", "第#1號?")),
        ("//fs1/data/a", ShareAddress("fs1", 445, "data", "a")),
        ("//fs1:1445/data", ShareAddress("fs1", 1445, "data", "")),
        ("//[::1]:1445/data", ShareAddress("::1", 1445, "data", "")),
        (r"\\fs1\data", ShareAddress("fs1", 445, "data", "")),
        (r"\\fs1\data\工務課\115 標案", ShareAddress("fs1", 445, "data", "工務課/115 標案")),
        ("/srv/files", ShareAddress("", 0, "", "/srv/files")),
    ],
)
def test_an_address_is_understood_and_its_url_reads_back(text: str, address: ShareAddress) -> None:
    assert parse_address(text) == address
    assert parse_address(address.url) == address


def test_a_relative_folder_becomes_absolute() -> None:
    assert parse_address("demo/files").folder == str(Path.cwd() / "demo/files")


@pytest.mark.parametrize(
    "text",
    ["", "smb://fs1", "smb://fs1/", "//fs1", "\\\\fs1", "smb:///data", "smb://fs1:99999/data", "smb://fs1:x/data",
     "//fs1:x/data", "//user@fs1/data", "smb://fs1/data/../other"],
)  # fmt: skip
def test_a_bad_address_is_refused_with_what_to_do(text: str) -> None:
    with pytest.raises(BadSource):
        parse_address(text)


def test_a_password_in_an_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(BadSource, match="INSPECTION_SMB_PASSWORD") as refused:
        parse_address("smb://crawler:open-sesame@fs1/data")
    assert "sesame" not in str(refused.value)


def test_an_address_shows_neither_user_nor_default_port() -> None:
    assert str(parse_address("smb://crawler@fs1:445/data/a")) == "//fs1/data/a"
    assert str(parse_address("smb://crawler@fs1:1445/data")) == "//fs1:1445/data"
    assert parse_address("//fs1/data/a").unc == r"\\fs1\data"


def test_the_account_of_an_address_becomes_a_login_whose_password_does_not_show() -> None:
    login = login_for(parse_address("smb://AGENCY;crawler@fs1/data"), "open-sesame")
    assert login is not None
    assert (login.user, login.domain, login.password) == ("crawler", "AGENCY", "open-sesame")
    assert "sesame" not in repr(login)
    assert login_for(parse_address("//fs1/data"), "open-sesame") is None
