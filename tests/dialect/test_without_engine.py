"""Dialects without an engine say what their published grammar and examples say."""

# ruff: noqa: E501 - what is printed, and what reads it, stands on one line

import pytest
from msgspec import structs

from crmspec.dialect.names import load
from crmspec.dialect.registry import DIALECTS
from crmspec.template.evaluate import evaluate
from crmspec.template.parse import parse
from crmspec.template.tree import Path
from crmspec.template.value import shown
from tests.dialect.agreement import blocks, corpus, printed
from tests.dialect.fixture import CORPUS, FIXTURES
from tests.dialect.merge_tag_reader import render

NAME = "Hi {{ profile.first_name | default('there') }}!"
LOOP = "{% for i in event.items | limit(2) %}{{ i.name }} {% else %}-{% endfor %}"
CHOICE = "{% if profile.tier == 'gold' or profile.points > 5 %}A{% else %}B{% endif %}"
OTHERS = "{% if profile.first_name | default('friend') != 'friend' %}A{% endif %}"
VIP = "{% if profile.vip %}Y{% else %}N{% endif %}"
MONTH = "{{ profile.birthday | date('%d.%m') }}"
WORDS = "{{ profile.points | plural('день', 'дня', 'дней') }}"


def said(dialect, template):
    result, _ = printed(dialect, parse(template).body)
    return result


@pytest.mark.parametrize("dialect", ["mailchimp", "mandrill", "getresponse", "altcraft"])
def test_says_the_same_to_a_reader_of_the_grammar(dialect):
    names = load(dialect)
    wrong, compared = [], 0
    for name in sorted(path.stem for path in CORPUS.glob("*.j2")):
        result, _ = printed(dialect, corpus(name))
        for values in FIXTURES.values() if not result.losses else ():
            fields = {
                names.find(Path(root="profile", keys=(key,))).text: shown(value)
                for key, value in values["profile"].items()
                if key.isidentifier() and not isinstance(value, dict | list)
            }
            compared += 1
            meant = evaluate(corpus(name), values, blocks())
            if render(dialect, result.text, fields) != meant:
                wrong.append((name, values, result.text))
    assert not wrong[:3]
    assert compared > 100


