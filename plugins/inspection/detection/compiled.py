"""Compiled rules as bytes: made once, greeted to every worker, kept beside the database between runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from inspection.detection.engine import Engine
from inspection.detection.meaning import SecondReader
from inspection.detection.ruleset import Rules, compile_rules
from inspection.rules.detectors import DetectorBook
from inspection.rules.marking import MarkingBook
from inspection.rules.meaning import MeaningModel, parse_meaning
from inspection.sandbox.frames import pack, unpack


def greeting_of(rules: Rules) -> bytes:
    """What a worker needs to go by these rules without reading or compiling them (0.5 s): books and databases."""
    second = rules.second
    databases = (b"", b"", b"")
    if rules.engine.backend == "hyperscan":
        import hyperscan

        of_phrases = map(hyperscan.dumpb, second.databases) if second and second.databases else (b"", b"")
        databases = (hyperscan.dumpb(rules.engine.database), *of_phrases)
    books = (rules.loaded.model_dump_json().encode(), rules.marking.model_dump_json().encode())
    phrases = second.model.as_text().encode() if second is not None else b""
    return pack({"backend": rules.engine.backend}, (*books, phrases, *databases))


def greeted_rules(greeting: bytes) -> Rules:
    """The rules of a greeting; compiled anew where the database is of another machine or release of the engine."""
    head, (detectors, marking, phrases, database, *of_phrases) = unpack(greeting)
    book, marks = DetectorBook.model_validate_json(detectors), MarkingBook.model_validate_json(marking)
    meaning = parse_meaning(phrases.decode()) if phrases else None
    if head["backend"] != "hyperscan":
        return compile_rules(book, marks, backend=head["backend"], meaning=meaning)
    import hyperscan

    try:
        loaded = _loaded(database)
        second = _second(meaning, of_phrases)
    except hyperscan.HyperscanError:
        return compile_rules(book, marks, meaning=meaning)
    rules = compile_rules(book, marks, backend="re2", meaning=meaning)
    return replace(rules, engine=Engine(rules.engine.expressions, "hyperscan", loaded), second=second)


def _loaded(database: bytes) -> Any:
    import hyperscan

    loaded = hyperscan.loadb(database, hyperscan.HS_MODE_BLOCK)
    loaded.scratch = hyperscan.Scratch(loaded)  # the working memory a compiled one brings along
    return loaded


def _second(meaning: MeaningModel | None, databases: Sequence[bytes]) -> SecondReader | None:
    if meaning is None:
        return None
    telling, every = map(_loaded, databases)
    return SecondReader(meaning, "hyperscan", (telling, every))
