"""Calls into plugins, in a thread that can be given up (law 5).

The person's thread waits meanwhile, so the two never use the session at once. A call that takes too long is given up:
it may not send another statement to the database, and keeps the session it was reading with, while the request reads
on with a session of its own (`db.give_up`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextvars import copy_context
from typing import Any

from app.db import Call, current_call, db, give_up

TIME_LIMIT = 2.0  # seconds a plugin may take to answer a hook while a person waits
Asked = tuple[str, Callable[[], Any]]


class Crashed(Exception):
    """A plugin raised what is no Exception, such as SystemExit."""


class _Answers:
    """What has come back so far from one thread."""

    def __init__(self) -> None:
        self.call, self.news = Call(), threading.Condition()
        self.outcomes: list[tuple[str, Any]] = []

    def more_than(self, seen: int, limit: float) -> bool:
        """Whether another outcome came within so many seconds; if not, the thread is given up."""
        with self.news:
            if self.news.wait_for(lambda: len(self.outcomes) > seen, timeout=limit):
                return True
            give_up(self.call)
            return False

    def put(self, name: str, outcome: Any) -> bool:
        """False: nobody waits any more."""
        with self.news:
            if not self.call.abandoned:
                self.outcomes.append((name, outcome))
                self.news.notify()
            return not self.call.abandoned


def run_guarded(asked: list[Asked], limit: float | None = None) -> Iterator[tuple[str, Any]]:
    """Run each, in this request's context: (name, what it gave, or the exception; TimeoutError: it was given up)."""
    waiting = list(asked)
    while waiting:
        answers = _Answers()
        context = copy_context()
        context.run(current_call.set, answers.call)
        threading.Thread(target=context.run, args=(_work, list(waiting), answers), daemon=True).start()
        while len(answers.outcomes) < len(waiting):
            if not answers.more_than(len(answers.outcomes), limit or TIME_LIMIT):
                break
        yield from answers.outcomes
        waiting = waiting[len(answers.outcomes) :]
        if waiting:
            yield waiting.pop(0)[0], TimeoutError()


def _work(asked: list[Asked], answers: _Answers) -> None:
    try:
        for name, ask in asked:
            if not answers.put(name, _outcome(ask)):
                return
    finally:
        if answers.call.left is not None:
            answers.call.left.close()


def _outcome(ask: Callable[[], Any]) -> Any:
    """What it gave, or what it raised; on PostgreSQL its failed statement does not spoil the request's transaction."""
    postgres = db.engine.dialect.name == "postgresql"
    try:
        if postgres:
            db.session.connection().exec_driver_sql("SAVEPOINT plugin")
        return ask()
    except BaseException as error:
        if postgres:
            _recover()
        return error if isinstance(error, Exception) else Crashed(type(error).__name__)


def _recover() -> None:
    try:
        db.session.connection().exec_driver_sql("ROLLBACK TO SAVEPOINT plugin")
    except Exception:
        return  # the connection is gone, or the call was given up: there is nothing to go back to
