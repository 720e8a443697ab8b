"""Messages of one chain that say the same thing twice."""

from __future__ import annotations

import re
from functools import partial
from html import unescape
from typing import TYPE_CHECKING, Final, NamedTuple

from crmspec.diagnostics import Code, Diagnostic, Label, Severity, text
from crmspec.rules.sends import messages_of
from crmspec.template import tree
from crmspec.template.reading import pieces

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.chain import Chain
    from crmspec.ir.message import Message
    from crmspec.ir.step import Send
    from crmspec.ir.value import Ref
    from crmspec.logic.portfolio import Portfolio
    from crmspec.logic.wording import Wording

CODE = Code(
    "CRM445", "near-duplicate", text("two messages of a chain say the same"), Severity.WARNING
)
KIND: Final = "words"
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
    """Yield a finding for the steps of a live chain that send almost the same text."""
    wording = portfolio.wording
    for chain in portfolio.program.chains.values():
        if chain.status == "live":
            sent = [(one, messages_of(wording.program, one)) for one in wording.sends(chain)]
            subjects = (wording.world, chain, *(one for _, several in sent for one in several))
            yield from wording.memory.recall(
                CODE.slug, subjects, partial(_of_chain, wording, chain, sent)
            )


def _of_chain(
    wording: Wording, chain: Chain, sent: list[tuple[Send, tuple[Message, ...]]]
) -> tuple[Diagnostic, ...]:
    groups: list[list[Said]] = []
    for said in _said(wording, sent):
        near = [group for group in groups if any(_is_again(one, said) for one in group)]
        rest = [group for group in groups if not any(group is one for one in near)]
        groups = [*rest, [*(one for group in near for one in group), said]]
    return tuple(_finding(chain, *group) for group in groups if len(group) > 1)


def _is_again(one: Said, two: Said) -> bool:
    return one.step is not two.step and _is_same(one, two)


def _said(wording: Wording, sent: list[tuple[Send, tuple[Message, ...]]]) -> list[Said]:
    """Return the messages that a chain sends, each where it is sent first."""
    found: dict[str, Said] = {}
    for step, messages in sent:
        choice = step.send
        named = (*((choice.message,) if choice.message else ()), *choice.messages)
        places = {reference.id: reference for reference in named}
        for message in messages:
            if message.id not in found:
                made = partial(words, wording, message)
                runs = _runs(wording.memory.recall(KIND, (wording.world, message), made))
                found[message.id] = Said(message, places[message.id], step, runs)
    return list(found.values())


def _is_same(one: Said, two: Said) -> bool:
    if min(len(one.runs), len(two.runs)) < SAME * max(len(one.runs), len(two.runs)):
        return False
    common, all_ = one.runs & two.runs, one.runs | two.runs
    return bool(all_) and len(common) >= SAME * len(all_)


def words(wording: Wording, message: Message) -> tuple[str, ...]:
    """Return the words in what is a message's own, without its layout and blocks."""
    own: list[str] = []
    for read in wording.own(message):
        own += [one.text for one in pieces(read.body) if isinstance(one, tree.Text)]
    return tuple(_WORD.findall(unescape(_TAG.sub(" ", " ".join(own))).lower().replace("ё", "е")))


def _runs(words: tuple[str, ...]) -> frozenset[tuple[str, ...]]:
    """Return the runs of some words in a row."""
    runs = zip(*(words[at:] for at in range(RUN)), strict=False) if len(words) >= LEAST else ()
    return frozenset(runs)


def _finding(chain: Chain, one: Said, two: Said, *more: Said) -> Diagnostic:
    message = text(
        "`{second}` says almost the same as `{first}` in `{chain}`",
        first=one.message.id,
        second=two.message.id,
        chain=chain.id,
    )
    if more:
        ids = ", ".join(f"`{said.message.id}`" for said in (one, two, *more))
        message = text("{ids} say almost the same in `{chain}`", ids=ids, chain=chain.id)
    return Diagnostic(
        code=CODE,
        message=message,
        label=Label(two.message.place.name),
        related=(
            Label(one.message.place.name, text("said here before")),
            Label(one.reference.place.span, text("sent here")),
            *(Label(said.reference.place.span, text("and here again")) for said in (two, *more)),
        ),
        help=(text("let each step say something new: an answer, a proof, another reason"),),
    )
