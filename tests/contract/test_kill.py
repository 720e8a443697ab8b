from __future__ import annotations

import pytest

from tests.contract.killing import kill_after, kill_at_request, kill_at_write

REQUESTS = 32  # six lists and ten creates, each told of twice
CHANGED_REQUESTS = 20


@pytest.mark.parametrize("number", range(1, REQUESTS, 2))
def test_killed_at_a_request_of_a_first_apply(tmp_path, number):
    assert kill_at_request(tmp_path, number)


@pytest.mark.parametrize("number", range(14, CHANGED_REQUESTS, 2))
def test_killed_at_a_request_of_a_change(tmp_path, number):
    assert kill_at_request(tmp_path, number, changed=True)


@pytest.mark.parametrize("moment", ["before", "after", "torn"])
@pytest.mark.parametrize("number", [1, 2, 3, 8, 13])
def test_killed_at_a_write_of_the_state(tmp_path, moment, number):
    assert kill_at_write(tmp_path, moment, number)


@pytest.mark.parametrize("seconds", [0.02, 0.05, 0.1])
def test_killed_whenever(tmp_path, seconds):
    kill_after(tmp_path, seconds, changed=True)
