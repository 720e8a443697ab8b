import pytest

from crmspec.diagnostics.page import DEFAULT_FILE, Marker, PageError, parse, terminal

PAGE = """\
# CRM101 unknown-key

A key that crmspec
does not know.

More to say.

## Example

```yaml
events:
  order:
    titel: x # error: [CRM101] unknown key `titel`
```

```text
output
```

## Fix

Write it right.

```yaml
# file: crmspec.yaml
project: shop
# file: campaigns/a.yaml
events: {}
```

```bytes
b"\\xff"
```
"""


@pytest.fixture
def page():
    return parse(PAGE)


def test_heading_and_summary(page):
    assert (page.id, page.slug) == ("CRM101", "unknown-key")
    assert page.summary == "A key that crmspec does not know."
    assert page.body.startswith("A key")


def test_an_example(page):
    first, *_ = page.examples()
    assert first.section == "Example"
    assert first.files == {DEFAULT_FILE: b"events:\n  order:\n    titel: x\n"}
    assert first.markers == (Marker(DEFAULT_FILE, 3, "error", "CRM101", "unknown key `titel`"),)
    assert first.output.content == "output\n"
    assert PAGE.splitlines()[first.output.line - 1] == "output"


def test_several_files(page):
    _, second, _ = page.examples()
    assert second.files == {"crmspec.yaml": b"project: shop\n", "campaigns/a.yaml": b"events: {}\n"}
    assert second.output is None


def test_bytes(page):
    *_, last = page.examples()
    assert last.files == {DEFAULT_FILE: b"\xff"}
    assert last.exact


@pytest.mark.parametrize(
    ("line", "kept", "markers"),
    [
        pytest.param("a: 1", "a: 1", 0, id="none"),
        pytest.param("a: 1 # warning: [CRM203]", "a: 1", 1, id="without a message"),
        pytest.param(
            "a: 1 # crmspec: ignore[CRM101] x # info: [CRM019] y",
            "a: 1 # crmspec: ignore[CRM101] x",
            1,
            id="after another comment",
        ),
        pytest.param("a: 1 # error: [CRM101] x # error: [CRM102] y", "a: 1", 2, id="two"),
        pytest.param("a: 1 # error: not a code", "a: 1 # error: not a code", 0, id="only words"),
    ],
)
def test_markers(line, kept, markers):
    content = f"# CRM101 unknown-key\n\ntext\n\n```yaml\n{line}\n```\n"
    (example,) = parse(content).examples()
    assert example.files == {DEFAULT_FILE: f"{kept}\n".encode()}
    assert len(example.markers) == markers


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param("no heading", "first line", id="no heading"),
        pytest.param("# CRM1 slug", "first line", id="a short code"),
        pytest.param("# CRM101 Bad Slug", "first line", id="a bad slug"),
        pytest.param("# CRM101 x\n\n```yaml\na: 1\n", "not closed", id="an open fence"),
        pytest.param("# CRM101 x\n\n```bytes\n1 +\n```\n", "bytes literal", id="no literal"),
        pytest.param("# CRM101 x\n\n```bytes\n'text'\n```\n", "bytes literal", id="no bytes"),
    ],
)
def test_what_is_no_page(content, reason):
    with pytest.raises(PageError, match=reason):
        list(parse(content).examples())


def test_an_empty_block_has_no_files():
    (example,) = parse("# CRM101 x\n\n```yaml\n```\n").examples()
    assert example.files == {}


def test_a_fence_may_hold_shorter_fences():
    (block,) = parse("# CRM101 x\n\n````yaml\na: |\n  ```\n````\n").blocks
    assert block.content == "a: |\n  ```\n"


def test_the_terminal_gets_no_markup(page):
    shown = terminal(page)
    assert shown.startswith("CRM101 unknown-key\n\nA key that crmspec\n")
    assert "```" not in shown
    assert "\nExample\n" in shown
    assert "\n    events:\n" in shown
