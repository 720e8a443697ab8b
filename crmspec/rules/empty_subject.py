"""Subjects of which some customers get nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.rules.sure import known
from crmspec.template import tree
from crmspec.template.reading import reads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.message import Message
    from crmspec.logic.wording import View, Wording


def empty(wording: Wording, message: Message) -> Iterator[View]:
    """Yield who gets an empty subject, one for each language."""
    told: set[str | None] = set()
    for view in wording.views(message):
        locale = view.parts.locale
        if locale not in told and _is_blank(view) and _is_possible(wording, view):
            told.add(locale)
            yield view


def _is_blank(view: View) -> bool:
    body = view.parts.fields.get("subject", ())
    blank = view.parts.type == "email" and body != () and not view.texts["subject"].strip()
    return blank and not _has_hole(body)


def _is_possible(wording: Wording, view: View) -> bool:
    """Say whether there may be such a customer among those who get the message."""
    if view.fixture.trait == "typical":
        return True
    message, body = view.parts.message, view.parts.fields["subject"]
    poor = view.fixture.trait in {None, "missing", "zero"} and message.fallback is None
    return poor and not _is_sure(wording, message, body)


def _has_hole(body: tree.Body) -> bool:
    """Say whether a value stands there without a fallback, which another rule tells of."""
    values = [piece.expression for piece in body if isinstance(piece, tree.Output)]
    return any(not isinstance(one, tree.Filter) or one.name != "default" for one in values)


def _is_sure(wording: Wording, message: Message, body: tree.Body) -> bool:
    """Say whether something is known of the values for everybody who gets the message."""
    names = {".".join(map(str, one.name)) for one in reads(body, wording.blocks)}
    sendings = wording.sendings.get(message.id, ())
    facts = (fact for one in sendings for fact in known(wording, message, one))
    return any(fact[0] in names for fact in facts)
