"""What is printed, to the letter, and what is lost."""

import msgspec
import pytest

from crmspec.dialect.names import Entry, Names, Table, load
from crmspec.dialect.registry import DIALECTS
from crmspec.template.parse import parse
from crmspec.template.tree import Constant, Include, Output, Path, Text
from tests.dialect import agreement
from tests.dialect.fixture import KINDS


def printed(dialect, text, kinds=KINDS):
    parsed = parse(text)
    assert not parsed.problems
    names = msgspec.structs.replace(load(dialect), kinds=kinds)
    return DIALECTS[dialect].print(parsed.body, {}, names)


SAID = [
    pytest.param(
        "braze",
        "Hi {{ profile.first_name | default('you') }}, {{ profile.tier | upper }}",
        'Hi {{${first_name} | default: "you"}}, {{custom_attribute.${tier} | upcase}}',
        id="Braze's names",
    ),
    pytest.param(
        "customerio",
        "{% if profile.points > 5 %}a{% elif profile.vip %}b{% else %}c{% endif %}",
        "{% if customer.points > 5 %}a{% elsif customer.vip %}b{% else %}c{% endif %}",
        id="branches in Liquid",
    ),
    pytest.param(
        "customerio",
        "{% if profile.city and (profile.vip or profile.points > 1) %}a{% endif %}",
        "{% assign v1 = false %}{% if customer.vip or customer.points > 1 %}"
        "{% assign v1 = true %}{% endif %}"
        '{% if customer.city and customer.city != "" and v1 %}a{% endif %}',
        id="parentheses become flags in Liquid",
    ),
    pytest.param(
        "customerio",
        "{% if profile.vip and profile.points > 1 or profile.points < 0 %}a{% endif %}",
        "{% if customer.points < 0 or customer.vip and customer.points > 1 %}a{% endif %}",
        id="or before and in Liquid",
    ),
    pytest.param(
        "customerio",
        "{% for item in event.items | limit(3) %}{{ item.name }}{% else %}-{% endfor %}",
        "{% for item in event.items limit: 3 %}{{ item.name }}{% else %}-{% endfor %}",
        id="a limit in Liquid",
    ),
    pytest.param(
        "customerio",
        "{% if profile.vip %} {% endif %}",
        '{% if customer.vip %}{{ " " }}{% endif %}',
        id="white space alone in Liquid",
    ),
    pytest.param(
        "customerio",
        "{{ links.unsubscribe }}",
        "{% unsubscribe_url %}",
        id="a tag for a link",
    ),
    pytest.param(
        "klaviyo",
        "{{ profile.first_name | default('you') }} {{ profile['Loyalty Tier'] | upper }}",
        '{{ person.first_name|default_if_none:""|default:"you"|safe }} '
        "{{ person|lookup:'Loyalty Tier'|default_if_none:\"\"|upper|safe }}",
        id="Klaviyo's names",
    ),
    pytest.param(
        "klaviyo",
        "{% if profile.vip and (profile.city or profile.tier == 'gold') %}a{% endif %}",
        '{% if person.vip and person.location.city or person.vip and person.tier == "gold" %}'
        "a{% endif %}",
        id="parentheses are multiplied out in Django",
    ),
    pytest.param(
        "brevo",
        "{% for item in event.items | limit(2) %}{{ item.name }}"
        "{% if not loop.last %}, {% endif %}{% endfor %}",
        "{% for item in event.items %}{% if forloop.counter <= 2 %}{{ item.name|safe }}"
        "{% if not forloop.last and forloop.counter != 2 %}, {% endif %}{% endif %}{% endfor %}",
        id="a limit without slices",
    ),
    pytest.param(
        "bloomreach",
        "{{ profile.first_name | default('you') }}{% if profile.points > 5 %}a{% endif %}",
        "{{ (customer.first_name or 'you') }}"
        "{% if (customer.points is number and customer.points > 5) %}a{% endif %}",
        id="Bloomreach",
    ),
    pytest.param(
        "moengage",
        "{{ profile.first_name }} {{ event.total | default(0) }}",
        "{{ (UserAttribute['First Name'] or '') }} {% if (EventAttribute['total'] is defined and "
        "EventAttribute['total'] is not none) and EventAttribute['total'] != '' %}"
        "{{ EventAttribute['total'] }}{% else %}0{% endif %}",
        id="MoEngage's names",
    ),
    pytest.param(
        "hubspot",
        "Hi {{ profile.first_name | default('you') }}, {{ profile.city }} {{ links.unsubscribe }}",
        "Hi {{ personalization_token('contact.firstname', 'you') }}, "
        "{{ personalization_token('contact.city', '') }} {{ unsubscribe_link }}",
        id="tokens of HubSpot",
    ),
]


@pytest.mark.parametrize(("dialect", "text", "said"), SAID)
def test_says(dialect, text, said):
    result = printed(dialect, text)
    assert result.text == said
    assert not result.losses


