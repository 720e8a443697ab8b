"""Ask whoever sits at the terminal whether to go on, in their language."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from crmspec.cli.option import Misuse
from crmspec.diagnostics import text

if TYPE_CHECKING:
    from crmspec.cli.option import Voice
    from crmspec.diagnostics import Text

_YES = frozenset({"y", "yes", "д", "да"})
_NO = frozenset({"", "n", "no", "н", "нет"})
"""Answers in all languages: whoever reads one may write another."""


def agreed(question: Text, voice: Voice, alone: Text) -> bool:
    """Say whether a question is answered with yes; no answer is no.

    Raises:
        Misuse: nobody is there to be asked; `alone` says what to do then.
    """
    if not sys.stdin.isatty():
        raise Misuse(alone)
    asked = f"{voice.words(question)} {voice.words(text('[y/N]'))}"
    while True:
        answer = str(click.prompt(asked, default="", show_default=False, err=True)).strip().lower()
        if answer in _YES | _NO:
            return answer in _YES
        voice.say(text("answer `y` or `n`"), level=-1)
