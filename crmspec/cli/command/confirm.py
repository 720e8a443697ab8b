"""`crmspec confirm`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from crmspec.cli.deploy import guarded, lock_option, target_options
from crmspec.cli.exit_code import ExitCode
from crmspec.cli.option import common, project_option

if TYPE_CHECKING:
    from pathlib import Path

    from crmspec.cli.option import Voice


@click.command("confirm")
@click.argument("addresses", nargs=-1, required=True, metavar="ADDRESS...")
@project_option
@target_options
@lock_option
@click.option("--by", help="Who did it; you on this machine by default.")
@click.option("--sheet", metavar="VERSION", help="The version that stands on the sheet.")
@common
def command(  # noqa: PLR0913 - one argument per option
    addresses: tuple[str, ...],
    project: Path | None,
    target: str | None,
    state_dir: Path | None,
    voice: Voice,
    *,
    by: str | None,
    sheet: str | None,
    lock_timeout: float,
) -> int:
    """Note that the build sheet of ADDRESS was done as it is now.

    From then on the plan is silent about it, until the project changes. With --sheet, a sheet
    that has changed since it was printed is refused.
    """
    from crmspec.api.audit import who
    from crmspec.api.sheet import confirm
    from crmspec.diagnostics import text

    with guarded(project, target, state_dir, voice, lock_timeout=lock_timeout) as deployment:
        done = confirm(deployment, addresses, by or who(), sheet)
        left = len(deployment.tasks())
        for address in done:
            voice.say(text("noted: {address} is done", address=str(address)))
        if not done:
            voice.say(text("it was noted before, and has not changed"))
        voice.say(text("{count} left to do by hand", count=left))
    return ExitCode.CLEAN
