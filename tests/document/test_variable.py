import pytest

from crmspec.document import interpolate, read

PATH = "campaigns/a.yaml"
VALUES = {"delay": "6h", "limit": 3, "share": 0.5, "live": True, "shop_name": "Shop", "list": []}


def fill(text, values=VALUES, *, sources=True):
    result = read(PATH, text.encode())
    assert result.diagnostics == ()
    known = {PATH: result.source} if sources else None
    return interpolate(result.documents, values, known)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("${vars.delay}", "6h", id="text"),
        pytest.param("${vars.limit}", 3, id="a whole number keeps its type"),
        pytest.param('"${vars.share}"', 0.5, id="in quotes too"),
        pytest.param("${vars.live}", True, id="boolean"),
        pytest.param("at most ${vars.limit}, ${vars.live}", "at most 3, true", id="inside text"),
        pytest.param("${env.KEY} ${x} {{ y }}", "${env.KEY} ${x} {{ y }}", id="others stay"),
        pytest.param("[1, '${vars.delay}']", [1, "6h"], id="in a list"),
        pytest.param("{b: '${vars.delay}', c: [d]}", {"b": "6h", "c": ["d"]}, id="in a map"),
    ],
)
def test_variables_are_filled_in(written, expected):
    (document,), findings = fill(f"a: {written}\n")
    assert document.data == {"a": expected}
    assert findings == []


def test_places_stay():
    (before,) = read(PATH, b"a: [x, '${vars.delay}']\n").documents
    (after,), _ = fill("a: [x, '${vars.delay}']\n")
    assert after.descend(["a", 1]).span == before.descend(["a", 1]).span
    assert after.descend(["a", 1]).style == "'"


def test_documents_without_variables_are_not_copied():
    for text in ("a: [{b: c}]\n", "a: ${other}\n"):
        result = read(PATH, text.encode())
        for sources in (None, {PATH: result.source}):
            (after,), _ = interpolate(result.documents, VALUES, sources)
            assert after is result.documents[0]


@pytest.mark.parametrize(
    ("text", "place", "hint"),
    [
        pytest.param(
            "a: x ${vars.dealy} y\n", "${vars.dealy}", "did you mean `delay`?", id="typing error"
        ),
        pytest.param("a: ${vars.zzzzz}\n", "${vars.zzzzz}", "under `vars`", id="unknown"),
        pytest.param(
            "a: |\n  x\n  y ${vars.limit} ${vars.no}\n",
            "${vars.no}",
            "under `vars`",
            id="in a long text",
        ),
        pytest.param("a: ${vars.delay\n", "${vars.delay", "write `${vars.delay}`", id="not closed"),
        pytest.param(
            'a: "${vars.limit} \\x24{vars.no}"\n',
            '"${vars.limit} \\x24{vars.no}"',
            "under `vars`",
            id="written with an escape",
        ),
    ],
)
def test_an_unknown_variable_is_an_error_at_its_place(text, place, hint):
    _, (finding,) = fill(text)
    span = finding.label.span
    assert finding.code.id == "CRM026"
    assert text[span.start : span.end] == place
    assert hint in finding.help[0].english()


def test_without_sources_the_whole_text_is_the_place():
    text = "a: x ${vars.no}\n"
    _, (finding,) = fill(text, sources=False)
    assert text[finding.label.span.start : finding.label.span.end] == "x ${vars.no}"


def test_a_resource_with_an_unknown_variable_is_left_out():
    (document,), findings = fill("chains:\n  a: {b: '${vars.no}'}\n  c: {d: '${vars.delay}'}\n")
    assert document.data == {"chains": {"c": {"d": "6h"}}}
    assert len(findings) == 1
