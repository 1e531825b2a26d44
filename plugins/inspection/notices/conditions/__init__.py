"""The register of conditions: a module per kind, named after it, that holds its `CONDITION` and the function making it.

A module put into this folder is in the register. One that holds no `CONDITION` of its own name stops the start.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from inspection.errors import BadSource, Misuse
from inspection.language import speak
from inspection.notices.condition import Condition


@cache
def register() -> Mapping[str, Condition]:
    """Every condition by its id, in the order of ids; raises ValueError for a module whose condition has another id."""
    found: dict[str, Condition] = {}
    for name in sorted(module.name for module in pkgutil.iter_modules(__path__)):
        condition: Condition = importlib.import_module(f"{__name__}.{name}").CONDITION
        if condition.id != name:
            raise Misuse(f"{__name__}.{name} holds the condition {condition.id!r}")
        found[name] = condition
    return MappingProxyType(found)


def of(kind: str) -> Condition:
    """The condition of this id; raises BadSource for one that is not in the register."""
    found = register().get(kind)
    if found is None:
        raise BadSource(
            speak(
                f"通知所繫之條件「{kind}」不存在，現有：{'、'.join(register())}",
                f"a notice depends on the condition {kind!r}, which does not exist; there are {', '.join(register())}",
            ),
            remedy=speak("請確認程式版本與資料庫相符", "program and database must be of one version"),
        )
    return found


register()  # a faulty module is told at the start, not on the day of its first letter
