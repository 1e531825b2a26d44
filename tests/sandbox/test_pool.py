"""Jobs that hang, eat memory or kill their worker end with the right reason; all others get their answers."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest

from inspection.errors import SourceUnavailable
from inspection.sandbox.pool import Job, Outcome, Pool, PoolLimits
from inspection.vocabulary import ReadReason

PLANTED = "sandbox.planted"
QUICK = PoolLimits(wall_seconds=1.0, memory_bytes=256 << 20)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_every_job_gets_exactly_one_outcome_whatever_the_others_do() -> None:
    attempts = {3: b"hang", 17: b"crash", 30: b"fail", 44: b"eat_memory"}
    jobs = [Job(key, attempts.get(key, b"echo %d" % key)) for key in range(60)]
    with Pool(PLANTED, 2, PoolLimits(wall_seconds=6.0, memory_bytes=256 << 20)) as pool:
        outcomes = list(pool.run(iter(jobs)))
    assert sorted(outcome.key for outcome in outcomes) == list(range(60))
    reasons = {outcome.key: outcome.reason for outcome in outcomes if outcome.reason}
    assert reasons == {
        3: ReadReason.TIMEOUT,
        17: ReadReason.CORRUPT,
        30: ReadReason.CORRUPT,
        44: ReadReason.MEMORY,
    }
    answers = {outcome.key: outcome.answer for outcome in outcomes if not outcome.reason}
    assert answers == {key: b"%d" % key for key in range(60) if key not in attempts}


@pytest.mark.parametrize("attempt", [b"hang", b"spin"])
def test_a_hanging_job_ends_within_its_wall_time(attempt: bytes) -> None:
    with Pool(PLANTED, 1, QUICK) as pool:
        pool.start()
        begun = time.monotonic()
        assert pool.one(attempt) == Outcome(0, None, ReadReason.TIMEOUT)
        assert time.monotonic() - begun < 10 * QUICK.wall_seconds
        assert pool.one(b"echo after").answer == b"after"


def test_a_job_that_was_kept_waiting_until_its_time_was_over_gets_a_second_try_with_more_of_it() -> None:
    with Pool(PLANTED, 1, QUICK) as pool:
        assert pool.one(b"echo before").answer == b"before"
        assert pool.one(b"be_kept_waiting_in_a_used_worker") == Outcome(0, b"had its time")
        assert pool.one(b"hang") == Outcome(0, None, ReadReason.TIMEOUT)


@pytest.mark.parametrize("attempt", [b"eat_memory", b"eat_memory_without_asking"])
def test_a_job_that_eats_memory_ends_within_768_megabytes_and_ten_seconds(attempt: bytes) -> None:
    limits = PoolLimits()
    with Pool(PLANTED, 1, limits) as pool:
        pool.start()
        begun = time.monotonic()
        assert pool.one(attempt) == Outcome(0, None, ReadReason.MEMORY)
        assert time.monotonic() - begun < 10 * limits.wall_seconds
    # a child's record begins with that of its parent
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 <= max(limits.memory_bytes, own)


def test_a_large_parent_does_not_make_a_crash_look_like_memory() -> None:
    ballast = bytearray(os.urandom(1 << 20) * 300)
    with Pool(PLANTED, 1, QUICK) as pool:
        assert pool.one(b"crash") == Outcome(0, None, ReadReason.CORRUPT)
    assert len(ballast) == 300 << 20


def test_a_large_parent_does_not_hide_that_a_job_ate_memory() -> None:
    """A child's record of its greatest size begins with its parent's: looked at closely the second time."""
    ballast = bytearray(os.urandom(1 << 20) * 820)
    with Pool(PLANTED, 1) as pool:
        assert pool.one(b"eat_memory_without_asking") == Outcome(0, None, ReadReason.MEMORY)
    assert len(ballast) == 820 << 20


def test_a_job_that_kills_its_worker_is_tried_once_more_in_a_fresh_one() -> None:
    with Pool(PLANTED, 1, QUICK) as pool:
        first = pool.one(b"whoami").answer
        assert pool.one(b"crash") == Outcome(0, None, ReadReason.CORRUPT)
        second = pool.one(b"whoami").answer
    assert first is not None
    assert second is not None
    assert first.split()[1] != second.split()[1]


def test_an_answer_beyond_the_limit_ends_the_job_not_the_parent() -> None:
    with Pool(PLANTED, 1, PoolLimits(answer_bytes=1 << 20)) as pool:
        assert pool.one(b"talk_too_much") == Outcome(0, None, ReadReason.TOO_LARGE)


def test_a_large_file_goes_through_the_pipe_whole() -> None:
    payload = os.urandom(1 << 20) * 40
    with Pool(PLANTED, 1) as pool:
        assert pool.one(b"echo " + payload).answer == payload


def test_workers_are_replaced_after_their_number_of_jobs() -> None:
    with Pool(PLANTED, 1, PoolLimits(jobs_per_worker=3)) as pool:
        seen = [outcome.answer for outcome in pool.run(Job(key, b"whoami") for key in range(9))]
    assert len(set(seen)) == 3


def test_no_worker_outlives_its_pool() -> None:
    with Pool(PLANTED, 2) as pool:
        outcomes = list(pool.run(Job(key, b"whoami") for key in range(8)))
    pids = {int(outcome.answer.split()[1]) for outcome in outcomes if outcome.answer}
    assert pids
    assert not any(alive(pid) for pid in pids)


def test_no_worker_outlives_a_killed_parent(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(
        "import os, signal\n"
        "from inspection.sandbox.pool import Pool\n"
        f"pool = Pool({PLANTED!r}, 1)\n"
        "print(pool.one(b'whoami').answer.split()[1].decode(), flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n",
        encoding="utf-8",
    )
    path = os.pathsep.join(entry for entry in sys.path if entry)
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, env={"PYTHONPATH": path}, timeout=30, check=False
    )
    pid = int(done.stdout)
    end = time.monotonic() + 5.0
    while alive(pid) and time.monotonic() < end:
        time.sleep(0.02)
    assert not alive(pid)


def test_a_module_that_does_not_start_is_told_not_waited_for() -> None:
    with Pool("inspection.no_such_worker", 1) as pool, pytest.raises(SourceUnavailable, match="無法啟動"):
        pool.start()
