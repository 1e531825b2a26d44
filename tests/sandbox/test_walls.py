"""Walls that do not stand: production reads nothing, others say so; and what a plain user's worker can reach."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from inspection import doctor, settings
from inspection.doctor import machine
from inspection.errors import BadSource
from inspection.sandbox import walls
from inspection.sandbox.pool import Job, Pool
from sandbox import plain_user

WITHOUT_FILTER = "sandbox.planted_without_filter"
WITH_THREAD = "sandbox.planted_with_thread"


def profile(monkeypatch: pytest.MonkeyPatch, name: str, accepted: str = "") -> None:
    """Reads the settings anew with a profile and the walls it does without."""
    monkeypatch.setenv("INSPECTION_PROFILE", name)
    monkeypatch.setenv("INSPECTION_ACCEPT_MISSING_WALLS", accepted)
    settings.reset()
    walls._told.clear()


def test_production_hands_no_byte_to_a_worker_without_all_walls(monkeypatch: pytest.MonkeyPatch) -> None:
    profile(monkeypatch, "production")
    with Pool(WITHOUT_FILTER, 1) as pool, pytest.raises(BadSource, match="缺：seccomp；未讀取任何檔案"):
        list(pool.run([Job(1, b"echo of a stranger's file")]))
    assert pool.layers is None


def test_production_hands_no_byte_to_a_worker_beside_whose_walls_a_thread_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    profile(monkeypatch, "production")
    with Pool(WITH_THREAD, 1) as pool, pytest.raises(BadSource, match="缺：single_thread；未讀取任何檔案"):
        list(pool.run([Job(1, b"echo of a stranger's file")]))


def test_a_wall_named_by_the_installation_is_done_without(monkeypatch: pytest.MonkeyPatch) -> None:
    profile(monkeypatch, "production", "landlock_tcp, seccomp")
    with Pool(WITHOUT_FILTER, 1) as pool:
        assert pool.one(b"echo x").answer == b"x"


def test_another_wall_named_is_no_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    profile(monkeypatch, "production", "landlock_tcp")
    with Pool(WITHOUT_FILTER, 1) as pool, pytest.raises(BadSource, match="seccomp"):
        pool.one(b"echo x")
    profile(monkeypatch, "production", "moat")
    with Pool(WITHOUT_FILTER, 1) as pool, pytest.raises(BadSource, match="moat 不是隔離層"):
        pool.one(b"echo x")


def test_other_profiles_read_and_say_so_once(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    profile(monkeypatch, "test")
    with caplog.at_level(logging.WARNING), Pool(WITHOUT_FILTER, 2) as pool:
        assert [one.answer for one in pool.run(Job(key, b"echo x") for key in range(4))] == [b"x"] * 4
    told = [one.getMessage() for one in caplog.records if one.name == walls.__name__]
    assert told == ["讀檔隔離不完整，缺：seccomp；正式環境不予讀取"]


@pytest.mark.parametrize("profiled", ["production", "test"])
def test_the_doctor_says_which_walls_are_missing(monkeypatch: pytest.MonkeyPatch, profiled: str) -> None:
    profile(monkeypatch, profiled)
    assert doctor.CHECKS["sandbox"]().ok
    monkeypatch.setattr(machine, "A_WORKER", WITHOUT_FILTER)
    found = doctor._guarded("sandbox", doctor.CHECKS["sandbox"])
    assert not found.ok
    assert "seccomp" in found.found
    assert "INSPECTION_ACCEPT_MISSING_WALLS" in found.remedy
    profile(monkeypatch, profiled, "seccomp")
    assert doctor.CHECKS["sandbox"]().ok


@pytest.fixture(scope="module")
def reached(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, dict[str, str]]]:
    """What became of each attempt of a plain user's worker, free and confined."""
    folder = tmp_path_factory.mktemp("plain")
    environment = {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    found = {}
    for how in ("free", "confined"):
        file = folder / how
        file.write_bytes(b"of the office")
        file.chmod(0o600)
        above = [one for one in file.parents if not one.stat().st_mode & 0o001]
        for one in above:  # nobody must be able to reach the file at all
            one.chmod(one.stat().st_mode | 0o011)
        done = subprocess.run(
            [sys.executable, plain_user.__file__, str(file), how], capture_output=True, check=True, env=environment
        )
        found[how] = dict(line.split("\t") for line in done.stdout.decode().splitlines())
        found[how]["mode"] = f"{Path(file).stat().st_mode & 0o777:o}"
    yield found


def test_free_it_reaches_files_and_processes_of_its_user(reached: dict[str, dict[str, str]]) -> None:
    genuine = {
        "utimensat",
        "prlimit64",
        "tgkill",
        "rt_sigqueueinfo",
        "sched_setaffinity",
        "setpriority",
        "inotify_init1",
    }
    assert {name for name in genuine if reached["free"][name] != "DONE"} == set()


def test_confined_it_reaches_none_of_them(reached: dict[str, dict[str, str]]) -> None:
    confined = reached["confined"]
    outcomes = {name: told for name, told in confined.items() if name in plain_user.attempts(b"", 1)}
    assert len(outcomes) == len(plain_user.attempts(b"", 1))
    assert {name: told for name, told in outcomes.items() if told not in {"1", "38"}} == {}
    assert confined["mode"] == "600"
    assert confined["missing"] == ""


def test_confined_it_still_sets_its_own_limits_and_ends_by_a_crash(reached: dict[str, dict[str, str]]) -> None:
    assert reached["confined"]["own limit"] == "set"
    assert reached["confined"]["ended by"] == str(int(signal.SIGABRT))


@pytest.mark.parametrize("worker", ["A_WORKER", "A_FORM_WORKER"])
def test_the_doctor_lets_a_worker_read_a_line(monkeypatch: pytest.MonkeyPatch, worker: str) -> None:
    """A worker whose walls stand and that reads nothing, as where its libraries need a call that is refused."""
    profile(monkeypatch, "production")
    monkeypatch.setattr(machine, worker, "sandbox.planted")
    found = doctor.CHECKS["sandbox"]()
    assert not found.ok
    assert "試讀" in found.found
