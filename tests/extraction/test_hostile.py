"""Nothing a file holds makes reading raise, hang or grow: bombs, nests, mutations, and real files."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus import corpus_files, for_each_corpus_file
from extraction import probe_packages as probes
from extraction.test_text_and_mail import OFFICIAL, PAGE, escaped, mail, rich
from inspection.extraction.codec import Request, decode_reading, decode_request, encode_reading, encode_request
from inspection.extraction.passage import Reading, ReadLimits
from inspection.extraction.read import read_file
from inspection.sandbox.pool import Job, Pool
from inspection.vocabulary import ReadReason, ReadStatus

SEEDS: dict[str, bytes] = {
    "a.docx": probes.probe_word(),
    "a.xlsx": probes.probe_workbook(),
    "a.pptx": probes.probe_presentation(),
    "a.html": PAGE.format("utf-8").encode(),
    "a.rtf": rich(escaped("本文")),
    "a.eml": mail().as_bytes(),
    "a.di": OFFICIAL.format("utf-8", "密", "").encode(),
    "a.csv": "姓名,電話\n甲,乙\n".encode("cp950"),
}


def check(data: bytes, name: str) -> Reading:
    """Whatever comes in: a reading comes out, whole and consistent, and survives the way back to the parent."""
    reading = read_file(data, name=name)
    assert isinstance(reading, Reading)
    assert (reading.status is ReadStatus.SCANNED) == (reading.reason is None)
    assert decode_reading(encode_reading(reading)) == reading
    return reading


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    name=st.sampled_from(sorted(SEEDS)),
    cut=st.floats(0.0, 1.0),
    flips=st.lists(st.tuples(st.floats(0.0, 1.0, exclude_max=True), st.integers(0, 255)), max_size=12),
    doubled=st.booleans(),
)
def test_cut_and_flipped_files_never_raise(
    name: str, cut: float, flips: list[tuple[float, int]], doubled: bool
) -> None:
    data = bytearray(SEEDS[name])
    for place, value in flips:
        data[int(place * len(data))] = value
    kept = bytes(data[: int(cut * len(data))])
    check(kept * 2 if doubled else kept, name)


NESTING = ("w:p", "w:r", "w:tbl", "w:tr", "w:tc", "w:txbxContent", "w:del", "w:rPr", "w:pPr", "mc:AlternateContent")
ELEMENTS = [
    *(f"<{name}>" for name in (*NESTING, "mc:Fallback", "mc:Choice")),
    *(f"</{name}>" for name in NESTING),
    *("<w:t>密", "</w:t>", "<w:strike/>", "<w:vanish/>", "<w:p/>", "<w:tab/>"),
]


@settings(max_examples=300, deadline=None)
@given(
    xml=st.lists(
        st.sampled_from(ELEMENTS),
        max_size=40,
    )
)
def test_any_nesting_of_elements_is_read(xml: list[str]) -> None:
    reading = check(probes.word("".join(xml)), "a.docx")
    assert reading.status is ReadStatus.SCANNED


MANY_PARTS = b"From: a\r\nSubject: b\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n\r\n" * 50_000


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("open tags.docx", probes.word("<" * 2_000_000)),
        ("open names.docx", probes.word("<w" * 1_000_000)),
        ("open quotes.docx", probes.word('<w:t a="' * 300_000)),
        ("nested tables.docx", probes.word("<w:tbl><w:tr><w:tc>" * 100_000)),
        ("nested paragraphs.docx", probes.word("<w:p><w:r>" * 200_000)),
        ("comments.docx", probes.word("<!--" * 400_000)),
        ("sections.docx", probes.word("<![CDATA[" * 200_000)),
        ("open.html", b"<html>" + b"<" * 2_000_000),
        ("scripts.html", b"<html>" + b"<script>" * 250_000),
        ("tables.html", b"<html>" + b"<table><tr><td>" * 100_000),
        ("braces.rtf", b"{\\rtf1" + b"{" * 1_000_000),
        ("controls.rtf", b"{\\rtf1" + b"\\par" * 300_000 + b"}"),
        ("elements.di", "<函>".encode() + "<段落>".encode() * 100_000),
        (
            "parts.eml",
            b"From: a\r\nSubject: b\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n\r\n" * 50_000,
        ),
        ("lines.txt", b"\n" * 2_000_000),
        ("one line.txt", "密".encode() * 1_500_000),
        ("quotes.csv", b'a,b\n"' * 200_000),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_built_to_hang_does_not(name: str, data: bytes) -> None:
    begun = time.process_time()
    check(data, name)
    assert time.process_time() - begun < 20.0  # none takes two; what hangs takes minutes


def test_a_bug_of_ours_is_not_taken_for_a_broken_file() -> None:
    # each seed as it stands is read: a reader that raised by mistake would show as corrupt
    assert {name: read_file(data, name=name).reason for name, data in SEEDS.items()} == dict.fromkeys(SEEDS)


def test_a_confined_worker_reads_as_the_parent_would() -> None:
    names = sorted(SEEDS)
    jobs = (
        Job(key, encode_request(Request(name, (SEEDS[name],), ReadLimits(), len(SEEDS[name]))))
        for key, name in enumerate(names)
    )
    with Pool("inspection.extraction.worker", 2) as pool:
        outcomes = list(pool.run(jobs))
    found = {names[one.key]: decode_reading(one.answer) for one in outcomes if one.answer}
    assert found == {name: read_file(SEEDS[name], name=name) for name in names}


def test_a_request_comes_back_as_it_was() -> None:
    request = Request("工務課/底價.xlsx", (b"tail", b""), ReadLimits(entries=5), 99, ((0, 4), (8, 2)))
    assert decode_request(encode_request(request)) == request


@pytest.mark.parametrize("answer", [b"", b"junk", b"\0" * 64, encode_reading(check(b"x", "a.txt"))[:-3]])
def test_an_answer_that_is_no_reading_is_refused(answer: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        decode_reading(answer)


EXPECTED_HOSTILE = {
    "deep.docx": None, "encrypted.pdf": ReadReason.ENCRYPTED, "farcell.xlsx": None, "random.doc": ReadReason.CORRUPT,
    "random.docx": ReadReason.CORRUPT, "random.pdf": ReadReason.CORRUPT, "random.ppt": ReadReason.CORRUPT,
    "random.xls": ReadReason.CORRUPT, "trunc.doc": ReadReason.CORRUPT, "trunc.pdf": ReadReason.CORRUPT,
    "trunc.ppt": ReadReason.CORRUPT, "trunc.xls": ReadReason.CORRUPT, "truncated.docx": ReadReason.CORRUPT,
    "xmlbomb.docx": ReadReason.CORRUPT, "xxe.docx": ReadReason.CORRUPT, "zipbomb2g.docx": ReadReason.TOO_LARGE,
}  # fmt: skip


@for_each_corpus_file("hostile", "path")
def test_a_hostile_file_ends_with_its_exact_reason(path: Path) -> None:
    begun = time.process_time()
    reading = check(path.read_bytes(), path.name)
    assert time.process_time() - begun < 20.0
    if path.name in EXPECTED_HOSTILE:
        assert reading.reason is EXPECTED_HOSTILE[path.name]


def expected_public(path: Path) -> set[ReadReason | None]:
    """What a public test file is known to be by its name; None where it is whole."""
    name = path.name.lower()
    if any(word in name for word in ("clusterfuzz", "fuzzed", "crash-", "xmlbomb", "externalentity", "corrupted")):
        return {None, ReadReason.CORRUPT, ReadReason.ENCRYPTED}
    known = {  # protect.xlsx opens by the password programs use by themselves; stress025 is a theme and no document
        "protected_upper_case.docx": ReadReason.ENCRYPTED, "testodtencrypted.odt": ReadReason.ENCRYPTED,
        "60320-protected.xlsx": ReadReason.ENCRYPTED,
        "testppt_protected_passtika.pptx": ReadReason.ENCRYPTED, "ppt_with_png_encrypted.ppt": ReadReason.ENCRYPTED,
        "test7z_protected_passtika.7z": ReadReason.ENCRYPTED, "testunicodepassword.pdf": ReadReason.ENCRYPTED,
        "testpdf_no_extract_no_accessibility_owner_user.pdf": ReadReason.ENCRYPTED,
        "testpdf_no_extract_yes_accessibility_owner_user.pdf": ReadReason.ENCRYPTED,
        "testwordperfect_42.doc": ReadReason.UNSUPPORTED_FORMAT, "stress025.docx": ReadReason.UNSUPPORTED_FORMAT,
        "testpdf_version.10.x.pdf": ReadReason.NO_TEXT_LAYER, "testpdf_sigflags.pdf": ReadReason.NO_TEXT_LAYER,
        "testpdf_version.11.x.pdfa-1b.pdf": ReadReason.NO_TEXT_LAYER,
        "testpdf_difftitles.pdf": ReadReason.NO_TEXT_LAYER,
        "testpdf_version.6.x.pdf": ReadReason.NO_TEXT_LAYER, "testpdf_version.8.x.pdf": ReadReason.NO_TEXT_LAYER,
    }  # fmt: skip
    return {known.get(name)}


@for_each_corpus_file("public", "path")
def test_a_public_file_ends_with_its_exact_reason(path: Path) -> None:
    reading = check(path.read_bytes(), path.name)
    assert reading.reason in expected_public(path)


@for_each_corpus_file("public", "path")
def test_a_real_file_cut_or_flipped_never_raises(path: Path) -> None:
    data = path.read_bytes()
    for share in (0.1, 0.5, 0.9, 0.99):
        check(data[: int(len(data) * share)], path.name)
    for at in range(0, len(data), max(len(data) // 12, 1)):
        changed = bytearray(data)
        changed[at] ^= 0xA5
        check(bytes(changed), path.name)


@for_each_corpus_file("statutes", "path")
def test_a_big5_statute_is_read_without_a_lost_character(path: Path) -> None:
    reading = check(path.read_bytes(), path.name)
    text = "".join(one.text for one in reading.passages)
    assert text.count("\ufffd") == 0
    assert "法" in text or "條" in text


if corpus_files("public"):

    def test_a_confined_worker_reads_every_real_file_as_the_parent_would() -> None:
        files = [path for kind in ("public", "hostile") for path in corpus_files(kind)]
        held = [path.read_bytes() for path in files]
        jobs = (
            Job(key, encode_request(Request(files[key].name, (data,), ReadLimits(), len(data))))
            for key, data in enumerate(held)
        )
        with Pool("inspection.extraction.worker", 2) as pool:
            outcomes = list(pool.run(jobs))
        assert sorted(one.key for one in outcomes) == list(range(len(files)))
        differing = [
            files[one.key].name
            for one in outcomes
            if one.answer is None or decode_reading(one.answer) != read_file(held[one.key], name=files[one.key].name)
        ]
        assert differing == []
