"""Runs LibreOffice for a caller and ends it with the caller: `python convert_keeper.py CALLER FOLDER COMMAND...`.

A caller that is killed (out of memory, a cleared task) cannot end its children, and `soffice` starts one of its own
that outlives it, with the document in clear. So this small process stands between: it sees the caller go by the end of
its standard input or by another parent, kills the whole session and removes the folder. It imports nothing of ours.
"""

import contextlib
import os
import select
import shutil
import signal
import subprocess
import sys

LOOKS_EVERY_SECONDS = 1.0


def main(caller: int, folder: str, command: list[str]) -> None:
    """Until the command ends, or the caller does."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    ended = os.pidfd_open(process.pid)
    orphaned = False
    while not orphaned:
        ready, _, _ = select.select([0, ended], [], [], LOOKS_EVERY_SECONDS)
        if ended in ready:
            break
        # a process the caller forked meanwhile may hold the other end of the pipe: the parent tells too
        orphaned = 0 in ready or os.getppid() != caller
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if orphaned:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3:])
