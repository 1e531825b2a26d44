"""Compiled rules as bytes: made once, greeted to every worker, kept beside the database between runs."""

from __future__ import annotations

from dataclasses import replace

from inspection.detection.engine import Engine
from inspection.detection.ruleset import Rules, compile_rules
from inspection.rules.detectors import DetectorBook
from inspection.rules.marking import MarkingBook
from inspection.sandbox.frames import pack, unpack


def greeting_of(rules: Rules) -> bytes:
    """What a worker needs to go by these rules without reading or compiling them (0.3 s): books and database."""
    database = b""
    if rules.engine.backend == "hyperscan":
        import hyperscan

        database = hyperscan.dumpb(rules.engine.database)
    books = (rules.loaded.model_dump_json().encode(), rules.marking.model_dump_json().encode())
    return pack({"backend": rules.engine.backend}, (*books, database))


def greeted_rules(greeting: bytes) -> Rules:
    """The rules of a greeting; compiled anew where the database is of another machine or release of the engine."""
    head, (detectors, marking, database) = unpack(greeting)
    book, marks = DetectorBook.model_validate_json(detectors), MarkingBook.model_validate_json(marking)
    if head["backend"] != "hyperscan":
        return compile_rules(book, marks, backend=head["backend"])
    import hyperscan

    try:
        loaded = hyperscan.loadb(database, hyperscan.HS_MODE_BLOCK)
        loaded.scratch = hyperscan.Scratch(loaded)  # the working memory a compiled one brings along
    except hyperscan.HyperscanError:
        return compile_rules(book, marks)
    rules = compile_rules(book, marks, backend="re2")
    return replace(rules, engine=Engine(rules.engine.expressions, "hyperscan", loaded))
