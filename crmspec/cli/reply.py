"""An answer as text, JSON or Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crmspec.api.question.answer import Answer
    from crmspec.cli.option import Voice

VERSION = 1


def text(answer: Answer, voice: Voice) -> str:
    """Return the answer, the customer and the timeline, and how sure it is."""
    from crmspec.diagnostics.format.proof import assumptions, who
    from crmspec.diagnostics.format.style import Role, Style
    from crmspec.diagnostics.format.timeline import table

    style = Style(color=voice.colour)
    evidence = answer.evidence
    lines = [style.paint(Role.STRONG, voice.words(answer.words))]
    lines += [f"  {voice.words(one)}" for one in answer.more]
    if evidence.who:
        lines.append(f"  {_who(who(evidence, voice.lang), voice)}")
    shown = table(evidence.timeline, answer.sources, voice.lang, style)
    lines += [f"    {line}" for line in shown]
    lines += [f"  {one}" for one in assumptions(evidence, voice.lang)]
    lines.append(f"  {_proof(answer, voice)}")
    return "".join(f"{line}\n" for line in lines)


def _who(facts: str, voice: Voice) -> str:
    from crmspec.diagnostics import text as sentence

    return voice.words(sentence("who: {facts}", facts=facts))


def _proof(answer: Answer, voice: Voice) -> str:
    from crmspec.diagnostics import text as sentence
    from crmspec.diagnostics.format.proof import verdict

    said = verdict(answer.evidence, voice.lang)
    return voice.words(sentence("proof: {verdict}", verdict=said))


def markdown(answer: Answer, voice: Voice) -> str:
    """Return the answer with its timeline as a table."""
    from crmspec.diagnostics.format.markdown import escape, timeline_table
    from crmspec.diagnostics.format.proof import assumptions, who

    evidence = answer.evidence
    lines = [f"**{escape(voice.words(answer.words))}**", ""]
    notes = [voice.words(one) for one in answer.more]
    if evidence.who:
        notes.append(_who(who(evidence, voice.lang), voice))
    notes += [*assumptions(evidence, voice.lang), _proof(answer, voice)]
    lines += [f"- {escape(note)}" for note in notes]
    if evidence.timeline:
        lines += ["", *timeline_table(evidence.timeline, answer.sources, voice.lang)]
    return "".join(f"{line}\n" for line in lines)


def json(answer: Answer, voice: Voice) -> str:
    """Return the answer as versioned JSON; the evidence is as in the reports of `check`."""
    from crmspec.diagnostics.format.json import Writer, dump
    from crmspec.diagnostics.format.options import Options

    writer = Writer(answer.sources, Options(lang=voice.lang))
    return dump(
        {
            "version": VERSION,
            "lang": voice.lang,
            "answer": voice.words(answer.words),
            "details": [voice.words(one) for one in answer.more],
            "evidence": writer.evidence(answer.evidence),
        }
    )