@pytest.mark.parametrize(
    ("dialect", "template", "text"),
    [
        pytest.param(
            "mailchimp",
            NAME,
            "Hi *|IF:FNAME|**|FNAME|**|ELSE:|*there*|END:IF|*!",
            id="mailchimp.com/help/use-conditional-merge-tag-blocks",
        ),
        pytest.param(
            "mailchimp",
            "{{ profile.first_name | upper }}",
            "*|UPPER:FNAME|*",
            id="mailchimp.com/help/all-the-merge-tags-cheat-sheet",
        ),
        pytest.param(
            "getresponse",
            NAME,
            "Hi {{IF `(subscriber_first_name IS_DEFINED)`}}{{CONTACT `subscriber_first_name`}}{{ELSE}}there{{ENDIF}}!",
            id="apidocs.getresponse.com/v3/dynamic-content/conditions",
        ),
        pytest.param(
            "mailchimp",
            OTHERS,
            "*|IF:FNAME|**|IF:FNAME=friend|**|ELSE:|*A*|END:IF|**|END:IF|*",
            id="a fallback that is compared in Mailchimp",
        ),
        pytest.param(
            "getresponse",
            OTHERS,
            "{{IF `(subscriber_first_name IS_DEFINED)`}}{{IF `(subscriber_first_name STRING_EQ 'friend')`}}{{ELSE}}A{{ENDIF}}{{ENDIF}}",
            id="a fallback that is compared in GetResponse",
        ),
        pytest.param(
            "altcraft",
            OTHERS,
            '{if lead._fname}{if lead._fname equal "friend"}{else}A{end}{end}',
            id="a fallback that is compared in Altcraft",
        ),
        pytest.param(
            "mailchimp",
            VIP,
            "*|IF:vip=true|*Y*|ELSE:|*N*|END:IF|*",
            id="a stored false is no empty field in Mailchimp",
        ),
        pytest.param(
            "getresponse",
            VIP,
            "{{IF `(vip STRING_EQ 'true')`}}Y{{ELSE}}N{{ENDIF}}",
            id="a stored false is defined in GetResponse",
        ),
        pytest.param(
            "mailchimp",
            "{% if profile.city %}Y{% endif %}",
            "*|IF:city|*Y*|END:IF|*",
            id="a text is asked for by its name alone",
        ),
        pytest.param(
            "altcraft",
            NAME,
            "Hi {if lead._fname}{lead._fname}{else}there{end}!",
            id="guides.altcraft.com",
        ),
        pytest.param(
            "unisender", NAME, "Hi {{Name|there}}!", id="godocs.unisender.ru/simple-template-engine"
        ),
        pytest.param("unione", NAME, "Hi {{to_name|there}}!", id="simple substitutions of UniOne"),
        pytest.param(
            "mautic",
            NAME,
            "Hi {contactfield=firstname|there}!",
            id="mautic documentation, variables.rst",
        ),
        pytest.param(
            "dashamail", "Hi {{ profile.first_name }}!", "Hi %FNAME%!", id="a field of DashaMail"
        ),
        pytest.param(
            "mindbox",
            LOOP,
            "@{if CustomerAction.CustomField.items != null and count(CustomerAction.CustomField.items) > 0}@{for i in CustomerAction.CustomField.items.Take(2)}${i.name} @{end for}@{else}-@{end if}",
            id="Quokka.g4: for",
        ),
        pytest.param(
            "mindbox",
            CHOICE,
            '@{if ((Recipient.CustomField.tier != null and Recipient.CustomField.tier = "gold") or (Recipient.CustomField.points != null and Recipient.CustomField.points > 5))}A@{else}B@{end if}',
            id="Quokka.g4: if",
        ),
        pytest.param(
            "mindbox",
            WORDS,
            '@{if Recipient.CustomField.points != null}${forms(Recipient.CustomField.points, "день", "дня", "дней")}@{end if}',
            id="Quokka's own plural",
        ),
        pytest.param(
            "mindbox",
            MONTH,
            '@{if Recipient.BirthDate != null}${formatDateTime(Recipient.BirthDate, "dd")}.${formatDateTime(Recipient.BirthDate, "MM")}@{end if}',
            id="a date of Quokka",
        ),
        pytest.param(
            "mindbox",
            "{% raw %}${x} @{if} a@b.c{% endraw %}",
            '${"$"}{x} ${"@"}{if} a@b.c',
            id="signs of Quokka in text",
        ),
        pytest.param(
            "salesforce",
            CHOICE,
            '%%[IF ((NOT Empty(AttributeValue("tier")) AND AttributeValue("tier") == "gold") OR (NOT Empty(AttributeValue("points")) AND Add(AttributeValue("points"), 0) > 5)) THEN]%%A%%[ELSE]%%B%%[ENDIF]%%',
            id="AMPscript: if",
        ),
        pytest.param(
            "salesforce",
            LOOP,
            '%%[SET @rows_i = BuildRowsetFromJSON(AttributeValue("items"), "$[*]", 1) SET @count_i = RowCount(@rows_i) IF @count_i > 2 THEN SET @count_i = 2 ENDIF ]%%%%[IF @count_i > 0 THEN]%%%%[FOR @at_i = 1 TO @count_i DO SET @i = Row(@rows_i, @at_i)]%%%%=Field(@i, "name", 0)=%% %%[NEXT @at_i]%%%%[ELSE]%%-%%[ENDIF]%%',
            id="AMPscript: rows",
        ),
        pytest.param(
            "salesforce",
            "100%% {{ profile.city | upper }}",
            "100%%=Concat('%','%')=%% %%[IF NOT Empty(AttributeValue(\"city\")) THEN]%%%%=Uppercase(AttributeValue(\"city\"))=%%%%[ENDIF]%%",
            id="signs of AMPscript in text",
        ),
    ],
)
def test_prints(dialect, template, text):
    result = said(dialect, template)
    assert result.text == text
    assert not result.losses


