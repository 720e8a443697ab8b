"""What is not in the language is told with its place and what to write; the rest is read."""

import pytest

from crmspec.template.parse import parse
from crmspec.template.problem import MOST


def told(template):
    """Return each problem as `(place, sentence, advice)`."""
    return [
        (
            template[one.span.start : one.span.end],
            one.message.english(),
            one.help.english() if one.help else "",
        )
        for one in parse(template).problems
    ]


def row(name, template, place, message, advice=""):
    return pytest.param(template, place, message, advice, id=name)


@pytest.mark.parametrize(
    ("template", "place", "message", "advice"),
    [
        # what cannot be cut into tokens
        row("an output without an end", "a {{ b", "{{", "`{{` is not closed", "`}}`"),
        row("an output that runs on", "{{ b и {{ c }}", "{{", "`{{` is not closed"),
        row("an output before a sign", "{{ b, $ {% if x %}{% endif %}", "{{", "is not closed"),
        row("a tag without an end", "{% if x", "{%", "`{%` is not closed", "`%}`"),
        row("a tag before a sign", "{% if x $ y {{ z }}", "{%", "`{%` is not closed"),
        row("a foreign sign", "{{ a $ b }}", "$", "`$` does not belong here", "raw"),
        row("and of C", "{{ a && b }}", "&", "does not belong here", "write `and`"),
        row("not of C", "{% if !a %}{% endif %}", "!", "does not belong here", "write `not`"),
        row("a bracket too many", "{{ a) }}", ")", "`)` does not belong here"),
        row("an open quote", "{{ 'a }}", "'", "a quote is not closed", "`'`"),
        row("an open comment", "a {# b", "{#", "a comment is not closed", "`#}`"),
        row("open raw", "{% raw %} {{", "{% raw %}", "`{% raw %}` is not closed", "endraw"),
        row("half a character", r"{{ '\ud83d' }}", r"'\ud83d'", "half a character"),
        row("NUL in a literal", r"{{ 'a\x00' }}", r"'a\x00'", "the character NUL"),
        row("NUL in the text", "a\0b {{ x }}", "\0", "the character NUL"),
        row("beyond Unicode", r"{{ '\U00110000' }}", r"'\U00110000'", "half a character"),
        row("an exponent", "{{ a | plus(1e5) }}", "1e5", "is not a number", "digits"),
        row("an endless number", "{{ " + "1" * 5000 + " }}", "1" * 5000, "is not a number"),
        # how tags nest
        row("an open if", "{% if a %}x", "{% if a %}", "`{% if %}` is not closed", "endif"),
        row("an if of nothing", "{% if %}x", "{% if %}", "`{% if %}` has no condition", "> 0 %}"),
        row(
            "crossed tags",
            "{% if a %}{% for b in c %}{% endif %}",
            "{% for b in c %}",
            "`{% for %}` is not closed",
        ),
        row("an end too many", "a{% endif %}", "{% endif %}", "closes nothing", "{% if … %}"),
        row(
            "a misspelled tag",
            "{% inclde 'a' %}",
            "{% inclde 'a' %}",
            "no `{% inclde %}`",
            "did you mean `include`",
        ),
        row(
            "a misspelled end",
            "{% if a %}{% endiff %}{% endif %}",
            "{% endiff %}",
            "no `{% endiff %}`",
            "`endif`",
        ),
        row("an unknown tag", "{% greetings %}", "{% greetings %}", "no `{% greetings %}`"),
        row("no tag at all", "{% %}", "{% %}", "a tag begins with a word"),
        row("a tag of signs", "{% 'x' %}", "{% 'x' %}", "a tag begins with a word"),
        row("else alone", "{% else %}", "{% else %}", "outside an `if`"),
        row(
            "elif in a loop",
            "{% for a in b %}{% elif c %}{% endfor %}",
            "{% elif c %}",
            "outside an `if`",
        ),
        row(
            "two elses",
            "{% if a %}{% else %}{% else %}{% endif %}",
            "{% else %}",
            "after `{% else %}`",
        ),
        row(
            "templates 16.2 set",
            "{% set a = 1 %}",
            "{% set a = 1 %}",
            "no `{% set %}`",
            "with name = value",
        ),
        row(
            "templates 16.2 macro",
            "{% macro a() %}b{% endmacro %}",
            "{% macro a() %}",
            "no `{% macro %}`",
            "include",
        ),
        row(
            "templates 16.2 extends",
            "{% extends 'a' %}",
            "{% extends 'a' %}",
            "no `{% extends %}`",
            "layout",
        ),
        row(
            "templates 16.2 block",
            "{% block a %}{% endblock %}",
            "{% block a %}",
            "no `{% block %}`",
            "slots",
        ),
        row(
            "templates 16.2 import",
            "{% import 'os' as os %}",
            "{% import 'os' as os %}",
            "no `{% import %}`",
        ),
        row(
            "templates 16.2 call",
            "{% call a() %}{% endcall %}",
            "{% call a() %}",
            "no `{% call %}`",
        ),
        row(
            "templates 16.2 filter",
            "{% filter upper %}{% endfilter %}",
            "{% filter upper %}",
            "no `{% filter %}`",
            "upper",
        ),
        row(
            "templates 16.2 autoescape",
            "{% autoescape false %}{% endautoescape %}",
            "{% autoescape false %}",
            "no `{% autoescape %}`",
        ),
        row("templates 16.2 do", "{% do a %}", "{% do a %}", "no `{% do %}`"),
        row(
            "templates 16.2 break",
            "{% for a in b %}{% break %}{% endfor %}",
            "{% break %}",
            "no `{% break %}`",
            "limit(3)",
        ),
        row(
            "templates 16.2 unless",
            "{% unless a %}{% endunless %}",
            "{% unless a %}",
            "no `{% unless %}`",
            "if not",
        ),
        # what the parser does not expect
        row("nothing to print", "{{ }}", "{{ }}", "something is missing", "profile.name"),
        row(
            "no condition",
            "{% if %}{% endif %}",
            "{% if %}",
            "something is missing",
            "event.total > 0",
        ),
        row(
            "no loop",
            "{% for %}{% endfor %}",
            "{% for %}",
            "something is missing",
            "for item in items",
        ),
        row("no end of a comparison", "{{ a == }}", "{{ a == }}", "something is missing"),
        row("one equals sign", "{% if a = 1 %}{% endif %}", "=", "`=` is not expected", "`==`"),
        row("or of C", "{% if a || b %}{% endif %}", "|", "`|` is not expected", "`or`"),
        row("two values", "{{ a b }}", "b", "`b` is not expected", "`and`"),
        row("words after an end", "{% if a %}{% endif b %}", "b", "`b` is not expected"),
        row("words after else", "{% if a %}{% else b %}{% endif %}", "b", "`b` is not expected"),
        row("no list", "{% for a of b %}{% endfor %}", "of", "`of` is not expected"),
        row(
            "a broken with",
            "{% with a %}{% endwith %}",
            "{% with a %}",
            "something is missing",
            "with name = value",
        ),
        row(
            "a broken include", "{% include %}", "{% include %}", "something is missing", "include"
        ),
        row(
            "a broken native",
            "{% native klaviyo %}{% endnative %}",
            "klaviyo",
            "`klaviyo` is not expected",
        ),
        row(
            "a bound constant", "{% for true in a %}{% endfor %}", "true", "`true` is not expected"
        ),
        # expressions
        row("templates 16.1 calls", "{{ a() }}", "a()", "templates call nothing", "filter"),
        row("templates 16.1 methods", "{{ a.upper() }}", "a.upper()", "templates call nothing"),
        row(
            "templates 16.1 calls of filters",
            "{{ (a | upper)() }}",
            "(a | upper)()",
            "templates call nothing",
        ),
        row("templates 16.1 slices", "{{ a[1:3] }}", "[1:3]", "only a number from 0", "limit(3)"),
        row(
            "templates 16.1 positions from the end",
            "{{ a[-1] }}",
            "[-1]",
            "only a number from 0",
            "`last`",
        ),
        row("templates 16.1 positions by name", "{{ a[b] }}", "[b]", "only a number from 0"),
        row("templates 16.1 two positions", "{{ a[1, 2] }}", "[1, 2]", "only a number from 0"),
        row("templates 16.1 lists", "{{ [1, 2] }}", "[1, 2]", "a list can only stand after `in`"),
        row(
            "templates 16.1 dictionaries",
            "{{ {'a': 1} }}",
            "{'a': 1}",
            "templates do not have this",
        ),
        row("templates 16.1 tuples", "{{ a, b }}", "a, b", "only one value"),
        row(
            "templates 16.1 joining texts",
            "{{ a ~ 'b' }}",
            "a ~ 'b'",
            "not joined by `~`",
            "{{ a }}",
        ),
        row("templates 16.1 adding", "{{ a.b + 1 }}", "a.b + 1", "do not calculate", "plus(1)"),
        row("templates 16.1 dividing", "{{ a / 2 }}", "a / 2", "do not calculate", "beforehand"),
        row(
            "templates 16.1 taking the opposite", "{{ -a }}", "-a", "do not calculate", "times(-1)"
        ),
        row("templates 16.1 a plus before a text", "{{ +'a' }}", "+'a'", "do not calculate"),
        row(
            "templates 16.1 if inside",
            "{{ 'a' if b else 'c' }}",
            "'a' if b else 'c'",
            "no `if` inside",
            "default",
        ),
        row(
            "templates 6.3 chains",
            "{% if 1 < a < 3 %}{% endif %}",
            "1 < a < 3",
            "only two values",
            "a < b and b < c",
        ),
        row(
            "templates 6.3 of conditions",
            "{% if (a == b) == c %}{% endif %}",
            "a == b",
            "a condition, where a value",
        ),
        row(
            "templates 3.4 conditions",
            "{{ a and b }}",
            "a and b",
            "a condition, where a value",
            "{% if … %}",
        ),
        row(
            "templates 3.4 tests",
            "{{ a is defined }}",
            "a is defined",
            "a condition, where a value",
        ),
        row(
            "filtered conditions", "{{ (a or b) | upper }}", "a or b", "a condition, where a value"
        ),
        row(
            "templates 1.3 none",
            "{% if a == none %}{% endif %}",
            "none",
            "no `none`",
            "is not defined",
        ),
        row(
            "parts of values",
            "{{ (a | first).b }}",
            "(a | first).b",
            "only a name has parts",
            "first('name')",
        ),
        row("parts of texts", "{{ 'a'.b }}", "'a'.b", "only a name has parts"),
        row(
            "templates 2.3 hidden names",
            "{{ a.__class__ }}",
            "a.__class__",
            "do not begin with `__`",
        ),
        row(
            "in a text",
            "{% if 'a' in 'abc' %}{% endif %}",
            "'abc'",
            "looks into lists",
            "['a', 'b']",
        ),
        row("in names", "{% if a in [b] %}{% endif %}", "b", "texts and numbers only"),
        # filters and tests
        row(
            "an unknown filter",
            "{{ a | uper }}",
            "uper",
            "no filter `uper`",
            "did you mean `upper`",
        ),
        row("a filter far off", "{{ a | frobnicate }}", "frobnicate", "no filter `frobnicate`"),
        row("a filter of Liquid", "{{ a | upcase }}", "upcase", "no filter `upcase`", "`upper`"),
        row("a filter with a dot", "{{ a | b.c }}", "b.c", "no filter `b.c`"),
        row("templates 13.1 safe", "{{ a | safe }}", "safe", "no filter `safe`", "leave it out"),
        row(
            "too few arguments",
            "{{ a | truncate }}",
            "truncate",
            "does not take this",
            "truncate(40)",
        ),
        row(
            "too many arguments", "{{ a | upper(1) }}", "upper(1)", "does not take this", "`upper`"
        ),
        row("wrong arguments", "{{ a | truncate('x') }}", "truncate('x')", "does not take this"),
        row("no characters", "{{ a | truncate(0) }}", "truncate(0)", "does not take this"),
        row(
            "nothing to replace",
            "{{ a | replace('', 'x') }}",
            "replace('', 'x')",
            "does not take this",
        ),
        row("a path as an argument", "{{ a | plus(b) }}", "plus(b)", "does not take this"),
        row(
            "a value as a fallback",
            "{{ a | default(b | upper) }}",
            "default(b | upper)",
            "does not take this",
        ),
        row(
            "a named argument",
            "{{ a | truncate(length=3) }}",
            "truncate(length=3)",
            "does not take this",
        ),
        row("spread arguments", "{{ a | plus(*b) }}", "plus(*b)", "`*` does not belong"),
        row(
            "an unknown hash",
            "{{ a | hash('crc') }}",
            "hash('crc')",
            "does not take this",
            "sha256",
        ),
        row("an unknown directive", "{{ a | date('%A') }}", "date('%A')", "no `%A`", "%d %m"),
        row(
            "a month without a language",
            "{{ a | date('%B') }}",
            "date('%B')",
            "needs a language",
            "ru",
        ),
        row(
            "a language twice",
            "{{ a | date('%B', locale='ru', locale='en') }}",
            "date('%B', locale='ru', locale='en')",
            "does not take this",
        ),
        row(
            "an unknown test", "{% if a is odd %}{% endif %}", "is odd", "no `is odd`", "is defined"
        ),
        row(
            "a test for none",
            "{% if a is not none %}{% endif %}",
            "is not none",
            "no `is none`",
            "is not defined",
        ),
        row(
            "a test of a value",
            "{% if a is defined(1) %}{% endif %}",
            "is defined",
            "no `is defined`",
        ),
        row(
            "a test for empty of a value",
            "{% if a is empty(1) %}{% endif %}",
            "is empty",
            "no `is empty`",
        ),
        # statements
        row(
            "templates 16.2 for if",
            "{% for a in b if a %}{% endfor %}",
            "a",
            "no condition of its own",
            "inside it",
        ),
        row(
            "templates 16.2 recursive",
            "{% for a in b recursive %}{% endfor %}",
            "recursive",
            "not recursive",
        ),
        row(
            "templates 16.2 unpacking",
            "{% for a, b in c %}{% endfor %}",
            "a, b",
            "only one name",
            "item.name",
        ),
        row(
            "templates 2.3 namespaces",
            "{% with event = 1 %}{% endwith %}",
            "event",
            "already has a meaning",
        ),
        row(
            "templates 2.3 loop", "{% for loop in a %}{% endfor %}", "loop", "already has a meaning"
        ),
        row(
            "templates 10.4 three loops",
            "{% for a in x %}{% for b in a %}{% for c in b %}{% endfor %}{% endfor %}{% endfor %}",
            "{% for c in b %}",
            "more than two loops",
        ),
        row(
            "an optional include",
            "{% include 'a' ignore missing %}",
            "{% include 'a' ignore missing %}",
            "only a block",
        ),
        row("an include by name", "{% include a %}", "{% include a %}", "only a block"),
        row(
            "templates 11.3 includes of several",
            "{% include ['a', 'b'] %}",
            "{% include ['a', 'b'] %}",
            "only a block",
        ),
        row(
            "a bound condition",
            "{% with a = b and c %}{% endwith %}",
            "b and c",
            "a condition, where a value",
        ),
        row(
            "a loop over a condition",
            "{% for a in not b %}{% endfor %}",
            "not b",
            "a condition, where a value",
        ),
        row("a loop over a literal", "{% for a in 'abc' %}{% endfor %}", "'abc'", "no list"),
    ],
)
def test_one_problem(template, place, message, advice):
    """Templates 16.3."""
    problems = told(template)
    assert len(problems) == 1, problems
    assert problems[0][0] == place
    assert message in problems[0][1]
    assert advice in problems[0][2]


