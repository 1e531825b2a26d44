"""The house keeps its shape: sizes, first sentences, names, and nothing of the workshop in it."""

from __future__ import annotations

import ast
import codecs
import os
import re
import subprocess
import sys
import warnings
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
ROOMS = ("plugins", "dags", "demo", "bench", "tools", "tests")
LINES_TO_SPLIT_AT = 400
LINES_NEVER = 500
DRAWERS = {"utils", "util", "common", "helpers", "helper", "manager", "managers", "misc", "item", "items"}
# Words of places and tools that are no part of the product, turned by 13 letters so that this file does not say them.
FOREIGN = [codecs.decode(word, "rot13") for word in ("pynhqr", "naguebcvp", "fhontrag", "bcranv", "oevrs.zq")]
MACHINE_PATHS = re.compile(r"(?<![\w.$}/])/(?:work|root|home/\w+)/")
LOCK_HOSTS = {"pypi.org", "files.pythonhosted.org"}


def _tracked() -> list[Path]:
    # in an exported tree without git every file counts
    if not (REPOSITORY / ".git").exists():
        kept_out = {".venv", "var", ".mypy_cache", ".ruff_cache", ".pytest_cache"}
        return [p for p in REPOSITORY.rglob("*") if p.is_file() and not kept_out & set(p.relative_to(REPOSITORY).parts)]
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=REPOSITORY, capture_output=True, check=True).stdout
    paths = [REPOSITORY / os.fsdecode(name) for name in listed.split(b"\0") if name]
    return [path for path in paths if path.is_file()]  # one may have been moved a moment ago


def _modules() -> list[Path]:
    return [path for path in _tracked() if path.suffix == ".py" and path.relative_to(REPOSITORY).parts[0] in ROOMS]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:  # a document or picture
        return ""


def test_rooms_stay_small() -> None:
    sizes = {path.relative_to(REPOSITORY): len(_text(path).splitlines()) for path in _modules()}
    assert len(sizes) > 50, "the search for modules found hardly any"
    for path, lines in sizes.items():
        if lines > LINES_TO_SPLIT_AT:
            warnings.warn(f"{path} has {lines} lines: split it by verb", stacklevel=1)
    assert {str(path): lines for path, lines in sizes.items() if lines > LINES_NEVER} == {}


def test_every_module_says_in_its_first_sentence_what_it_is_for() -> None:
    silent = []
    for path in _modules():
        source = _text(path)
        said = ast.get_docstring(ast.parse(source)) or ""
        if source.strip() and not said.strip():
            silent.append(str(path.relative_to(REPOSITORY)))
    assert silent == []


def test_there_are_no_drawers() -> None:
    names = {path.relative_to(REPOSITORY): {path.stem, *path.relative_to(REPOSITORY).parts[:-1]} for path in _modules()}
    assert [str(path) for path, parts in names.items() if parts & DRAWERS] == []


def test_no_test_folder_hides_a_library() -> None:
    # `tests` stands first on the path: a package tests/calendar would be imported instead of `calendar`
    packages = {path.parent.name for path in (REPOSITORY / "tests").rglob("__init__.py")}
    assert "servers" in packages
    assert packages & (sys.stdlib_module_names | packages_distributions().keys()) == set()


@pytest.mark.parametrize("foreign", FOREIGN)
def test_nothing_speaks_of_the_workshop(foreign: str) -> None:
    assert [
        str(path) for path in _tracked() if foreign in f"{path.relative_to(REPOSITORY)}\n{_text(path)}".lower()
    ] == []


def test_no_path_of_one_machine_is_written_down() -> None:
    here = Path(__file__)
    found = [
        f"{path.relative_to(REPOSITORY)}: {match.group()}"
        for path in _tracked()
        if path != here
        for match in MACHINE_PATHS.finditer(_text(path))
    ]
    assert found == []


def test_the_lock_fetches_from_the_public_index_only() -> None:
    hosts = set(re.findall(r"https?://([^/\"]+)", _text(REPOSITORY / "uv.lock")))
    assert hosts == LOCK_HOSTS


def test_what_runs_is_executable() -> None:
    for name in (".ci/run", "tools/install-system-packages"):
        assert os.access(REPOSITORY / name, os.X_OK), name


def test_the_readme_names_every_make_target() -> None:
    targets = set(re.findall(r"^([a-z]+):.*## ", _text(REPOSITORY / "Makefile"), flags=re.MULTILINE))
    assert {"demo", "test", "quick", "check", "bench", "gallery", "up", "down"} <= targets
    readme = _text(REPOSITORY / "README.md")
    assert sorted(target for target in targets if f"make {target}" not in readme) == []


def test_generated_pages_say_what_the_code_says() -> None:
    from tools import generate_docs

    assert generate_docs.outdated() == []
