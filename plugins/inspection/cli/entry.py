"""Where `inspection` begins: loads the verbs asked for and turns errors into words and exit statuses."""

from __future__ import annotations

import sys
from typing import NoReturn

from inspection import settings
from inspection.errors import BadSource, InspectionError, refused_by_system
from inspection.language import legible, speak


def main() -> None:
    """The entry point: errors of the family become one line on stderr and their exit status."""
    settings.choose_language()
    try:
        _refuse_unseen(sys.argv[1:])
        # a scan knows no campaign and no database: loading all other verbs would cost more than an unchanged tree
        if sys.argv[1:2] == ["scan"]:
            from inspection.cli.scan import scan_command

            raise SystemExit(scan_command(sys.argv[2:]))
        raise SystemExit(_run())
    except InspectionError as error:
        _end(error)
    except BrokenPipeError:
        raise  # whoever read our output has gone: nobody is left to be told
    except OSError as error:
        _end(refused_by_system(error))


def _refuse_unseen(words: list[str]) -> None:
    if any(word != legible(word) for word in words):
        raise BadSource(
            speak(
                "命令含控制字元或改變文字方向之字元",
                "the command holds characters nobody sees",
            ),
            remedy=speak("請重新輸入，勿自文件貼上", "type it anew instead of pasting it"),
        )


def _end(error: InspectionError) -> NoReturn:
    sys.stderr.write(f"{error}\n")
    raise SystemExit(error.exit_status) from None


def _run() -> int:
    """One verb; what typer itself finds wrong is told in the language of the installation."""
    from typer import Abort
    from typer.exceptions import TyperException

    from inspection.cli.main import app
    from inspection.cli.usage import told_of

    try:
        status = app(standalone_mode=False)
    except TyperException as error:
        sys.stderr.write(f"{told_of(error).rstrip()}\n")
        return error.exit_code
    except Abort:
        sys.stderr.write(speak("已中止\n", "aborted\n"))
        return 1
    return status if isinstance(status, int) else 0
