"""A kept file follows its row: none stays of what is rolled back, none goes before its end is committed."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from inspection import clock as now
from inspection import settings
from inspection.documents.storage import Label, discard, keep, read_document
from inspection.model import Document
from inspection.store.session import session_scope

LABEL = Label("checklist_proof", "a:1", "佐證", "application/pdf")


class _Later(Exception):
    """Something that goes wrong after the documents were at their place."""


def _files() -> list[Path]:
    return [one for one in settings.get().documents_folder.rglob("*") if one.is_file()]


@contextmanager
def _full_disk() -> Iterator[None]:
    """No file of this process grows beyond a megabyte; one that would is refused by the system."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.usefixtures("database_url")
def test_of_what_could_not_be_kept_nothing_stays() -> None:
    with session_scope() as session:
        with _full_disk(), pytest.raises(OSError, match="large"):
            keep(session, bytes(2 << 20), LABEL, at=now.now())
        assert session.query(Document).count() == 0, "whoever goes on has no row without a file"
    assert _files() == []
    with pytest.raises(_Later), session_scope() as session:
        keep(session, b"evidence", LABEL, at=now.now())
        raise _Later
    assert _files() == []
    with session_scope() as session:
        kept = keep(session, b"evidence", LABEL, at=now.now()).id
    with pytest.raises(_Later), session_scope() as session:
        assert keep(session, b"evidence", LABEL, at=now.now()).id == kept
        raise _Later
    with session_scope() as session:
        assert read_document(session.get_one(Document, kept)) == b"evidence", "it was another's"


@pytest.mark.usefixtures("database_url")
def test_a_discarded_file_goes_with_its_row_and_not_before() -> None:
    with session_scope() as session:
        kept = keep(session, b"evidence", LABEL, at=now.now()).id
    with pytest.raises(_Later), session_scope() as session:
        discard(session, session.get_one(Document, kept))
        raise _Later
    with session_scope() as session:
        assert read_document(session.get_one(Document, kept)) == b"evidence"
        with pytest.raises(_Later), session.begin_nested():
            raise _Later
        discard(session, session.get_one(Document, kept))
        with session.begin_nested():
            assert len(_files()) == 1
        assert len(_files()) == 1, "a savepoint is no end"
    assert _files() == []
    with session_scope() as session:
        discard(session, keep(session, b"evidence", LABEL, at=now.now()))
        keep(session, b"evidence", LABEL, at=now.now())
    assert len(_files()) == 1, "discarded and kept again"
