"""Links that begin with a value anybody may have set."""

import pytest

from crmspec.api import check_files

PROJECT = """\
project: shop
attributes:
  site: {title: Site, type: string}
  tier: {title: Tier, type: enum, values: [gold, silver]}
  kind: {title: Kind, type: string, values: [a, b]}
consents:
  news: {title: News, channel: push}
channels:
  push: {title: Push, type: mobile_push, consent: news}
  hook: {title: Hook, type: webhook}
  mail: {title: Mail, type: email, consent: news}
events:
  asked:
    title: Asked
    properties:
      page: {title: Page, type: string}
      safe: {title: Page, type: string, format: uri}
      items:
        {title: Items, type: array, items: {type: object, properties: {url: {type: string}}}}
chains:
  c: {trigger: asked, steps: [send: m]}
messages:
  m: {channel: push, heading: Hello, text: Hello, MORE}
"""


def found(more):
    report = check_files({"crmspec.yaml": PROJECT.replace("MORE", more).encode()}).report
    return [one for one in report.findings if one.code.id == "CRM437"]


@pytest.mark.parametrize(
    ("more", "count"),
    [
        pytest.param('open: {url: "{{ event.page }}"}', 1, id="of an event"),
        pytest.param('open: {url: " {{ event.page }}?a=b"}', 1, id="with something after it"),
        pytest.param('open: {deeplink: "{{ profile.site }}"}', 1, id="of the customer"),
        pytest.param(
            "open: {url: \"{{ event.page | default('https://shop.example') }}\"}",
            1,
            id="or another",
        ),
        pytest.param(
            'open: {url: "{% if event.page %}{{ event.page }}{% else %}https://a.example'
            '{% endif %}"}',
            1,
            id="in a branch",
        ),
        pytest.param('buttons: [{label: a, url: "{{ event.page }}"}]', 1, id="of a button"),
        pytest.param('open: {url: "https://shop.example/{{ event.page }}"}', 0, id="on a site"),
        pytest.param('open: {url: "https://{{ event.page }}/x"}', 1, id="the host"),
        pytest.param('open: {url: "https://shop.example{{ event.page }}"}', 1, id="its end"),
        pytest.param('open: {url: "https://user@{{ event.page }}"}', 1, id="the host after a user"),
        pytest.param(
            'open: {url: "https://{{ event.page }}-shop.example/"}', 1, id="its beginning"
        ),
        pytest.param(
            'open: {url: "https://{{ event.page }}.shop.example/"}', 0, id="a part of a site"
        ),
        pytest.param('open: {url: "https://{{ event.page }}@shop.example/"}', 0, id="the user"),
        pytest.param('open: {url: "https://shop.example:{{ event.page }}/"}', 0, id="the port"),
        pytest.param('open: {url: "https://shop.example?{{ event.page }}"}', 0, id="the query"),
        pytest.param('open: {deeplink: "shop://{{ event.page }}"}', 0, id="a place in an app"),
        pytest.param('open: {url: "{{ event.safe }}"}', 0, id="somebody vouches for it"),
        pytest.param('open: {url: "{{ profile.tier }}"}', 0, id="one of some values"),
        pytest.param('open: {url: "{{ profile.kind }}"}', 0, id="one of some texts"),
        pytest.param('open: {url: "{{ links.unsubscribe }}"}', 0, id="made by crmspec"),
        pytest.param('image: "{{ event.page }}"', 0, id="a picture"),
    ],
)
def test_links(more, count):
    assert len(found(more)) == count


@pytest.mark.parametrize(
    ("body", "count"),
    [
        pytest.param("<a href='{{ event.page }}'>a</a>", 1, id="a link"),
        pytest.param(
            "{% for item in event.items %}<a href='{{ item.url }}'>a</a>{% endfor %}",
            1,
            id="an item",
        ),
        pytest.param("<a href='https://shop.example?a={{ event.page }}'>a</a>", 0, id="a part"),
        pytest.param("<p title='{{ event.page }}'>a</p>", 0, id="no link"),
        pytest.param("<a href='https://{{ event.page }}/x'>a</a>", 1, id="a host"),
        pytest.param("<a href='https://shop.example{{ event.page }}'>a</a>", 1, id="its end"),
        pytest.param("<p>Go to https://{{ event.page }}</p>", 1, id="a host among words"),
        pytest.param("<img src='https://{{ event.page }}/x.png'>", 0, id="a picture"),
        pytest.param("<p style='background:url(https://{{ event.page }})'>a</p>", 0, id="a style"),
    ],
)
def test_letters(body, count):
    more = f'body: "{body}", subject: Hello'
    project = PROJECT.replace("channel: push, heading: Hello, text: Hello", "channel: mail")
    report = check_files({"crmspec.yaml": project.replace("MORE", more).encode()}).report
    assert len([one for one in report.findings if one.code.id == "CRM437"]) == count


@pytest.mark.parametrize(
    ("body", "count"),
    [
        pytest.param("<p style='color:{{ event.page }}'>a</p>", 1, id="a style"),
        pytest.param("<p hidden style='color:{{ event.page }}'>a</p>", 1, id="after a bare word"),
        pytest.param("<mj-text color='{{ event.page }}'>a</mj-text>", 1, id="a style of MJML"),
        pytest.param(
            "{% for item in event.items %}<p style='color:{{ item.url }}'>a</p>{% endfor %}",
            1,
            id="of an item",
        ),
        pytest.param("<p style='width:{{ event.page | length }}px'>a</p>", 0, id="a number"),
        pytest.param("<p style='color:{{ profile.tier }}'>a</p>", 0, id="one of some values"),
        pytest.param(
            "<p style='color:{% if event.page %}red{% else %}blue{% endif %}'>a</p>",
            0,
            id="a choice",
        ),
        pytest.param(
            "<p style='background:url(https://a.example/{{ event.page }})'>a</p>",
            0,
            id="an address",
        ),
        pytest.param("<p style='color:red' title='{{ event.page }}'>a</p>", 0, id="a title"),
        pytest.param("<mj-image alt='{{ event.page }}' src='https://a.example' />", 0, id="words"),
        pytest.param("<p style='color:red'>{{ event.page }}</p>", 0, id="between tags"),
    ],
)
def test_styles(body, count):
    more = f'body: "{body}", subject: Hello'
    project = PROJECT.replace("channel: push, heading: Hello, text: Hello", "channel: mail")
    report = check_files({"crmspec.yaml": project.replace("MORE", more).encode()}).report
    told = [one.message.english() for one in report.findings if one.code.id == "CRM430"]
    assert len([one for one in told if one.endswith("can write any style here")]) == count


def test_what_goes_to_a_system_is_no_link():
    project = PROJECT.replace("channel: push, heading: Hello, text: Hello", "channel: hook")
    more = "body: '<a href=\"{{ event.page }}\">a</a>'"
    report = check_files({"crmspec.yaml": project.replace("MORE", more).encode()}).report
    assert not [one for one in report.findings if one.code.id == "CRM437"]
