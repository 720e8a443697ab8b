"""Roles of messages: each is used where the type of its channel can be used."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmspec.diagnostics import Label, text
from crmspec.ir.action import AudienceChange
from crmspec.ir.measure import Experiment
from crmspec.ir.step import SendChoice
from crmspec.ir.trigger import FormTrigger
from crmspec.resolve.codes import WRONG_CHANNEL_TYPE
from crmspec.resolve.finding import finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Diagnostic, Text
    from crmspec.ir.channel import Channel
    from crmspec.ir.value import Ref
    from crmspec.resolve.scope import Scope

AUDIENCES = frozenset({"audience_sync"})
SCREENS = frozenset({"onsite", "in_app"})


class Use(NamedTuple):
    """A message where only some types of channels, or all but those, make sense."""

    reference: Ref
    types: frozenset[str]
    fits: bool
    problem: Text
    advice: Text


def check(scope: Scope) -> Iterator[Diagnostic]:
    """Yield CRM230."""
    for use in (*_synced(scope), *_sent(scope), *_forms(scope)):
        message = scope.program.messages.get(use.reference.id)
        channel = scope.program.channels.get(message.channel.id) if message is not None else None
        if channel is not None and (channel.type in use.types) is not use.fits:
            yield _wrong(use, channel)
    yield from _lent(scope)


def _lent(scope: Scope) -> Iterator[Diagnostic]:
    """Yield the messages that variants lend to one of another channel (semantics 8.42)."""
    messages = scope.program.messages
    for experiment, _ in scope.every(Experiment):
        tested = None if experiment.applies_to is None else experiment.applies_to.message
        message = None if tested is None else messages.get(tested.id)
        for variant in experiment.variants.values() if message is not None else ():
            lent = None if variant.message is None else messages.get(variant.message.id)
            if variant.message is None or lent is None or message is None:
                continue
            if lent.channel.id != message.channel.id:
                yield finding(
                    WRONG_CHANNEL_TYPE,
                    variant.message.place.span,
                    text(
                        "`{lent}` goes by `{other}`, and `{message}`, which is under test, by "
                        "`{channel}`",
                        lent=lent.id,
                        other=lent.channel.id,
                        message=message.id,
                        channel=message.channel.id,
                    ),
                    text("name a message of the same channel, or split the chain instead"),
                )


def _synced(scope: Scope) -> Iterator[Use]:
    for change, _ in scope.every(AudienceChange):
        id_ = change.message.id
        yield Use(
            change.message,
            AUDIENCES,
            fits=True,
            problem=text("`{message}` is no advertising audience", message=id_),
            advice=text("use `send`, or a message over a channel of `type: audience_sync`"),
        )


def _sent(scope: Scope) -> Iterator[Use]:
    sent = [
        reference
        for choice, _ in scope.every(SendChoice)
        for reference in (*((choice.message,) if choice.message else ()), *choice.messages)
    ]
    for reference in sent:
        yield Use(
            reference,
            AUDIENCES,
            fits=False,
            problem=text(
                "`{message}` is an advertising audience; none is sent", message=reference.id
            ),
            advice=text("add customers to it with the step `audience_sync: {id}`", id=reference.id),
        )


def _forms(scope: Scope) -> Iterator[Use]:
    for trigger, _ in scope.every(FormTrigger):
        yield Use(
            trigger.form,
            SCREENS,
            fits=True,
            problem=text("`{message}` cannot hold a form", message=trigger.form.id),
            advice=text("use a message over a channel of `type: onsite` or `type: in_app`"),
        )


def _wrong(use: Use, channel: Channel) -> Diagnostic:
    note = text("its channel has `type: {type}`", type=channel.type)
    return finding(
        WRONG_CHANNEL_TYPE,
        use.reference.place.span,
        use.problem,
        use.advice,
        related=(Label(channel.place.name, note),),
    )
