"""What templates mean: a table a sentence, each row citing it."""

import re
from pathlib import Path

import pytest

from crmspec.template.bound import DEPTH, EFFORT, OUTPUT, PIECES, TooMuchError
from crmspec.template.evaluate import escaped, evaluate, value_of
from crmspec.template.parse import LARGEST, parse
from crmspec.template.tree import Constant, Output
from crmspec.template.tree import Path as Name
from crmspec.template.value import number

PAGE = (Path(__file__).parents[2] / "docs" / "templates.md").read_text(encoding="utf-8")
WORLD = {
    "profile": {
        "name": "Анна",
        "nothing": None,
        "blank": "",
        "zero": 0,
        "no": False,
        "yes": True,
        "five": 5.0,
        "tags": ["a", "b", 5],
        "none": [],
        "born": "2026-03-01",
        "lost": {},
        "mail": "ann@example.com",
    },
    "event": {
        "items": [
            {"name": "Чайник", "price": 3490},
            {"name": "Лампа", "price": 99.5},
            {"name": "Кот"},
        ],
        "two words": "да",
        "at": "2026-03-01T10:05:00+03:00",
        "total": 1234567.5,
    },
    "now": "2026-11-22T03:00:00Z",
}


def say(template, world=WORLD, blocks=None):
    """Return what a template without problems says."""
    parsed = parse(template)
    assert not parsed.problems, [one.message.english() for one in parsed.problems]
    trees = {name: parse(text).body for name, text in (blocks or {}).items()}
    return evaluate(parsed.body, world, trees)


