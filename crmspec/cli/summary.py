"""The line that says what was looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crmspec.api.check import CheckResult
    from crmspec.cli.option import Voice


def summary(result: CheckResult, voice: Voice, seconds: float) -> None:
    """Say how many of what were checked, and how long it took."""
    from crmspec.diagnostics.catalog import plural

    program, lang = result.program, voice.lang
    counted = (
        plural("{count} event", "{count} events", len(program.events), lang),
        plural("{count} segment", "{count} segments", len(program.segments), lang),
        plural("{count} chain", "{count} chains", len(program.chains), lang),
        plural("{count} broadcast", "{count} broadcasts", len(program.broadcasts), lang),
        plural("{count} message", "{count} messages", len(program.messages), lang),
        plural("{count} channel", "{count} channels", len(program.channels), lang),
        plural("{count} frequency rule", "{count} frequency rules", len(program.frequency), lang),
    )
    files = plural("{count} file", "{count} files", len(result.workspace.files), lang)
    parts = [part for part in counted if not part.startswith("0 ")]
    voice.say(f"{files}  {' · '.join(parts)}      {seconds:.1f} s")
    if result.suppressed:
        hidden = len(result.suppressed)
        voice.say(plural("{count} finding hidden", "{count} findings hidden", hidden, lang), 1)


def left_out(errors: int, lang: str) -> str:
    """Say that the program is not whole."""
    from crmspec.diagnostics.catalog import plural

    return plural(
        "{count} error: parts are left out, see `crmspec check`",
        "{count} errors: parts are left out, see `crmspec check`",
        errors,
        lang,
    )


def costs(result: CheckResult, voice: Voice) -> None:
    """Print where the processor's time went: a row per rule, the dearest first, then the rest.

    What several rules need, such as the meetings of chains, is on the first that asks for it.
    """
    import time

    from crmspec.diagnostics import text

    found = result.examined.costs if result.examined is not None else []
    heads = (text("rule"), text("seconds"), text("findings"), text("undecided"))
    rule, *numbers = (voice.words(head) for head in heads)
    voice.say(f"{rule:<42} {' '.join(f'{head:>10}' for head in numbers)}", -1)
    for one in sorted(found, key=lambda cost: -cost.seconds):
        name = f"{one.code} {one.slug}"
        row = f"{one.seconds:>10.3f} {one.findings:>10} {one.undecided:>10}"
        voice.say(f"{name:<42} {row}", -1)
    rest = time.process_time() - sum(one.seconds for one in found)
    named = voice.words(text("everything before and after the rules"))
    voice.say(f"{named:<42} {max(rest, 0.0):>10.3f}", -1)
