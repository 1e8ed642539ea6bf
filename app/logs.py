"""Logs as JSON lines, without anything personal: what happened, never to whom."""

from __future__ import annotations

import json
import logging
import sys
from typing import Any

from flask import Flask

_KEPT = ("kind", "at", "plugin", "hook", "job", "status", "route", "ms")


class JsonLines(logging.Formatter):
    """One object a line. Only known fields pass; an exception is named, its message is not written."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {"time": self.formatTime(record), "level": record.levelname, "from": record.name}
        line["event"] = str(record.msg)  # without its arguments: a path may hold a person's code
        line |= {name: getattr(record, name) for name in _KEPT if hasattr(record, name)}
        if record.exc_info and record.exc_info[0]:
            line["kind"] = record.exc_info[0].__name__
        return json.dumps(line, ensure_ascii=False)


def set_up(app: Flask) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    app.logger.setLevel(logging.INFO)
