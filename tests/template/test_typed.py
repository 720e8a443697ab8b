"""What is doubtful about a template, given the types of what it sees."""

import pytest

from crmspec.template import tree
from crmspec.template.infer import constant_shape
from crmspec.template.parse import parse
from crmspec.template.shape import (
    ANY,
    BOOLEAN,
    DATE,
    NUMBER,
    TEXT,
    Scope,
    Shape,
    either,
    listed,
    parted,
)
from crmspec.template.typed import typed

ITEM = parted(
    {"name": TEXT, "price": NUMBER.may_miss(), "kind": Shape(kind="text", values=("a", "b"))}
)
SCOPE = Scope(
    names={
        "profile": parted(
            {
                "name": TEXT.may_miss(),
                "id": TEXT,
                "age": NUMBER.may_miss(),
                "vip": BOOLEAN,
                "city": Shape(kind="text", values=("msk", "spb")),
                "born": DATE.may_miss(),
                "seen": DATE,
                "tags": listed(TEXT, optional=True),
                "odd": ANY,
                "home": Shape(kind="object", optional=True, parts={"street": TEXT}, closed=True),
            }
        ),
        "event": parted({"total": NUMBER, "items": listed(ITEM), "things": listed()}),
        "links": parted({"unsubscribe": TEXT}, closed=False),
        "anything": ANY,
        "now": DATE,
    },
    inputs={"cart": ("items",)},
)
BLOCKS = {
    "cart": "{% for i in items %}{{ i.name }}{{ i.price }}{% endfor %}",
    "hello": "{{ profile.name }}",
    "round": "{% include 'round' %}{{ profile.vip }}",
}


def found(template):
    """Return each finding as `(kind, path)`."""
    parsed = parse(template)
    assert not parsed.problems, parsed.problems
    blocks = {name: parse(text).body for name, text in BLOCKS.items()}
    return [(one.kind, one.path) for one in typed(parsed.body, SCOPE, blocks)]


def row(name, template, *findings):
    return pytest.param(template, list(findings), id=name)


