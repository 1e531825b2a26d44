"""A strict run is green only where every test ran."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]


def _run(folder: Path, content: str, *options: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_story.py").write_text(f"import pytest\n{content}\n", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "strict_run", "-p", "no:cacheprovider", "-q", *options, "."]
    (folder / "pytest.ini").write_text(f"[pytest]\npythonpath = {TESTS}\n", encoding="utf-8")
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, env={"PYTHONPATH": str(TESTS)}
    )


SKIPPED = "@pytest.mark.skip\ndef test_a(): ...\ndef test_b(): ..."
CASES = {
    "skipped": (SKIPPED, ()),
    "skipped while running": ("def test_a(): pytest.skip('later')\ndef test_b(): ...", ()),
    "expected to fail": ("@pytest.mark.xfail\ndef test_a(): assert False\ndef test_b(): ...", ()),
    "unexpectedly passing": ("@pytest.mark.xfail\ndef test_a(): ...\ndef test_b(): ...", ()),
    "deselected": ("def test_a(): ...\ndef test_b(): ...", ("-k", "test_b")),
    "file skipped": ("pytest.skip('no library', allow_module_level=True)", ()),
}


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["one process", "two workers"])
@pytest.mark.parametrize("case", CASES)
def test_a_test_that_did_not_run_fails_the_strict_run(tmp_path: Path, case: str, workers: tuple[str, ...]) -> None:
    content, options = CASES[case]
    outcome = _run(tmp_path, content, "--strict-run", *options, *workers)
    assert outcome.returncode != 0
    assert "tests that did not run" in outcome.stdout
    assert "test_story.py" in outcome.stdout.partition("tests that did not run")[2]


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["one process", "two workers"])
def test_a_strict_run_in_which_all_ran_is_green(tmp_path: Path, workers: tuple[str, ...]) -> None:
    outcome = _run(tmp_path, "def test_a(): ...", "--strict-run", *workers)
    assert outcome.returncode == 0, outcome.stdout


def test_without_the_option_a_skip_is_only_a_skip(tmp_path: Path) -> None:
    assert _run(tmp_path, SKIPPED).returncode == 0


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["one process", "two workers"])
def test_a_test_file_without_tests_fails_the_strict_run(tmp_path: Path, workers: tuple[str, ...]) -> None:
    (tmp_path / "test_empty.py").touch()
    outcome = _run(tmp_path, "def test_a(): ...", "--strict-run", *workers)
    assert outcome.returncode != 0
    assert "no test collected: test_empty.py" in outcome.stdout


def test_what_is_left_to_a_run_of_its_own_has_one(tmp_path: Path) -> None:
    (tmp_path / "apart").mkdir()
    (tmp_path / "apart" / "test_other.py").write_text("def test_a(): ...", encoding="utf-8")
    assert _run(tmp_path, "def test_a(): ...", "--strict-run", "--ignore=apart").returncode == 0
    makefile = (TESTS.parent / "Makefile").read_text(encoding="utf-8")
    lines = makefile.partition("\ntest: ")[2].partition("\n\n")[0].splitlines()
    apart = {word.removeprefix("--ignore=") for line in lines for word in line.split() if word.startswith("--ignore=")}
    assert apart == {"tests/topology"}
    for folder in apart:
        assert any(f"pytest {folder} --strict-run; alone=$$?; \\" in line for line in lines), folder
    assert lines[-1].endswith("&& exit $$alone"), "either run that fails fails `make test`"