def row(sentence, name, template, expected):
    return pytest.param(template, expected, id=f"templates {sentence} {name}")


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        row("1.1", "null is missing", "{{ profile.nothing }}|{{ profile.name }}", "|Анна"),
        row("1.3", "literals", "{{ 'a' }}{{ \"b\" }}{{ 12.50 }}{{ -3 }}{{ true }}", "ab12.5-3true"),
        row("1.3", "neighbours are one", "{{ 'a' 'b' }}", "ab"),
        row("1.4", "escapes", r"{{ 'it\'s\n\x41\u2014\U0001F600\q\\' }}", "it's\nA—😀\\q\\"),
        row(
            "2.1",
            "names and positions",
            "{{ event.items[1].name }}{{ event.items.0.name }}",
            "ЛампаЧайник",
        ),
        row("2.1", "names in quotes", "{{ event['two words'] }}", "да"),
        row("2.2", "through something missing", "{{ a.b.c[3].d }}{{ profile.nothing.x }}", ""),
        row("2.2", "outside a list", "{{ event.items[9].name }}{{ event.items.name }}", ""),
        row("2.2", "a position in an object", "{{ event[0] }}{{ profile.name.first }}", ""),
        row("3.1", "texts stay", "{{ profile.blank }}{{ '<b>' }}", "<b>"),
        row(
            "3.2",
            "numbers",
            "{{ profile.five }} {{ profile.zero }} {{ event.total }}",
            "5 0 1234567.5",
        ),
        row(
            "3.3",
            "what cannot be printed",
            "{{ profile.yes }}{{ profile.no }}{{ event }}{{ profile.tags }}",
            "truefalse",
        ),
        row(
            "4.1",
            "empty ones do not hold",
            "{% if profile.blank or profile.none or profile.lost or profile.no or x %}"
            "y{% else %}n{% endif %}",
            "n",
        ),
        row(
            "4.1",
            "others do",
            "{% if profile.name and profile.tags and profile.yes and event %}y{% endif %}",
            "y",
        ),
        row("4.2", "0 holds", "{% if profile.zero %}y{% endif %}", "y"),
        row(
            "4.3",
            "the first that holds",
            "{% if x %}1{% elif profile.name %}2{% elif profile.yes %}3{% else %}4{% endif %}",
            "2",
        ),
        row("4.3", "none holds", "{% if x %}1{% endif %}.", "."),
        row(
            "5.1",
            "equal",
            "{% if profile.five == 5 and 'a' == 'a' and profile.yes == true %}y{% endif %}",
            "y",
        ),
        row(
            "5.1",
            "of two kinds",
            "{% if '5' == 5 or true == 1 or 'true' == true %}y{% else %}n{% endif %}",
            "n",
        ),
        row(
            "5.2",
            "missing equals nothing",
            "{% if x == '' or x == y or profile.tags == profile.tags or event == event %}"
            "y{% else %}n{% endif %}",
            "n",
        ),
        row(
            "5.3",
            "not equal",
            "{% if x != '' and x != y and 1 != 2 %}y{% endif %}{% if 1 != 1 %}n{% endif %}",
            "y",
        ),
        row("6.1", "numbers", "{% if 2 < 10 and 2 <= 2 and 3 > 2.5 and 3 >= 3 %}y{% endif %}", "y"),
        row("6.1", "dates", "{% if profile.born < '2026-12-01' %}y{% endif %}", "y"),
        row(
            "6.1",
            "anything else",
            "{% if '10' > 9 or 'b' > 'a' or x < 1 or x >= 0 or true > 0 %}y{% else %}n{% endif %}",
            "n",
        ),
        row(
            "6.2",
            "as moments",
            "{% if event.at == '2026-03-01T07:05:00Z' %}e{% endif %}"
            "{% if event.at >= '2026-03-01T07:05:00Z' and event.at <= '2026-03-01 07:05' %}"
            "y{% endif %}",
            "y",
        ),
        row(
            "6.2",
            "midnight",
            "{% if profile.born > '2026-02-28T23:59:59' and profile.born <= '2026-03-01T00:00"
            "-00:00' %}y{% endif %}",
            "y",
        ),
        row(
            "7.1",
            "among constants",
            "{% if profile.five in ['a', 5] %}y{% endif %}{% if x in ['a'] or 'a' in [] %}"
            "n{% endif %}",
            "y",
        ),
        row("7.1", "in round brackets", "{% if 'a' in ('a', 'b') %}y{% endif %}", "y"),
        row(
            "7.2",
            "in a list",
            "{% if 'a' in profile.tags and 5 in profile.tags %}y{% endif %}",
            "y",
        ),
        row(
            "7.2",
            "in nothing else",
            "{% if 'A' in profile.name or 'name' in profile or 'a' in x %}y{% else %}n{% endif %}",
            "n",
        ),
        row(
            "7.3",
            "not in",
            "{% if 'z' not in profile.tags and 'a' not in x and 3 not in [1] %}y{% endif %}",
            "y",
        ),
        row(
            "8.1",
            "binding",
            "{% if true or false and false %}1{% endif %}"
            "{% if not x and not (profile.yes and x) %}2{% endif %}{% if not true or true %}"
            "3{% endif %}",
            "123",
        ),
        row(
            "8.2",
            "is defined",
            "{% if profile.blank is defined and profile.zero is defined and x is not defined "
            "%}y{% endif %}{% if x is defined %}n{% endif %}",
            "y",
        ),
        row(
            "8.2",
            "is empty",
            "{% if profile.blank is empty and profile.none is empty and profile.lost is empty"
            " and x is empty %}y{% endif %}"
            "{% if profile.zero is empty or profile.no is empty or profile.name is not empty "
            "and false %}n{% endif %}",
            "y",
        ),
        row(
            "9.1",
            "missing and blank",
            "{{ x | default('d') }}{{ profile.blank | default(profile.name) }}",
            "dАнна",
        ),
        row(
            "9.1",
            "all others stay",
            "{{ profile.zero | default('d') }}{{ profile.no | default('d') }}"
            "{{ profile.none | default('d') }}",
            "0false",
        ),
        row(
            "10.1",
            "each item",
            "{% for i in event.items %}{{ i.name }};{% endfor %}",
            "Чайник;Лампа;Кот;",
        ),
        row(
            "10.1",
            "at most",
            "{% for i in event.items | limit(2) %}{{ i.name }};{% endfor %}",
            "Чайник;Лампа;",
        ),
        row(
            "10.2",
            "nothing to repeat",
            "{% for i in profile.none %}i{% else %}-{% endfor %}{% for i in x %}i{% else %}"
            "-{% endfor %}{% for i in profile.name %}i{% else %}-{% endfor %}"
            "{% for i in event %}i{% endfor %}",
            "---",
        ),
        row(
            "10.3",
            "the place",
            "{% for i in event.items | limit(2) %}{{ loop.index }}{% if loop.first %}"
            "f{% endif %}{% if loop.last %}l{% endif %}{% endfor %}",
            "1f2l",
        ),
        row(
            "10.3",
            "the inner loop",
            "{% for i in event.items %}{% for t in profile.tags | limit(1) %}{{ loop.index }}"
            "{% endfor %}{{ loop.index }}{% endfor %}{{ loop.index }}",
            "111213",
        ),
        row(
            "11.1",
            "bound until the end",
            "{% with a = profile.name, b = 'x' %}{{ a }}{{ b }}{% endwith %}{{ a }}",
            "Аннаx",
        ),
        row("11.1", "from outside", "{% with a = 1, b = a %}[{{ b }}]{% endwith %}", "[]"),
        row(
            "12.1",
            "of something missing",
            "[{{ x | upper | truncate(3) | number(2) | first | join(', ') | date('%d') | plus"
            "(1) | hash('md5') | url_encode }}]{{ x | length }}",
            "[]0",
        ),
        row("12.2", "a path as fallback", "{{ x | default(event.items[0].name) }}", "Чайник"),
        row(
            "12.3",
            "numbers as texts",
            "{{ profile.five | truncate(9) }}{{ profile.zero | upper }}",
            "50",
        ),
        row(
            "12.3",
            "not of booleans or lists",
            "[{{ profile.yes | upper }}{{ profile.tags | upper }}{{ '5' | plus(1) }}"
            "{{ true | number(0) }}{{ 'abc' | first }}{{ 5 | join('') }}{{ 5 | date('%d') }}"
            "{{ 'x' | limit(1) }}]",
            "[]",
        ),
        row(
            "12.4",
            "letters",
            "{{ 'mc Дональд' | upper }}|{{ 'McД' | lower }}|{{ 'mc DONALD' | capitalize }}"
            "|{{ 'mc dONALD-x  é' | title }}",
            "MC ДОНАЛЬД|mcд|Mc DONALD|Mc DONALD-x  É",
        ),
        row(
            "12.5",
            "truncate",
            "{{ 'абвг' | truncate(4) }}|{{ 'абвг' | truncate(3) }}|{{ 'аб' | truncate(1) }}",
            "абвг|аб…|…",
        ),
        row("12.6", "replace", "{{ 'a-b-c' | replace('-', '') }}", "abc"),
        row(
            "12.7",
            "number",
            "{{ 2.675 | number(2) }} {{ -0.5 | number(0) }} {{ 5 | number(2) }}"
            " {{ event.total | number(0) }} {{ -0.4 | number(0) }}",
            "2.68 -1 5.00 1234568 0",
        ),
        row(
            "12.8",
            "reckoning",
            "{{ 0.1 | plus(0.2) }} {{ 3 | minus(5) }} {{ 1.5 | times(2) }} {{ 2 | plus(-0.5) }}",
            "0.3 -2 3 1.5",
        ),
        row(
            "12.9",
            "date",
            "{{ event.at | date('%d.%m.%Y %y %H:%M') }}|{{ profile.born | date('%H:%M') }}"
            "|{{ profile.name | date('%d') }}|{{ '2026-02-30' | date('%d') }}",
            "01.03.2026 26 10:05|00:00||",
        ),
        row(
            "12.10",
            "months",
            "{{ profile.born | date('%d %B', locale='ru') }}"
            ", {{ profile.born | date('%B', locale='en') }}",
            "01 марта, March",
        ),
        row(
            "12.11",
            "add_days",
            "{{ profile.born | add_days(-1) }} {{ event.at | add_days(31) }}"
            " {{ '9999-12-31' | add_days(1) }}{{ profile.name | add_days(1) }}",
            "2026-02-28 2026-04-01T10:05:00+03:00 ",
        ),
        row(
            "12.12",
            "length",
            "{{ event.items | length }}{{ profile.name | length }}{{ profile.zero | length }}"
            "{{ event | length }}",
            "3400",
        ),
        row(
            "12.13",
            "items",
            "{{ profile.tags | first }}{{ profile.tags | last }}"
            "{{ event.items | first('name') }}{{ event.items | last('price') }}"
            "{{ profile.none | first }}{{ profile.tags | first('x') }}",
            "a5Чайник",
        ),
        row(
            "12.14",
            "limit and join",
            "{{ profile.tags | limit(2) | join(', ') }}|{{ profile.tags | join('') }}"
            "|{{ profile.none | join('x') }}",
            "a, b|ab5|",
        ),
        row("12.15", "url_encode", "{{ 'а b&c/-._~' | url_encode }}", "%D0%B0%20b%26c%2F-._~"),
        row(
            "12.16",
            "hash",
            "{{ 'a' | hash('md5') }} {{ 'a' | hash('sha1') | truncate(5) }}"
            " {{ 'a' | hash('sha256') | truncate(5) }}",
            "0cc175b9c0f1b6a831c399e269772661 86f7… ca97…",
        ),
        row(
            "12.17", "shorten", "{{ 'https://shop.example/a' | shorten }}", "https://shop.example/a"
        ),
        row(
            "12.18",
            "English",
            "{{ 1 | plural('item', 'items') }} {{ 0 | plural('item', 'items') }}"
            " {{ 1.5 | plural('item', 'items') }}",
            "item items items",
        ),
        row("15.1", "comments and raw", "a{# {{ x }} #}b{% raw %}{{ x }}{% endraw %}", "ab{{ x }}"),
        row(
            "15.1",
            "white space",
            "a \n {%- if true -%} \n b \n {%- endif %} c {{- 'd' -}} e\r\nf\n",
            "ab cde\nf\n",
        ),
        row("15.2", "native", "a{% native 'braze' %}{{ ${x} }}{% endnative %}b", "ab"),
    ],
)
def test_meaning(template, expected):
    assert say(template) == expected


