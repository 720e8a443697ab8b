"""`crmspec ask`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

import click

from crmspec.cli.exit_code import ExitCode
from crmspec.cli.option import Misuse, common, project_option
from crmspec.diagnostics import text

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Unpack

    from crmspec.api.question.answer import Answer, Project
    from crmspec.cli.option import Voice

    Question = Callable[[Project], Answer]

FORMATS = ("text", "json", "markdown")
_LONGEST = 3653 * 1440
"""Minutes; nothing in a project lasts longer."""


class Shared(TypedDict):
    """The options that all questions have."""

    voice: Voice
    project: Path | None
    profile: str | None
    format_: str


class Questions(click.Group):
    """A group of questions that also takes a question as a sentence."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Write a sentence as the question and arguments that it means."""
        from crmspec.cli.sentence import understand

        if args and args[0] not in self.commands and not args[0].startswith("-"):
            words = [arg for arg in args if not arg.startswith("-")]
            count = next((n for n, arg in enumerate(args) if arg.startswith("-")), len(args))
            understood = understand(" ".join(words[:count]))
            if understood is not None:
                args = [*understood, *args[count:]]
            elif " " in args[0] or not args[0]:
                raise Misuse(
                    text(
                        "this question is not understood; `crmspec ask --help` lists what can be"
                        " asked"
                    )
                )
        return super().parse_args(ctx, args)


def shared(function: Callable[..., object]) -> Callable[..., object]:
    """Add the options that all questions have."""
    for option in (
        click.option("--profile", help="Behave like this profile; the reference by default."),
        click.option(
            "--format", "format_", type=click.Choice(FORMATS), default="text", help="Output form."
        ),
        project_option,
        common,
    ):
        function = option(function)
    return function


@click.group("ask", cls=Questions)
def command() -> None:
    r"""Answer a question about all customers, with a proof or with one who shows it.

    \b
    crmspec ask together welcome winback_60
    crmspec ask "can one customer be in welcome and winback_60"
    crmspec ask "how many messages in 24h after 2 actions"
    """


@command.command("together")
@click.argument("one")
@click.argument("other")
@shared
def together(one: str, other: str, **rest: Unpack[Shared]) -> int:
    """Can one customer be in both of two chains, or of two segments?"""
    from crmspec.api.question.together import ask

    if one == other:
        raise Misuse(text("name two different chains or segments, not {name} twice", name=one))
    return _answer(lambda project: ask(project, one, other), **rest)


@command.command("worst")
@click.option("--window", default="24h", help="The time to look at, such as 24h or 7d.")
@click.option("--actions", default=2, type=click.IntRange(1, 4), help="What may happen at most.")
@click.option("--channel", help="Count only messages of this channel.")
@click.option("--limit", help="Count only messages that this frequency rule counts.")
@shared
def worst(
    window: str, actions: int, channel: str | None, limit: str | None, **rest: Unpack[Shared]
) -> int:
    """How many messages can a customer get within a while, and how?"""
    from crmspec.api.question.worst import ask

    minutes = _minutes(window)
    return _answer(lambda project: ask(project, minutes, actions, channel, limit), **rest)


@command.command("implies")
@click.argument("one")
@click.argument("other")
@shared
def implies(one: str, other: str, **rest: Unpack[Shared]) -> int:
    """Is everybody of one segment in another?"""
    from crmspec.api.question.implies import ask

    return _answer(lambda project: ask(project, one, other), **rest)


@command.command("reach")
@click.argument("customer")
@shared
def reach(customer: str, **rest: Unpack[Shared]) -> int:
    """Which chains can reach this customer, a persona or a file that describes one?"""
    from crmspec.api.question.reach import ask
    from crmspec.api.simulate import customer_of

    file = Path(customer)
    return _answer(
        lambda project: ask(project, customer_of(project.program, customer, file), customer), **rest
    )


@command.command("receives")
@click.argument("message")
@click.option("--after", help="The event after which it must come.")
@shared
def receives(message: str, after: str | None, **rest: Unpack[Shared]) -> int:
    """Who can receive a message, maybe after an event?"""
    from crmspec.api.question.receives import ask

    return _answer(lambda project: ask(project, message, after), **rest)


@command.command("new-customer")
@click.option("--days", default=60, type=click.IntRange(1, 730), help="How many days to look at.")
@click.option("--event", "events", multiple=True, help="What the customer begins with.")
@shared
def new_customer(days: int, events: tuple[str, ...], **rest: Unpack[Shared]) -> int:
    """What does a typical new customer get in the first days?"""
    from crmspec.api.question.newcomer import ask

    return _answer(lambda project: ask(project, days, events), **rest)


def _minutes(window: str) -> int:
    from crmspec.ir.scalar import parse_duration

    try:
        months, seconds = parse_duration(window)
    except ValueError:
        raise Misuse(text("{words} is no time such as 24h or 7d", words=window)) from None
    minutes = (months * 30 * 86_400 + seconds) // 60
    if minutes < 1:
        raise Misuse(text("{words} is no time at all", words=window))
    if minutes > _LONGEST:
        raise Misuse(text("{words} is longer than ten years", words=window))
    return minutes


def _answer(question: Question, **rest: Unpack[Shared]) -> int:
    """Ask, and print the answer or what is wrong with the question."""
    from crmspec.api.examine import UnknownProfileError
    from crmspec.api.question.answer import Project
    from crmspec.api.simulate import BrokenInputError
    from crmspec.api.unknown import UnknownNameError
    from crmspec.cli import reply
    from crmspec.cli.trouble import broken, unknown, unknown_profile

    try:
        answer = question(Project.at(rest["project"], rest["profile"]))
    except BrokenInputError as error:
        return broken(error.report, rest["voice"])
    except UnknownNameError as error:
        raise unknown(error, rest["voice"]) from None
    except UnknownProfileError as error:
        raise unknown_profile(error, rest["voice"]) from None
    shown = getattr(reply, rest["format_"])(answer, rest["voice"])
    click.echo(shown, nl=False, color=rest["voice"].colour)
    return ExitCode.CLEAN
