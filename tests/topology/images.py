"""The images of the compose file as folders: what the Dockerfile copies and makes, over this machine's own programs.

`/usr` is the machine's: programs the image lacks are not missed here. Everything else is what the image holds.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from topology.compose import Service
from topology.dockerfile import LAST, Folder, Stage, group_of, read_dockerfile

REPOSITORY = Path(__file__).resolve().parents[2]
STAND_INS = Path(__file__).resolve().parent / "stand_ins"
# what programs of the base image find beside /usr; nothing of the machine's own accounts
SHARED = (
    "/etc/alternatives", "/etc/fonts", "/etc/ld.so.conf.d", "/etc/libreoffice", "/etc/python3*", "/etc/ssl",
    "/var/cache/fontconfig", "/var/lib/libreoffice",
)  # fmt: skip
ETC_FILES = ("debian_version", "ld.so.cache", "ld.so.conf", "mime.types", "nsswitch.conf", "protocols", "services")
PACKAGES = "/opt/venv"
# images that are not ours: Debian's programs stand in for them, under the image's names for users and folders
FOREIGN: Mapping[str, Stage] = {
    "postgres": Stage(
        folders=(
            Folder("/var/lib/postgresql/data", "postgres", "0700"),
            Folder("/docker-entrypoint-initdb.d", "root", "0755"),
        ),
        users={"postgres": 999},
        homes={"postgres": "/var/lib/postgresql"},
        environment={"PGDATA": "/var/lib/postgresql/data", "LANG": "C.UTF-8"},
        user="postgres",
        command=("postgres",),
    ),
    "redis": Stage(folders=(Folder("/data", "redis", "0755"),), users={"redis": 999}, workdir="/data", user="redis"),
}


@dataclass(frozen=True, slots=True)
class Image:
    """A laid out image: `skeleton` is copied for each container, `opt` and `local_programs` are mounted."""

    stage: Stage
    skeleton: Path
    opt: Path
    local_programs: Path
    entrypoint: tuple[str, ...] = ()

    def identity(self, user: str) -> tuple[int, int]:
        """User and group id of what compose (or the image) names."""
        name, _, group = (user or self.stage.user).partition(":")
        uid = int(name) if name.isdecimal() else {"root": 0, **self.stage.users}[name]
        return uid, int(group) if group else group_of(uid)

    def home(self, uid: int) -> str:
        """The user's home folder."""
        return next((self.stage.homes.get(name, "/") for name, one in self.stage.users.items() if one == uid), "/")


def shared_folders() -> list[str]:
    """Folders of this machine that every container sees, and may not write."""
    found = [str(one) for pattern in SHARED for one in Path("/").glob(pattern.lstrip("/")) if one.is_dir()]
    prefix = Path(sys.base_prefix).resolve()
    return ["/usr", *found, *([] if prefix.is_relative_to("/usr") else [str(prefix)])]


def image_of(service: Service) -> str:
    """The name of the stage or stand-in a service runs."""
    known = service.image.partition(":")[0]
    return known if known in FOREIGN else service.target or LAST


def lay_out(folder: Path, project: Path, services: Iterable[Service]) -> dict[str, Image]:
    """Lays out each image the services run, from a project folder with the Dockerfile and all it copies."""
    stages = {**read_dockerfile(project / "Dockerfile"), **FOREIGN}
    wanted = dict.fromkeys(image_of(one) for one in services)
    found = {name: _lay_out(folder / name, stages[name], project, foreign=name in FOREIGN) for name in wanted}
    compile_packages()
    return found


def _lay_out(folder: Path, stage: Stage, project: Path, *, foreign: bool) -> Image:
    opt, programs = folder / "opt", folder / "programs"
    for one in (opt, programs):
        one.mkdir(parents=True)
    _copy_files(stage, project, opt, programs)
    if foreign:
        shutil.copy(STAND_INS / "docker-entrypoint.sh", programs)
    if Path(sys.base_prefix) == Path("/usr/local"):
        for program in Path("/usr/local/bin").glob("python3*"):
            shutil.copy(program, programs, follow_symlinks=False)
    if PACKAGES in stage.from_stages or stage.python:
        _own_packages(folder, opt)
    skeleton = _skeleton(folder / "skeleton", stage)
    return Image(stage, skeleton, opt, programs, ("docker-entrypoint.sh",) if foreign else ())


