"""A worker whose library has started a thread before the walls went up: Landlock and seccomp do not hold it."""

from __future__ import annotations

import threading
import time

from inspection.sandbox.serve import serve
from sandbox.planted import handle

if __name__ == "__main__":
    threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
    serve(handle)
