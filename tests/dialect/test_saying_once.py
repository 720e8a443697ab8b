"""What is printed says nothing twice: conditions are shortened, values before tags are shared."""

# ruff: noqa: E501 - what is printed stands on one line

import pytest

from crmspec.dialect.lowering_cases import worked_out
from crmspec.dialect.lowering_truth import normal, unplaced
from crmspec.template.parse import parse
from crmspec.template.tree import Constant, Filter
from tests.dialect.agreement import printed


def asked(condition):
    [piece] = parse(f"{{% if {condition} %}}x{{% endif %}}").body
    return piece.branches[0].condition


@pytest.mark.parametrize(
    ("said", "short"),
    [
        pytest.param("a and (not a or b)", "a and b", id="denied in an or"),
        pytest.param("a or (not a and b)", "a or b", id="denied in an and"),
        pytest.param("a and (a or b)", "a", id="absorbed by an and"),
        pytest.param("a or a and b", "a", id="absorbed by an or"),
        pytest.param("x == 1 and (x != 1 or b or c)", "x == 1 and (b or c)", id="comparisons"),
        pytest.param("a and (not a or b and (not a or c))", "a and b and c", id="inside out"),
        pytest.param("a and not (b or c)", "a and not b and not c", id="nothing twice"),
        pytest.param("x < 1 and (x >= 1 or b)", "x < 1 and (x >= 1 or b)", id="missing is neither"),
        pytest.param("a and (b or c and d)", "a and (b or c and d)", id="nothing to shorten"),
    ],
)
def test_conditions_say_nothing_twice(said, short):
    assert unplaced(normal(asked(said))) == unplaced(normal(asked(short)))


def test_contradictions_are_found():
    assert normal(asked("a and b and (not a or not b)")) == Constant(value=False)


WORDS = "{{ profile.points | plural('день', 'дня', 'дней') }}"
OTHERS = "{% if profile.first_name | default('friend') != 'friend' %}A{% endif %}"


@pytest.mark.parametrize(
    ("dialect", "template", "text"),
    [
        pytest.param(
            "sendsay",
            WORDS,
            "[% v1 = (anketa.custom.points < 0 ? 0 - anketa.custom.points : anketa.custom.points) %]"
            "[% v2 = v1 - (v1 div 10) * 10 %][% v3 = v1 - (v1 div 100) * 100 %]"
            "[% IF !(anketa.custom.points.defined) %]"
            "[% ELSIF (v2 == 1 && v3 != 11) %]день"
            "[% ELSIF (v2 >= 2 && v2 <= 4 && (v3 < 12 || v3 > 14)) %]дня[% ELSE %]дней[% END %]",
            id="digits are reckoned once in Template Toolkit",
        ),
        pytest.param(
            "esputnik",
            WORDS,
            "#set($v1 = $contact.points)#if($v1 < 0)#set($v1 = 0 - $v1)#{end}"
            "#set($v2 = $v1 % 10)#set($v3 = $v1 % 100)#if(!(($contact.points != $null)))"
            "#elseif(($v2 == 1 && $v3 != 11))день"
            "#elseif(($v2 >= 2 && $v2 <= 4 && ($v3 < 12 || $v3 > 14)))дня#{else}дней#{end}",
            id="digits are reckoned once in Velocity",
        ),
        pytest.param(
            "salesforce",
            OTHERS,
            '%%[IF (NOT Empty(AttributeValue("first_name")) AND '
            'AttributeValue("first_name") != "friend") THEN]%%A%%[ENDIF]%%',
            id="presence is asked once in AMPscript",
        ),
        pytest.param(
            "mindbox",
            OTHERS,
            '@{if (Recipient.FirstName != null and Recipient.FirstName != "" and '
            'Recipient.FirstName != "friend")}A@{end if}',
            id="presence is asked once in Quokka",
        ),
        pytest.param(
            "mindbox",
            "{% if profile.first_name != 'friend' %}A{% endif %}",
            '@{if (not (Recipient.FirstName != null) or Recipient.FirstName != "friend")}A@{end if}',
            id="presence is asked where nothing says it",
        ),
    ],
)
def test_says_it_once(dialect, template, text):
    result, _ = printed(dialect, parse(template).body)
    assert (result.text, result.losses) == (text, ())


def test_a_month_is_asked_with_one_assignment():
    body = parse("{{ profile.birthday | date('%d %B %Y', locale='ru') }}").body
    result, _ = printed("sendsay", body)
    assert result.text.count("defined") == 1
    assert result.text.count(" = ") == 1


def test_texts_that_grow_too_long_are_left_to_the_engine():
    long = Constant(value="x" * 2000)
    grown = Filter(name="replace", of=long, arguments=(Constant(value="x"), long))
    assert worked_out(grown) is None
    assert worked_out(Filter(name="upper", of=Constant(value="a"))) == Constant(value="A")
