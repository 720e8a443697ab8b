"""Knock's answers: words of errors, strange answers, what is gone already."""

from __future__ import annotations

import json
from contextlib import contextmanager

import pytest

from crmspec.engine.change import Change, Kind
from crmspec.engine.error import TargetRejectedError, TargetUncertainError, TargetUnusableError
from crmspec.engine.resource import Address, Remote, Resource
from crmspec.providers.http import Reply
from crmspec.providers.knock.session import complaint, normalise
from tests.contract.knock import KnockStandIn
from tests.contract.test_lifecycle import opened
from tests.engine.fake import HERE

VIP = Address("segment", "vip")


class Strange(KnockStandIn):
    """Answers every call with one answer."""

    def __init__(self, answer, status=200):
        super().__init__()
        self.answer, self.status, self.api = answer, status, None

    def handle(self, exchange):  # noqa: ARG002
        return self.status, self.answer


@contextmanager
def knock(tmp_path, answer, status=200):
    with Strange(answer, status) as stand_in, opened(stand_in, tmp_path).provider() as provider:
        yield provider


def change(kind, remote=None):
    resource = Resource(VIP, {"title": "VIP", "type": "dynamic", "segments": []}, (), HERE)
    return Change(kind=kind, address=VIP, desired=resource, remote=remote)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param(
            {"message": "no", "errors": [{"field": "steps[0].ref", "message": "is taken"}]},
            "no; steps[0].ref: is taken",
            id="fields",
        ),
        pytest.param({"message": "no"}, "no", id="a message alone"),
    ],
)
def test_the_words_of_an_error(data, words):
    assert complaint(Reply(status=422, data=data)).words == words
    assert complaint(Reply(status=200, data=data)) is None


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param([], id="a list"),
        pytest.param({"entries": None, "page_info": {}}, id="no entries"),
        pytest.param({"entries": []}, id="no pages"),
        pytest.param({"entries": [{"name": "x"}], "page_info": {}}, id="an object without a key"),
    ],
)
def test_a_strange_list_is_not_worked_with(tmp_path, answer):
    with knock(tmp_path, answer) as provider, pytest.raises(TargetUnusableError):
        provider.read({})


def test_a_strange_account_is_not_worked_with(tmp_path):
    with knock(tmp_path, {"account_slug": ""}) as provider, pytest.raises(TargetUnusableError):
        provider.whoami()


def test_a_strange_answer_to_a_write_leaves_it_in_doubt(tmp_path):
    with knock(tmp_path, {"audience": 1}) as provider, pytest.raises(TargetUncertainError):
        provider.apply(change(Kind.CREATE), {})


REMOTE = Remote("shop-vip", "1", {"title": "VIP"})


@pytest.mark.parametrize(
    ("status", "raises"),
    [pytest.param(404, False, id="gone already"), pytest.param(403, True, id="not allowed")],
)
def test_what_is_gone_need_not_be_deleted(tmp_path, status, raises):
    with knock(tmp_path, {"message": "no"}, status) as provider:
        gone = Change(kind=Kind.ARCHIVE, address=VIP, remote=REMOTE)
        if raises:
            with pytest.raises(TargetRejectedError):
                provider.apply(gone, {})
        else:
            assert provider.apply(gone, {}) is None


def test_a_refusal_to_read_is_no_absence(tmp_path):
    with knock(tmp_path, {"message": "no"}, 403) as provider, pytest.raises(TargetRejectedError):
        provider.find(VIP, "shop-vip")
    with knock(tmp_path, {"message": "no"}, 404) as provider:
        assert provider.find(VIP, None) is None


def test_a_body_is_the_same_however_it_is_said():
    told = {"steps": [{"name": None, "branches": [{"terminates": False, "percentage": "33.30"}]}]}
    plain = {"is_commercial": False, "override_preferences": False}
    meant = {"steps": [{"branches": [{"percentage": "33.3"}]}], "settings": plain}
    assert normalise(Address("chain", "c"), told) == meant
    assert normalise(Address("chain", "c"), meant) == meant
    layout = Address("layout", "x")
    assert normalise(layout, {"is_mjml": False}) == {}
    assert normalise(layout, {"is_mjml": True}) == {"is_mjml": True}


def test_nothing_is_folded_into_what_is_read_back(tmp_path):
    with knock(tmp_path, {}) as provider:
        assert provider.parts(VIP, {"title": "VIP"}) == {}


def test_keys_of_other_projects_are_not_ours(tmp_path):
    rows = ["shop-vip", "shop-x-vip", "shopvip", "shop-"]
    body = {"name": "x", "type": "dynamic", "segments": []}
    entries = [{"key": key, **body} for key in rows]
    with knock(tmp_path, json.loads(json.dumps({"entries": entries, "page_info": {}}))) as provider:
        found = provider.read({})
    assert {address.id for address in found} == {"vip"}
