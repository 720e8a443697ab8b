"""Messages of one chain that say the same thing twice."""

from __future__ import annotations

import re
from functools import partial
from html import unescape
from itertools import combinations
from typing import TYPE_CHECKING, Final, NamedTuple

from crmspec.diagnostics import Code, Diagnostic, Label, Severity, text
from crmspec.ir.step import Send
from crmspec.ir.walk import walk
from crmspec.rules.sends import messages_of
from crmspec.template import tree
from crmspec.template.reading import pieces

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.chain import Chain
    from crmspec.ir.message import Message
    from crmspec.ir.value import Ref
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.wording import Wording

CODE = Code(
    "CRM445", "near-duplicate", text("two messages of a chain say the same"), Severity.WARNING
)
SAME: Final = 0.8
"""The share of runs of words in common from which two texts are one."""
RUN: Final = 3
LEAST: Final = 5
"""Words of a text below which nothing can be said."""
_TAG: Final = re.compile(r"<[^>]*>")
_WORD: Final = re.compile(r"\w+")


class Said(NamedTuple):
    """A message that a step of a chain sends, and its runs of words."""

    message: Message
    reference: Ref
    step: Send
    runs: frozenset[tuple[str, ...]]


def check(portfolio: Portfolio) -> Iterator[Diagnostic]:
    """Yield a finding for each two steps of a live chain that send almost the same text."""
    wording = portfolio.wording
    runs = dict(wording.each(CODE.slug, partial(_runs, wording)))
    for chain in portfolio.program.chains.values():
        if chain.status == "live":
            for one, two in combinations(_said(portfolio, chain, runs), 2):
                if one.step is not two.step and _is_same(one, two):
                    yield _finding(chain, one, two)


def _said(
    portfolio: Portfolio, chain: Chain, runs: dict[str, frozenset[tuple[str, ...]]]
) -> list[Said]:
    """Return the messages that a chain sends, each where it is sent first."""
    found: dict[str, Said] = {}
    for step in walk(chain):
        if isinstance(step, Send):
            choice = step.send
            named = (*((choice.message,) if choice.message else ()), *choice.messages)
            places = {reference.id: reference for reference in named}
            for message in messages_of(portfolio.program, step):
                said = Said(message, places[message.id], step, runs[message.id])
                found.setdefault(message.id, said)
    return list(found.values())


def _is_same(one: Said, two: Said) -> bool:
    common, all_ = one.runs & two.runs, one.runs | two.runs
    return bool(all_) and len(common) >= SAME * len(all_)


def _runs(wording: Wording, message: Message) -> Iterator[tuple[str, frozenset[tuple[str, ...]]]]:
    """Yield the runs of words in what is a message's own, without its layout and blocks."""
    own: list[str] = []
    for read in wording.own(message):
        own += [one.text for one in pieces(read.body) if isinstance(one, tree.Text)]
    words = _WORD.findall(unescape(_TAG.sub(" ", " ".join(own))).lower())
    runs = zip(*(words[at:] for at in range(RUN)), strict=False) if len(words) >= LEAST else ()
    yield message.id, frozenset(runs)


def _finding(chain: Chain, one: Said, two: Said) -> Diagnostic:
    return Diagnostic(
        code=CODE,
        message=text(
            "`{second}` says almost the same as `{first}` in `{chain}`",
            first=one.message.id,
            second=two.message.id,
            chain=chain.id,
        ),
        label=Label(two.message.place.name),
        related=(
            Label(one.message.place.name, text("said here before")),
            Label(one.reference.place.span, text("sent here")),
            Label(two.reference.place.span, text("and here again")),
        ),
        help=(text("let each step say something new: an answer, a proof, another reason"),),
    )
