"""Zip packages for tests: the same members give the same bytes, whenever they are made."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping


def zipped(
    members: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED, *, stored: tuple[str, ...] = ()
) -> bytes:
    """The members as a zip, in their order; those named in `stored` are not packed.

    An entry without a date of its own would carry the clock, so that two of one content differ from one second pair to
    the next; here each carries the first date a zip can say.
    """
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_STORED if name in stored else method)
    return held.getvalue()
