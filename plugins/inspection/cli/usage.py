"""What typer and argparse say of a wrong command, in the office's words: the one place where their English is turned.

Both know only English. Their errors bear no codes, so each is known by its text; what is not known is told in general,
with the command whose help says more.
"""

from __future__ import annotations

import argparse
import re
from typing import Any, NoReturn

from inspection.language import speak

_THEIRS = re.compile("(?:Input should|Invalid|is not|does not|must be|Could not)").pattern
# what is written, and what is said; the groups of the first fill the second
_KNOWN = (
    # typer
    (re.compile(r"Missing (?:argument|option|parameter):? ?(.+?)\.?(?: Choose from:.*)?"), "缺少 {0}"),
    (re.compile(r"Missing command\."), "未指定子命令"),
    (re.compile(r"No such command (.+?)\.(?: .*)?"), "沒有 {0} 這個命令"),
    (re.compile(r"No such option: (\S+?)(?: [(]Possible options: (.+)[)])?(?: Did you mean.*)?"), "沒有 {0} 這個選項"),
    (re.compile(r"Got unexpected extra arguments? [(](.+)[)]"), "多出 {0}"),
    (re.compile(r"Option (\S+) requires an argument\."), "選項 {0} 須填值"),
    (re.compile(r"Option (\S+) requires \d+ arguments\."), "選項 {0} 須填值"),
    (re.compile(r"Option (\S+) does not take a value\."), "選項 {0} 不得填值"),
    (re.compile(r"Invalid value for (.+?): (.+?) is not one of (.+?)\."), "{0} 須為 {2} 之一，現為 {1}"),
    (re.compile(r"Invalid value for (.+?): (.+?) is not a valid (?:int|integer).*"), "{0} 須為整數，現為 {1}"),
    (re.compile(r"Invalid value for (.+?): (.+?) is not a valid float.*"), "{0} 須為數字，現為 {1}"),
    (re.compile(r"Invalid value for (.+?): (.+?) is not in the range (.+?)\."), "{0} 須在 {2} 之間，現為 {1}"),
    (re.compile(r"Invalid value for (.+?): (?:\w+) (.+?) does not exist\."), "{0}：{1} 不存在"),
    (re.compile(r"Invalid value for (.+?): (?:\w+) (.+?) is a directory\."), "{0}：{1} 是資料夾，不是檔案"),
    (re.compile(r"Invalid value for (.+?): (?:\w+) (.+?) is a file\."), "{0}：{1} 是檔案，不是資料夾"),
    (re.compile(r"Invalid value for (.+?): (?:\w+) (.+?) is not (?:readable|writable)\."), "{0}：{1} 權限不足"),
    (re.compile(r"Invalid value for (.+?): Input should be a valid integer.*"), "{0} 須為整數"),
    (re.compile(r"Invalid value for (.+?): Input should be a valid number.*"), "{0} 須為數字"),
    (re.compile(r"Invalid value for (.+?): Input should be greater than or equal to (\S+)"), "{0} 不得小於 {1}"),
    (re.compile(r"Invalid value for (.+?): Input should be less than or equal to (\S+)"), "{0} 不得大於 {1}"),
    (re.compile(r"Invalid value for (.+?): Input should be ('.+')"), "{0} 須為 {1} 之一"),
    # ours, Chinese already: of typer's and pydantic's own none gets here but by a value in Chinese
    (re.compile(rf"Invalid value for (.+?): (?!.*{_THEIRS})(.*[\u3400-\u9fff].*)"), "{0}：{1}"),
    (re.compile(r"Invalid value for (.+?): .*"), "{0} 之值不合規定"),
    # argparse
    (re.compile(r"the following arguments are required: (.+)"), "缺少 {0}"),
    (re.compile(r"one of the arguments (.+) is required"), "須指定其一：{0}"),
    (re.compile(r"unrecognized arguments: (.+)"), "多出 {0}"),
    (re.compile(r"argument (\S+): not allowed with argument (\S+)"), "{0} 不得與 {1} 併用"),
    (re.compile(r"argument (\S+): expected .+"), "{0} 須填值"),
    (re.compile(r"argument (\S+): ignored explicit argument .+"), "{0} 不得填值"),
    (re.compile(r"argument (\S+): invalid \w+ value: (.+)"), "{0} 之值不合規定：{1}"),
    (re.compile(r"argument (\S+): invalid choice: (\S+) [(]choose from (.+)[)]"), "{0} 須為 {2} 之一，現為 {1}"),
    (re.compile(r"argument (\S+): ([^A-Za-z]*[\u3400-\u9fff].*)"), "{0}：{1}"),
    (re.compile(r"ambiguous option: (\S+) could match (.+)"), "選項 {0} 不明確，可為 {1}"),
)


def usage_line(message: str, command: str) -> str:
    """One line for people: what is wrong with the command typed, and where to read on."""
    return speak(
        f"命令列：{_in_chinese(' '.join(message.split()))} — 請以 `{command} --help` 查詢用法",
        f"command line: {message} — see `{command} --help`",
    )


def _in_chinese(message: str) -> str:
    bare = re.sub("Value error, ", "", message)  # pydantic's words before a value a rule refuses
    for pattern, said in _KNOWN:
        if found := pattern.fullmatch(bare):
            return said.format(*(group or "" for group in found.groups())).replace(", ", "、").replace(" or ", "、")
    return "用法有誤"


class Parser(argparse.ArgumentParser):
    """Argparse that tells of wrong usage as all other commands do."""

    def error(self, message: str) -> NoReturn:
        """Ends with exit status 2."""
        self.exit(2, f"{usage_line(message, self.prog)}\n")


def told_of(error: Any) -> str:
    """What typer's error says to people; its help where a group was called without a verb."""
    if type(error).__name__ == "NoArgsIsHelpError":
        return str(error.format_message())
    context = getattr(error, "ctx", None)
    return usage_line(error.format_message(), context.command_path if context else "inspection")
