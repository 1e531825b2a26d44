"""Every detector rule hits what it says it hits and misses what it says it misses, with every engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from detection.invented import Inventor, filled
from detection.written import KEY, TODAY, reading
from inspection.detection.findings import hits_of
from inspection.detection.normalise import Manuscript
from inspection.detection.ruleset import Rules, load_rules
from inspection.errors import BadSource
from inspection.rules.detectors import REMEDY_ORDER, load_detectors

BOOK = load_detectors()
CASES = [
    pytest.param(d.id, kind, text, id=f"{d.id}-{kind}-{number}")
    for d in BOOK.detectors
    for kind, texts in (("hit", d.cases.hit), ("miss", d.cases.miss))
    for number, text in enumerate(texts)
]
ENGINES = {name: load_rules(backend=name) for name in ("hyperscan", "re2", "re")}


def found(text: str, rules: Rules) -> set[str]:
    return set(hits_of(Manuscript.of(reading(text).passages), "文件.docx", rules, KEY, today=TODAY))


@pytest.mark.parametrize(("detector", "kind", "text"), CASES)
@pytest.mark.clause("S1-02b", "S4-02", "S4-04", "S4-06", "S4-07")
def test_each_case_of_each_rule_holds_with_every_engine(detector: str, kind: str, text: str) -> None:
    for seed in range(5):
        written, _ = filled(text, Inventor(seed))
        seen = {name: found(written, rules) for name, rules in ENGINES.items()}
        assert seen["hyperscan"] == seen["re2"] == seen["re"]
        assert (detector in seen["re"]) == (kind == "hit"), (seed, seen["re"])


def test_every_detector_is_shipped_with_cases_both_ways_and_its_source() -> None:
    assert all(d.cases.hit and d.cases.miss and d.source for d in BOOK.detectors)


def test_remedies_stand_in_the_order_of_the_office() -> None:
    assert REMEDY_ORDER == ("移置", "限權", "遮蔽", "刪除", "標示")
    for detector in BOOK.detectors:
        assert sorted(detector.remedies, key=REMEDY_ORDER.index) == list(detector.remedies)


@pytest.mark.parametrize(
    ("overlay", "problem"),
    [
        ("detectors: [{id: PII-NID, patterns: ['(?<!\\d)\\d{8}']}]", "環視"),
        ("detectors: [{id: PII-NID, patterns: ['\\bA\\d{8}']}]", "環視"),
        ("detectors: [{id: PII-NID, remedies: [標示, 移置]}]", "處理方式須依此順序排列"),
        ("detectors: [{id: PII-NID, ground: NOWHERE}]", "所指理由不存在"),
        ("detectors: [{id: PII-NID, record_with: [NOBODY]}]", "所指偵測規則不存在"),
        ("detectors: [{id: TOP-CRIM, patterns: ['x']}]", "規則須擇一填 patterns"),
        ("detectors: [{id: PII-NID, severity: info}]", "severity"),
    ],
)
def test_an_agency_overlay_is_checked_as_strictly_as_the_shipped_rules(
    tmp_path: Path, overlay: str, problem: str
) -> None:
    (tmp_path / "detectors.yaml").write_text(overlay, encoding="utf-8")
    with pytest.raises(BadSource, match=problem) as caught:
        load_detectors(tmp_path)
    assert "detectors.yaml" in str(caught.value)


def test_an_agency_overlay_changes_a_rule_and_the_rules_version(tmp_path: Path) -> None:
    (tmp_path / "detectors.yaml").write_text("detectors: [{id: PII-NID, severity: critical}]", encoding="utf-8")
    changed = load_rules(tmp_path, backend="re")
    assert changed.by_id["PII-NID"].severity == "critical"
    assert changed.version != ENGINES["re"].version == ENGINES["hyperscan"].version
