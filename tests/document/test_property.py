import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from crmspec.document import Mapping, Scalar, Sequence, interpolate, read, stream
from crmspec.source import Span
from tests.document.strategies import PROJECT, hostile_bytes, mutations, texts

PATH = "campaigns/a.yaml"


def children(node):
    if isinstance(node, Sequence):
        return node.items
    return [entry.value for entry in node] if isinstance(node, Mapping) else []


def nodes(node):
    yield node
    for child in children(node):
        yield from nodes(child)


def check_places(result, *, aliases):
    """Every place lies in the text, every child in its parent, entries and items in order."""
    size = len(result.source.text)
    for finding in result.diagnostics:
        for span in spans(finding):
            assert 0 <= span.start <= span.end <= size
    for node in (n for root in result.documents for n in nodes(root)):
        assert 0 <= node.start <= node.end <= size
        for child in () if aliases else children(node):
            assert node.start <= child.start <= child.end <= node.end
        for entry in node if isinstance(node, Mapping) and not aliases else ():
            assert node.start <= entry.key_start <= entry.key_end <= entry.value.start
            assert isinstance(entry.key_span, Span)


def spans(finding):
    yield finding.label.span
    yield from (label.span for label in finding.related)
    yield from (edit.span for fix in finding.fixes for edit in fix.edits)


@pytest.mark.parametrize("strategy", [hostile_bytes, mutations()], ids=["hostile", "mutated"])
def test_any_bytes_give_findings_and_places_in_the_text(strategy):
    @settings(max_examples=300, deadline=None)
    @given(strategy)
    def run(data):
        result = read(PATH, data)
        check_places(result, aliases=b"*" in data or b"\x00" in data)
        for one in result.directives:
            assert 0 <= one.start <= one.end <= len(result.source.text)
        interpolate(result.documents, {"x": 1}, {PATH: result.source})

    run()


@settings(max_examples=100, deadline=None)
@given(texts())
def test_well_formed_documents_give_their_data(text_and_data):
    text, expected = text_and_data
    result = read(PATH, text.encode())
    assert result.diagnostics == ()
    assert [root.data for root in result.documents] == [expected]
    check_places(result, aliases=False)


@settings(max_examples=100, deadline=None)
@given(texts())
def test_the_text_at_a_scalar_reads_as_that_scalar(text_and_data):
    text, _ = text_and_data
    (root,) = read(PATH, text.encode()).documents
    for node in nodes(root):
        if isinstance(node, Scalar):
            again = read(PATH, f"x: {text[node.start : node.end]}\n".encode())
            assert again.documents[0].data == {"x": node.data}


@settings(max_examples=100, deadline=None)
@given(texts())
def test_places_agree_with_the_pure_parser(text_and_data):
    text, _ = text_and_data
    (root,) = read(PATH, text.encode()).documents
    compare(root, yaml.compose(text, Loader=yaml.SafeLoader))


def compare(node, oracle):
    assert node.start == oracle.start_mark.index
    if isinstance(oracle, yaml.ScalarNode):
        assert node.end == oracle.end_mark.index
    elif isinstance(oracle, yaml.SequenceNode):
        for item, other in zip(node.items, oracle.value, strict=True):
            compare(item, other)
    else:
        for entry, (key, value) in zip(node, oracle.value, strict=True):
            assert entry.key == key.value
            assert (entry.key_start, entry.key_end) == (key.start_mark.index, key.end_mark.index)
            compare(entry.value, value)


@settings(max_examples=100, deadline=None)
@given(mutations())
def test_both_parsers_give_the_same_data(data):
    fast = read(PATH, data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stream, "PARSER", yaml.SafeLoader)
        slow = read(PATH, data)
    if not fast.diagnostics and not slow.diagnostics:
        assert [root.data for root in fast.documents] == [root.data for root in slow.documents]


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(["\n", "\r\n"]), st.sampled_from(["", "\n# end", "\n\n\n"]))
def test_line_breaks_do_not_matter(line_break, end):
    text = PROJECT.decode() + end
    one = read(PATH, text.encode())
    other = read(PATH, text.replace("\n", line_break).encode())
    assert [root.data for root in one.documents] == [root.data for root in other.documents]
    assert len(other.directives) == 1
