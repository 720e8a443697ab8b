"""What the customer does with messages, so that conditions about reactions are what wishes ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.logic.wish import Draft, Need
from crmspec.semantics.condition import holds
from crmspec.semantics.scenario import Customer, Reaction
from crmspec.semantics.state import Sent, State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.logic.wish import Setting, Wish
    from crmspec.semantics.scenario import ReactionKind

KINDS: tuple[ReactionKind, ...] = ("delivered", "opened", "clicked", "replied", "converted")
USUAL = 10
"""A customer reacts after that many minutes, or sooner if a condition asks earlier."""


def fit_reactions(setting: Setting, wishes: list[Wish]) -> Draft | None:
    """Return reactions to the messages that the last run sent.

    A wish that no reaction can meet because nothing was sent becomes a need.
    """
    made: list[Reaction] = []
    while (broken := _broken(setting, wishes, made)) is not None:
        added = next(_repairs(setting, wishes, broken, made), None)
        if added is None:
            need = Need(broken.frame.moment, broken.condition)
            return Draft(needs=[need]) if broken.truth else None
        made.append(added)
    return Draft(reactions=made)


def _broken(setting: Setting, wishes: list[Wish], made: list[Reaction]) -> Wish | None:
    return next((wish for wish in wishes if not _meets(setting, wish, made)), None)


def _repairs(
    setting: Setting, wishes: list[Wish], broken: Wish, made: list[Reaction]
) -> Iterator[Reaction]:
    """Yield single reactions that mend a wish and break none that is met."""
    kept = [broken, *(wish for wish in wishes if _meets(setting, wish, made))]
    for one in reversed(setting.sends):
        if one.message is None or one.moment > broken.frame.moment:
            continue
        after = min(USUAL, broken.frame.moment - one.moment)
        for kind in _asked(broken):
            link = getattr(broken.condition, "link", None)
            added = Reaction(message=one.message, reaction=kind, after=after, link=link)
            if all(_meets(setting, wish, [*made, added]) for wish in kept):
                yield added


def _asked(wish: Wish) -> Iterator[ReactionKind]:
    return (kind for kind in KINDS if getattr(wish.condition, kind, ()))


def _meets(setting: Setting, wish: Wish, reactions: list[Reaction]) -> bool:
    state = State(customer=Customer())
    for entry in setting.sends:
        if entry.moment <= wish.frame.moment:
            mine = entry.chain == wish.frame.chain and wish.frame.chain is not None
            sent = Sent(entry.moment, entry.message or "", entry.channel or "", entry.chain)
            sent.passage, sent.step = 1 if mine else None, entry.step
            _react(sent, wish, reactions)
            state.sent.append(sent)
    return holds(wish.condition, setting.view(wish, state)) == wish.truth


def _react(sent: Sent, wish: Wish, reactions: list[Reaction]) -> None:
    for one in reactions:
        moment = sent.moment + one.after
        if one.message == sent.message and moment <= wish.frame.moment:
            sent.reactions[one.reaction].append(moment)
            if one.reaction == "clicked" and one.link is not None:
                sent.links.append((moment, one.link))