@pytest.mark.parametrize(
    "template",
    [
        pytest.param("", id="nothing"),
        pytest.param("{", id="a brace"),
        pytest.param("}} %} #} {{'{{'}}{{ '%}' }}", id="ends"),
        pytest.param("{% if a %}{% elif b %}{% else %}{% endif %}", id="if"),
        pytest.param("{% for a in b %}{% else %}{% endfor %}", id="for"),
        pytest.param("{%- if a -%}{%- endif -%}{%+ if b +%}{% endif %}", id="white space"),
        pytest.param("{% with %}{% endwith %}", id="with nothing"),
        pytest.param("{{ a | date('день %d', locale='en') }}", id="letters in a date"),
        pytest.param("{{ a | date('%d %B', locale='en') | default('') }}", id="month"),
        pytest.param("{{ имя.поле }}", id="Russian names"),
        pytest.param("{% if not (not (a)) %}{% endif %}", id="brackets"),
        pytest.param("{{ a | upper() }}", id="empty brackets"),
        pytest.param("{% if a in [] %}{% endif %}", id="an empty list"),
        pytest.param("{{ '{% native %}' }}", id="a tag in a text"),
        pytest.param("{# {% native 'x' %} #}{# {{ #}", id="a tag in a comment"),
        pytest.param("{% raw %}{% native 'x' %}{% endraw %}", id="a tag in raw"),
        pytest.param("{% native 'x' %}{{ $ }}{% endif %}{% endnative %}", id="native"),
    ],
)
def test_what_is_in_the_language(template):
    assert told(template) == []


