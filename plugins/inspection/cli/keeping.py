"""`inspection backup`, `restore` and `keys`: what keeps an installation beyond its machine."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from inspection import clock, settings
from inspection.audit.actors import COMMAND, program
from inspection.cli.speaking import AsJson, door, say, warn
from inspection.errors import BadSource
from inspection.keeping import backup as sets
from inspection.keeping import restore as restoring
from inspection.keeping import rotation as rotating
from inspection.keeping.keys_file import open_keys, save_keys
from inspection.keeping.sets import MANIFEST, written
from inspection.language import speak
from inspection.operations.tidying import tidy as tidy_verb

keys_app = typer.Typer(help="The installation's keys in a file of their own, encrypted.", no_args_is_help=True)
SECRET_KEY = "inspection_secret_key"


def backup(
    folder: Annotated[Path, typer.Argument(help="Where sets are kept; each is a folder of its own there.")],
    as_json: AsJson = False,
) -> None:
    """Make one verified set of database, documents, drop folder and rules; exit 1 where something needs a person."""
    made = sets.back_up(folder, at=clock.now(), actor=program(COMMAND, "backup"))
    manifest = made.manifest
    say(
        {
            "backup": made.folder.name,
            "rows": made.rows,
            "files": made.files,
            "revision": manifest.revision,
            "sealed": manifest.sealed,
            "seal": manifest.seal,
            "chain_fault": manifest.fault or None,
            "unfit": manifest.unfit,
            "unreadable": len(manifest.unreadable),
        },
        as_json=as_json,
    )
    _warn_of(manifest.fault, manifest.unfit, len(manifest.unreadable))


def _warn_of(fault: str, documents: list[str], unreadable: int) -> None:
    if fault:
        warn(fault)
    if documents:
        warn(
            speak(
                f"{len(documents)} 份文件之檔案遺失或與紀錄不符，其餘均在備份內",
                f"{len(documents)} documents have no file or another one; all else is in the set",
            )
        )
    if unreadable:  # their names are people's own: they stand in the set, not on the screen
        warn(
            speak(
                f"收件資料夾有 {unreadable} 處無法讀取，未納入備份；位置列於備份之 {MANIFEST}，欄位 unreadable",
                f"{unreadable} places of the drop folder could not be read and are not in the set; "
                f"its {MANIFEST} names them under unreadable",
            )
        )
    if fault or documents or unreadable:
        raise typer.Exit(1)


def restore(
    backup_set: Annotated[Path, typer.Argument(metavar="SET", help="A set made by `inspection backup`.")],
    look: Annotated[bool, typer.Option("--look", help="Only say whether it could be restored here.")] = False,
    as_json: AsJson = False,
) -> None:
    """Lay a set into an empty installation, then verify record and documents; exit 1 where something needs a person."""
    if look:
        manifest = restoring.look(backup_set)
        say({"backup": manifest.name, "made_at": manifest.made_at, "revision": manifest.revision}, as_json=as_json)
        return
    done = restoring.restore(backup_set, at=clock.now(), actor=program(COMMAND, "restore"))
    say(
        {
            "backup": done.manifest.name,
            "rows": done.rows,
            "files": done.files,
            "revision": done.manifest.revision,
            "chain_fault": done.fault or None,
            "unfit": done.missing,
            "unreadable": len(done.manifest.unreadable),
        },
        as_json=as_json,
    )
    _warn_of(done.fault, done.missing, len(done.manifest.unreadable))


def tidy(as_json: AsJson = False) -> None:
    """Take away what the installation wrote about itself more than 90 days ago, as the hourly DAG does."""
    with door() as opened:
        counts = tidy_verb(opened.session, at=opened.at)
    say(counts, as_json=as_json)


@keys_app.command("save")
def save(
    file: Annotated[Path, typer.Argument(help="A new file, not where backups are kept.")],
    also: Annotated[list[Path] | None, typer.Option(help="Another file of a secret; may be given again.")] = None,
    as_json: AsJson = False,
) -> None:
    """Write the installation's key, and other secrets named, into one file encrypted to a passphrase."""
    chosen = settings.get()
    keys = {SECRET_KEY: b"\n".join((chosen.require_secret_key(), *chosen.keys_of_before))}
    for path in also or []:
        if path.name in keys:  # a name stands for one secret: the one before would be lost
            raise BadSource(
                speak(f"已有名為 {path.name} 之機密", f"a secret of the name {path.name} is there already"),
                place=path,
                remedy=speak(
                    "請複製為另一檔名後再指定，或另存一個金鑰檔", "name a copy under another name, or save another file"
                ),
            )
        try:
            keys[path.name] = path.read_bytes()
        except OSError as error:
            raise BadSource(speak("無法讀取", f"cannot be read: {error.strerror}"), place=path) from None
    save_keys(file, keys, _passphrase(twice=True))
    say({"keys": sorted(keys)}, as_json=as_json)


@keys_app.command("rotate")
def rotate(as_json: AsJson = False) -> None:
    """Go over to the key on the first line of INSPECTION_SECRET_KEY, with the one of before on the line below.

    People work on meanwhile. Broken off, run it again; afterwards the key of before can be taken away. Exit 1 where a
    path could be opened by no key.
    """
    done = rotating.rotate(at=clock.now(), actor=program(COMMAND, "keys rotate"))
    say(
        {
            "generation": done.generation,
            "new": done.new,
            "sealed_anew": done.sealed_anew,
            "unreadable": done.unreadable,
        },
        as_json=as_json,
    )
    if done.unreadable:
        warn(
            speak(
                f"{done.unreadable} 筆封存之路徑，各把金鑰均無法開啟，可能遭變更",
                f"{done.unreadable} sealed paths are opened by no key: they may have been changed",
            )
        )
        raise typer.Exit(1)


@keys_app.command("open")
def take_out(
    file: Annotated[Path, typer.Argument(help="A file made by `inspection keys save`.")],
    to: Annotated[Path, typer.Option(help="Folder the keys are written to, one file each, closed to others.")],
    as_json: AsJson = False,
) -> None:
    """Take the keys out of their file again; nothing is written over."""
    keys = open_keys(file, _passphrase(twice=False))
    to.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in keys:
        if Path(name).name != name or (to / name).exists():
            raise BadSource(
                speak("檔案已存在，不予覆寫", "is there already and is not written over"),
                place=to / Path(name).name,
                remedy=speak("請改用空資料夾", "name an empty folder"),
            )
    for name, value in keys.items():
        with written(to / name) as out:
            out.write(value)
    say({"keys": sorted(keys)}, as_json=as_json)


def _passphrase(*, twice: bool) -> str:
    told = settings.get().backup_passphrase
    if told:
        return told
    if not sys.stdin.isatty():  # getpass would go on in English, and show what is typed
        raise BadSource(
            speak("金鑰檔通行碼未設定", "the passphrase of the file of keys is not set"),
            place="INSPECTION_BACKUP_PASSPHRASE",
            remedy=speak(
                "請設定 INSPECTION_BACKUP_PASSPHRASE_FILE，或於終端機執行後輸入",
                "set INSPECTION_BACKUP_PASSPHRASE_FILE, or run it in a terminal and type it",
            ),
        )
    asked = speak("金鑰檔通行碼", "Passphrase of the file of keys")
    return str(typer.prompt(asked, hide_input=True, confirmation_prompt=twice))
