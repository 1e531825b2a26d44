"""The parent's side: keeps confined workers busy, ends jobs that hang or kill their worker, and says why."""

from __future__ import annotations

import contextlib
import fcntl
import os
import resource
import selectors
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from inspection.errors import SourceUnavailable
from inspection.language import speak
from inspection.sandbox import walls
from inspection.sandbox.confine import Layers
from inspection.sandbox.frames import LENGTH, frame, pack, unpack
from inspection.sandbox.job_time import PATIENCE, STARVED_SHARE, WALL_SECONDS
from inspection.sandbox.serve import ANSWER, OUT_OF_MEMORY, READY
from inspection.vocabulary import ReadReason

F_SETPIPE_SZ = 1031
PIPE_BYTES = 1 << 20
PAGE_BYTES = resource.getpagesize()
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
WANTING = {b"R", b"D", b"T"}  # states of a process that waits for a processor, a disk, or for others to let it go on
# walls hold the thread that puts them up: no library may start others beside it (numpy's does when it is imported)
ENVIRONMENT = {
    "PYDANTIC_DISABLE_PLUGINS": "__all__",
    "PYTHONDONTWRITEBYTECODE": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
}
START_SECONDS = 60.0
START_PAYS_SECONDS = 1.0  # a further worker costs a third of a second to start: only where there is work for it
WAITING_BYTES = 64 << 20  # held ready for workers that are about to be free
LOOK_SECONDS = 0.2  # how often the memory of long jobs is looked at
LOOK_CLOSELY_SECONDS = 0.01  # and that of a job that killed its worker: the record of a large parent hides its own
MEMORY_SHARE = 0.6  # a worker that dies above this share of its memory died of memory


@dataclass(frozen=True, slots=True)
class PoolLimits:
    """What one job may cost, and how long a worker lives. Sizes in bytes."""

    wall_seconds: float = WALL_SECONDS
    memory_bytes: int = 768 << 20
    cpu_seconds: int = 20
    answer_bytes: int = 256 << 20
    jobs_per_worker: int = 2_000


