"""What links mean: those of a target, of the project's own, and those that are not there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from crmspec.content.address import page_address
from crmspec.content.context import in_context, valued
from crmspec.content.fixture import links
from crmspec.dialect.lowering_link import Links
from crmspec.dialect.names import load
from crmspec.dialect.registry import DIALECTS
from crmspec.template.evaluate import evaluate
from crmspec.template.parse import parse
from crmspec.template.tree import Output

OWN = {
    "preferences": "https://a.example/p?id={{ profile.id }}&n={{ profile.name | default('you') }}",
    "view_online": "https://shop.example/letters?a=1&b='2'",
}
CONTEXTS = ("plain", "html", "attribute", "url", "address")


def names(dialect, own):
    made = {name: page_address(parse(text).body, {}) for name, text in own.items()}
    return replace(load(dialect), links=made)


def printed(dialect, template, own=None):
    return DIALECTS[dialect].print(parse(template).body, {}, names(dialect, own or {}))


def test_the_reference_has_all():
    """Templates 17.1."""
    body = parse("{{ links.unsubscribe }} {{ links.preferences }} {{ links.view_online }}").body
    said = evaluate(body, {"links": links()}, {})
    assert said.split() == [
        f"https://links.example.com/{name}"
        for name in ("unsubscribe", "preferences", "view_online")
    ]


@pytest.mark.parametrize("context", CONTEXTS)
@pytest.mark.parametrize("name", OWN)
@given(id_=st.text(max_size=5), who=st.none() | st.text(max_size=5))
def test_pages_of_ones_own_are_the_links(name, context, id_, who):
    """Templates 17.2."""
    world = {"profile": {"id": id_, "name": who}}
    own = names("braze", OWN)
    address = evaluate(own.links[name], world, {})
    body = in_context(parse(f"a {{{{ links.{name} }}}} b").body, context)
    made = Links("T", own).body(body)
    assert evaluate(made, world, {}) == evaluate(body, {**world, "links": {name: address}}, {})


def test_what_is_an_address_already_is_encoded_once_more_as_a_whole():
    own = names("braze", {"preferences": "https://shop.example/?id={{ profile.id | url_encode }}"})
    (piece,) = valued(parse("{{ links.preferences }}").body[0], "url")
    assert isinstance(piece, Output)
    made = Links("T", own).body((piece,))
    assert evaluate(made, {"profile": {"id": "a b"}}, {}) == (
        "https%3A%2F%2Fshop.example%2F%3Fid%3Da%2520b"
    )


WHOLE = {"view_online": "https://shop.example/letters"}


@pytest.mark.parametrize(
    ("dialect", "template", "expected", "notes"),
    [
        pytest.param("unione", "{% if links.view_online %}a{% endif %}", "", 1, id="no such link"),
        pytest.param(
            "unione", "{% if not links.view_online %}a{% endif %}", "a", 1, id="asked for its lack"
        ),
        pytest.param(
            "unione",
            "{% if links.view_online is defined %}a{% else %}b{% endif %}",
            "b",
            1,
            id="is defined",
        ),
        pytest.param(
            "unione", "{% if links.view_online is empty %}a{% endif %}", "a", 1, id="is empty"
        ),
        pytest.param(
            "unione",
            "{% if links.view_online or links.unsubscribe %}a{% endif %}",
            "a",
            1,
            id="one of two",
        ),
        pytest.param(
            "unione",
            "{% if links.view_online and links.unsubscribe %}a{% elif true %}b{% endif %}",
            "b",
            1,
            id="both",
        ),
        pytest.param(
            "unione",
            "{{ links.view_online | default('https://shop.example/?a=1') }}",
            "https://shop.example/?a=1",
            1,
            id="a fallback",
        ),
        pytest.param(
            "unione",
            "{{ links.unsubscribe | default('x') }}",
            "{{unsubscribe_url}}",
            0,
            id="no fallback is needed",
        ),
        pytest.param(
            "unisender",
            "{% if links.view_online %}{{ links.view_online }}{% endif %}",
            "{{WebLetterUrl}}",
            0,
            id="a link that is there",
        ),
        pytest.param(
            "customerio",
            "a{% if links.unsubscribe %}b{% else %}c{% endif %}",
            "ab",
            0,
            id="a tag is there",
        ),
    ],
)
def test_what_a_target_lacks_is_missing(dialect, template, expected, notes):
    """Templates 17.3."""
    made = printed(dialect, template)
    assert (made.text, made.losses, len(made.notes)) == (expected, (), notes)


def test_what_is_a_value_at_the_target_is_asked_for_there():
    made = printed("onesignal", "{% if links.unsubscribe %}a{% endif %}")
    assert made.text.startswith("{% if unsubscribe_url")


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        pytest.param("{% if links.view_online %}a{% endif %}", "a", id="it is there"),
        pytest.param("{{ links.view_online }}", WHOLE["view_online"], id="it is printed"),
        pytest.param(
            "{{ links.view_online | upper }}", WHOLE["view_online"].upper(), id="it is a text"
        ),
        pytest.param(
            "{% if links.view_online == 'x' %}a{% else %}b{% endif %}", "b", id="it is compared"
        ),
        pytest.param("{{ links.view_online | default('x') }}", WHOLE["view_online"], id="it is"),
    ],
)
def test_a_page_without_values_is_a_text(template, expected):
    made = printed("braze", template, WHOLE)
    assert (made.text, made.losses, made.notes) == (expected, (), ())


@pytest.mark.parametrize(
    ("dialect", "template", "own", "said"),
    [
        pytest.param(
            "tryton", "{{ links.preferences }}", {}, "does not know", id="printed without asking"
        ),
        pytest.param(
            "node_red",
            "{% if links.unsubscribe %}{{ links.unsubscribe }}{% endif %}",
            {},
            "does not know `links.unsubscribe`",
            id="a way out is never left out",
        ),
        pytest.param(
            "node_red",
            "{{ links.unsubscribe | default('https://shop.example') }}",
            {},
            "does not know `links.unsubscribe`",
            id="and has no fallback",
        ),
        pytest.param(
            "braze", "{{ links.preferences | upper }}", OWN, "has values in it", id="a filter"
        ),
        pytest.param(
            "customerio",
            "{% if links.preferences == 'x' %}a{% endif %}",
            OWN,
            "has values in it",
            id="a comparison, though the target has a tag",
        ),
        pytest.param(
            "klaviyo",
            "{% with a = links.preferences %}{{ a }}{% endwith %}",
            OWN,
            "has values in it",
            id="a name",
        ),
        pytest.param(
            "unione", "{{ links.preferences }}", OWN, "can only print fields", id="no encoding"
        ),
    ],
)
def test_what_is_lost(dialect, template, own, said):
    """Templates 17.3 and 17.4."""
    made = printed(dialect, template, own)
    assert any(said in loss.message.english() for loss in made.losses)
    assert "links" not in made.text
    assert made.notes == ()


def test_a_tag_goes_into_no_other_address():
    body = tuple(
        one
        for piece in parse("https://go.shop.example/?to={{ links.preferences }}").body
        for one in valued(piece, "url")
    )
    lost = DIALECTS["customerio"].print(body, {}, load("customerio"))
    assert "into another address" in lost.losses[0].message.english()
    own = DIALECTS["customerio"].print(body, {}, names("customerio", OWN))
    assert own.losses == ()
