"""Circles of segments, blocks and chains."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmspec.resolve.cycle import Edge, circles
from crmspec.source import Span


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("segments: {a: {not: b}, b: {not: vip}}", [], id="a line of segments"),
        pytest.param(
            "segments: {a: {not: b}, b: {all: [vip, {not: a}]}}",
            [("CRM204", "b")],
            id="two segments",
        ),
        pytest.param("segments: {a: {not: a}}", [("CRM204", "a")], id="a segment of itself"),
        pytest.param(
            "segments: {a: {not: b}, b: {not: c}, c: {not: b}}",
            [("CRM204", "c")],
            id="a way into a circle is not part of it",
        ),
        pytest.param(
            "blocks: {a: {template: '{% include \"b\" %}'}, b: {template: x}}", [], id="blocks"
        ),
        pytest.param(
            "blocks: {a: {template: '{% include \"b\" %}'}, b: {template: '{% include \"a\" %}'}}",
            [("CRM205", "'{% include \"b\" %}'")],
            id="blocks in a circle",
        ),
    ],
)
def test_definitions(found, source, expected):
    assert found(source) == expected


def test_blocks_in_files(found):
    source = "blocks: {a: {file: a.html}, b: {file: b.html}}"
    files = {"a.html": "{% include 'b' %}", "b.html": "{% include 'a' %}"}
    assert found(source, files=files) == [("CRM205", "a.html")]


def test_every_edge_is_shown(look):
    sources, result = look("segments: {a: {not: b}, b: {not: c}, c: {not: a}}")
    finding = next(one for one in result if one.code.id == "CRM204")
    places = [label.span for label in finding.related]
    assert [sources[p.path].text[p.start : p.end] for p in places] == ["c", "a"]
    assert finding.message.english().endswith("a → b → c → a")


def chains(first, second, reentry="always"):
    return f"""
    chains:
      a: {{trigger: order_placed, reentry: {reentry}, steps: [{first}]}}
      b: {{trigger: cart_updated, reentry: {reentry}, steps: [{second}]}}
    """


A, B = "{start_chain: a}", "{start_chain: b}"


@pytest.mark.parametrize(
    ("source", "levels"),
    [
        pytest.param(chains(B, A), ["error"], id="two starts"),
        pytest.param(chains(B, A, "never"), ["warning"], id="re-entry ends it"),
        pytest.param(chains(B, "{wait: 1d}, " + A), [], id="a wait before one start"),
        pytest.param(chains(B, A + ", {wait: 1d}"), ["error"], id="a wait after it is too late"),
        pytest.param(
            chains(B, "{branch: {if: vip, then: [{wait: 1d}]}}, " + A),
            ["error"],
            id="a wait on one path only",
        ),
        pytest.param(
            chains(B, "{branch: {if: vip, then: [{wait: 1d}], else: [{exit: no}]}}, " + A),
            [],
            id="every path waits or leaves",
        ),
        pytest.param(
            chains(B, "{split: {arms: {x: {weight: 50, steps: [{wait: 1d}]}, y: 50}}}, " + A),
            ["error"],
            id="an arm without a wait",
        ),
        pytest.param(chains(B, ""), [], id="only one starts the other"),
    ],
)
def test_chains(look, source, levels):
    _, result = look(source)
    assert [one.level.value for one in result if one.code.id == "CRM206"] == levels


@pytest.mark.parametrize(
    ("state", "steps", "levels"),
    [
        pytest.param("completed", "", ["error"], id="an empty chain ends at once"),
        pytest.param("completed", "{wait: 1d}", [], id="a chain that waits ends later"),
        pytest.param("entered", "{wait: 1d}", ["error"], id="entering is at once"),
        pytest.param("exited", "{exit: done}", ["error"], id="an exit step"),
        pytest.param("exited", "", [], id="no exit step"),
        pytest.param("goal", "", [], id="a goal takes an event"),
    ],
)
def test_chains_that_follow_one_another(look, state, steps, levels):
    _, result = look(f"""
    chains:
      a: {{trigger: {{chain: b, state: {state}}}, reentry: always, steps: [{B}]}}
      b: {{trigger: cart_updated, reentry: always, steps: [{steps}]}}
    """)
    assert [one.level.value for one in result if one.code.id == "CRM206"] == levels


def edges(pairs):
    graph = {}
    for a, b in pairs:
        graph.setdefault(a, []).append(Edge(a, b, Span("x", 0, 0), None))
    return graph


def test_a_long_line_of_names_is_no_problem():
    names = [str(n) for n in range(50_000)]
    ring = edges([*pairwise(names), (names[-1], names[0])])
    assert len(next(circles(ring))) == 50_000


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef")), max_size=12))
def test_circles_are_closed_and_found_when_there_are_any(pairs):
    found = list(circles(edges(pairs)))
    for circle in found:
        ends = [edge.target for edge in circle]
        assert [edge.source for edge in circle] == [ends[-1], *ends[:-1]]
        assert all((edge.source, edge.target) in pairs for edge in circle)
    assert bool(found) == has_circle(set(pairs))


def has_circle(pairs):
    names = {name for pair in pairs for name in pair}
    while True:
        ends = {name for name in names if not any(a == name and b in names for a, b in pairs)}
        if not ends:
            return bool(names)
        names -= ends
