"""No template reaches Python, a file or the network, and none runs without bound."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmspec.source import Span
from crmspec.template.bound import OUTPUT, TooMuchError
from crmspec.template.evaluate import evaluate
from crmspec.template.origin import Origin
from crmspec.template.parse import LARGEST, Parsed, parse
from tests.template.hostile import BOMBS, HARMLESS, REFUSED, WORLD
from tests.template.trees import WORLDS, bodies


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name):
    template = REFUSED[name]
    assert len(template.encode()) <= LARGEST * 5
    parsed = parse(template)
    assert parsed.problems
    assert all(one.message.english() for one in parsed.problems)


@pytest.mark.parametrize("name", HARMLESS)
def test_harmless(name):
    template, expected = HARMLESS[name]
    parsed = parse(template)
    assert not parsed.problems
    assert evaluate(parsed.body, WORLD, {}) == expected


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_stop(name):
    template, written = BOMBS[name]
    blocks = {block: parse(source).body for block, source in written.items()}
    parsed = parse(template)
    assert not parsed.problems
    began = time.process_time()
    with pytest.raises(TooMuchError):
        evaluate(parsed.body, {"l": ["l"] * 100}, blocks)
    assert time.process_time() - began < 20


def test_many_problems_at_one_place_end_too():
    whole = Origin(path="a.yaml", whole=Span("a.yaml", 0, 9))
    parsed = parse("{{ a b }}" * 2_000, whole)
    assert len(parsed.problems) == 1


PIECES = st.sampled_from(
    [
        *("{{", "}}", "{%", "%}", "{#", "#}", "{%-", "-%}", "{% raw %}", "{% endraw %}"),
        *("{% if a %}", "{% endif %}", "{% else %}", "{% elif", "{% for a in b", "{% endfor %}"),
        *("{% native 'x' %}", "{% endnative %}", "{% with a = ", "{% endwith %}", "{% include 'a'"),
        *("a", ".b", "[0]", "['c']", "|", "upper", "default('x')", "date('%d')", "==", "in", "not"),
        *("(", ")", "[", "]", "{", "}", ",", "'", '"', "\\", "1", "1.5", "-", " ", "\n", "\r\n"),
        *("is defined", "and", "or", "true", "none", "set", "~", "+", "я", "\ud800", "\x00", "$"),
    ]
)


@settings(max_examples=100, deadline=None)
@given(parts=st.lists(PIECES, max_size=25), values=WORLDS)
def test_any_text_is_read_or_refused(parts, values):
    template = "".join(parts)
    parsed = parse(template)
    assert isinstance(parsed, Parsed)
    for problem in parsed.problems:
        assert 0 <= problem.span.start <= problem.span.end <= len(template)
        assert "{{{{" not in problem.message.english()
    if not parsed.problems:
        assert len(evaluate(parsed.body, values, {})) <= OUTPUT


@settings(max_examples=30, deadline=None)
@given(body=bodies(), one=bodies(depth=1), two=bodies(depth=1), values=WORLDS)
def test_evaluation_ends_and_is_the_same_every_time(body, one, two, values):
    blocks = {"one": one, "two": two}
    try:
        said = evaluate(body, values, blocks)
    except TooMuchError:
        return
    assert len(said) <= OUTPUT
    assert evaluate(body, values, blocks) == said
