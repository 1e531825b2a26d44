"""Writes what the product is made of (CycloneDX, from uv.lock), or says (`--check`) that what is written is old.

uv tells it; what would differ from run to run (its serial number, the moment, uv's own version) and the addresses of
wheels for other machines are left out, for uv.lock holds them with their hashes. What an image takes from Debian stands
in the Dockerfile and is not in it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

from inspection.settings import REPOSITORY

UV = REPOSITORY / "var" / "tools" / "bin" / "uv"
KEPT = REPOSITORY / "docs" / "generated" / "sbom.cdx.json"
_NAMESPACE = uuid.UUID("6f4d0a52-3b1e-5c8e-9d50-0d7f5a0c5b11")


def sbom(repository: Path = REPOSITORY) -> str:
    """The packages the lock of a repository names for running, and what each rests on, as one JSON text; equal for
    equal locks."""
    command = [str(UV), "export", "--frozen", "--no-dev", "--format", "cyclonedx1.5", "--quiet"]
    exported = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=True).stdout
    told: dict[str, Any] = json.loads(exported)
    del told["metadata"]["timestamp"]
    for tool in told["metadata"]["tools"]:
        tool.pop("version", None)
    for one in told["components"]:
        one.pop("externalReferences", None)
    told["serialNumber"] = ""
    told["serialNumber"] = f"urn:uuid:{uuid.uuid5(_NAMESPACE, json.dumps(told, sort_keys=True))}"
    return json.dumps(told, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def main() -> None:
    """Writes the file; with `--check` says whether it is as the lock has it, and ends with 1 where it is not."""
    text = sbom()
    if "--check" not in sys.argv[1:]:
        KEPT.write_text(text, encoding="utf-8")
    elif not KEPT.is_file() or KEPT.read_text(encoding="utf-8") != text:
        sys.exit(f"{KEPT.relative_to(REPOSITORY)} is out of date: run `make docs`")


if __name__ == "__main__":
    main()
