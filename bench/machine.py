"""Names the machine a number was measured on."""

from __future__ import annotations

import os
import platform
import re
from pathlib import Path


def machine() -> str:
    """Processor, cores, memory in GiB, kernel and Python, on one line."""
    processors = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    model = re.search(r"model name\s*: (.*)", processors)
    memory = re.search(r"MemTotal:\s*(\d+) kB", Path("/proc/meminfo").read_text(encoding="ascii"))
    gibibytes = int(memory.group(1)) / 2**20 if memory else 0.0
    name = model.group(1).strip() if model else platform.machine()
    return (
        f"{name}, {os.cpu_count()} cores, {gibibytes:.0f} GiB, "
        f"Linux {platform.release()}, Python {platform.python_version()}"
    )
