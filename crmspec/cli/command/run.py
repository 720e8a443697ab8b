"""`crmspec run`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from crmspec.cli.exit_code import ExitCode
from crmspec.cli.option import Misuse, common, project_option
from crmspec.diagnostics import text

if TYPE_CHECKING:
    from crmspec.api.simulate import Request, Simulation
    from crmspec.cli.option import Voice

FORMATS = ("text", "json", "markdown")


@click.command("run")
@click.argument("chains", nargs=-1, metavar="[CHAIN]...")
@click.option(
    "--events",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What happens: a list of events, or a journey test, in YAML or JSON.",
)
@click.option("--customer", help="A persona of the project, or a file that describes a customer.")
@click.option("--witness", help="Run the counterexample of a finding, such as CRM302-7f3a.")
@click.option("--profile", help="Behave like this profile; the reference by default.")
@click.option("--start", help="When it starts, such as 2027-03-01T09:00.")
@click.option("--until", help="When it ends: a moment, or a time from the start such as 30d.")
@click.option(
    "--format", "format_", type=click.Choice(FORMATS), default="text", help="Output form."
)
@project_option
@common
def command(  # noqa: PLR0913 - one argument per option
    chains: tuple[str, ...],
    events: Path | None,
    customer: str | None,
    witness: str | None,
    profile: str | None,
    *,
    start: str | None,
    until: str | None,
    format_: str,
    project: Path | None,
    voice: Voice,
) -> int:
    """Run the chains for one customer and print what they receive, and when.

    With CHAINs only these live, otherwise all of the project. --events says what the customer
    does: a list such as `[{event: signup, at: 0m}]`, or a journey test with start, customer,
    events and reactions. Without it a customer is made up for whom the chain begins. -v shows
    where chains wait.
    """
    from crmspec.api.examine import UnknownProfileError
    from crmspec.api.simulate import (
        BrokenInputError,
        EarlyEndError,
        NoWayInError,
        Request,
        rerun,
        simulate,
    )
    from crmspec.api.unknown import UnknownNameError
    from crmspec.cli.trouble import broken, unknown, unknown_profile

    waits = voice.verbosity > 0
    file = Path(customer) if customer is not None and Path(customer).is_file() else None
    request = Request(chains, events, None if file else customer, file, profile, start, until)
    _check_moments(start, until)
    _check_mix(request, witness)
    try:
        if witness is not None:
            done = rerun(project, witness, profile, waits=waits)
        else:
            done = simulate(project, request, waits=waits)
    except BrokenInputError as error:
        return broken(error.report, voice)
    except NoWayInError as error:
        raise Misuse(
            text(
                "no customer was found who comes into {chain}; say who it is with --events",
                chain=error.chain,
            )
        ) from None
    except EarlyEndError:
        raise Misuse(text("--until: {moment} is before the start", moment=str(until))) from None
    except UnknownNameError as error:
        raise unknown(error, voice) from None
    except UnknownProfileError as error:
        raise unknown_profile(error, voice) from None
    click.echo(_shown(done, format_, voice), nl=False, color=voice.colour)
    if done.strayed:
        click.echo("this is not what was found: the timeline cannot be repeated", err=True)
        return ExitCode.FINDINGS
    return ExitCode.CLEAN


def _check_moments(start: str | None, until: str | None) -> None:
    """Refuse words that are no moments, before they become part of a script."""
    from crmspec.api.script import is_moment

    if start is not None and not is_moment(start):
        raise Misuse(
            text("--start: {words} is no moment such as 2027-03-01T09:00", words=repr(start))
        )
    if until is not None and not is_moment(until, after_start=True):
        raise Misuse(
            text("--until: {words} is no moment such as 2027-03-01T09:00 or 30d", words=repr(until))
        )


def _shown(done: Simulation, format_: str, voice: Voice) -> str:
    from crmspec.cli import telling

    shown: str = getattr(telling, format_)(done, voice)
    return shown


def _check_mix(request: Request, witness: str | None) -> None:
    """Refuse options that would change nothing beside one another."""
    scripted = request.events or request.customer or request.customer_file
    if witness is not None:
        if request.chains or scripted or request.start or request.until:
            raise Misuse(text("--witness says it all; it goes with --profile and --format alone"))
    elif not request.chains and request.events is None:
        raise Misuse(text("name a CHAIN, or give --events FILE or --witness NAME"))
    elif request.start is not None and not scripted:
        raise Misuse(text("--start needs --events or --customer: who is made up has a start"))