@pytest.mark.parametrize(
    ("template", "findings"),
    [
        row("what is always there", "{{ profile.id }}{{ event.total }}{{ now | date('%d') }}"),
        row(
            "anything goes",
            "{{ anything.a[0].b | upper }}{{ links.cart }}{% if anything > 3 %}{% endif %}",
        ),
        row("native is not looked at", "{% native 'x' %}{{ y }}{% endnative %}"),
        row("an unknown name", "{{ nobody }}", ("unknown path", "nobody")),
        row("an unknown part", "{{ profile.nam }}", ("unknown path", "profile")),
        row("a part of a text", "{{ profile.id.x }}", ("unknown path", "profile.id")),
        row("a part of a list", "{{ event.items.name }}", ("unknown path", "event.items")),
        row("a position in an object", "{{ event[0] }}", ("unknown path", "event")),
        row("loop outside a loop", "{{ loop.index }}", ("unknown path", "loop.index")),
        row(
            "loop inside",
            "{% for i in event.items %}{{ loop.index }}{% if loop.last %}{% endif %}{% endfor %}",
        ),
        row(
            "a bound name after its end",
            "{% with a = 1 %}{{ a }}{% endwith %}{{ a }}",
            ("unknown path", "a"),
        ),
        # fallback
        row("nothing to fall back on", "{{ profile.name }}", ("no fallback", "profile.name")),
        row(
            "told once for each place",
            "{{ profile.name }}{{ profile.name }}",
            ("no fallback", "profile.name"),
            ("no fallback", "profile.name"),
        ),
        row(
            "through a filter",
            "{{ profile.name | upper }}",
            ("no fallback", "profile.name | upper"),
        ),
        row("a fallback", "{{ profile.name | upper | default('you') }}"),
        row(
            "a fallback that may be missing",
            "{{ profile.name | default(profile.name) }}",
            ("no fallback", "profile.name | default(profile.name)"),
        ),
        row("another value as fallback", "{{ profile.name | default(profile.id) }}"),
        row("the length of nothing", "{{ profile.tags | length }}{{ profile.name | length }}"),
        row(
            "asked first",
            "{% if profile.name %}{{ profile.name }}{{ profile.name | upper }}{% endif %}",
        ),
        row(
            "asked in the other branch",
            "{% if profile.name %}{% else %}{{ profile.name }}{% endif %}",
            ("no fallback", "profile.name"),
        ),
        row("asked by not", "{% if not profile.name %}x{% else %}{{ profile.name }}{% endif %}"),
        row("asked by defined", "{% if profile.name is defined %}{{ profile.name }}{% endif %}"),
        row(
            "asked by empty",
            "{% if profile.name is empty %}x{% else %}{{ profile.name }}{% endif %}",
        ),
        row(
            "asked by not empty", "{% if profile.name is not empty %}{{ profile.name }}{% endif %}"
        ),
        row(
            "asked in a branch before",
            "{% if not profile.name %}{% elif profile.vip %}{{ profile.name }}{% endif %}",
        ),
        row("compared", "{% if profile.age > 5 %}{{ profile.age }}{% endif %}"),
        row("equal", "{% if profile.name == 'x' %}{{ profile.name }}{% endif %}"),
        row(
            "not equal",
            "{% if profile.name != 'x' %}{{ profile.name }}{% endif %}",
            ("no fallback", "profile.name"),
        ),
        row("not not equal", "{% if profile.name != 'x' %}{% else %}{{ profile.name }}{% endif %}"),
        row("among", "{% if profile.name in ['x', 'y'] %}{{ profile.name }}{% endif %}"),
        row(
            "not among",
            "{% if profile.name not in ['x'] %}{{ profile.name }}{% endif %}",
            ("no fallback", "profile.name"),
        ),
        row(
            "in a list",
            "{% if profile.name in profile.tags %}{{ profile.name }}"
            "{{ profile.tags | first }}{% endif %}",
        ),
        row(
            "both",
            "{% if profile.name and profile.age > 1 %}{{ profile.name }}"
            "{{ profile.age }}{% endif %}",
        ),
        row(
            "one of two",
            "{% if profile.name or profile.age > 1 %}{{ profile.name }}{% endif %}",
            ("no fallback", "profile.name"),
        ),
        row(
            "neither of two",
            "{% if not profile.name or not profile.age is defined %}"
            "{% else %}{{ profile.name }}{{ profile.age }}{% endif %}",
        ),
        row(
            "not both",
            "{% if not (profile.name and profile.vip) %}{% else %}{{ profile.name }}{% endif %}",
        ),
        row(
            "a part of what may be missing",
            "{{ profile.home.street }}",
            ("no fallback", "profile.home.street"),
        ),
        row("a part of what is there", "{% if profile.home %}{{ profile.home.street }}{% endif %}"),
        row(
            "what has a part is there",
            "{% if profile.home.street %}{{ profile.home.street }}{% endif %}",
        ),
        row(
            "the first of a list",
            "{{ event.items | first('name') }}",
            ("no fallback", "event.items | first('name')"),
        ),
        row(
            "the first of a list that is filled",
            "{% if event.items %}{{ event.items | first"
            "('name') }}{{ event.items[0].name }}"
            "{% endif %}",
        ),
        row(
            "the second of a list that is filled",
            "{% if event.items %}{{ event.items[1].name }}{% endif %}",
            ("no fallback", "event.items[1].name"),
        ),
        row(
            "a list that is only defined",
            "{% if profile.tags is defined %}{{ profile.tags | first }}{% endif %}",
            ("no fallback", "profile.tags | first"),
        ),
        row(
            "a counted list",
            "{% if event.items | length > 0 %}{{ event.items | first('name') }}{% endif %}",
        ),
        row(
            "a list counted from 1",
            "{% if event.items | length >= 1 %}{{ event.items | last('name') }}{% endif %}",
        ),
        row(
            "a list that may have none",
            "{% if event.items | length >= 0 %}{{ event.items | last('name') }}{% endif %}",
            ("no fallback", "event.items | last('name')"),
        ),
        row(
            "a list counted in vain",
            "{% if event.items | length < 5 %}{{ event.items | last('name') }}{% endif %}",
            ("no fallback", "event.items | last('name')"),
        ),
        row(
            "a list that is not short",
            "{% if event.items | length != 0 %}{{ event.items | last('name') }}{% endif %}",
        ),
        row(
            "an item's part that may be missing",
            "{% for i in event.items %}{{ i.name }}{{ i.price }}{% endfor %}",
            ("no fallback", "i.price"),
        ),
        row(
            "the first of what is gone through",
            "{% for i in event.items %}"
            "{{ event.items | first('name') }}{% else %}"
            "{{ event.items | first('name') }}"
            "{% endfor %}",
            ("no fallback", "event.items | first('name')"),
        ),
        row(
            "a bound value that was asked for",
            "{% if profile.name %}{% with n = profile.name %}{{ n }}{% endwith %}{% endif %}",
        ),
        row(
            "a bound list that was asked for",
            "{% if profile.tags %}"
            "{% with t = profile.tags %}{{ t | first }}"
            "{% endwith %}{% endif %}",
        ),
        row(
            "a bound value",
            "{% with n = profile.name %}{{ n }}{% if n %}{{ n }}{% endif %}{% endwith %}",
            ("no fallback", "n"),
        ),
        row(
            "a name that is bound anew",
            "{% with n = profile.name %}{% if n %}"
            "{% with n = profile.age %}{{ n }}{% endwith %}"
            "{% endif %}{% endwith %}",
            ("no fallback", "n"),
        ),
        row(
            "known inside a condition",
            "{% if profile.name and profile.name | upper == 'A' %}{% endif %}",
        ),
        row(
            "known after default",
            "{% if profile.name | default('x') == 'x' %}{{ profile.name }}{% endif %}",
            ("no fallback", "profile.name"),
        ),
        row(
            "a known result",
            "{% if profile.born | date('%d') %}{{ profile.born | date('%d') }}{% endif %}",
        ),
        # types
        row(
            "a number as a condition",
            "{% if profile.age %}{% endif %}",
            ("number as condition", "profile.age"),
        ),
        row(
            "a number in a condition",
            "{% if profile.vip and not event.total %}{% endif %}",
            ("number as condition", "event.total"),
        ),
        row(
            "a length as a condition",
            "{% if event.items | length %}{% endif %}",
            ("number as condition", "event.items | length"),
        ),
        row("a boolean printed", "{{ profile.vip }}", ("unprintable", "profile.vip")),
        row("a list printed", "{{ event.items }}", ("unprintable", "event.items")),
        row("an object printed", "{{ profile }}", ("unprintable", "profile")),
        row(
            "a list joined",
            "{{ profile.tags | join(', ') | default('') }}{{ event.items | limit(2) }}",
            ("unprintable", "event.items | limit(2)"),
        ),
        row(
            "a number filter of a text",
            "{{ profile.id | number(2) }}",
            ("wrong type", "profile.id"),
        ),
        row("a number filter of a number", "{{ event.total | plus(1) | number(2) }}"),
        row(
            "a number filter of its own result",
            "{{ event.total | number(2) | plus(1) }}",
            ("wrong type", "event.total | number(2)"),
        ),
        row("a text filter of a number", "{{ event.total | truncate(3) }}{{ now | upper }}"),
        row("a text filter of a list", "{{ event.items | upper }}", ("wrong type", "event.items")),
        row(
            "a date filter of a text", "{{ profile.id | date('%d') }}", ("wrong type", "profile.id")
        ),
        row("a date filter of a later date", "{{ profile.seen | add_days(7) | date('%d') }}"),
        row("a list filter of a text", "{{ profile.id | first }}", ("wrong type", "profile.id")),
        row("a length of a number", "{{ event.total | length }}", ("wrong type", "event.total")),
        row(
            "an unknown part of an item",
            "{{ event.items | first('nam') | default('x') }}",
            ("unknown path", "event.items"),
        ),
        row(
            "any part of anything",
            "{{ event.things | first('nam') | default('x') }}"
            "{{ anything | limit(2) | first | default('x') }}",
        ),
        row(
            "a loop over a text",
            "{% for a in profile.id %}{% endfor %}",
            ("wrong type", "profile.id"),
        ),
        row("a loop over anything", "{% for a in anything %}{{ a.b }}{% endfor %}"),
        row("in a text", "{% if 'a' in profile.id %}{% endif %}", ("wrong type", "profile.id")),
        row(
            "a number in a list of texts",
            "{% if 5 in profile.tags %}{% endif %}",
            ("incomparable", "profile.tags"),
        ),
        row(
            "a value in a list of others",
            "{% if event.total in profile.tags %}{% endif %}",
            ("incomparable", "profile.tags"),
        ),
        row(
            "a value in a list of its kind",
            "{% if profile.id in profile.tags and 'a' in event.things %}{% endif %}",
        ),
        # comparisons
        row(
            "a number and a text",
            "{% if profile.age == '5' %}{% endif %}",
            ("incomparable", "profile.age"),
        ),
        row("a number and a number", "{% if profile.age == 5 and 5 != event.total %}{% endif %}"),
        row("a boolean and a boolean", "{% if profile.vip == true %}{% endif %}"),
        row(
            "a boolean and a text",
            "{% if profile.vip == 'yes' %}{% endif %}",
            ("incomparable", "profile.vip"),
        ),
        row(
            "two lists",
            "{% if event.items == event.items %}{% endif %}",
            ("incomparable", "event.items"),
        ),
        row(
            "a list and anything",
            "{% if event.items == anything %}{% endif %}",
            ("incomparable", "event.items"),
        ),
        row(
            "an order of texts",
            "{% if profile.id > 'a' %}{% endif %}",
            ("incomparable", "profile.id"),
        ),
        row(
            "an order of numbers",
            "{% if profile.age >= 18 and event.total < profile.age %}{% endif %}",
        ),
        row(
            "an order of dates",
            "{% if profile.born < now and profile.seen > '2026-01-01' %}{% endif %}",
        ),
        row(
            "an order with no date",
            "{% if profile.seen > 'yesterday' %}{% endif %}",
            ("incomparable", "profile.seen"),
        ),
        row(
            "an order of a date and a number",
            "{% if profile.seen > 5 %}{% endif %}",
            ("incomparable", "profile.seen"),
        ),
        row(
            "a date and no date",
            "{% if profile.seen == 'today' %}{% endif %}",
            ("incomparable", "profile.seen"),
        ),
        row("a date and a text", "{% if profile.seen == profile.id %}{% endif %}"),
        row(
            "a word that never is",
            "{% if profile.city == 'mks' %}{% endif %}",
            ("unknown value", "profile.city"),
        ),
        row(
            "a word among that never is",
            "{% if profile.city in ['msk', 'nsk'] %}{% endif %}",
            ("unknown value", "profile.city"),
        ),
        row(
            "a word that may be", "{% if profile.city == 'spb' or profile.city == '' %}{% endif %}"
        ),
        row(
            "a number among words",
            "{% if profile.city in ['msk', 5] %}{% endif %}",
            ("incomparable", "profile.city"),
        ),
        row(
            "a word of an item",
            "{% for i in event.items %}{% if i.kind == 'c' %}{% endif %}{% endfor %}",
            ("unknown value", "i.kind"),
        ),
        # blocks
        row(
            "a block with its input",
            "{% with items = event.items %}{% include 'cart' %}{% endwith %}",
            ("no fallback", "i.price"),
        ),
        row(
            "a block without its input",
            "{% include 'cart' %}",
            ("missing input", "items"),
            ("unknown path", "items"),
        ),
        row("an unknown block", "{% include 'crt' %}", ("unknown block", "crt")),
        row(
            "a block knows what is known around",
            "{% if profile.name %}{% include 'hello' %}{% endif %}",
        ),
        row("a block in itself", "{% include 'round' %}", ("unprintable", "profile.vip")),
    ],
)
def test_findings(template, findings):
    assert found(template) == findings