@pytest.mark.parametrize(
    ("dialect", "template", "message"),
    [
        pytest.param("mailchimp", LOOP, "Mailchimp has no loops", id="a loop"),
        pytest.param(
            "mailchimp",
            "{% if profile.tier == 'a|b' %}x{% endif %}",
            "Mailchimp cannot compare with this text",
            id="a text that ends a tag",
        ),
        pytest.param(
            "mailchimp",
            "*| {{ profile.city }}",
            "Mailchimp takes a part of this text for a tag",
            id="a text that begins a tag",
        ),
        pytest.param(
            "getresponse",
            "{% if profile.tier == 'it\\'s' %}x{% endif %}",
            "GetResponse cannot compare with this text",
            id="quotes in a constant",
        ),
        pytest.param(
            "altcraft",
            VIP,
            "Altcraft does not say how it keeps true and false",
            id="a boolean in Altcraft",
        ),
        pytest.param(
            "mandrill",
            "{% if profile.vip == false %}x{% endif %}",
            "Mandrill does not say how it keeps true and false",
            id="a boolean in Mandrill",
        ),
        pytest.param(
            "altcraft",
            "{% if profile.points > 1 %}x{% endif %}",
            "this is too much for one tag in Altcraft",
            id="an order",
        ),
        pytest.param(
            "unisender",
            CHOICE,
            "Unisender can only print fields, and a text if one is empty",
            id="a condition",
        ),
        pytest.param(
            "unisender",
            "{{ profile.city | default('a|b') }}",
            "Unisender can only print fields, and a text if one is empty",
            id="a fallback that ends a tag",
        ),
        pytest.param(
            "mautic",
            "{{ profile.city | default('true') }}",
            "Mautic can only print fields, and a text if one is empty",
            id="a fallback that means encoding",
        ),
        pytest.param(
            "dashamail",
            NAME,
            "DashaMail can only print fields, and a text if one is empty",
            id="a fallback",
        ),
        pytest.param(
            "mindbox",
            "{% for i in profile.tags %}{{ loop.index }}{% endfor %}",
            "loops of Mindbox do not count",
            id="a position",
        ),
        pytest.param(
            "mindbox",
            "{{ event.items[0].name }}",
            "Mindbox cannot reach `0`",
            id="a position in a list",
        ),
        pytest.param(
            "mindbox",
            "{{ profile.balance | number(2) }}",
            "Mindbox has nothing like the filter `number`",
            id="decimals",
        ),
        pytest.param(
            "mindbox",
            "{{ profile.balance | plural('день', 'дня', 'дней') }}",
            "Mindbox has forms of words for whole numbers only",
            id="forms after a fraction",
        ),
        pytest.param(
            "sendgrid",
            "{{ profile.points | plural('день', 'дня', 'дней') }}",
            "SendGrid has nothing like the filter `plural`",
            id="the filter that the author wrote",
        ),
        pytest.param(
            "braze",
            "{% with a = profile.tags | first %}{{ a.b }}{% endwith %}{{ links.web }}",
            "Braze does not know `links.web`",
            id="a link",
        ),
        pytest.param(
            "mindbox",
            "{% with a = profile.city | upper %}{{ a.b }}{% endwith %}",
            "Mindbox cannot take a part of a filtered value",
            id="a part of a filtered value",
        ),
        pytest.param(
            "salesforce",
            "{{ profile.address.street }}",
            "Salesforce Marketing Cloud has no values inside values",
            id="nested values",
        ),
        pytest.param(
            "sendgrid",
            "{{ profile.city | upper }}",
            "SendGrid has nothing like the filter `upper`",
            id="letters",
        ),
        pytest.param(
            "iterable",
            "{{ profile.balance | number(2) }}",
            "Iterable has nothing like the filter `number`",
            id="numbers",
        ),
    ],
)
def test_loses(dialect, template, message):
    losses = said(dialect, template).losses
    assert losses[0].message.english() == message
    assert losses[0].rewrite is not None


