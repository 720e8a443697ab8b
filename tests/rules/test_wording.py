"""What messages say is worked out again only if something of it has changed."""

from pathlib import Path

import pytest

from crmspec.api.check import check_workspace
from crmspec.api.workspace import Workspace
from crmspec.logic import wording
from crmspec.source import Memory

FILES = {
    "crmspec.yaml": b"project: p\n",
    "campaigns/a.yaml": b"""
events: {bought: {properties: {total: {type: number, required: true}}}, looked: {}}
attributes: {first_name: {}}
channels: {email: {type: email}, push: {type: mobile_push}}
layouts: {frame: {file: frame.html}}
blocks: {foot: {file: foot.html}}
""",
    "campaigns/b.yaml": b"""
messages:
  m: {channel: email, layout: frame, subject: "{{ event.total | number(0) }}", file: m.html}
  n: {channel: push, heading: "{{ profile.first_name }}", text: T}
""",
    "campaigns/c.yaml": b"chains: {c: {trigger: bought, steps: [{send: m}, {send: n}]}}\n",
}
TEMPLATES = {
    "frame.html": '<html><body>{{ slots.content }}{% include "foot" %}</body></html>',
    "foot.html": '<a href="{{ links.unsubscribe }}">x</a>',
    "m.html": "<p>Hello</p>",
}


def findings(files, templates, memory=None):
    workspace = Workspace(Path(), files, templates)
    report = check_workspace(workspace, memory=memory).report
    return [(one.code.id, one.message.english(), one.label.span) for one in report.findings]


@pytest.mark.parametrize(
    ("files", "templates"),
    [
        pytest.param(
            {"campaigns/c.yaml": b"chains: {c: {trigger: looked, steps: [{send: m}]}}\n"},
            {},
            id="another event starts the chain",
        ),
        pytest.param(
            {
                "campaigns/a.yaml": FILES["campaigns/a.yaml"].replace(
                    b"{first_name: {}}", b"{x: {}}"
                )
            },
            {},
            id="an attribute is gone",
        ),
        pytest.param(
            {"campaigns/b.yaml": b"\n\n" + FILES["campaigns/b.yaml"]}, {}, id="messages have moved"
        ),
        pytest.param({}, {"foot.html": "nothing"}, id="a block has changed"),
        pytest.param({}, {"m.html": '<img src="#">'}, id="a page has changed"),
        pytest.param({}, {}, id="nothing has changed"),
    ],
)
def test_a_second_check_finds_what_a_first_one_would(files, templates):
    memory = Memory()
    findings(FILES, TEMPLATES, memory)
    files, templates = {**FILES, **files}, {**TEMPLATES, **templates}
    assert findings(files, templates, memory) == findings(files, templates)


def test_blocks_that_double_on_and_on_take_no_time():
    blocks = "".join(
        f'  b{n}: {{template: \'{{% include "b{n + 1}" %}}{{% include "b{n + 1}" %}}\'}}\n'
        for n in range(40)
    )
    last = (
        "  b40: {template: '{{ profile.first_name }}'}\n"
        "  own: {template: '{% include \"own\" %}'}\n"
    )
    message = """messages:
  m: {channel: push, heading: H, text: '{% include "b0" %}{% include "own" %}'}
"""
    files = {
        **FILES,
        "campaigns/b.yaml": f"blocks:\n{blocks}{last}{message}".encode(),
        "campaigns/c.yaml": b"chains: {c: {trigger: bought, steps: [{send: m}]}}\n",
    }
    assert [one for one in findings(files, TEMPLATES) if one[0] == "CRM406"] == []


def test_a_long_text_is_no_reason_to_hang():
    loop = "{% for i in event.a %}{% for j in event.a %}x{% endfor %}{% endfor %}"
    files = {
        **FILES,
        "campaigns/b.yaml": b"messages: {m: {channel: push, heading: H, text: '"
        + loop.encode() * 50
        + b"'}}\n",
        "campaigns/c.yaml": b"chains: {c: {trigger: bought, steps: [{send: m}]}}\n",
    }
    assert {one[0] for one in findings(files, TEMPLATES)} >= {"CRM405"}


def test_blocks_far_inside_one_another_are_left_alone():
    blocks = "".join(f"  b{n}: {{template: '{{% include \"b{n + 1}\" %}}'}}\n" for n in range(1500))
    message = "messages: {m: {channel: push, heading: H, text: '{% include \"b0\" %}'}}\n"
    files = {
        **FILES,
        "campaigns/b.yaml": f"blocks:\n{blocks}{message}".encode(),
        "campaigns/c.yaml": b"chains: {c: {trigger: bought, steps: [{send: m}]}}\n",
    }
    findings(files, TEMPLATES)


def test_made_up_customers_that_are_not_kept(monkeypatch):
    kept = findings(FILES, TEMPLATES)
    monkeypatch.setattr(wording, "MANY", 0)
    assert findings(FILES, TEMPLATES) == kept