LOST = [
    pytest.param(
        "customerio", "{{ event.x['a\"b'] }}", "a key with quotes", "", id="a quote in a key below"
    ),
    pytest.param(
        "bloomreach",
        "a{% if coupon.x %}b{% else %}c{% endif %}",
        "does not know",
        "ac",
        id="a condition of Jinja",
    ),
    pytest.param(
        "bloomreach",
        "{% if coupon.x %}b{% elif profile.vip %}c{% endif %}",
        "does not know",
        "{% if customer.vip %}c{% endif %}",
        id="one of two conditions of Jinja",
    ),
    pytest.param(
        "customerio", "{{ coupon.x }}", "does not know `coupon.x`", "", id="no such value"
    ),
    pytest.param(
        "customerio",
        "{{ links.unsubscribe | upper }}",
        "`links.unsubscribe` can only be printed",
        "",
        id="a tag is not filtered",
    ),
    pytest.param(
        "customerio",
        "a{% if coupon.x == 'y' %}b{% else %}c{% endif %}",
        "does not know `coupon.x`",
        "ac",
        id="no such value to ask for",
    ),
    pytest.param("customerio", "{{ profile.city | title }}", "`title`", "", id="no such filter"),
    pytest.param(
        "customerio",
        "{{ profile.birthday | add_days(3) }}",
        "shifted date",
        "",
        id="a shifted date",
    ),
    pytest.param("novu", "{{ event.size }}", "takes `size` for something else", "", id="size"),
    pytest.param("onesignal", "{{ profile.city | hash('md5') }}", "`hash`", "", id="no hash"),
    pytest.param(
        "klaviyo", "{{ profile.balance | times(2) }}", "may print `.0`", "", id="a product"
    ),
    pytest.param(
        "klaviyo",
        "{% if profile.city == 'a}}b' %}x{% else %}y{% endif %}",
        "cannot have this text in a tag",
        "y",
        id="braces in a tag",
    ),
    pytest.param(
        "klaviyo",
        "{% if "
        + " and ".join(f"(event.a{n} == 'x' or event.b{n} == 'x')" for n in range(6))
        + " %}x{% endif %}",
        "too long",
        "",
        id="too many alternatives",
    ),
    pytest.param(
        "klaviyo",
        "{{ event.placed | date('%d.%m') | upper }}",
        "with a date",
        "",
        id="a date filtered",
    ),
    pytest.param(
        "klaviyo",
        "{% for x in profile.tags | first %}a{% else %}b{% endfor %}",
        "`first`",
        "b",
        id="a loop over a filter",
    ),
    pytest.param("brevo", "{{ event.items[0]['a b'] }}", "cannot read `a b`", "", id="an odd key"),
    pytest.param(
        "hubspot",
        "a{% if profile.vip %}b{% else %}c{% endif %}",
        "can only print",
        "ac",
        id="no conditions in tokens",
    ),
    pytest.param(
        "hubspot", "{% for t in profile.tags %}a{% endfor %}", "has no loops", "", id="no loops"
    ),
    pytest.param(
        "hubspot", "{% with a = profile.city %}b{% endwith %}", "can only print", "", id="no names"
    ),
    pytest.param(
        "hubspot",
        "{{ profile.city | default(profile.tier) }}",
        "a fallback must be a text",
        "",
        id="a fallback that is a value",
    ),
    pytest.param("hubspot", "{{ profile.address.x }}", "can only print", "", id="keys of a token"),
    pytest.param("bloomreach", "{{ profile.city | hash('md5') }}", "`hash`", "", id="no md5"),
]


@pytest.mark.parametrize(("dialect", "text", "message", "remains"), LOST)
def test_loses(dialect, text, message, remains):
    result = printed(dialect, text)
    assert message in result.losses[0].message.english()
    assert result.text == remains
    span = result.losses[0].span
    assert span.start < span.end <= len(text)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_text_is_left_alone(dialect):
    assert printed(dialect, "Скидка 10 % & больше — «сегодня»").text == (
        "Скидка 10 % & больше — «сегодня»"
    )


@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_is_native_is_as_written(dialect):
    text = f"a{{% native '{dialect}' %}}{{{{ x }}}}{{% endnative %}}"
    assert printed(dialect, text).text == "a{{ x }}"


MEANT = [
    pytest.param("{% if profile.points %}a{% else %}b{% endif %}", id="a number is true, 0 too"),
    pytest.param("{% if not profile.points %}a{% endif %}", id="not a number"),
    pytest.param("{% if event.other %}a{% else %}b{% endif %}", id="one value of unknown kind"),
    pytest.param("{% if not event.other %}a{% endif %}", id="not a value of unknown kind"),
    pytest.param("{% if event.other is empty %}a{% else %}b{% endif %}", id="unknown and empty"),
    pytest.param(
        "{% with t = profile.tags | limit(1) %}{% for x in t %}{{ x | default('-') }}{% endfor %}"
        "{% endwith %}",
        id="a part of a list by a name",
    ),
    pytest.param(
        "{% with a = true %}{% if a | default('x') %}a{% endif %}{% endwith %}", id="true"
    ),
    pytest.param(
        "{% with v1 = profile.tier %}{% if profile.tags | length > 0 %}{{ v1 }}{% endif %}"
        "{% endwith %}",
        id="a name that the printer would use",
    ),
    pytest.param("{% for x in event.items %}{{ x.values }}{{ x.name }}{% endfor %}", id="a method"),
]


