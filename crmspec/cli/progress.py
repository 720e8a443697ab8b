"""How an apply goes, on the terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from crmspec.cli.option import show
from crmspec.diagnostics import text
from crmspec.diagnostics.format.width import printable

if TYPE_CHECKING:
    from crmspec.cli.option import Voice
    from crmspec.engine.change import Change
    from crmspec.engine.error import EngineError
    from crmspec.engine.plan import Plan
    from crmspec.engine.resource import Address


class Progress:
    """Tells of each change: a moving line on a terminal, a line per change elsewhere."""

    def __init__(self, plan: Plan, voice: Voice) -> None:
        self._total = len(plan.changes)
        self._voice = voice
        self._number = self._made = 0
        self._moving = sys.stderr.isatty() and voice.verbosity == 0

    def started(self, change: Change) -> None:
        """Count and name the change that begins."""
        self._number += 1
        if self._moving:
            width = 20
            filled = width * (self._number - 1) // self._total
            bar = "━" * filled + "─" * (width - filled)
            line = f"{bar} {self._number}/{self._total} {change.address}"
            show(f"\r\x1b[K{line}", newline=False, err=True)

    def done(self, change: Change) -> None:
        """Tell that a change is made."""
        self._made += 1
        if self._moving and self._made == self._total:
            show("\r\x1b[K", newline=False, err=True)
        elif not self._moving:
            self._voice.say(f"  {self._made}/{self._total}  {change.kind}  {change.address}")

    def waiting(self, change: Change, seconds: float, error: EngineError) -> None:
        """Tell that a call is tried again after a pause."""
        self._line(
            self._voice.words(
                text(
                    "{address}: {error}; again in {seconds} s",
                    address=str(change.address),
                    error=error.message,
                    seconds=round(seconds),
                )
            )
        )

    def failed(self, change: Change, error: EngineError) -> None:
        """Tell that a change failed for good."""
        address = str(change.address)
        self._line(
            self._voice.words(
                text("failed {address}: {error}", address=address, error=error.message)
            )
        )
        if change.source:
            self._line(f"  --> {change.source}")
        for line in error.help:
            self._line(f"  = {self._voice.words(line)}")

    def skipped(self, change: Change, because: Address | None) -> None:
        """Tell that a change was not tried."""
        why = text("the run ended") if because is None else text("needs {id}", id=str(because))
        address = str(change.address)
        self._line(self._voice.words(text("skipped {address}: {why}", address=address, why=why)))

    def _line(self, message: str) -> None:
        line = printable(message)
        show(f"\r\x1b[K{line}" if self._moving else line, err=True)
