"""Have a second process look at the messages of a large project from the last one on."""

from __future__ import annotations

import os
import pickle
import sys
import tempfile
import threading
import time
from functools import partial
from mmap import mmap
from typing import IO, TYPE_CHECKING, Any, Final, cast

from crmspec.diagnostics import Code
from crmspec.rules.look import questions
from crmspec.rules.registry import RULES

if TYPE_CHECKING:
    from crmspec.logic.wording import Wording

    Answers = list[tuple[int, list[tuple[Any, ...] | None]]]

LEAST: Final = 300
"""Messages from which a second process is worth its start."""
_FRONT: Final = slice(0, 8)
_BACK: Final = slice(8, 16)


class Beside:
    """Two processes at the messages of one program: this one from the front, one from the back."""

    def __init__(self, wording: Wording) -> None:
        self.wording = wording
        self.at = mmap(-1, 16)
        """How far both are: the messages `[front, back)` are left."""
        self.at[_BACK] = len(wording.subjects).to_bytes(8, "little")
        self.file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - both processes close it
        sys.stdout.flush()
        sys.stderr.flush()
        self.child = os.fork()
        if not self.child:
            self._leave()

    def join(self) -> float:
        """Look at what is left, and remember all answers; return the seconds of the other one.

        What it took and did not answer, since it was killed, the rules look at themselves.
        """
        for number in range(len(self.wording.subjects)):
            self.at[_FRONT] = (number + 1).to_bytes(8, "little")
            if number >= self._number(_BACK):
                break
            _answers(self.wording, number)  # they are remembered
        _, status = os.waitpid(self.child, 0)
        with self.file:
            if status:
                return 0.0
            self.file.seek(0)
            seconds, answers = read(self.file)
        keep(self.wording, answers)
        return seconds

    def from_the_back(self) -> Answers:
        """Look at messages until the other process has been at them."""
        found: Answers = []
        while self._number(_FRONT) < (number := self._number(_BACK)):
            self.at[_BACK] = (number - 1).to_bytes(8, "little")
            found.append((number - 1, _answers(self.wording, number - 1)))
        return found

    def _leave(self) -> None:
        """Be the second process, to its end."""
        status = 1
        try:
            started = time.process_time()
            found = self.from_the_back()
            write(self.file, time.process_time() - started, found)
            self.file.flush()
            status = 0
        finally:  # nothing may go on as the first process
            os._exit(status)

    def _number(self, place: slice) -> int:
        return int.from_bytes(self.at[place], "little")


def is_worth(wording: Wording) -> bool:
    """Say whether a second process can be had and saves time."""
    return (
        hasattr(os, "fork")
        and threading.active_count() == 1
        and (os.cpu_count() or 1) > 1
        and len(wording.subjects) >= LEAST
    )


def _answers(wording: Wording, number: int) -> list[tuple[Any, ...] | None]:
    """Return what is answered about a message, and remember it; None for what cannot be told."""
    message, subjects = wording.subjects[number]
    found: list[tuple[Any, ...] | None] = []
    for one in questions(wording, message, subjects):
        answer = wording.memory.recall(one.kind, one.subjects, one.answer)
        found.append(answer if one.portable or not answer else None)
    return found


def keep(wording: Wording, answers: Answers) -> None:
    """Remember what another process has answered."""
    for number, found in answers:
        message, subjects = wording.subjects[number]
        for one, answer in zip(questions(wording, message, subjects), found, strict=True):
            if answer is not None:
                wording.memory.recall(one.kind, one.subjects, partial(_same, answer))


def _same(answer: tuple[Any, ...]) -> tuple[Any, ...]:
    return answer


def write(file: IO[bytes], seconds: float, answers: Answers) -> None:
    """Write answers, the codes of findings by their ids."""
    _Pickler(file, pickle.HIGHEST_PROTOCOL).dump((seconds, answers))


def read(file: IO[bytes]) -> tuple[float, Answers]:
    """Return what `write` has written."""
    return cast("tuple[float, Answers]", _Unpickler(file).load())


class _Pickler(pickle.Pickler):
    def persistent_id(self, value: object) -> str | None:
        return value.id if isinstance(value, Code) else None


class _Unpickler(pickle.Unpickler):
    def persistent_load(self, id_: str) -> Code:
        return _CODES[id_]


_CODES: Final = {rule.CODE.id: rule.CODE for rule in RULES}
