"""The matrix of capabilities: what each platform takes, as a page, a table or data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import Text, text
from crmspec.lower.capability import Support
from crmspec.lower.element import FAMILIES
from crmspec.lower.reference import references
from crmspec.render.markdown import escape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from crmspec.lower.capability import Budget, Capabilities, Row

    Words = Callable[[Text], str]

MARKS: dict[Support, str] = {
    Support.NATIVE: "●",
    Support.LOWERED: "◐",
    Support.DEVIATES: "≈",
    Support.MANUAL: "!",
    Support.NONE: "·",
}
LEGEND = text("● native   ◐ lowered   ≈ deviates   ! by hand   · not at all")
_PREFACE = """\
<!-- Written by `make docs` from the tables of capabilities; do not edit. -->
# Targets

What each platform takes of the language. The tables that this page is made from are those that
findings, lowering and plans use; `crmspec targets` prints them, `crmspec targets PLATFORM` one of
them with its reasons.

| mark | what it means | what `on_unsupported` decides |
|---|---|---|
| ● | native: the target has it, and it means the same | |
| ◐ | lowered: written with what the target has, and it means the same | |
| ≈ | deviates: it works, but means something else | `error` stops, `degrade` accepts it |
| ! | by hand: only people can set it up there | `error` stops, `manual` leaves it to them |
| · | not at all | `error` stops, `degrade` leaves out a step, `manual` the whole resource |

What is lowered behaves the same for every customer: the same messages at the same moments, the same
exits. Tests hold each pass against the reference interpreter with random customers of random
projects. Where a single use of an element cannot be lowered (a step whose result is asked for
elsewhere, a condition about the passage that no segment can ask) it counts as ·, with the reason.
With `mode: build_sheet` people set up whatever platform it is: nothing of this page is asked then.
"""
PASSES: dict[str, str] = {
    "fold": "goes into the resources that use it",
    "gate": "who can be sent a message is left to the gate; in an audience that deviates (8.6)",
    "sequence": "a `sequence` whose order goes without saying becomes conditions without one",
    "marks": "a chain of its own sets an attribute when an event comes (deviates: semantics 5.14)",
    "not_event": "`not_event` becomes a count of 0",
    "months": "a month becomes 30 days (deviates: semantics 2.3)",
    "experiment": "an experiment becomes a split; its result is not measured there",
    "holdout": "a holdout becomes a split whose first arm leaves",
    "only": "`only` and `unless` become a branch",
    "jump": "what comes at the step that a jump goes to is copied to where it goes from",
    "choice": "a send of several messages becomes branches on consent and reachability",
    "locales": "one message for each language, chosen by a `switch` or a branch (semantics 8.44)",
    "race": "`wait_for` becomes a wait of its whole length and a branch (deviates: 7.12, 7.15)",
    "exit": "exits become branches before each step that acts (deviates: semantics 4.3)",
    "quiet_hours": "before each send that would meet them, a wait for their end",
    "recheck": "before each send, a branch that leaves where the audience no longer holds",
    "consent": "a branch around each send; deviates where messages wait at the gate (8.21)",
    "frequency": "a branch around each send that asks what was sent; deviates like `consent`;"
    " both of a broadcast: a segment that it leaves out",
    "nnf": "`not` and `none` are pushed to the leaves; what has an opposite needs none",
}
"""Pass that rows may name → what it does, in the order in which they run."""

_FORMS = """
Passes that no row names: where `on_unsupported` is `degrade`, chains go without the messages that
the target does not take, as if these reached nobody. Conditions are brought into the form that a
target takes (`all` of `any`, `any` of `all`, one `all`, one segment), within the number of simple
conditions it takes, 64 if that is not known. What does not fit becomes a segment `crmspec__…`,
named after its content, which goes away with the last condition that uses it. Where ways may not
meet again, what follows a fork is copied into each way, up to 200 steps. A chain of more steps than
a target takes is cut before a wait, and goes on in another one, if the target has a step that
starts one or emits an event.