@pytest.mark.parametrize("dialect", ["customerio", "klaviyo", "bloomreach"])
@pytest.mark.parametrize("text", MEANT)
@pytest.mark.parametrize("other", [None, 0, 5, "", "x", False, True])
def test_means_the_same(dialect, text, other):
    body = parse(text).body
    result, names = agreement.printed(dialect, body)
    points = other if type(other) is int else None
    values = {
        "profile": {"points": points, "tags": ["a", "b"], "tier": "gold"},
        "event": {"other": other, "items": [{"name": "n"}]},
    }
    assert not result.losses
    assert not list(agreement.differences(dialect, result.text, names, body, values))


@pytest.mark.parametrize(
    ("value", "said"),
    [
        pytest.param(True, "true", id="true"),
        pytest.param(False, "false", id="false"),
        pytest.param(5.0, "5", id="a whole number"),
        pytest.param(None, "", id="nothing"),
        pytest.param("a & b", "a &amp; b", id="a text"),
    ],
)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_literals_are_printed_beforehand(dialect, value, said):
    body = (Output(expression=Constant(value=value), context="html"),)
    assert DIALECTS[dialect].print(body).text == said


@pytest.mark.parametrize("dialect", ["klaviyo", "bloomreach"])
def test_a_project_may_name_a_tag(dialect):
    names = Names(table=Table(paths={"links.unsubscribe": Entry(tag="{% bye %}")}))
    body = parse("{{ links.unsubscribe }}").body
    assert DIALECTS[dialect].print(body, {}, names).text == "{% bye %}"


def test_a_loss_is_told_once():
    result = printed("customerio", "{% if coupon.x %}a{% elif profile.vip %}b{% endif %}")
    assert len(result.losses) == 1
    assert result.text == "{% if customer.vip %}b{% endif %}"


def test_an_include_without_a_block_says_nothing():
    body = (Text(text="a"), Include(block="none"), Output(expression=Path(root="now")))
    result = DIALECTS["customerio"].print(body)
    assert result.text == 'a{{ "now" }}'
    assert len(DIALECTS) == len(set(DIALECTS))


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    "condition",
    [
        pytest.param("'a' == 'a'", id="equal texts"),
        pytest.param("'a' | upper != 'a'", id="a filtered text"),
        pytest.param("3 < 10", id="numbers in order"),
        pytest.param("'2026-01-02' > '2026-01-01T12:00:00'", id="dates in order"),
        pytest.param("not 'a' < 2", id="a text and a number"),
        pytest.param("2 | plus(3) == 5", id="a sum"),
        pytest.param("'abc' | length > 2", id="a length"),
    ],
)
def test_comparisons_of_constants_are_settled(dialect, condition):
    result = printed(dialect, f"{{% if {condition} %}}yes{{% else %}}no{{% endif %}}")
    assert (result.text, result.losses) == ("yes", ())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("{% if 5 < profile.points %}a{% endif %}", "customer.points > 5", id="order"),
        pytest.param(
            "{% if 'gold' == profile.tier %}a{% endif %}", 'customer.tier == "gold"', id="equal"
        ),
        pytest.param("{% if profile.points > 5 %}a{% endif %}", "customer.points > 5", id="turned"),
    ],
)
def test_constants_stand_on_the_right(text, words):
    assert printed("customerio", text).text == f"{{% if {words} %}}a{{% endif %}}"


NESTED = "{% for a in profile.tags %}{% for b in LIST %}{{ profile.city }}{% endfor %}{% endfor %}"


@pytest.mark.parametrize(
    ("items", "lost"),
    [
        pytest.param("profile.tags", True, id="the same list"),
        pytest.param("event.keys", True, id="another list of texts"),
        pytest.param("event.items", False, id="a list of objects"),
    ],
)
def test_handlebars_does_not_count_loops_over_the_same_items(items, lost):
    result = printed("iterable", NESTED.replace("LIST", items))
    said = [loss.message.english() for loss in result.losses]
    assert said == ["Iterable cannot look out of two loops over the same items"] * lost
    assert ("../../city" in result.text) is not lost


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param(
            "{{ profile.points }}{{ profile.points }}", "{{points}}{{points}}", id="number"
        ),
        pytest.param("{{ profile.tier }}", "{{{tier}}}", id="text"),
    ],
)
def test_handlebars_would_add_numbers_without_escaping(text, words):
    assert printed("sendgrid", text).text == words
