"""How journey tests went, as text, JSON or JUnit XML."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.api.trial import Failure, Outcome, Trials
    from crmspec.cli.option import Voice

VERSION = 1


def text(trials: Trials, voice: Voice, seconds: float) -> str:
    """Return a line per test, and for those that failed what was expected and what came."""
    return "".join(f"{line}\n" for line in _lines(trials, voice, seconds))


def _lines(trials: Trials, voice: Voice, seconds: float) -> Iterator[str]:
    from crmspec.diagnostics.format.style import Role, Style

    style = Style(color=voice.colour)
    for outcome in trials.outcomes:
        sign = style.paint(Role.INFO, "✓") if outcome.passed else style.paint(Role.ERROR, "✗")
        if not outcome.passed or voice.verbosity >= 0:
            yield f"{sign} {_title(outcome)}"
        if not outcome.passed or voice.verbosity > 0:
            yield from _story(outcome, trials, voice)
    yield _tally(trials, voice, seconds)


def _title(outcome: Outcome) -> str:
    from crmspec.diagnostics.format.width import printable

    title = outcome.test.title
    return f"{outcome.test.id}  {printable(title)}" if title else outcome.test.id


def _story(outcome: Outcome, trials: Trials, voice: Voice) -> Iterator[str]:
    """Yield what is not as expected, each with its place, then the whole timeline."""
    from crmspec.diagnostics.format.style import Role, Style
    from crmspec.diagnostics.format.timeline import at, table

    style = Style(color=voice.colour)
    for failure in outcome.failures:
        where = style.paint(Role.FAINT, at(failure.span, trials.sources))
        yield f"  {style.paint(Role.STRONG, voice.words(failure.text))}  {where}"
    for line in table(outcome.timeline, trials.sources, voice.lang, style):
        yield f"    {line}"


def _tally(trials: Trials, voice: Voice, seconds: float) -> str:
    from crmspec.diagnostics.catalog import plural

    passed = len(trials.outcomes) - trials.failed
    words = plural("{count} test passed", "{count} tests passed", passed, voice.lang)
    if trials.failed:
        words += ", " + plural("{count} failed", "{count} failed", trials.failed, voice.lang)
    return f"{words}      {seconds:.1f} s"


def json(trials: Trials, voice: Voice, seconds: float) -> str:
    """Return the tests as versioned JSON; timelines are as in the reports of `check`."""
    from crmspec.diagnostics.format.json import Writer, dump
    from crmspec.diagnostics.format.options import Options

    writer = Writer(trials.sources, Options(lang=voice.lang))
    return dump(
        {
            "version": VERSION,
            "lang": voice.lang,
            "counts": {
                "passed": len(trials.outcomes) - trials.failed,
                "failed": trials.failed,
            },
            "seconds": round(seconds, 3),
            "tests": [
                {
                    "id": outcome.test.id,
                    "title": outcome.test.title,
                    "place": writer.place(outcome.test.place.name),
                    "passed": outcome.passed,
                    "profile": outcome.profile,
                    "timezone": outcome.trace.timezone,
                    "failures": [
                        {"text": voice.words(one.text), "place": writer.place(one.span)}
                        for one in outcome.failures
                    ],
                    "timeline": [writer.line(line) for line in outcome.timeline],
                }
                for outcome in trials.outcomes
            ],
        }
    )


def junit(trials: Trials, voice: Voice, seconds: float) -> str:
    """Return the tests as JUnit XML, one suite for all."""
    from crmspec.diagnostics.format.junit import DECLARATION, escape

    count, failed = len(trials.outcomes), trials.failed
    lines = [
        DECLARATION,
        f'<testsuites name="crmspec" tests="{count}" failures="{failed}" time="{seconds:.3f}">',
        f'  <testsuite name="journeys" tests="{count}" failures="{failed}" errors="0">',
    ]
    for outcome in trials.outcomes:
        file = escape(outcome.test.place.name.path)
        head = f'    <testcase classname="{file}" name="{escape(_title(outcome))}"'
        head += f' time="{outcome.seconds:.3f}"'
        lines += [f"{head}/>"] if outcome.passed else [f"{head}>", *_case(outcome, trials, voice)]
    lines += ["  </testsuite>", "</testsuites>"]
    return "".join(f"{line}\n" for line in lines)


def _case(outcome: Outcome, trials: Trials, voice: Voice) -> Iterator[str]:
    from crmspec.cli.option import Voice
    from crmspec.diagnostics.format.junit import escape

    plain = Voice(voice.lang, colour=False, verbosity=0)
    message = "; ".join(_words(one, voice) for one in outcome.failures)
    body = "\n".join(_story(outcome, trials, plain))
    yield f'      <failure message="{escape(message)}">{escape(body)}</failure>'
    yield "    </testcase>"


def _words(failure: Failure, voice: Voice) -> str:
    return voice.words(failure.text)
