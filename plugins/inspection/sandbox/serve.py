"""The worker's side: confines itself, then answers one request after the other until the pipe closes."""

from __future__ import annotations

import gc
import os
import resource
from collections.abc import Callable
from dataclasses import asdict

from inspection.sandbox.confine import Confinement, allow_cpu, confine
from inspection.sandbox.frames import frame, pack, read_frame, unpack, write_all

ANSWER, OUT_OF_MEMORY, FAILED, READY = b"A", b"M", b"X", b"R"


def serve(handler: Callable[[bytes], bytes], prepare: Callable[[bytes], None] | None = None) -> None:
    """Serves requests from standard input to standard output with `handler`; returns when the parent closes the pipe.

    The first frame carries the confinement and the parent's greeting, with which `prepare` is called while files can
    still be opened. All modules the handler may need must be imported before the call.
    A handler that raises is answered as failed, without a word of what it met.
    """
    requests, answers = 0, os.dup(1)
    os.dup2(2, 1)  # whatever a library prints must not mix with our frames
    first = read_frame(requests)
    if first is None:
        return
    given, blobs = unpack(first)
    if prepare is not None:
        prepare(blobs[0] if blobs else b"")
    confinement = Confinement(int(given["memory_bytes"]), int(given["cpu_seconds"]))
    gc.collect()
    gc.freeze()
    layers = confine(confinement, keep=(requests, 1, 2, answers))
    most_bytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    write_all(answers, frame(READY + pack({"layers": asdict(layers), "most_bytes": most_bytes})))
    while (request := read_frame(requests)) is not None:
        allow_cpu(confinement.cpu_seconds)
        write_all(answers, frame(_answer(handler, request)))
        request = None


def _answer(handler: Callable[[bytes], bytes], request: bytes) -> bytes:
    try:
        return ANSWER + handler(request)
    except MemoryError:
        return OUT_OF_MEMORY
    except Exception:  # a stranger's file may make anything raise; the parent only learns that it did
        return FAILED
