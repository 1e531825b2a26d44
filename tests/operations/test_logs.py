"""A collector reads what portal and sender log, and reads nothing that an error held."""

from __future__ import annotations

import json
import logging

import pytest

from inspection import settings
from inspection.operations import logs
from inspection.portal.serve import configured


def logged(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """What two deeds leave: a plain line, and an error whose words hold a secret."""
    before = logging.root.handlers[:], logging.root.level
    try:
        logs.begin()
        log = logging.getLogger("inspection.test")
        log.info("已放行 %d 項", 2)
        try:
            raise ValueError("/課室/底價.docx")
        except ValueError:
            log.exception("錯誤編號 E-1")
    finally:
        logging.root.handlers[:], logging.root.level = before
    return capsys.readouterr().err.splitlines()


def test_each_line_is_an_object_and_an_error_tells_its_kind_and_place_alone(
    home: object, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("INSPECTION_LOG_JSON", "true")
    settings.reset()
    plain, error = (json.loads(line) for line in logged(capsys))
    assert (plain["level"], plain["logger"], plain["message"]) == ("INFO", "inspection.test", "已放行 2 項")
    assert plain["at"].endswith("+00:00")
    assert (error["message"], error["error"]) == ("錯誤編號 E-1", "ValueError")
    assert error["where"][0].startswith("logged:")
    assert "底價" not in json.dumps(error, ensure_ascii=False)


def test_without_the_setting_lines_are_for_people(home: object, capsys: pytest.CaptureFixture[str]) -> None:
    settings.reset()
    assert logged(capsys)[0].endswith(" INFO 已放行 2 項")


def test_the_portals_own_processes_log_so_too(home: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INSPECTION_LOG_JSON", "true")
    settings.reset()
    before = logging.root.handlers[:], logging.root.level
    try:
        configured(logs.configuration())
        assert [type(one.formatter) for one in logging.root.handlers] == [logs.JsonLine]
    finally:
        logging.root.handlers[:], logging.root.level = before
