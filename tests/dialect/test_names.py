"""The files of names: their shape, and what they make of a path."""

from importlib.resources import files

import msgspec
import pytest

from crmspec.dialect.names import Entry, Found, Names, load, read
from crmspec.dialect.registry import DIALECTS
from crmspec.template.tree import Path

FILES = sorted((files("crmspec.dialect") / "names").iterdir(), key=lambda file: file.name)
ROOTS = {"profile", "event", "chain", "message", "project", "links", "feed", "coupon", "now"}


def test_every_dialect_has_a_file_and_every_file_a_dialect():
    assert {file.name.removesuffix(".yaml") for file in FILES} == set(DIALECTS)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_patterns_are_neutral_paths(dialect):
    for pattern, entry in load(dialect).table.paths.items():
        root, _, key = pattern.partition(".")
        assert root in ROOTS
        assert key or root in ("now", "profile", "event")
        if isinstance(entry, Entry):
            assert (entry.tag is None) is not (entry.plain is None)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_file_says_where_it_is_from(dialect):
    text = (files("crmspec.dialect") / "names" / f"{dialect}.yaml").read_text("utf-8")
    assert text.startswith("# ")
    assert "http" in text


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("paths: {a: {plain: 1}}", id="a number for a text"),
        pytest.param("path: {}", id="another key"),
        pytest.param("paths: {a: {text: x}}", id="another key of an entry"),
    ],
)
def test_other_shapes_are_refused(text):
    with pytest.raises(msgspec.ValidationError):
        read(text)


NAMES = Names(
    table=read(
        """
        paths:
          profile.first_name: person.name
          profile.*: {plain: "person.{name}", odd: "person['{name}']"}
          event.*: {plain: "event.{name}"}
          feed.*: "feed('{name}')"
          coupon.*: {tag: "{% code '{name}' %}"}
          links.web: {tag: "{% web %}"}
        awkward: [items]
        """
    ),
    renamed={
        "profile.tier": "Loyalty Tier",
        "profile.city": "town",
        "feed.best": "top 10",
        "coupon.back": "Come back",
    },
    standard={"given": "first_name"},
)

FINDS = [
    pytest.param("profile", ("first_name",), Found("person.name"), id="an exact name"),
    pytest.param("profile", ("given",), Found("person.name"), id="a standard attribute"),
    pytest.param("profile", ("age",), Found("person.age"), id="any other"),
    pytest.param("profile", ("tier",), Found("person['Loyalty Tier']"), id="renamed, odd"),
    pytest.param("profile", ("city",), Found("person.town"), id="renamed, plain"),
    pytest.param("profile", ("a", "b", 0), Found("person.a", ("b", 0)), id="keys below"),
    pytest.param("profile", ("items",), Found("person['items']"), id="an awkward key"),
    pytest.param("profile", ("it's",), None, id="a quote would end the name"),
    pytest.param("profile", ("a}}b",), None, id="braces would end the tag"),
    pytest.param("profile", (), None, id="the namespace itself"),
    pytest.param("event", ("a b",), None, id="odd where none is allowed"),
    pytest.param("feed", ("a b",), Found("feed('a b')"), id="one text for all keys"),
    pytest.param("links", ("web",), Found("{% web %}", (), tag=True), id="a tag"),
    pytest.param("feed", ("best", "a"), Found("feed('top 10')", ("a",)), id="a renamed feed"),
    pytest.param("coupon", ("x",), Found("{% code 'x' %}", tag=True), id="a tag with a name"),
    pytest.param(
        "coupon", ("back",), Found("{% code 'Come back' %}", tag=True), id="a renamed coupon"
    ),
    pytest.param("coupon", ("it's",), None, id="a quote would end the tag"),
    pytest.param("chain", ("x",), None, id="unknown"),
]


@pytest.mark.parametrize(("root", "keys", "found"), FINDS)
def test_finds(root, keys, found):
    assert NAMES.find(Path(root=root, keys=keys)) == found


@pytest.mark.parametrize(
    ("key", "text"),
    [
        pytest.param("points", "contact.POINTS", id="an attribute of the project"),
        pytest.param("first_name", "contact.FIRSTNAME", id="one of Brevo's own"),
        pytest.param("given", "contact.FIRSTNAME", id="a standard attribute"),
        pytest.param("tier", "contact.Tier", id="a name that the project gives"),
    ],
)
def test_brevo_writes_attributes_in_capitals(key, text):
    names = msgspec.structs.replace(
        load("brevo"), renamed={"profile.tier": "Tier"}, standard={"given": "first_name"}
    )
    assert names.find(Path(root="profile", keys=(key,))) == Found(text)
    assert names.find(Path(root="event", keys=(key,))) == Found(f"event.{key}")