@pytest.mark.parametrize(
    ("count", "form"),
    [
        pytest.param(count, form, id=f"{count}")
        for form, counts in {
            "товар": [1, 21, 101, 1001, -1, 1.0],
            "товара": [2, 3, 4, 22, 104, -3, 1.5, 0.1],
            "товаров": [0, 5, 11, 12, 14, 19, 111, 112, 25, 100, 10**18],
        }.items()
        for count in counts
    ],
)
def test_russian_forms(count, form):
    """Templates 12.18."""
    assert say("{{ n | plural('товар', 'товара', 'товаров') }}", {"n": count}) == form


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(10**31, "", id="too large"),
        pytest.param(float("inf"), "", id="infinite"),
        pytest.param(float("nan"), "", id="no number"),
        pytest.param(object(), "", id="an object of Python"),
        pytest.param({1, 2}, "", id="a set"),
        pytest.param(1e25, "1" + "0" * 25, id="large"),
        pytest.param(1e-7, "0.0000001", id="small"),
        pytest.param(-0.0, "0", id="minus nothing"),
    ],
)
def test_odd_values(value, expected):
    """Templates 1.2 and 3.2."""
    assert say("{{ x }}", {"x": value}) == expected
    assert say("{{ x.y }}", {"x": {"y": value}}) == expected


