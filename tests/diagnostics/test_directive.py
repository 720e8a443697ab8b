import pytest

from crmspec.diagnostics.directive import Directive, matches, matches_any
from crmspec.source import Span


@pytest.mark.parametrize(
    ("scope", "place", "covered"),
    [
        pytest.param("node", Span("a.yaml", 10, 12), True, id="at the start"),
        pytest.param("node", Span("a.yaml", 20, 20), True, id="at the end"),
        pytest.param("line", Span("a.yaml", 9, 30), False, id="only what starts in it"),
        pytest.param("node", Span("a.yaml", 21, 22), False, id="behind"),
        pytest.param("node", Span("b.yaml", 12, 13), False, id="in another file"),
        pytest.param("file", Span("a.yaml", 99, 99), True, id="the whole file"),
        pytest.param("file", Span("b.yaml", 12, 13), False, id="not another file"),
    ],
)
def test_reach(scope, place, covered):
    ignore = Directive(Span("a.yaml", 0, 5), ("CRM301",), "why", None, scope, 10, 20)
    assert ignore.covers(place) is covered


def test_codes():
    assert matches("CRM3", "CRM301")
    assert not matches("CRM301", "CRM3")
    assert matches_any(("CRM4", "CRM301"), "CRM301")
    assert not matches_any((), "CRM301")
