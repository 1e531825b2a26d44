"""What the Dockerfile says of each stage, as far as a machine without Docker can obey it: files, users, folders,
environment and command. Packages it installs are the machine's own."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass, field, replace
from pathlib import Path

LAST_SYSTEM_GROUP = 999
LAST = "the last stage"  # what is built where compose names none


@dataclass(frozen=True, slots=True)
class Copied:
    """One COPY of files that lie in the repository; `mode` as octal text, empty: as they are."""

    sources: tuple[str, ...]
    target: str
    mode: str


@dataclass(frozen=True, slots=True)
class Folder:
    """One folder made by `install -d`."""

    path: str
    owner: str
    mode: str


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage. `users` maps names to ids, `homes` to home folders; `from_stages` are targets copied from others;
    `python` says that it installs Python packages of its own."""

    copies: tuple[Copied, ...] = ()
    from_stages: tuple[str, ...] = ()
    folders: tuple[Folder, ...] = ()
    users: dict[str, int] = field(default_factory=dict)
    homes: dict[str, str] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    workdir: str = "/"
    user: str = "root"
    command: tuple[str, ...] = ()
    python: bool = False


def read_dockerfile(path: Path) -> dict[str, Stage]:
    """Stages by name, and the last one as LAST.

    Raises ValueError at an instruction that is not understood: what is left out would be untested.
    """
    text = re.sub(r"^\s*#.*\n", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    stages: dict[str, Stage] = {}
    name = ""
    for line in re.sub(r"\\\n", " ", text).splitlines():
        if not line.strip():
            continue
        word, _, rest = line.strip().partition(" ")
        if word == "FROM":
            base, _, given = rest.partition(" AS ")
            name = given or base
            stages.setdefault(name, stages.get(base, Stage()))
        else:
            stages[name] = _after(stages[name], word, rest.strip())
    return {**stages, LAST: stages[name]}


def _after(stage: Stage, word: str, rest: str) -> Stage:
    match word:
        case "ENV":
            told = dict(one.split("=", 1) for one in shlex.split(rest))
            return replace(stage, environment=stage.environment | told)
        case "WORKDIR":
            return replace(stage, workdir=rest)
        case "USER":
            return replace(stage, user=rest)
        case "CMD":
            return replace(stage, command=tuple(json.loads(rest)))
        case "ENTRYPOINT" if rest == "[]":
            return stage
        case "COPY":
            return _copied(stage, shlex.split(rest))
        case "RUN":
            for command in rest.split("&&"):
                stage = _run(stage, shlex.split(command))
            return stage
    raise ValueError(f"Dockerfile: {word} is not understood here")


def group_of(user: int) -> int:
    """The group `useradd --system` makes: with the user's own number where a system may have it, else the last one."""
    return user if 100 <= user <= LAST_SYSTEM_GROUP else LAST_SYSTEM_GROUP


def _copied(stage: Stage, words: list[str]) -> Stage:
    options = dict(one.removeprefix("--").split("=", 1) for one in words if one.startswith("--"))
    *sources, target = [one for one in words if not one.startswith("--")]
    if "from" in options:
        return replace(stage, from_stages=(*stage.from_stages, target))
    return replace(stage, copies=(*stage.copies, Copied(tuple(sources), target, options.get("chmod", ""))))


def _run(stage: Stage, words: list[str]) -> Stage:
    words = [one for one in words if "=" not in one or not one.split("=")[0].isupper()]
    if words[0] == "useradd":
        name = words[-1]
        home = words[words.index("--home-dir") + 1] if "--home-dir" in words else f"/home/{name}"
        number = int(words[words.index("--uid") + 1])
        homes = {name: home} if "--create-home" in words else {}
        return replace(stage, users=stage.users | {name: number}, homes=stage.homes | homes)
    if words[:2] == ["install", "-d"]:
        options = {words[n]: words[n + 1] for n in range(2, len(words) - 1) if words[n] in {"-o", "-g", "-m"}}
        paths = [one for one in words[2:] if one.startswith("/")]
        made = [Folder(one, options.get("-o", "root"), options.get("-m", "0755")) for one in paths]
        return replace(stage, folders=(*stage.folders, *made))
    if words[:2] == ["pip", "install"]:
        return replace(stage, python=True)
    if words[0] in {"apt-get", "rm", "uv", "/opt/venv/bin/python"}:
        return stage
    raise ValueError(f"Dockerfile: RUN {words[0]} is not understood here")
