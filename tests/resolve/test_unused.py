"""Resources that nothing uses."""

import pytest

SHOP = "events: {order_placed: {}}\nchains: {c: {trigger: order_placed, steps: []}}"


@pytest.mark.parametrize(
    ("source", "unused"),
    [
        pytest.param("segments: {s: {event: order_placed}}", ["s"], id="a segment"),
        pytest.param(
            "segments: {s: {event: order_placed, status: draft}}", [], id="a draft is exempt"
        ),
        pytest.param(
            "segments: {s: {event: order_placed, status: deprecated}}",
            [],
            id="so is what is deprecated",
        ),
        pytest.param(
            "segments: {s: {event: order_placed}}\nstages: {one: {order: 1, segment: s}}",
            [],
            id="a segment of a stage",
        ),
        pytest.param("segments: {s: {segment: s}}", ["s"], id="nobody uses itself"),
        pytest.param(
            "attributes: {a: {}}\npersonas: {p: {attributes: {a: x}}}",
            ["a"],
            id="a persona is no use",
        ),
        pytest.param("exclusive: {g: {}}", ["g"], id="a group without chains"),
        pytest.param("exclusive: {g: {chains: c}}", [], id="a group with a chain"),
        pytest.param(
            "exclusive: {g: {}}\nsegments: {s: {not_event: order_placed}}\n"
            "chains: {d: {trigger: order_placed, audience: s, exclusive: g, steps: []}}",
            [],
            id="a group that a chain names",
        ),
        pytest.param(
            "attributes: {a: {kind: contact}, b: {standard: email}}", [], id="contact attributes"
        ),
        pytest.param(
            "attributes: {a: {}}\nsegments: {s: {attribute: a}}\n"
            "stages: {one: {order: 1, segment: s}}",
            [],
            id="an attribute in a condition",
        ),
        pytest.param(
            "attributes: {a: {}, b: {}}\nlayouts: {l: {template: 'Hi {{ profile.a }}'}}",
            ["b", "l"],
            id="an attribute in a template",
        ),
        pytest.param(
            "attributes: {a: {}}\nchannels: {post: {type: direct_mail}}\n"
            "messages: {m: {channel: post, body: B, address: a}}",
            ["m"],
            id="an attribute as address",
        ),
        pytest.param(
            "segments: {Odd-One: {event: order_placed}}", [], id="what cannot be named as it is"
        ),
        pytest.param(
            "blocks: {b: {template: 'x'}}\nlayouts: {l: {template: '{% include \"b\" %}'}}",
            ["b", "l"][1:],
            id="an included block",
        ),
        pytest.param(
            "blocks: {b: {template: '{% include \"b\" %}'}}", ["b"], id="a block includes itself"
        ),
        pytest.param(
            "channels: {site: {type: onsite}}\n"
            "messages: {m: {channel: site, text: T, show: {pages: x}}, n: {channel: site}}",
            ["n"],
            id="a message that shows itself",
        ),
        pytest.param(
            "experiments: {h: {type: holdout, percent: 5}, x: {variants: {a: {weight: 100}}}}",
            ["x"],
            id="a holdout works by itself",
        ),
        pytest.param(
            "jobs: {j: {when: W, want: X}}\nflows: {}\nfrequency: {f: {limits: [3 per 1d]}}",
            [],
            id="kinds that need no user",
        ),
    ],
)
def test_unused(found, source, unused):
    result = [one for one in found(source, unused=True, shop=SHOP) if one[0] == "CRM203"]
    assert result == [("CRM203", id_) for id_ in unused]


def test_a_block_in_a_file(found):
    source = "blocks: {b: {template: x}}\nlayouts: {l: {file: l.html, status: draft}}"
    files = {"l.html": "{%- include 'b' %}"}
    assert found(source, unused=True, shop=SHOP, files=files) == []


def test_nothing_is_called_unused_while_something_is_broken(found):
    source = "segments: {s: {event: order_placed}}"
    assert found(source, unused=True, shop=SHOP, broken=frozenset({("chains", "x")})) == []
