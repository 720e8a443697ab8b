"""What an earlier run found is found again; what may have changed is looked for anew."""

import pytest

from crmspec.document import read
from crmspec.ir import build
from crmspec.logic import playbook
from crmspec.logic.playbook import Playbook
from crmspec.logic.portfolio import Portfolio
from crmspec.logic.witness import Entrance, Stage, enact
from crmspec.semantics.scenario import Happening
from crmspec.source import Memory

COMMON = """
project: shop
timezone: Europe/Moscow
events:
  order: {title: Order}
  visit: {title: Visit}
  signup: {title: Signup}
channels: {email: {type: email, consent: news}}
consents: {news: {channel: email}}
messages: {hello: {channel: email, subject: Hello, text: Hello}}
"""
WELCOME = "{trigger: order, steps: [{send: hello}]}"
CHAINS = {
    "welcome": WELCOME,
    "beside": "{trigger: order, steps: [{wait: 1d}]}",
    "apart": "{trigger: visit, steps: [{wait: 1d}]}",
}


class Season:
    """Runs after each other with one memory, as a session makes them, and the searches made."""

    def __init__(self, monkeypatch):
        self.memory = Memory()
        self.known = {}
        self.searches = []
        monkeypatch.setattr(playbook, "enact", self._enact)

    def _enact(self, portfolio, stage, tries):
        self.searches.append(stage)
        return enact(portfolio, stage, tries)

    def documents(self, sources):
        for name, source in sources.items():
            if self.known.get(name, ("",))[0] != source:
                result = read(f"{name}.yaml", source.encode())
                assert not result.diagnostics
                self.known[name] = (source, result.documents)
            yield from self.known[name][1]

    def portfolio(self, **chains):
        bodies = {
            id_: f"chains:\n  {id_}: {body}\n"
            for id_, body in {**CHAINS, **chains}.items()
            if body is not None
        }
        self.memory.turn()
        documents = self.documents({"common": COMMON, **bodies})
        return Portfolio(build(documents, memory=self.memory), memory=self.memory)


@pytest.fixture
def season(monkeypatch):
    return Season(monkeypatch)


def sends(trace):
    return bool(trace.sends())


STAGE = Stage((Entrance("welcome"),), sends)


def test_a_search_of_the_same_run_is_not_made_twice(season):
    shop = season.portfolio()
    found = [shop.enact(STAGE, "sends") for _ in range(2)]
    assert found[0] is found[1] is not None
    assert len(season.searches) == 1


@pytest.mark.parametrize(
    ("other", "words"),
    [
        pytest.param(STAGE, "sends twice", id="another aim"),
        pytest.param(Stage((Entrance("beside"),), sends), "sends", id="another chain"),
        pytest.param(
            Stage((Entrance("welcome"),), sends, start_local="22:30"), "sends", id="at night"
        ),
        pytest.param(
            Stage((Entrance("welcome"),), sends, extra=(Happening(moment=5, subject="visit"),)),
            "sends",
            id="more happens",
        ),
    ],
)
def test_another_stage_or_aim_is_another_search(season, other, words):
    shop = season.portfolio()
    shop.enact(STAGE, "sends")
    shop.enact(other, words)
    assert len(season.searches) == 2


@pytest.mark.parametrize(
    ("changed", "searches"),
    [
        pytest.param({}, 1, id="nothing"),
        pytest.param({"apart": "{trigger: visit, steps: [{wait: 2d}]}"}, 1, id="a chain far off"),
        pytest.param({"beside": "{trigger: order, steps: [{wait: 2d}]}"}, 2, id="one beside"),
        pytest.param(
            {"welcome": "{trigger: order, steps: [{wait: 1h}, {send: hello}]}"}, 2, id="its own"
        ),
        pytest.param(
            {"apart": "{trigger: order, steps: [{wait: 1d}]}"}, 2, id="one that now starts with it"
        ),
        pytest.param({"apart": None}, 2, id="a chain is gone"),
        pytest.param({"more": "{trigger: signup, steps: [{wait: 1d}]}"}, 2, id="one is new"),
    ],
)
def test_what_a_change_cannot_touch_is_not_looked_for_again(season, changed, searches):
    before = season.portfolio()
    first = before.enact(STAGE, "sends")
    after = season.portfolio(**changed)
    again = after.enact(STAGE, "sends")
    assert len(season.searches) == searches
    assert again == enact(after, STAGE)
    assert (again is first) is (searches == 1)


def test_what_was_not_found_is_not_looked_for_again_either(season):
    silent = Stage((Entrance("apart"),), sends)
    before = season.portfolio()
    assert before.enact(silent, "sends") is None
    assert season.portfolio().enact(silent, "sends") is None
    assert len(season.searches) == 1


@pytest.mark.parametrize(
    ("used", "searches"),
    [
        pytest.param(True, 1, id="asked for in between"),
        pytest.param(False, 2, id="not asked for in between"),
    ],
)
def test_what_a_run_does_not_ask_for_is_forgotten(season, used, searches):
    shop, kept = season.portfolio(), Playbook()
    kept.enact(shop, STAGE, "sends")
    kept.turn()
    if used:
        kept.enact(shop, STAGE, "sends")
    kept.turn()
    kept.enact(shop, STAGE, "sends")
    assert len(season.searches) == searches