def test_reckoning_out_of_bounds_is_missing():
    """Templates 1.2."""
    assert say("[{{ x | times(1000000000) | times(1000000000) }}]", {"x": 1e15}) == "[]"
    assert say("{{ x | number(10) }}", {"x": 1e29}) == "1" + "0" * 29 + "." + "0" * 10
    assert number(value=True) is None


def test_a_moment_before_the_first_year_has_no_order():
    """Templates 6.1."""
    world = {"x": "0001-01-01T00:00:00+10:00"}
    assert say("{% if x < '2026-01-01' %}y{% else %}n{% endif %}", world) == "n"


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        pytest.param("plain", '<a href="x">\'&', id="templates 13.2 plain"),
        pytest.param("html", "&lt;a href=&quot;x&quot;&gt;&#39;&amp;", id="templates 13.2 html"),
        pytest.param("attribute", "&lt;a href=&quot;x&quot;&gt;&#39;&amp;", id="13.2 attribute"),
        pytest.param("url", "%3Ca%20href%3D%22x%22%3E%27%26", id="templates 13.3 url"),
        pytest.param("address", "&lt;a href=&quot;x&quot;&gt;&#39;&amp;", id="13.3 address"),
    ],
)
def test_escaping(context, expected):
    value = '<a href="x">\'&'
    body = (Output(expression=Name(root="x"), context=context),)
    assert evaluate(body, {"x": value}, {}) == escaped(value, context) == expected


