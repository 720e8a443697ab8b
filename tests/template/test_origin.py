"""Spans of templates written in YAML point at exactly what they name."""

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from crmspec.document import read
from crmspec.source import Source
from crmspec.template.inline import origin_of
from crmspec.template.origin import Origin, whole_file
from crmspec.template.parse import parse
from crmspec.template.tree import Output, Path


def scalar(written: str):
    """Return the node of the value of `key`, and its file."""
    result = read("a.yaml", written.encode())
    assert not result.diagnostics, result.diagnostics
    (document,) = result.documents
    return document.entries["key"].value, Source("a.yaml", result.source.text)


def paths(written: str) -> list[str]:
    """Return what the file has where the outputs' paths stand."""
    node, source = scalar(written)
    parsed = parse(node.data, origin_of(node, source))
    assert not parsed.problems
    spans = [
        one.expression.span
        for one in parsed.body
        if isinstance(one, Output) and isinstance(one.expression, Path)
    ]
    assert all(span.path == "a.yaml" for span in spans)
    return [source.text[span.start : span.end] for span in spans]


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("key: hello {{ event.a }} and {{ event.b }}\n", id="plain"),
        pytest.param("key: hello {{ event.a }}\n  and {{ event.b }}\n", id="plain on two lines"),
        pytest.param("key: hello {{ event.a }}\n\n\n  and {{ event.b }}\n", id="plain with gaps"),
        pytest.param("key: 'it''s {{ event.a }}, {{ event.b }}'\n", id="single quotes doubled"),
        pytest.param("key: 'a\n  {{ event.a }}\n\n  {{ event.b }}'\n", id="single quotes, lines"),
        pytest.param('key: "\\t\\"{{ event.a }}\\u0418\\x41{{ event.b }}"\n', id="escapes"),
        pytest.param('key: "{{ event.a }} \\\n    \\ {{ event.b }}"\n', id="escaped line break"),
        pytest.param('key: "{{ event.a }}  \n    {{ event.b }}"\n', id="folded double quotes"),
        pytest.param("key: |\n  {{ event.a }}\n   {{ event.b }}\n", id="literal"),
        pytest.param("key: |-\n\n  {{ event.a }}\n\n  {{ event.b }}", id="literal, stripped"),
        pytest.param("key: |+\n  {{ event.a }}\n  {{ event.b }}\n\n\n", id="literal, kept"),
        pytest.param("key: |1\n  {{ event.a }}\n {{ event.b }}\n", id="literal, own indentation"),
        pytest.param("key: >\n  {{ event.a }}\n  and\n\n  {{ event.b }}\n", id="folded"),
        pytest.param("key: >-\n  {{ event.a }}\n    more\n  {{ event.b }}\n", id="folded, deeper"),
        pytest.param("key: >\n\n  {{ event.a }}\n   x\n\n\n  {{ event.b }}\n", id="folded, gaps"),
        pytest.param("key: |\r\n  {{ event.a }}\r\n  {{ event.b }}\r\n", id="literal, CRLF"),
        pytest.param('key: "{{ event.a }}\r\n  {{ event.b }}"\r\n', id="quoted, CRLF"),
        pytest.param("key: &name '{{ event.a }}, it''s {{ event.b }}'\n", id="anchor"),
    ],
)
def test_spans_in_every_style(written):
    assert paths(written) == ["event.a", "event.b"]


@pytest.mark.parametrize(
    ("written", "place"),
    [
        pytest.param("at: &a '{{ event.a }}'\nkey: *a\n", "*a", id="an alias"),
        pytest.param("key: 12\n", "12", id="no text at all"),
    ],
)
def test_what_cannot_be_mapped_is_the_whole_value(written, place):
    node, source = scalar(written)
    span = origin_of(node, source).span(3, 5)
    assert source.text[span.start : span.end] == place


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("key: |\n\nother: 1\n", id="an empty block"),
        pytest.param("key: >+\n\n\n", id="a block of breaks"),
        pytest.param("key: ''\n", id="empty quotes"),
    ],
)
def test_almost_nothing_has_a_place(written):
    node, source = scalar(written)
    span = origin_of(node, source).span(0, 0)
    assert node.start <= span.start == span.end <= node.end + 1


def test_without_its_file_a_value_is_one_place():
    node, _ = scalar("key: '{{ event.a }}'\n")
    assert origin_of(node, None).span(3, 5) == node.span


def test_without_a_node_there_is_no_place():
    assert origin_of(None, None) == Origin()


def test_filled_in_variables_make_one_place():
    node, source = scalar("key: '${vars.shop}: {{ event.a }}'\n")
    node.data = "Shop: {{ event.a }}"
    assert origin_of(node, source).whole == node.span


def test_a_file_is_its_own_place():
    text = "a\r\nb {{ event.a }}\r\n\r{{ event.b }}"
    parsed = parse(text, whole_file("x.mjml"))
    spans = [one.span for one in parsed.body if isinstance(one, Output)]
    assert [text[one.start : one.end] for one in spans] == ["{{ event.a }}", "{{ event.b }}"]
    assert {one.path for one in spans} == {"x.mjml"}


def test_the_end_of_a_text_has_a_place():
    node, source = scalar("key: 'it''s'\n")
    origin = origin_of(node, source)
    assert origin.span(4, 4).start == node.end - 1
    assert Origin(path="a", runs=(), shift=7).span(0, 1).start == 7


WORDS = st.sampled_from(
    [
        "it's",
        'say "hi"',
        "Привет",
        "🙂",
        "a:b",
        "#",
        "-",
        "\\",
        "|",
        "x  y",
        "\n",
        "\n\n",
        "\n  ",
        "é",
    ]
)
PATHS = st.sampled_from(["profile.name", "event.items[0].name", "x"])


@settings(max_examples=100, deadline=None)
@given(
    parts=st.lists(st.one_of(WORDS, PATHS.map(lambda one: f"{{{{ {one} }}}}")), max_size=12),
    style=st.sampled_from(["'", '"', "|", ">", None]),
    width=st.integers(10, 60),
    unicode=st.booleans(),
    indent=st.integers(2, 6),
)
def test_every_path_is_found_in_its_file(parts, style, width, unicode, indent):
    template = " ".join(parts)
    written = (
        yaml.dump(
            {"key": template},
            default_style=style,
            width=width,
            allow_unicode=unicode,
            indent=indent,
        )
        .replace('"key"', "key")
        .replace("'key'", "key")
        .replace("? |-\n  key\n: ", "key: ")
    )
    result = read("a.yaml", written.encode())
    if result.diagnostics or len(result.documents) != 1:
        return
    node = result.documents[0].entries["key"].value
    if node.data != template:
        return
    origin = origin_of(node, result.source)
    parsed = parse(template, origin)
    outputs = [one for one in parsed.body if isinstance(one, Output)]
    wanted = [one[3:-3] for one in parts if one.startswith("{{")]
    found = [written[one.expression.span.start : one.expression.span.end] for one in outputs]
    assert found == wanted
