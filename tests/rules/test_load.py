"""Rule files are read strictly: each fault is told with file, line, field and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import Field

from inspection.errors import BadSource, BadSources, Place
from inspection.rules.load import RuleModel, load_yaml, rules_version
from inspection.vocabulary import Severity


class Entry(RuleModel):
    id: str
    name: str
    severity: Severity = Severity.LOW


class Book(RuleModel):
    version: int
    entries: tuple[Entry, ...]
    words: dict[str, str] = Field(default_factory=dict)


SHIPPED = """\
version: 1
entries:
  - id: A
    name: 甲
  - id: B
    name: 乙
    severity: high
words: {x: 一, y: 二}
"""


def written(folder: Path, text: str, name: str = "book.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def faults_of(folder: Path, text: str, overlay: str | None = None) -> list[BadSource]:
    above = written(folder, overlay, "agency.yaml") if overlay is not None else None
    with pytest.raises(BadSource) as caught:
        load_yaml(written(folder, text), Book, overlay=above)
    return caught.value.faults if isinstance(caught.value, BadSources) else [caught.value]


def test_a_right_file_becomes_the_model(tmp_path: Path) -> None:
    book = load_yaml(written(tmp_path, SHIPPED), Book)
    assert [entry.id for entry in book.entries] == ["A", "B"]
    assert book.entries[1].severity is Severity.HIGH


def test_all_faults_are_told_at_once_with_line_and_field(tmp_path: Path) -> None:
    text = "version: one\nentries:\n  - id: A\n    nmae: 甲\n  - id: B\n    name: 乙\n    severity: huge\n"
    told = [(fault.place.line, fault.place.field, fault.remedy) for fault in faults_of(tmp_path, text) if fault.place]
    assert [(line, field) for line, field, _ in told] == [
        (1, "version"),
        (3, "entries[A].name"),
        (4, "entries[A].nmae"),
        (7, "entries[B].severity"),
    ]
    assert all(remedy for _, _, remedy in told)


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("version: 1\nentries: []\nversion: 2\n", 3, "重複"),
        (SHIPPED.replace("id: B", "id: A"), 5, "id A 重複"),
        ("version: 1\nentries: [\n", 3, "不是合法的 YAML"),
        ("version: 1\n? [a, b]\n: 2\nentries: []\n", 2, "鍵須為單一文字"),
        ("version: &v [*v]\nentries: []\n", 1, "層次過深"),
        ("", 1, "檔案沒有內容"),
    ],
)
def test_what_yaml_would_swallow_is_refused(tmp_path: Path, text: str, line: int, problem: str) -> None:
    fault = faults_of(tmp_path, text)[0]
    assert fault.place is not None
    assert (fault.place.line, problem in str(fault)) == (line, True)


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "book.yaml"
    path.write_bytes(SHIPPED.encode("big5"))
    with pytest.raises(BadSource, match="UTF-8"):
        load_yaml(path, Book)


def test_an_overlay_changes_fields_by_id_and_adds_entries(tmp_path: Path) -> None:
    overlay = "entries:\n  - {id: B, severity: critical}\n  - {id: C, name: 丙}\nwords: {y: 貳}\n"
    book = load_yaml(written(tmp_path, SHIPPED), Book, overlay=written(tmp_path, overlay, "agency.yaml"))
    assert [(entry.id, entry.name) for entry in book.entries] == [("A", "甲"), ("B", "乙"), ("C", "丙")]
    assert book.entries[1].severity is Severity.CRITICAL
    assert book.words == {"x": "一", "y": "貳"}


def test_a_fault_in_an_overlay_names_the_overlay(tmp_path: Path) -> None:
    overlay = "entries:\n  - id: B\n    severity: huge\n  - id: C\n    name: 丙\n    colour: red\n"
    places = [fault.place for fault in faults_of(tmp_path, SHIPPED, overlay)]
    assert [(Path(place.file).name, place.line) for place in places if place] == [
        ("agency.yaml", 3),
        ("agency.yaml", 6),
    ]


@pytest.mark.parametrize(
    ("overlay", "line", "field"),
    [
        ("entries:\n- {id: B, severity: huge}\n", 2, "entries[B].severity"),
        ("entries:\n- {id: C, name: 丙}\n- {id: D}\n", 3, "entries[D].name"),
        ("entries:\n- {id: B, name: 乙, name: 丙}\n", 2, "entries[B].name"),
        ("entries:\n- {id: B, name: 乙}\n- {id: B, name: 丙}\n", 3, "entries[B].id"),
        ("entries:\n- {id: B, severity: high}\n- {name: 丙}\n", 3, "entries[1].id"),  # without id: by position
    ],
)
def test_an_entry_is_named_by_its_id(tmp_path: Path, overlay: str, line: int, field: str) -> None:
    places = [fault.place for fault in faults_of(tmp_path, SHIPPED, overlay)]
    assert [(Path(place.file).name, place.line, place.field) for place in places if isinstance(place, Place)][-1:] == [
        ("agency.yaml", line, field)
    ]


def test_a_missing_or_empty_overlay_leaves_the_shipped_rules(tmp_path: Path) -> None:
    path = written(tmp_path, SHIPPED)
    shipped = load_yaml(path, Book)
    assert load_yaml(path, Book, overlay=tmp_path / "none.yaml") == shipped
    assert load_yaml(path, Book, overlay=written(tmp_path, "# nothing yet\n", "agency.yaml")) == shipped


def test_the_rules_version_follows_content_not_layout(tmp_path: Path) -> None:
    shipped = load_yaml(written(tmp_path, SHIPPED), Book)
    spaced = load_yaml(written(tmp_path, "# note\n" + SHIPPED), Book)
    changed = load_yaml(written(tmp_path, SHIPPED.replace("乙", "丁")), Book)
    assert rules_version(shipped) == rules_version(spaced) != rules_version(changed)
