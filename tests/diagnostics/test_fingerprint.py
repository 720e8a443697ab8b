import pytest

from crmspec.diagnostics import Label
from crmspec.diagnostics.fingerprint import fingerprints
from crmspec.source import Span
from tests.diagnostics.desk import CHAINS, UNUSED

PATH = "campaigns/chains.yaml"


def name(desk, words="waitt", nth=0, **rest):
    return fingerprints([desk.finding(desk.span(words, nth), **rest)], desk.sources)[0]


@pytest.mark.parametrize(
    ("content", "same"),
    [
        pytest.param("# a comment\n\n" + CHAINS, True, id="lines added above"),
        pytest.param(CHAINS.replace("cart_updated", "cart_seen"), True, id="a change elsewhere"),
        pytest.param(CHAINS.replace("\n", "\r\n"), True, id="other line breaks"),
        pytest.param(
            CHAINS.replace("      -", "    -").replace("steps:", "steps: # all"),
            True,
            id="the list in the column of its key",
        ),
        pytest.param(CHAINS.replace("  cart:", "  basket:"), False, id="another chain"),
        pytest.param(CHAINS.replace("steps", "path"), False, id="another key above"),
    ],
)
def test_a_name_depends_on_the_keys_above_and_not_on_lines(desk, content, same):
    before = name(desk)
    desk.put(PATH, content)
    assert (name(desk) == before) is same


def test_a_name_depends_on_code_text_path_and_related_places(desk):
    related = (Label(desk.span("daily")),)
    names = [
        name(desk),
        name(desk, "wait"),
        name(desk, code=UNUSED),
        name(desk, related=related),
        fingerprints([desk.finding(Span("gone.yaml", 0, 0))], desk.sources)[0],
    ]
    assert len(set(names)) == len(names)


def test_the_same_text_in_two_chains_has_two_names(desk):
    assert name(desk, "cart_1", 0) != name(desk, "cart_1", 1)


def test_equal_findings_are_told_apart_by_an_ordinal(desk):
    finding = desk.finding("waitt")
    first, second, third = fingerprints([finding] * 3, desk.sources)
    assert len({first, second, third}) == 3
    assert fingerprints([finding], desk.sources) == [first]


def test_a_place_behind_the_end_has_a_name(desk):
    end = len(CHAINS)
    assert fingerprints([desk.finding(Span(PATH, end + 5, end + 9))], desk.sources)
