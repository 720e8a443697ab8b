"""Both validators agree, whatever is done to a document; no violation is ever lost."""

import copy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmspec.diagnostics.suggestion import nearest
from crmspec.document import Entry, Mapping, Scalar, Sequence, read
from crmspec.ir import build
from crmspec.ir.program import KEYS, Program
from crmspec.schema import shape as shape_module
from crmspec.schema import validate, violation
from crmspec.schema.library import source
from crmspec.schema.violation import Violation, by_jsonschema, by_rust, matches
from tests.schema.cases import RIGHT, WRONG

pytest.importorskip("jsonschema_rs")

SEEDS = [
    {key: {source(kind)["x-crmspec-example"]: source(kind)["examples"][0]}}
    for kind, key in KEYS.items()
] + [read("x.yaml", one.values[0].encode()).documents[0].data for one in WRONG + RIGHT]

JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 200),
    st.floats(-2, 200, allow_nan=False),
    st.sampled_from(
        ["", "a", "vip", "90m", "1d 12h", "9:00", "10:00", "150%", "5%", "a\n", "P", "é"]
    ),
    st.lists(st.sampled_from(["a", "b", 1, None]), max_size=3),
    st.dictionaries(
        st.sampled_from(["event", "if", "send", "x-a", "eq", "q"]), st.just("a"), max_size=2
    ),
)
KEYS_JUNK = st.sampled_from(["event", "evnt", "wait", "all", "x-a", "eq", "title", "channel", "q"])


def places(data, path=()):
    yield path
    if isinstance(data, dict):
        for key, value in data.items():
            yield from places(value, (*path, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from places(value, (*path, index))


@st.composite
def documents(draw):
    """Draw a valid document in which up to three values or keys are changed."""
    data = copy.deepcopy(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(0, 3))):
        path = draw(st.sampled_from([p for p in places(data) if p] or [("events",)]))
        parent = data
        for part in path[:-1]:
            parent = parent[part]
        match draw(st.sampled_from(["replace", "drop", "rename", "add"])):
            case "replace":
                parent[path[-1]] = draw(JUNK)
            case "drop":
                parent.pop(path[-1], None) if isinstance(parent, dict) else parent.pop(path[-1])
            case "rename" if isinstance(parent, dict):
                parent[draw(KEYS_JUNK)] = parent.pop(path[-1], None)
            case "add" if isinstance(parent, dict):
                parent[draw(KEYS_JUNK)] = draw(JUNK)
            case _:
                parent.append(draw(JUNK)) if isinstance(parent, list) else None
    return data


def located(data, start=0):
    """Write plain data as a tree with made-up, properly nested places."""
    if isinstance(data, dict):
        entries, at = {}, start + 1
        for key, value in data.items():
            child = located(value, at + len(key) + 1)
            entries[key] = Entry(key, at, at + len(key), child)
            at = child.end + 1
        return Mapping("x.yaml", start, at, entries)
    if isinstance(data, list):
        items, at = [], start + 1
        for value in data:
            items.append(located(value, at))
            at = items[-1].end + 1
        return Sequence("x.yaml", start, at, items)
    return Scalar("x.yaml", start, start + len(str(data)) + 1, data)


def marks(violations):
    return sorted({(one.keyword, str(one.path), str(one.schema)) for one in violations})


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(documents())
def test_both_validators_object_to_the_same(data):
    assert marks(by_rust("file", data)) == marks(by_jsonschema("file", data))


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(documents())
def test_an_invalid_document_has_a_finding_in_it(data):
    document = located(data)
    objections = list(by_rust("file", data))
    result = validate(document)
    own = [one for one in objections if one.path or one.keyword != "additionalProperties"]
    assert bool(result.diagnostics) >= bool(own)
    if not objections:
        assert result == shape_module.SOUND
    for finding in result.diagnostics:
        assert 0 <= finding.label.span.start <= finding.label.span.end <= document.end
        assert finding.message.english()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(documents())
def test_the_fallback_says_the_same(data):
    document = located(data)
    expected = validate(document)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(violation, "compiled", lambda: None)
        assert validate(document) == expected


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(documents())
def test_what_is_not_broken_can_be_built(data):
    document = located(data)
    assert isinstance(build([document], validate(document).broken), Program)


@pytest.mark.parametrize("text", [pytest.param(one.values[0], id=one.id) for one in WRONG])
def test_the_fallback_gives_the_same_sentences(text, monkeypatch):
    (document,) = read("x.yaml", text.encode()).documents
    expected = validate(document)
    monkeypatch.setattr(violation, "compiled", lambda: None)
    assert validate(document) == expected


def test_a_violation_nobody_explains_is_reported_raw(monkeypatch):
    odd = Violation("contains", ("lists",), {}, 1, "nothing here contains a sausage")
    monkeypatch.setattr(shape_module, "violations", lambda *_: iter([odd]))
    (finding,) = validate(located({"lists": {"a": {}}})).diagnostics
    assert finding.code.id == "CRM100"
    assert "sausage" in finding.message.english()


@pytest.mark.parametrize(
    "data",
    [
        pytest.param({"events": {"a": {"volume": 10**400}}}, id="a huge number"),
        pytest.param({"stages": {"a": {"order": 2**64}}}, id="more than 64 bits"),
        pytest.param({"events": {"a": {"title": "\ud800"}}}, id="half a surrogate pair"),
        pytest.param({"events": {"a": {"title": "\0"}}}, id="a zero character"),
        pytest.param({"events": {"\ud800": {}}}, id="half a surrogate pair as id"),
        pytest.param({"goals": {"a": {"event": "e", "value": float("inf")}}}, id="infinity"),
    ],
)
def test_strange_data_is_judged(data):
    assert isinstance(validate(located(data)).diagnostics, tuple)


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        pytest.param("^a$", "a", True, id="the whole text"),
        pytest.param("^a$", "a\n", False, id="a line break at the end"),
        pytest.param(r"^a\$", "a$b", True, id="an escaped dollar"),
    ],
)
def test_patterns_mean_what_json_schema_means(pattern, text, fits):
    assert matches(pattern, text) is fits


def test_suggestions_come_from_the_schema():
    assert nearest("sned", source("step")["properties"]) == "send"