@pytest.mark.parametrize("dialect", DIALECTS)
def test_plain_text_is_never_lost(dialect):
    result = said(dialect, "Скидка 10 процентов, только сегодня.\n")
    assert result.text == "Скидка 10 процентов, только сегодня.\n"
    assert not result.losses


ALONE = "Unisender can only print fields, and a text if one is empty"


@pytest.mark.parametrize(
    ("dialect", "template", "text", "messages"),
    [
        pytest.param(
            "salesforce",
            "{{ profile.city }}",
            '%%=URLEncode(AttributeValue("city"), true, true)=%%',
            [],
            id="AMPscript",
        ),
        pytest.param("mailchimp", "{{ profile.city }}", "*|URL:city|*", [], id="Mailchimp"),
        pytest.param(
            "mailchimp",
            "{{ profile.city | upper }}",
            "",
            ["this is too much for one tag in Mailchimp"],
            id="a filter in Mailchimp",
        ),
        pytest.param("mautic", "{{ profile.city }}", "{contactfield=city|true}", [], id="Mautic"),
        pytest.param(
            "mindbox",
            "{{ profile.city }}",
            "",
            ["Mindbox cannot encode a part of a link"],
            id="Mindbox",
        ),
        pytest.param("unisender", "{{ profile.city }}", "", [ALONE], id="Unisender"),
    ],
)
def test_parts_of_links_are_encoded_or_lost(dialect, template, text, messages):
    body = parse(template).body
    result, _ = printed(dialect, [structs.replace(one, context="url") for one in body])
    assert (result.text, [one.message.english() for one in result.losses]) == (text, messages)


def test_pages_of_ampscript_are_escaped():
    [value] = parse("{{ profile.city }}").body
    result, _ = printed("salesforce", [structs.replace(value, context="html")])
    signs = ["&amp;", "&lt;", "&gt;", "&quot;", "&#39;"]
    assert [sign for sign in signs if sign in result.text] == signs
    [count] = parse("{{ profile.points }}").body
    result, _ = printed("salesforce", [structs.replace(count, context="html")])
    assert result.text == '%%=AttributeValue("points")=%%'


SIGNS = "{{ profile.city | default('Tom & \"Jo\" <b>') }}"
ESCAPED = "Tom &amp; &quot;Jo&quot; &lt;b&gt;"


@pytest.mark.parametrize("context", ["html", "attribute", "plain"])
@pytest.mark.parametrize(
    ("dialect", "tag"),
    [
        pytest.param("unisender", "{{{{city|{}}}}}", id="Unisender"),
        pytest.param("unione", "{{{{city|{}}}}}", id="UniOne"),
        pytest.param("mautic", "{{contactfield=city|{}}}", id="Mautic"),
        pytest.param(
            "hubspot", "{{{{ personalization_token('contact.city', '{}') }}}}", id="HubSpot"
        ),
    ],
)
def test_fallbacks_are_escaped_for_where_they_stand(dialect, tag, context):
    [value] = parse(SIGNS).body
    result, _ = printed(dialect, [structs.replace(value, context=context)])
    words = 'Tom & "Jo" <b>' if context == "plain" else ESCAPED
    assert (result.text, result.losses) == (tag.format(words), ())


@pytest.mark.parametrize(
    ("template", "text"),
    [
        pytest.param(
            "{{ profile.birthday | default('soon') }}",
            "@{if Recipient.BirthDate != null}${Recipient.BirthDate}@{else}soon@{end if}",
            id="a date of Quokka is missing, and never an empty text",
        ),
        pytest.param(
            "{{ profile.first_name | default('here') }}",
            '@{if (Recipient.FirstName != null and Recipient.FirstName != "")}${Recipient.FirstName}'
            "@{else}here@{end if}",
            id="a text may be empty",
        ),
    ],
)
def test_empty_values_of_quokka(template, text):
    assert said("mindbox", template).text == text
