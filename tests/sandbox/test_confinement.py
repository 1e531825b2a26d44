"""What a taken-over worker can do: nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from inspection.sandbox import seccomp
from inspection.sandbox.pool import Pool, PoolLimits
from sandbox import planted

PLANTED = "sandbox.planted"


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    os.environ["PLANTED_SECRET"] = "of the parent"
    with Pool(PLANTED, 1, PoolLimits(wall_seconds=10.0)) as running:
        yield running
    del os.environ["PLANTED_SECRET"]


def test_every_wall_stands_on_this_kernel(pool: Pool) -> None:
    assert pool.start().missing == ()


@pytest.mark.parametrize("attempt", [one.__name__ for one in planted.ATTEMPTS])
def test_a_planted_handler_is_refused(pool: Pool, attempt: str) -> None:
    outcome = pool.one(attempt.encode())
    assert outcome.reason is None
    assert outcome.answer is not None
    assert outcome.answer.startswith(b"refused ")


@pytest.mark.parametrize(
    "attempt",
    [
        "read_passwd", "list_root", "open_local_socket", "hold_an_anonymous_file", "see_a_secret",
        "run_code_of_its_own", "make_memory_executable",
    ],
)  # fmt: skip
def test_the_same_attempt_succeeds_where_nothing_is_confined(attempt: str) -> None:
    assert planted.handle(attempt.encode()).startswith(b"DONE ")


def test_no_call_beside_the_list_goes_through(pool: Pool) -> None:
    assert pool.one(b"try_every_other_call").answer == b""


def test_only_the_pipes_are_open(pool: Pool) -> None:
    outcome = pool.one(b"count_descriptors")
    assert outcome.answer is not None
    assert int(outcome.answer) == 4  # requests, two for diagnostics that go nowhere, answers


def test_root_is_given_up(pool: Pool) -> None:
    outcome = pool.one(b"whoami")
    assert outcome.answer is not None
    user = int(outcome.answer.split()[0])
    assert user == (65_534 if os.geteuid() == 0 else os.geteuid())


def test_what_a_library_prints_does_not_mix_with_answers(pool: Pool) -> None:
    assert pool.one(b"print_something").answer == b"printed"


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_filter_fits_the_kernel_and_names_every_call_once(machine: str) -> None:
    steps = seccomp.program(machine)
    column = seccomp.ARCHITECTURES[machine][0]
    numbers = [pair[column] for pair in seccomp.ALLOWED.values() if pair[column] is not None]
    numbers += [bound.numbers[column] for bound in seccomp.BOUNDS.values()]
    assert len(numbers) == len(set(numbers))
    assert len(steps) == 8 * (len(numbers) + 4 * len(seccomp.BOUNDS) + 10)
    assert len(numbers) < 255  # a jump reaches no further


def test_an_unknown_machine_has_no_filter() -> None:
    assert seccomp.program("vax") == b""
