"""The register of the documents we print: a module per kind, named after it, that holds its context and its `KIND`.

A module put into this folder is in the register; docs/recipes.md says what else a new kind needs.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from inspection.documents.kind import DocumentKind
from inspection.errors import NotFound
from inspection.language import speak


@cache
def register() -> Mapping[str, DocumentKind]:
    """Every kind by its id, in the order of ids."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return MappingProxyType({name: importlib.import_module(f"{__name__}.{name}").KIND for name in names})


def of(kind_id: str) -> DocumentKind:
    """The kind of this id; raises NotFound for one that is not in the register."""
    found = register().get(kind_id)
    if found is None:
        raise NotFound(
            speak(
                f"查無文件種類 {kind_id!r}；現有 {'、'.join(register())}",
                f"no kind of document {kind_id!r}; there are {', '.join(register())}",
            )
        )
    return found
