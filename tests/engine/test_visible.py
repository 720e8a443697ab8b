"""What people wrote on a target can neither move the cursor nor turn the order of a review."""

import pytest

from crmspec.engine.comment import comment
from crmspec.engine.drift import drift
from crmspec.engine.drift import render as render_drift
from crmspec.engine.text import render
from tests.engine.fake import FakeProvider, MemoryStore, desired, plan_of, resource
from tests.engine.test_plan import apply

ODD = "\a\x1b\x9b\u200e\u200f\u202a\u202e\u2066\u2069"


@pytest.mark.parametrize("length", [1, 50])
@pytest.mark.parametrize(
    "shown",
    [
        pytest.param(render, id="plan"),
        pytest.param(comment, id="comment"),
        pytest.param(lambda plan: render_drift(drift(plan)), id="drift"),
    ],
)
def test_what_cannot_be_seen_is_made_visible(shown, length):
    provider, store = FakeProvider(), MemoryStore()
    wanted = desired(resource("segment.vip", {"title": "Vip" * length}))
    apply(wanted, provider, store)
    provider.hand_edit("segment.vip", title=f"Mine{ODD}" * length)
    words = shown(plan_of(wanted, provider, store))
    assert "Mine␇␛" in words
    assert not [one for one in words if one != "\n" and not one.isprintable()]