@dataclass(frozen=True, slots=True)
class Job:
    """One request; `key` comes back with its outcome."""

    key: int
    payload: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer to a job, or the reason why there is none: timeout, memory or corrupt."""

    key: int
    answer: bytes | None
    reason: ReadReason | None = None


@dataclass(slots=True)
class _Worker:
    process: subprocess.Popen[bytes]
    requests: int
    answers: int
    outgoing: memoryview
    incoming: bytearray = field(default_factory=bytearray)
    job: Job | None = None
    ready: bool = False
    ready_at: float = 0.0
    deadline: float = 0.0
    done: int = 0
    alone: bool = False
    begun: float = 0.0
    cpu_before: float = 0.0
    most_at_start: int = 0  # a new process inherits its parent's record: only what is above it is its own
    most_seen: int = 0


@dataclass(slots=True)
class _Waiting:
    jobs: deque[tuple[Job, bool]] = field(default_factory=deque)  # with: is it a second try
    held_bytes: int = 0

    def put(self, job: Job, *, again: bool = False) -> None:
        (self.jobs.appendleft if again else self.jobs.append)((job, again))
        self.held_bytes += len(job.payload)

    def take(self) -> tuple[Job, bool]:
        job, again = self.jobs.popleft()
        self.held_bytes -= len(job.payload)
        return job, again


class Pool:
    """Workers running `python -m entry_module`, each confined. Use as a context manager; not for several threads.

    No worker is given a job before its walls are known to be enough; running raises BadSource where they are not.
    `greeting` is handed to each worker's `prepare` before it confines itself. A worker beyond the first is started
    once all others have been busy for a while.
    """

    def __init__(
        self, entry_module: str, workers: int, limits: PoolLimits | None = None, *, greeting: bytes = b""
    ) -> None:
        self._module = entry_module
        self._size = max(workers, 1)
        self._limits = limits or PoolLimits()
        self._greeting = greeting
        self._workers: list[_Worker] = []
        self._selector = selectors.DefaultSelector()
        self._failed_starts = 0
        self.layers: Layers | None = None

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self) -> Layers:
        """Starts all workers, waits for the first and says which walls stand; raises SourceUnavailable, and BadSource
        where too few do."""
        while len(self._workers) < self._size:
            self._begin_worker()
        while self.layers is None:
            self._step(set())
        return self.layers

    def one(self, payload: bytes) -> Outcome:
        """Runs a single job."""
        return next(iter(self.run([Job(0, payload)])))

    def run(self, jobs: Iterable[Job]) -> Iterator[Outcome]:
        """Runs jobs, answers in any order; exactly one outcome per job. `jobs` is read only as fast as work is done."""
        source = iter(jobs)
        waiting = _Waiting()
        exhausted = False
        ended: deque[Outcome] = deque()
        retried: set[int] = set()
        while True:
            while not exhausted and len(waiting.jobs) < 2 * self._size and waiting.held_bytes < WAITING_BYTES:
                job = next(source, None)
                if job is None:
                    exhausted = True
                    break
                waiting.put(job)
                self._hand_out(waiting, exhausted)
                ended.extend(self._collect(0.0, waiting, retried))
                while ended:
                    yield ended.popleft()
            self._hand_out(waiting, exhausted)
            busy = any(worker.job for worker in self._workers)
            if exhausted and not waiting.jobs and not busy:
                return
            ended.extend(self._collect(None, waiting, retried))
            while ended:
                yield ended.popleft()

    def close(self) -> None:
        """Ends all workers."""
        for worker in list(self._workers):
            self._end_worker(worker)
        self._selector.close()

    # --- workers ---------------------------------------------------------------------------------------------------

    def _begin_worker(self) -> None:
        process = subprocess.Popen(
            [sys.executable, "-m", self._module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=ENVIRONMENT | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
            cwd="/",
            start_new_session=True,
            bufsize=0,
        )
        if process.stdin is None or process.stdout is None:
            raise SourceUnavailable(speak("讀檔程序未能建立連線", "a worker was started without pipes"))
        requests, answers = process.stdin.fileno(), process.stdout.fileno()
        for descriptor in (requests, answers):
            os.set_blocking(descriptor, False)
            with contextlib.suppress(OSError):
                fcntl.fcntl(descriptor, F_SETPIPE_SZ, PIPE_BYTES)
        limits = self._limits
        first = frame(pack({"memory_bytes": limits.memory_bytes, "cpu_seconds": limits.cpu_seconds}, (self._greeting,)))
        worker = _Worker(process, requests, answers, memoryview(first), deadline=time.monotonic() + START_SECONDS)
        self._workers.append(worker)
        self._selector.register(answers, selectors.EVENT_READ, worker)
        self._send(worker)

    def _end_worker(self, worker: _Worker) -> tuple[int, int]:
        """Kills and reaps a worker; (exit status as Popen gives it, most resident bytes)."""
        with contextlib.suppress(KeyError, ValueError):
            self._selector.unregister(worker.answers)
        with contextlib.suppress(KeyError, ValueError):
            self._selector.unregister(worker.requests)
        if worker in self._workers:
            self._workers.remove(worker)
        with contextlib.suppress(ProcessLookupError):
            os.kill(worker.process.pid, signal.SIGKILL)
        try:
            _, status, usage = os.wait4(worker.process.pid, 0)
            most = usage.ru_maxrss * 1024
            worker.process.returncode = os.waitstatus_to_exitcode(status)
        except ChildProcessError:
            most = 0
        for pipe in (worker.process.stdin, worker.process.stdout):
            if pipe:
                pipe.close()
        return worker.process.returncode or 0, most

    # --- work ------------------------------------------------------------------------------------------------------

    def _hand_out(self, waiting: _Waiting, exhausted: bool) -> None:
        wanted = self._size if not exhausted else min(self._size, len(waiting.jobs) + self._busy())
        while len(self._workers) < wanted and self._another_pays():
            self._begin_worker()
        for worker in self._workers:
            if not waiting.jobs:
                return
            if not worker.ready or worker.job is not None:
                continue
            again = waiting.jobs[0][1]
            if again and worker.done:
                continue  # a second try runs in a fresh worker
            job, again = waiting.take()
            worker.job, worker.alone = job, again
            worker.begun = time.monotonic()
            worker.deadline = worker.begun + self._limits.wall_seconds * (PATIENCE if again else 1)
            worker.cpu_before, _ = _processor(worker.process.pid)
            worker.outgoing = memoryview(frame(job.payload))
            self._send(worker)
        if waiting.jobs and waiting.jobs[0][1]:
            self._make_room()

    def _another_pays(self) -> bool:
        """Whether all workers are at work, and have been for long enough to be worth a further one."""
        if not all(worker.ready and worker.job for worker in self._workers):
            return False
        youngest = max((worker.ready_at for worker in self._workers), default=0.0)
        return time.monotonic() - youngest > START_PAYS_SECONDS

    def _busy(self) -> int:
        return sum(worker.job is not None for worker in self._workers)

    def _make_room(self) -> None:
        """A second try waits and every idle worker is used: one of them is replaced by a fresh one."""
        fresh = any(not worker.done and worker.job is None for worker in self._workers)
        idle = next((worker for worker in self._workers if worker.ready and worker.job is None), None)
        if not fresh and idle is not None:
            self._end_worker(idle)
            self._begin_worker()

    def _send(self, worker: _Worker) -> None:
        """Writes what the pipe takes; the rest goes when it is ready again. A dead worker is noticed on reading."""
        try:
            while worker.outgoing:
                worker.outgoing = worker.outgoing[os.write(worker.requests, worker.outgoing) :]
        except BlockingIOError:
            with contextlib.suppress(KeyError):
                self._selector.register(worker.requests, selectors.EVENT_WRITE, worker)
            return
        except BrokenPipeError:
            worker.outgoing = memoryview(b"")
        with contextlib.suppress(KeyError, ValueError):
            self._selector.unregister(worker.requests)

    def _collect(self, wait_seconds: float | None, waiting: _Waiting, retried: set[int]) -> list[Outcome]:
        outcomes = []
        for worker, outcome in self._step(retried, wait_seconds):
            if outcome is None:
                if worker.job:
                    retried.add(worker.job.key)
                    waiting.put(worker.job, again=True)
            else:
                outcomes.append(outcome)
        return outcomes

    def _step(self, retried: set[int], wait_seconds: float | None = None) -> list[tuple[_Worker, Outcome | None]]:
        """Waits for news; outcomes, and None with a worker whose job deserves its second try."""
        results: list[tuple[_Worker, Outcome | None]] = []
        if wait_seconds is None:
            deadlines = [worker.deadline for worker in self._workers if worker.job or not worker.ready]
            wait_seconds = max(min(deadlines, default=time.monotonic() + 1.0) - time.monotonic(), 0.0)
            wait_seconds = min(wait_seconds, self._look_seconds(retried))
        for key, _ in self._selector.select(wait_seconds):
            worker: _Worker = key.data
            if worker not in self._workers:
                continue
            if key.fd == worker.requests:
                self._send(worker)
            elif news := self._receive(worker, retried):
                results.append(news)
        now = time.monotonic()
        for worker in self._workers:
            if worker.job and (worker.job.key in retried or now - worker.begun > LOOK_SECONDS / 2):
                worker.most_seen = max(worker.most_seen, _resident_bytes(worker.process.pid))
        for worker in [one for one in self._workers if now > one.deadline and (one.job or not one.ready)]:
            job = worker.job
            starved = job is not None and job.key not in retried and self._was_starved(worker)
            self._end_worker(worker)
            if job is None:
                self._start_failed()
            else:
                # on a busy machine the clock runs out before the work had its share: it is tried once more, with time
                results.append((worker, None if starved else Outcome(job.key, None, ReadReason.TIMEOUT)))
        return results

    def _was_starved(self, worker: _Worker) -> bool:
        """Whether a job that ran out of time wanted a processor and had much less of one than that time."""
        spent, wants = _processor(worker.process.pid)
        return wants and spent - worker.cpu_before < self._limits.wall_seconds * STARVED_SHARE

    def _start_failed(self) -> None:
        self._failed_starts += 1
        if self._failed_starts >= 3:
            raise SourceUnavailable(
                speak(
                    f"讀檔程序無法啟動（{self._module}）；請執行 `python -m {self._module}` 查明原因",
                    f"workers of {self._module} do not start: run `python -m {self._module}` to see why",
                )
            )
        self._begin_worker()

    def _look_seconds(self, retried: set[int]) -> float:
        again = any(worker.job and worker.job.key in retried for worker in self._workers)
        return LOOK_CLOSELY_SECONDS if again else LOOK_SECONDS

    def _receive(self, worker: _Worker, retried: set[int]) -> tuple[_Worker, Outcome | None] | None:
        try:
            piece = os.read(worker.answers, PIPE_BYTES)
        except BlockingIOError:
            return None
        if not piece:
            return self._died(worker, retried)
        worker.incoming += piece
        if len(worker.incoming) < LENGTH.size:
            return None
        (length,) = LENGTH.unpack_from(worker.incoming)
        if length > self._limits.answer_bytes:
            return self._spoiled(worker, ReadReason.TOO_LARGE)
        if len(worker.incoming) < LENGTH.size + length:
            return None
        answer = bytes(worker.incoming[LENGTH.size : LENGTH.size + length])
        worker.incoming.clear()
        return self._answered(worker, answer, retried)

    def _answered(self, worker: _Worker, answer: bytes, retried: set[int]) -> tuple[_Worker, Outcome | None] | None:
        job, kind = worker.job, answer[:1]
        if job is None:
            if kind == READY and not worker.ready:
                layers, worker.most_at_start = _introduction(answer[1:])
                walls.require(layers)
                self.layers = layers
                worker.ready = True
                worker.ready_at = time.monotonic()
                self._failed_starts = 0
                return None
            self._end_worker(worker)  # it speaks without being asked
            return None
        if kind == OUT_OF_MEMORY:
            return self._spoiled(worker, ReadReason.MEMORY, retried)
        worker.job = None
        worker.done += 1
        outcome = Outcome(job.key, answer[1:]) if kind == ANSWER else Outcome(job.key, None, ReadReason.CORRUPT)
        if worker.done >= self._limits.jobs_per_worker or worker.alone:
            self._end_worker(worker)
        return worker, outcome

    def _spoiled(
        self, worker: _Worker, reason: ReadReason, retried: set[int] | None = None
    ) -> tuple[_Worker, Outcome | None] | None:
        """Ends a worker whose state is not to be trusted; its job ends, or is tried once more."""
        job = worker.job
        self._end_worker(worker)
        if job is None:
            return None
        if retried is not None and job.key not in retried:
            return worker, None
        return worker, Outcome(job.key, None, reason)

    def _died(self, worker: _Worker, retried: set[int]) -> tuple[_Worker, Outcome | None] | None:
        status = _exit_status(worker.process)
        code, most = self._end_worker(worker)
        if worker.job is None:
            if not worker.ready:
                self._start_failed()
            return None
        if worker.job.key not in retried:
            return worker, None
        if (code if status is None else status) == -signal.SIGXCPU:
            return worker, Outcome(worker.job.key, None, ReadReason.TIMEOUT)
        much = int(self._limits.memory_bytes * MEMORY_SHARE)
        of_memory = worker.most_seen > much or most > max(much, worker.most_at_start)
        return worker, Outcome(worker.job.key, None, ReadReason.MEMORY if of_memory else ReadReason.CORRUPT)


def _exit_status(process: subprocess.Popen[bytes]) -> int | None:
    """The status of a process that closed its pipe by dying, without reaping it."""
    end = time.monotonic() + 2.0
    while time.monotonic() < end:
        found = os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        if found is not None:
            return -found.si_status if found.si_code in {os.CLD_KILLED, os.CLD_DUMPED} else found.si_status
        time.sleep(0.005)
    return None


def _processor(pid: int) -> tuple[float, bool]:
    """Seconds of processor time a process has used, and whether it would use more now; none where it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND, fields[0] in WANTING
    except (OSError, IndexError, ValueError):
        return 0.0, False


def _resident_bytes(pid: int) -> int:
    """What a process holds in memory now; 0 where it is gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_bytes().split()[1]) * PAGE_BYTES
    except (OSError, IndexError, ValueError):
        return 0


def _introduction(message: bytes) -> tuple[Layers, int]:
    """What a worker says when it is ready: which walls stand, and its record of memory so far, in bytes."""
    try:
        head, _ = unpack(message)
        return Layers(**{name: bool(value) for name, value in head["layers"].items()}), int(head["most_bytes"])
    except (ValueError, TypeError, KeyError, AttributeError):
        raise SourceUnavailable(speak("讀檔程序未回報隔離情形", "a worker did not say which walls stand")) from None
