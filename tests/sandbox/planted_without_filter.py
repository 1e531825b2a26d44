"""A worker on a machine without seccomp: the kernel's own is never asked for, and the worker says so."""

from __future__ import annotations

from inspection.sandbox import seccomp
from inspection.sandbox.serve import serve
from sandbox.planted import handle

if __name__ == "__main__":
    seccomp.ARCHITECTURES.clear()
    serve(handle)
