"""`--strict-run`: a test that was skipped, expected to fail, deselected or not collected fails the run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """The one option."""
    parser.addoption(
        "--strict-run", action="store_true", help="a skipped, xfailed, deselected or uncollected test fails the run"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Watches only where asked."""
    if config.getoption("--strict-run"):
        config.pluginmanager.register(StrictRun(), "inspection-strict-run")


class StrictRun:
    """Counts what did not really run, in this process and in the workers of pytest-xdist."""

    def __init__(self) -> None:
        self.left_out: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Skips and xfails, whatever phase they come from."""
        if report.skipped or hasattr(report, "wasxfail"):
            self.left_out.append(f"skipped or expected to fail: {report.nodeid}")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file that skips itself."""
        if report.skipped:
            self.left_out.append(f"file skipped: {report.nodeid}")

    def pytest_deselected(self, items: list[pytest.Item]) -> None:
        """What -k, -m or a plugin took away."""
        self.left_out += [f"deselected: {item.nodeid}" for item in items]

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Test files below the folders asked for which gave no test; what is ignored has a run of its own."""
        with_tests = {item.path for item in session.items}
        elsewhere = [Path(one).resolve() for one in session.config.getoption("ignore") or []]
        for argument in session.config.args:
            folder = session.config.invocation_params.dir / argument.split("::")[0]
            for path in sorted(folder.rglob("test_*.py")):
                if path.resolve() not in with_tests and not any(map(path.resolve().is_relative_to, elsewhere)):
                    self.left_out.append(f"no test collected: {path.relative_to(session.config.rootpath)}")

    def pytest_testnodedown(self, node: Any) -> None:
        """A worker of pytest-xdist hands over what it saw while collecting."""
        self.left_out += node.workeroutput.get("left_out", [])

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Makes the run fail; the reasons are printed by the summary."""
        self.left_out = sorted(set(self.left_out))
        worker = getattr(session.config, "workeroutput", None)
        if worker is not None:
            worker["left_out"] = self.left_out
        elif self.left_out and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Says which and why."""
        if self.left_out:
            terminalreporter.section("tests that did not run", red=True)
            for line in self.left_out:
                terminalreporter.line(line)
            terminalreporter.line(f"{len(self.left_out)} tests did not run; a strict run fails")