def words(template):
    parsed = parse(template)
    (finding,) = typed(parsed.body, SCOPE)
    return finding.message.english(), finding.help.english() if finding.help else ""


@pytest.mark.parametrize(
    ("template", "message", "advice"),
    [
        pytest.param(
            "{{ prfile.name }}",
            "templates do not know `prfile`",
            "did you mean `profile`?",
            id="near",
        ),
        pytest.param(
            "{{ name }}",
            "templates do not know `name`",
            "did you mean `profile.name`?",
            id="of the profile",
        ),
        pytest.param(
            "{{ customer.name }}",
            "templates do not know `customer`",
            "did you mean `profile`?",
            id="a customer",
        ),
        pytest.param("{{ loop.index }}", "templates do not know `loop`", "inside `for`", id="loop"),
        pytest.param("{{ xyz }}", "templates do not know `xyz`", "", id="far"),
        pytest.param(
            "{{ profile.nmae }}", "`profile` has no `nmae`", "did you mean `name`?", id="a part"
        ),
        pytest.param("{{ profile.qqq }}", "`profile` has no `qqq`", "", id="no part"),
        pytest.param(
            "{{ event.items.name }}", "`event.items` is a list", "first('name')", id="a list"
        ),
        pytest.param("{{ profile.id.a }}", "`profile.id` is a text", "", id="a text"),
        pytest.param(
            "{% if profile.city == 'x' %}{% endif %}",
            "`profile.city` is never `x`",
            "",
            id="no word",
        ),
        pytest.param("{% include 'x' %}", "there is no block `x`", "", id="no block"),
    ],
)
def test_words(template, message, advice):
    said, hint = words(template)
    assert message in said
    assert advice in hint if advice else not hint


def test_what_either_of_two_is():
    assert either([]) == ANY
    assert either([TEXT, NUMBER.may_miss()]) == ANY.may_miss()
    one = parted({"a": TEXT, "b": listed(TEXT)})
    other = parted({"b": listed(NUMBER), "c": TEXT}, closed=False)
    both = either([one, other])
    assert both.parts["a"].optional
    assert both.parts["b"].items == ANY
    assert not both.closed
    words = [Shape(kind="text", values=("x",)), Shape(kind="text", values=("y",))]
    assert either(words).values == ("x", "y")
    assert either([words[0], TEXT]).values == ()


def test_a_condition_made_by_hand_is_a_boolean():
    node = tree.Or(parts=(tree.Path(root="now"), tree.Path(root="links")))
    (finding,) = typed((tree.Output(expression=tree.Not(of=node)),), SCOPE)
    assert finding.kind == "unprintable"


def test_the_shape_of_nothing():
    assert constant_shape(tree.Constant(value=None)) == ANY
