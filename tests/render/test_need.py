from __future__ import annotations

import pytest

SHOP = """
events:
  paid: {properties: {total: number, code: string, name: string}}
  left: {properties: {code: string}}
attributes: {first_name: {type: string}, tier: {type: string}}
channels: {email: {type: email}}
blocks: {sum: {template: "{{ event.total }}"}}
layouts:
  base: {channel: email, file: base.html}
  inline: {channel: email, template: "{{ event.total }} {{ content }}"}
"""


@pytest.mark.parametrize(
    ("message", "properties", "attributes"),
    [
        pytest.param("subject: '{{ event.total }}', body: Hi", ["paid.total"], [], id="subject"),
        pytest.param("subject: A, file: a.html", ["paid.code", "paid.name"], [], id="file"),
        pytest.param("subject: A, body: B, layout: base", ["paid.total"], ["tier"],
                     id="file of the layout"),
        pytest.param("subject: A, body: '{% include \"sum\" %}'", ["paid.total"], [], id="block"),
        pytest.param('subject: "{% with a = profile.tier %}{{ a }}{% endwith %}", body: B',
                     [], ["tier"], id="by another name"),
        pytest.param("subject: A, body: B, layout: inline", ["paid.total"], [],
                     id="template of the layout"),
        pytest.param("subject: A, body: B, requires: [event.code]", ["paid.code"], [],
                     id="required"),
        pytest.param("subject: \"{{ profile.first_name | default('event.total') }}\", body: B",
                     [], ["first_name"], id="quoted text is no variable"),
        pytest.param("subject: event.total, body: B", [], [], id="outside of braces"),
        pytest.param("subject: '{{ profile.unknown }}', body: B", [], [], id="no such attribute"),
        pytest.param("subject: '{{ event.unknown }}', body: B", ["paid.unknown"], [],
                     id="no such property"),
    ],
)  # fmt: skip
def test_what_messages_read(make_view, message, properties, attributes):
    yaml = f"{SHOP}messages: {{m: {{channel: email, {message}}}}}\n"
    yaml += "chains: {c: {trigger: paid, steps: [{send: m}]}}\n"
    templates = {
        "a.html": "{% if event.code %}{{ event.name }}{% endif %}",
        "base.html": "{{ event.total }} {{ profile.tier }}",
    }
    view = make_view(yaml, templates=templates)
    need = view.index.needs(view.program.chains["c"])
    assert sorted(f"{ref.id}.{name}" for ref, name in need.properties) == properties
    assert [ref.id for ref in need.attributes] == attributes


@pytest.mark.parametrize(
    ("chain", "properties"),
    [
        pytest.param("trigger: {event: paid, where: {code: a}}", ["paid.code"], id="filter"),
        pytest.param("trigger: paid, exit: [{event: left, where: {code: a}}]", ["left.code"],
                     id="exit"),
        pytest.param("trigger: paid, audience: {trigger: total, gt: 1}", ["paid.total"],
                     id="property of the trigger"),
        pytest.param("trigger: {no_event: left, for: 1h, after: paid}, "
                     "audience: {trigger: total, gt: 1}", ["paid.total"], id="after an event"),
        pytest.param("trigger: {manual: true}, audience: {trigger: total, gt: 1}", [],
                     id="a trigger without event"),
        pytest.param("trigger: left, audience: {event: paid, sum: {property: total, gt: 1}}",
                     ["paid.total"], id="sum"),
    ],
)  # fmt: skip
def test_what_chains_compare(make_view, chain, properties):
    yaml = f"{SHOP}messages: {{m: {{channel: email, subject: A, body: B}}}}\n"
    view = make_view(f"{yaml}chains: {{c: {{{chain}, steps: [{{send: m}}]}}}}\n")
    need = view.index.needs(view.program.chains["c"])
    assert sorted(f"{ref.id}.{name}" for ref, name in need.properties) == properties