def test_blocks_see_the_names_around_them():
    """Templates 11.2."""
    blocks = {"card": "[{{ i.name }}{{ profile.name }}{{ loop.index }}]"}
    template = "{% for i in event.items | limit(1) %}{% include 'card' %}{% endfor %}"
    assert say(template, blocks=blocks) == "[ЧайникАнна1]"
    assert say("a{% include 'gone' %}b", blocks=blocks) == "ab"


@pytest.mark.parametrize(
    ("template", "world", "blocks", "bound"),
    [
        pytest.param(
            "{% include 'a' %}",
            {},
            {"a": "x{% include 'a' %}"},
            "depth",
            id="templates 11.3 a block in itself",
        ),
        pytest.param(
            "{% include 'a' %}",
            {},
            {"a": "{% include 'b' %}{% include 'b' %}", "b": "{% include 'a' %}"},
            "depth",
            id="blocks in each other",
        ),
        pytest.param(
            "{% for i in l %}{% for j in l %}{% endfor %}{% endfor %}",
            {"l": [0] * 400},
            {},
            "pieces",
            id="templates 14.2 pieces",
        ),
        pytest.param(
            "{% for i in l %}{{ x }}{% endfor %}",
            {"l": [0] * 200, "x": "y" * 10_000},
            {},
            "output",
            id="templates 14.2 text",
        ),
        pytest.param(
            "{{ x | replace('y', 'zz') }}", {"x": "y" * 600_000}, {}, "output", id="replacing"
        ),
        pytest.param(
            "{{ x | join('--') }}", {"x": ["y" * 600_000] * 2}, {}, "output", id="joining"
        ),
        pytest.param("{{ x | url_encode }}", {"x": "я" * 400_000}, {}, "output", id="encoding"),
        pytest.param(
            "{% for i in l %}{% if x == y %}{% endif %}{% endfor %}",
            {"l": [0] * 9000, "x": "a" * 900_000, "y": "a" * 900_000},
            {},
            "effort",
            id="templates 14.2 comparing",
        ),
        pytest.param(
            "{% for i in l %}{% if 5 in l %}{% endif %}{% endfor %}",
            {"l": [0] * 9000},
            {},
            "effort",
            id="templates 14.2 looking for",
        ),
    ],
)
def test_bounds(template, world, blocks, bound):
    with pytest.raises(TooMuchError) as raised:
        say(template, world, blocks)
    assert raised.value.bound == bound


def test_deep_trees_made_by_hand_stop_too():
    """Templates 14.2."""
    from crmspec.template.tree import Not

    deep = Constant(value=True)
    for _ in range(5000):
        deep = Not(of=deep)
    with pytest.raises(TooMuchError):
        value_of(deep, {})
    from crmspec.template.tree import Branch, If

    with pytest.raises(TooMuchError):
        evaluate((If(branches=(Branch(condition=deep, body=()),)),), {}, {})
    assert value_of(Constant(value=object), {}) is None


def test_the_page_names_the_bounds():
    """Templates 14.1."""
    assert (LARGEST, PIECES, EFFORT, DEPTH, OUTPUT) == (2**18, 10**5, 10**6, 64, 2**20)
    assert "256 KiB" in PAGE
    assert "100,000 pieces, 1,000,000 steps of work, 64 bodies" in PAGE.replace("\n", " ")


def test_every_sentence_has_a_test():
    here = Path(__file__).parent
    texts = [path.read_text(encoding="utf-8") for path in here.glob("test_*.py")]
    known = set(re.findall(r'<a id="t(\d+\.\d+)"></a>', PAGE))
    cited = set()
    for text in texts:
        cited |= set(re.findall(r'row\(\s*"(\d+\.\d+)"', text))
        for group in re.findall(r"[Tt]emplates ((?:\d+\.\d+(?:,? and |, )?)+)", text):
            cited |= set(re.findall(r"\d+\.\d+", group))
    assert not known - cited
    assert not cited - known
