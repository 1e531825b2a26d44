"""Fills forms in LibreOffice as a person does; run by the system's Python, which has `uno`: `office_typist.py JOBS`.

JOBS is a JSON file: the name of the pipe, and for each form where it lies, where it is saved, and what is written.
"""

import json
import sys
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import uno
from com.sun.star.beans import PropertyValue

FILTERS = {"docx": "MS Word 2007 XML", "odt": "writer8", "xlsx": "Calc MS Excel 2007 XML"}


def prop(name: str, value: object) -> Any:
    """A named value as LibreOffice takes it."""
    one = PropertyValue()
    one.Name, one.Value = name, value
    return one


def office(pipe: str) -> Any:
    """The context of the LibreOffice that listens on a pipe, once it does."""
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(600):
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except Exception:  # NoConnectException, whose class is made when it comes
            time.sleep(0.1)
    raise SystemExit("no LibreOffice listens")


class Typist:
    """Somebody before one open document."""

    def __init__(self, context: Any, source: str) -> None:
        services = context.ServiceManager
        desktop = services.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        self.document = desktop.loadComponentFromURL(Path(source).as_uri(), "_blank", 0, (prop("Hidden", True),))
        self._hands = services.createInstanceWithContext("com.sun.star.frame.DispatchHelper", context)

    def press(self, command: str, *values: Any) -> None:
        """A command of a menu or the keyboard."""
        self._hands.executeDispatch(self.document.CurrentController.Frame, f".uno:{command}", "", 0, values)

    def save(self, target: str) -> None:
        """Save as, in the format of the name."""
        kind = FILTERS[target.rpartition(".")[2]]
        self.document.storeToURL(Path(target).as_uri(), (prop("FilterName", kind),))
        self.document.close(True)


class Writer(Typist):
    """In a text: clicks into the controls of cells and types."""

    def fill(self, told: dict[str, Any]) -> None:
        """Each statement's row, and what the form asks for as a whole."""
        for table in (self.document.TextTables.getByIndex(i) for i in range(self.document.TextTables.Count)):
            cells = {name: table.getCellByName(name) for name in table.CellNames}
            for name, cell in cells.items():
                column, row = name[0], name[1:]
                words = cell.String.strip()
                if column == "A" and words in told["rows"]:
                    given = told["rows"][words]
                    self._type(cells[f"C{row}"], given["result"])
                    self._type(cells[f"E{row}"], given["remark"])
                    if given["mended"]:
                        self._tick(cells[f"D{row}"])
                following = cells.get(f"{chr(ord(column) + 1)}{row}")
                if words in told["whole"] and following is not None and _is_to_fill(following):
                    self._type(following, told["whole"][words])

    def _type(self, cell: Any, words: str) -> None:
        view = self.document.CurrentController.ViewCursor
        where = next(iter(_controls(cell)), cell)
        view.gotoRange(where.getStart(), False)
        view.gotoRange(where.getEnd(), True)  # a click selects the prompt that stands there
        for number, line in enumerate(words.split("\n")):
            if number:
                self.press("InsertLinebreak")
            self.press("InsertText", prop("Text", line))

    def _tick(self, cell: Any) -> None:
        (control,) = _controls(cell)
        control.Checked = True  # what a click does: the state, and the sign
        control.setString(control.CheckedState)


class Clerk(Typist):
    """In a workbook: enters words into cells."""

    def fill(self, told: dict[str, Any]) -> None:
        """As `Writer.fill`."""
        sheet = self.document.Sheets.getByIndex(0)
        for row in range(80):
            at = [sheet.getCellByPosition(column, row) for column in range(5)]
            code = at[0].String.strip()
            if code in told["rows"]:
                given = told["rows"][code]
                self._enter(at[2], given["result"])
                self._enter(at[4], given["remark"])
                if given["mended"]:
                    self._enter(at[3], "是")
            for label, cell in pairwise(at):
                if label.String.strip() in told["whole"]:
                    self._enter(cell, told["whole"][label.String.strip()])

    def _enter(self, cell: Any, words: str) -> None:
        # not by the keyboard's command: Calc 7.4 without a screen falls over the text it would check in the background
        cell.setString(words)


def _is_to_fill(cell: Any) -> bool:
    return bool(_controls(cell)) or not cell.String.strip()


def _controls(cell: Any) -> list[Any]:
    return [portion.ContentControl for portion in _portions(cell) if portion.TextPortionType == "ContentControl"]


def _portions(cell: Any) -> Iterator[Any]:
    paragraphs = cell.createEnumeration()
    while paragraphs.hasMoreElements():
        portions = paragraphs.nextElement().createEnumeration()
        while portions.hasMoreElements():
            yield portions.nextElement()


def main(told: str) -> None:
    """Fills and saves one form after the other, then closes LibreOffice."""
    jobs = json.loads(Path(told).read_text(encoding="utf-8"))
    context = office(jobs["pipe"])
    for job in jobs["forms"]:
        person = (Clerk if job["source"].endswith(".xlsx") else Writer)(context, job["source"])
        person.fill(job["told"])
        person.save(job["target"])
    desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    try:
        desktop.terminate()
    except Exception:  # the bridge falls with the office
        return


if __name__ == "__main__":
    main(sys.argv[1])