Not lowered yet, whatever the target: frequency rules that delay, yield or count calendar days,
`sequence` where the order matters. Such an element is · or ! in the table of a target that
lacks it.
"""


def cells(tables: Sequence[Capabilities]) -> Iterator[tuple[str, list[list[str]]]]:
    """Yield each family with its rows: the element, and a mark for each platform."""
    for family, elements in FAMILIES.items():
        yield (
            family,
            [
                [name, *(MARKS[one.row(family, name).support] for one in tables)]
                for name in elements
            ],
        )


def page(tables: Sequence[Capabilities]) -> str:
    """Return the page of all platforms in Markdown."""
    lines = [_PREFACE, "## What a pass does", "", "| pass | what it does |", "|---|---|"]
    lines += [f"| `{name}` | {escape(said)} |" for name, said in PASSES.items()]
    lines.append(_FORMS.rstrip())
    lines += _rules(tables)
    for one in tables:
        lines += ["", *section(one)]
    return "\n".join(lines) + "\n"


def matrix(tables: Sequence[Capabilities], words: Words = Text.english) -> Iterator[str]:
    """Yield the marks of several platforms as Markdown, line by line."""
    yield words(LEGEND)
    yield from _rules(tables)


def _rules(tables: Sequence[Capabilities]) -> Iterator[str]:
    """Yield a table for each family."""
    head = "| | " + " | ".join(f"`{one.platform}`" for one in tables) + " |"
    rule = "|---" * (len(tables) + 1) + "|"
    for family, rows in cells(tables):
        yield from ("", f"## {family.capitalize()}", "", head, rule)
        yield from (f"| `{name}` | {' | '.join(marks)} |" for name, *marks in rows)


def section(table: Capabilities, words: Words = Text.english) -> Iterator[str]:
    """Yield what is special about one platform as Markdown, line by line."""
    yield from (f"## `{table.platform}`", "")
    yield f"Revision {table.revision}; " + "; ".join(facts(table, words)) + "."
    told = [(family, name, row) for family, name, row in _rows(table) if row.by or row.note]
    if told:
        yield from ("", "| | | how | source |", "|---|---|---|---|")
    for family, name, row in told:
        said = why(row, words)
        yield f"| {family} | `{name}` | {escape(said)} | {escape(row.source)} |"


def facts(table: Capabilities, words: Words = Text.english) -> list[str]:
    """Return what else is known of a platform, in words."""
    made = [
        words(text("conditions of segments: {form}", form=table.logic)),
        words(text("other conditions: {form}", form=table.inline)),
        words(text("chains: {shape}", shape=table.shape)),
        words(text("templates: {dialect}", dialect=table.dialect)),
    ]
    limits = table.limits
    known = {name: getattr(limits, name) for name in limits.__struct_fields__}
    made += [
        f"{name.replace('_', ' ')}: {most}" for name, most in known.items() if most is not None
    ]
    return made + [words(_budget(one)) for one in table.budgets]


def _budget(budget: Budget) -> Text:
    return text(
        "`{endpoint}`: {calls} calls in {seconds} s",
        endpoint=budget.endpoint,
        calls=budget.calls,
        seconds=f"{budget.seconds:g}",
    )


def _rows(table: Capabilities) -> Iterator[tuple[str, str, Row]]:
    for family, elements in FAMILIES.items():
        for name in elements:
            yield family, name, table.row(family, name)


def why(row: Row, words: Words) -> str:
    """Return how an element is taken, in words."""
    parts = [row.support.value]
    parts += [f"by `{row.by}`"] if row.by else []
    if row.note is None:
        return " ".join(parts)
    meant = [words(text("as written: {reference}", reference=one)) for one in references(row.note)]
    return "; ".join([f"{' '.join(parts)}: {words(row.note)}", *meant])


def lines(table: Capabilities, words: Words) -> Iterator[str]:
    """Yield one platform line by line."""
    yield f"{table.platform} (revision {table.revision})"
    yield from (f"  {fact}" for fact in facts(table, words))
    width = max(len(name) for names in FAMILIES.values() for name in names)
    for family, names in FAMILIES.items():
        yield from ("", family)
        for name in names:
            row = table.row(family, name)
            yield f"  {MARKS[row.support]} {name.ljust(width)}  {why(row, words)}"


def data(table: Capabilities) -> dict[str, object]:
    """Return one platform as plain data."""
    limits = {name: getattr(table.limits, name) for name in table.limits.__struct_fields__}
    return {
        "title": table.title,
        "revision": table.revision,
        "logic": table.logic,
        "inline": table.inline,
        "shape": table.shape,
        "dialect": table.dialect,
        "limits": {name: most for name, most in limits.items() if most is not None},
        "budgets": [
            {name: getattr(one, name) for name in one.__struct_fields__} for one in table.budgets
        ],
        "elements": {
            family: {name: _plain(table.row(family, name)) for name in names}
            for family, names in FAMILIES.items()
        },
    }


def _plain(row: Row) -> dict[str, str]:
    note = row.note.english() if row.note is not None else ""
    told = {"support": row.support.value, "by": row.by, "note": note, "source": row.source}
    if row.note is not None:
        told["reference"] = "; ".join(one.english() for one in references(row.note))
    return {key: value for key, value in told.items() if value}