def _skeleton(folder: Path, stage: Stage) -> Path:
    """The root of a container, with nothing in it but what the base image and the stage have there."""
    for name in (
        "dev",
        "etc",
        "opt",
        "proc",
        "root",
        "run",
        "sys",
        "usr",
        "var/cache",
        "var/lib",
        "var/log",
        "var/mail",
    ):
        (folder / name).mkdir(parents=True)
    (folder / "tmp").mkdir()
    (folder / "tmp").chmod(0o1777)
    (folder / "var/run").symlink_to("../run")
    for link in [Path("/", name) for name in ("bin", "sbin", "lib", "lib64", "lib32", "libx32")]:
        if link.is_symlink():
            (folder / link.name).symlink_to(link.readlink())
    for shared in shared_folders():
        (folder / shared.lstrip("/")).mkdir(parents=True, exist_ok=True)
    for file in [Path("/etc", name) for name in ETC_FILES]:
        if file.exists():
            shutil.copy(file, folder / "etc")
    (folder / "etc/localtime").symlink_to("/usr/share/zoneinfo/Etc/UTC")
    users = {"root": 0, **stage.users}
    groups = {name: group_of(uid) if uid else 0 for name, uid in users.items()}
    lines = [f"{name}:x:{n}:{groups[name]}::{stage.homes.get(name, '/')}:/bin/sh\n" for name, n in users.items()]
    (folder / "etc/passwd").write_text("".join(lines), encoding="ascii")
    (folder / "etc/group").write_text("".join(f"{name}:x:{n}:\n" for name, n in groups.items()), encoding="ascii")
    for made in [*(Folder(home, name, "0755") for name, home in stage.homes.items()), *stage.folders]:
        path = folder / made.path.lstrip("/")
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(int(made.mode, 8))
        os.chown(path, users[made.owner], groups[made.owner])
    return folder


def _copy_files(stage: Stage, project: Path, opt: Path, programs: Path) -> None:
    roots = {"/opt/": opt, "/usr/local/bin/": programs}
    for copied in stage.copies:
        root, base = next((root, base) for base, root in roots.items() if f"{copied.target}/".startswith(base))
        target = root / copied.target.removeprefix(base)
        for source in copied.sources:
            path = project / source
            into = target / path.name if copied.target.endswith("/") or copied.target.count("/") == 2 else target
            if copied.target == "/usr/local/bin/" or copied.target.startswith("/usr/local/bin/"):
                into = programs / (path.name if copied.target.endswith("/") else Path(copied.target).name)
            into.parent.mkdir(parents=True, exist_ok=True)
            if path.is_dir():
                shutil.copytree(path, into, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(path, into)
            if copied.mode:
                into.chmod(int(copied.mode, 8))
    ours = [str(opt / "inspection" / name) for name in ("plugins", "dags") if (opt / "inspection" / name).exists()]
    if ours:
        compiling = [sys.executable, "-m", "compileall", "-q", "-s", str(opt), "-p", "/opt", *ours]
        subprocess.run(compiling, check=True, capture_output=True)


def _own_packages(folder: Path, opt: Path) -> None:
    """A place for the packages of the lock, whose programs name the interpreter by the image's path."""
    (opt / "venv").mkdir()
    programs = folder / "venv-programs"
    venv = Path(sys.prefix)
    shutil.copytree(venv / "bin", programs, symlinks=True)
    for one in programs.iterdir():
        if one.is_file() and not one.is_symlink():
            text = one.read_bytes()
            if text.startswith(f"#!{venv}/bin/".encode()):
                one.write_bytes(text.replace(f"#!{venv}/bin/".encode(), b"#!/opt/venv/bin/", 1))


def compile_packages() -> None:
    """Keeps bytecode of all packages, as the image does: the services' user may write none."""
    compiling = [sys.executable, "-m", "compileall", "-q", "-j", "2", str(next(Path(sys.prefix).glob("lib/python*")))]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run(compiling, check=False, capture_output=True, env=environment)
