"""Whether the walls around a worker are enough to read behind: asked before it is handed the first byte of a file."""

from __future__ import annotations

import logging
from dataclasses import fields

from inspection import settings
from inspection.errors import BadSource
from inspection.language import speak
from inspection.sandbox.confine import Layers

logger = logging.getLogger(__name__)
NAMES = frozenset(field.name for field in fields(Layers))
_told: set[tuple[str, ...]] = set()


def accepted() -> frozenset[str]:
    """The walls the installation has said it does without; raises BadSource for a name that is none."""
    named = frozenset(one.strip() for one in settings.get().accept_missing_walls.split(",") if one.strip())
    if unknown := sorted(named - NAMES):
        known = sorted(NAMES)
        raise BadSource(
            speak(
                f"INSPECTION_ACCEPT_MISSING_WALLS 之 {'、'.join(unknown)} 不是隔離層，現有：{'、'.join(known)}",
                f"{', '.join(unknown)} in INSPECTION_ACCEPT_MISSING_WALLS is no wall; there are {', '.join(known)}",
            )
        )
    return named


def require(layers: Layers) -> None:
    """Raises BadSource in production where a wall is missing that the installation has not accepted by name.

    Elsewhere it is told once per process.
    """
    missing = tuple(name for name in layers.missing if name not in accepted())
    if not missing:
        return
    if settings.get().profile == "production":
        raise BadSource(
            speak(
                f"本機無法以完整隔離讀取檔案，缺：{'、'.join(missing)}；未讀取任何檔案",
                f"files cannot be read behind all walls on this machine, missing: {', '.join(missing)}; none was read",
            ),
            remedy=speak(
                "請更新核心（Linux 6.7 以上）並啟用 Landlock 及 seccomp；評估風險後仍須讀取者，"
                "於 INSPECTION_ACCEPT_MISSING_WALLS 逐一列出",
                "use a kernel (Linux 6.7 or newer) with Landlock and seccomp; who has weighed the risk names them in"
                " INSPECTION_ACCEPT_MISSING_WALLS",
            ),
        )
    if missing not in _told:
        _told.add(missing)
        logger.warning(
            speak("讀檔隔離不完整，缺：%s；正式環境不予讀取", "walls are missing: %s; production would not read"),
            ", ".join(missing),
        )
