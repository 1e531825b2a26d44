"""How the long-running verbs log: lines for people, or one JSON object a line for a collector (INSPECTION_LOG_JSON)."""

from __future__ import annotations

import json
import logging
import logging.config
import traceback
from datetime import UTC, datetime
from typing import Any

from inspection import settings


class JsonLine(logging.Formatter):
    """A record as one object: when, how grave, from where, what. Of an error its kind and places, never its words: a
    foreign one may hold values."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        told: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info and record.exc_info[0] is not None:
            frames = traceback.extract_tb(record.exc_info[2])[-3:]
            told["error"] = record.exc_info[0].__name__
            told["where"] = [f"{frame.name}:{frame.lineno}" for frame in reversed(frames)]
        return json.dumps(told, ensure_ascii=False)


def configuration() -> dict[str, Any]:
    """What `logging.config` is given, here and in each process of the portal."""
    line = {"()": f"{__name__}.{JsonLine.__name__}"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": line if settings.get().log_json else {"format": "%(asctime)s %(levelname)s %(message)s"}
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"level": "INFO", "handlers": ["stderr"]},
        "loggers": {"httpx": {"level": "WARNING"}, "uvicorn.access": {"level": "WARNING"}},  # a line for each question
    }


def begin() -> None:
    """Sets this process up to log so."""
    logging.config.dictConfig(configuration())
