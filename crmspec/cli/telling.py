"""A timeline as text, JSON or Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crmspec.api.simulate import Simulation
    from crmspec.cli.option import Voice

VERSION = 1


def text(done: Simulation, voice: Voice) -> str:
    """Return the timeline for a terminal."""
    from crmspec.diagnostics.format.style import Style
    from crmspec.diagnostics.format.timeline import table

    rows = list(table(done.timeline, done.sources, voice.lang, Style(color=voice.colour)))
    return "".join(f"{line}\n" for line in (*_head(done, voice), *rows, _foot(done, voice)))


def markdown(done: Simulation, voice: Voice) -> str:
    """Return the timeline as a Markdown table."""
    from crmspec.diagnostics.format.markdown import escape, timeline_table

    rows = timeline_table(done.timeline, done.sources, voice.lang)
    head = [part for line in _head(done, voice) for part in (escape(line), "")]
    return "".join(f"{line}\n" for line in (*head, *rows, "", _foot(done, voice)))


def json(done: Simulation, voice: Voice) -> str:
    """Return the timeline as versioned JSON, with lines as in the reports of `check`."""
    from crmspec.diagnostics.format.json import Writer, dump
    from crmspec.diagnostics.format.options import Options

    writer = Writer(done.sources, Options(lang=voice.lang))
    return dump(
        {
            "version": VERSION,
            "lang": voice.lang,
            "profile": done.profile,
            "timezone": done.trace.timezone,
            "who": [voice.words(fact) for fact in done.who],
            "timeline": [writer.line(line) for line in done.timeline],
            "sent": _count(done, "send"),
            "lost": _count(done, "lose"),
        }
    )


def _head(done: Simulation, voice: Voice) -> list[str]:
    from crmspec.diagnostics import text as say

    if not done.who:
        return []
    facts = ", ".join(voice.words(fact) for fact in done.who)
    return [voice.words(say("who: {facts}", facts=facts))]


def _foot(done: Simulation, voice: Voice) -> str:
    """Return how many messages went out and how many did not."""
    from crmspec.diagnostics.catalog import plural

    sent, lost = _count(done, "send"), _count(done, "lose")
    words = plural("{count} message sent", "{count} messages sent", sent, voice.lang)
    if lost:
        words += ", " + plural("{count} not sent", "{count} not sent", lost, voice.lang)
    return f"{words} ({done.trace.timezone}, {done.profile})"


def _count(done: Simulation, kind: str) -> int:
    return sum(line.kind == kind for line in done.timeline)
