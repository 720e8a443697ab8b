from __future__ import annotations

import pytest

from crmspec.providers.last import Last
from tests.contract.project import program


@pytest.fixture
def asked():
    return []


@pytest.fixture
def last(asked):
    return Last(lambda one: asked.append(one) or len(asked))


def test_a_program_is_looked_at_once_for_all_who_ask(last, asked):
    one = program("")
    assert (last.of(one), last.of(one), last.made) == (1, 1, 1)
    assert asked == [one]


def test_another_program_is_looked_at_anew(last):
    assert (last.of(program("")), last.of(program(""))) == (1, 2)


def test_nothing_is_made_before_somebody_asks(last):
    assert last.made is None


def test_what_could_not_be_made_is_tried_again(asked):
    def make(one):
        asked.append(one)
        if len(asked) == 1:
            raise ZeroDivisionError
        return "made"

    last, one = Last(make), program("")
    with pytest.raises(ZeroDivisionError):
        last.of(one)
    assert last.of(one) == "made"