def test_several_problems_are_told_in_order():
    template = (
        "{{ a $ b }}{{ c | uper }}{% set d = 1 %}{% if e = 1 %}{{ f + 1 }}{% endif %}{{ g( }}"
    )
    assert [place for place, _, _ in told(template)] == [
        "$",
        "uper",
        "{% set d = 1 %}",
        "=",
        "f + 1",
        "}",
    ]


def test_the_rest_of_a_template_is_still_looked_at():
    template = "{% for a in b + 1 %}{{ a | uper }}{% else %}{{ c() }}{% endfor %}"
    assert [place for place, _, _ in told(template)] == ["b + 1", "uper", "c()"]
    template = "{% if a + 1 %}{{ b | uper }}{% endif %}"
    assert [place for place, _, _ in told(template)] == ["a + 1", "uper"]
    template = "{% with a = b + 1 %}{{ b | uper }}{% endwith %}"
    assert [place for place, _, _ in told(template)] == ["b + 1", "uper"]


def test_no_more_problems_than_anyone_reads():
    assert len(told("{{ a() }}" * 200)) == MOST
    assert len(told("{{ a $ }}" * 200)) == MOST


def test_native_text_is_kept_as_written():
    parsed = parse("{% native 'x' -%} {{ $a }}\n {%- endnative %}{% native 'y' %}{% endnative %}")
    assert [(one.dialect, one.text) for one in parsed.body] == [("x", "{{ $a }}"), ("y", "")]


def test_a_text_that_looks_native_stays_a_text():
    parsed = parse("{{ '{% native 1 %}a{% endnative %}' }}")
    assert parsed.body[0].expression.value == "{% native 1 %}a{% endnative %}"
