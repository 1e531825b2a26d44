"""RAR archives, both versions: members come out whole, and whatever is wrong is said exactly."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawling.papers import docx
from extraction.rars import PACKED, STORED, Member, rar4, rar5
from inspection.crawling.sandboxed import SandboxedJudges
from inspection.crawling.scan import ScanRequest, scan
from inspection.extraction.codec import Request, decode_reading, encode_request
from inspection.extraction.passage import Reading, ReadLimits
from inspection.extraction.read import read_file
from inspection.sandbox.pool import Pool
from inspection.vocabulary import ReadReason, ReadStatus

Archive = Callable[..., bytes]
TEXT = "一般公文往返，請查照。".encode()
both = pytest.mark.parametrize("archive", [rar4, rar5])


def read(data: bytes, limits: ReadLimits | None = None) -> Reading:
    return read_file(data, name="附件.rar", limits=limits or ReadLimits())


@both
@pytest.mark.parametrize("method", [STORED, PACKED])
def test_stored_and_packed_members_come_out_whole_under_their_names(archive: Archive, method: int) -> None:
    members = {"標案/底價.txt": TEXT * 30, "乙.txt": TEXT, "空.txt": b""}
    data = archive(*(Member(name, content, method if content else STORED) for name, content in members.items()))

    reading = read(data)

    assert (reading.status, reading.reason, reading.format) == (ReadStatus.SCANNED, None, "rar")
    assert {one.name: one.data for one in reading.embedded} == members


@both
def test_locked_members_and_locked_headers_are_encrypted(archive: Archive) -> None:
    locked = read(archive(Member("甲.txt", TEXT, encrypted=True)))
    assert (locked.status, locked.reason) == (ReadStatus.UNREADABLE, ReadReason.ENCRYPTED)
    assert read(archive(headers_encrypted=True)).reason is ReadReason.ENCRYPTED

    partly = read(archive(Member("甲.txt", TEXT, encrypted=True), Member("乙.txt", TEXT)))
    assert partly.reason is None
    assert [(one.reason, one.data) for one in partly.embedded] == [(ReadReason.ENCRYPTED, b""), (None, TEXT)]


@both
def test_a_damaged_archive_is_corrupt_and_keeps_what_came_before(archive: Archive) -> None:
    whole = archive(Member("甲.txt", TEXT), Member("乙.txt", TEXT * 100, PACKED))
    cut = read(whole[: len(whole) - 400])
    assert cut.reason in {ReadReason.CORRUPT, None}
    assert cut.embedded[0].data == TEXT
    assert cut.reason is ReadReason.CORRUPT or cut.embedded[1].reason is ReadReason.CORRUPT

    changed = bytearray(archive(Member("甲.txt", TEXT * 10)))
    changed[-60] ^= 1
    (member,) = read(bytes(changed)).embedded
    assert member.reason is ReadReason.CORRUPT

    assert read(whole[:7] + bytes(64)).reason is ReadReason.CORRUPT


@both
def test_a_part_of_a_set_says_that_the_rest_lies_elsewhere(archive: Archive) -> None:
    reading = read(archive(Member("甲.txt", TEXT), Member("乙.txt", TEXT, split=True)))
    assert reading.reason is ReadReason.UNSUPPORTED_FORMAT
    assert [one.data for one in reading.embedded] == [TEXT, b""]


@both
@pytest.mark.parametrize(
    ("limits", "member"),
    [
        (ReadLimits(), Member("彈.bin", b"x" * 100, PACKED, announced=3 << 30)),
        (ReadLimits(part_bytes=1000), Member("彈.bin", b"x" * 2000)),
        (ReadLimits(total_bytes=1000), Member("彈.bin", b"x" * 2000)),
    ],
)
def test_a_bomb_is_too_large_and_the_member_after_it_is_read(
    archive: Archive, limits: ReadLimits, member: Member
) -> None:
    reading = read(archive(member, Member("甲.txt", TEXT)), limits)
    assert [(one.reason, one.data) for one in reading.embedded] == [(ReadReason.TOO_LARGE, b""), (None, TEXT)]


@both
def test_more_members_than_the_limit_end_the_archive(archive: Archive) -> None:
    data = archive(*(Member(f"{number}.txt", b"x") for number in range(12)))
    assert read(data, ReadLimits(entries=10)).reason is ReadReason.TOO_LARGE


def test_a_link_within_an_archive_is_no_member_of_its_own() -> None:
    reading = read(rar5(Member("甲.txt", TEXT), Member("乙.txt", b"", link=True)))
    assert [one.name for one in reading.embedded] == ["甲.txt"]


@pytest.fixture(scope="module")
def workers() -> Iterator[Pool]:
    """Confined workers: what a broken archive might break is not this process."""
    with Pool("inspection.extraction.worker", 2) as started:
        yield started


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    archive=st.sampled_from([rar4, rar5]),
    flips=st.lists(st.tuples(st.floats(0.0, 1.0, exclude_max=True), st.integers(0, 255)), max_size=8),
    cut=st.floats(0.2, 1.0),
)
def test_flipped_and_cut_archives_end_with_a_reason_and_harm_no_worker(
    workers: Pool, archive: Archive, flips: list[tuple[float, int]], cut: float
) -> None:
    data = bytearray(archive(Member("甲.txt", TEXT), Member("乙.txt", TEXT * 5, PACKED), Member("丙.txt", TEXT)))
    for place, value in flips:
        data[int(place * len(data))] = value
    kept = bytes(data[: int(cut * len(data))])
    outcome = workers.one(encode_request(Request("a.rar", (kept,), ReadLimits(), len(kept))))
    assert outcome.answer is not None, outcome.reason
    reading = decode_reading(outcome.answer)
    assert reading.status is (ReadStatus.SCANNED if reading.reason is None else ReadStatus.UNREADABLE)


def test_within_the_walls_an_archive_is_read_to_the_limit_of_nesting(tmp_path: Path, home: Path) -> None:
    assert home
    folder = tmp_path / "files"
    folder.mkdir()
    inner = rar5(Member("底.docx", docx("一般公文"), PACKED))
    for number in range(5):
        inner = rar4(Member(f"層{number}.rar", inner)) if number % 2 else rar5(Member(f"層{number}.rar", inner))
    (folder / "巢.rar").write_bytes(inner)
    (folder / "名冊.rar").write_bytes(rar5(Member("公文.docx", docx("一般公文", header="密"), PACKED)))
    out = tmp_path / "rows.jsonl"

    with SandboxedJudges(workers=1) as judges:
        scan(ScanRequest(str(folder), out), judges, tell=lambda _: None)

    rows = {row["path"]: row for row in map(json.loads, out.read_text(encoding="utf-8").splitlines())}
    assert rows["名冊.rar!/公文.docx"]["mark"]["level"] == "密"
    deepest = max((path for path in rows if path.startswith("巢.rar")), key=len)
    assert deepest.count("!/") == ReadLimits().nesting + 1
    assert rows[deepest]["reason"] == "too_large"
