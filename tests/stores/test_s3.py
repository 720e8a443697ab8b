"""What is special about the S3 store; the rest is in the contract."""

from __future__ import annotations

import msgspec
import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, NoCredentialsError

from crmspec.engine.error import (
    StateLockedError,
    StateMovedError,
    StoreDoubtfulError,
    StoreUnusableError,
)
from crmspec.engine.holder import Holder
from crmspec.engine.state import Entry, Recorded
from crmspec.stores.s3 import Bucket
from tests.engine.fake import FakeClock

RECORD = Recorded("segment.a", Entry("id_1", "1", "sha256:0", {"title": "A"}, "now"))


@pytest.fixture
def kept(place_on):
    return place_on("s3")


@pytest.fixture
def store(kept):
    with kept.store(clock=FakeClock()) as made:
        yield made


def begin(store):
    state = store.load()
    return state if state.lineage else store.save(state)


def meddle(store, action, after):
    """Let a call of the client go wrong: `after` is given the call and its answer."""
    client = store._client()
    call = getattr(client, action)
    setattr(client, action, lambda **parts: after(call, parts))


def refusal(code):
    return ClientError({"Error": {"Code": code}}, "x")


def test_a_write_whose_answer_was_lost_is_found_done(store):
    def lose(call, parts, once=[]):  # noqa: B006 - to fail once
        answer = call(**parts)
        if not once:
            once.append(True)
            raise ConnectTimeoutError(endpoint_url="x")
        return answer

    with store.lock():
        begin(store)
        meddle(store, "put_object", lose)
        store.append(RECORD)
        assert store.save(store.load()).serial == 1


def test_a_lock_whose_answer_was_lost_is_ours(store):
    def twice(call, parts):
        call(**parts)
        return call(**parts)  # as a client does that tries again after a lost answer

    begin_with = store._client().put_object
    meddle(store, "put_object", twice)
    with store.lock():
        store._client().put_object = begin_with
        assert store.holder().id == store._held.id


def test_the_state_of_another_run_is_not_overwritten(kept, store):
    with store.lock():
        begin(store)
        found = store.holder()
        with kept.store() as other:
            other.unlock(found.id)
            with other.lock():
                other.load()
                other.append(RECORD)
        with pytest.raises(StateMovedError, match="by another run"):
            store.append(RECORD)


def test_a_store_without_conditions_is_not_used(store):
    def regardless(call, parts):
        parts.pop("IfNoneMatch", None)
        return call(**parts)

    meddle(store, "put_object", regardless)
    with pytest.raises(StoreUnusableError, match="does not keep conditions"), store.lock():
        pass


@pytest.mark.parametrize(
    ("error", "kind", "said"),
    [
        pytest.param(refusal("SlowDown"), StoreDoubtfulError, "SlowDown", id="later"),
        pytest.param(refusal("AccessDenied"), StoreUnusableError, "AccessDenied", id="no rights"),
        pytest.param(NoCredentialsError(), StoreUnusableError, "NoCredentials", id="no login"),
        pytest.param(
            ConnectTimeoutError(endpoint_url="x"), StoreDoubtfulError, "Timeout", id="nobody there"
        ),
    ],
)
def test_what_went_wrong_is_said(store, error, kind, said):
    def fail(*_):
        raise error

    meddle(store, "get_object", fail)
    with pytest.raises(kind, match=said):
        store.load()


def test_a_bucket_that_is_not_there(kept):
    elsewhere = msgspec.structs.replace(kept.storage, bucket="nowhere")
    there = msgspec.structs.replace(kept, storage=elsewhere)
    with (
        there.store() as store,
        pytest.raises(StoreUnusableError, match="NoSuchBucket"),
        store.lock(),
    ):
        pass


def test_a_damaged_lock_still_locks(store):
    store._call("put_object", Key=store._lock_key, Body=b"garbage")
    with pytest.raises(StateLockedError, match="another run"), store.lock():
        pass
    assert store.holder() == Holder()


def test_a_lock_that_nobody_holds_is_not_freed(store):
    with pytest.raises(StateLockedError, match="nobody"):
        store.unlock("7")


def test_a_missing_package_is_named(monkeypatch):
    import builtins

    real = builtins.__import__

    def without(name, *rest):
        if name.startswith("botocore.config"):
            raise ImportError(name)
        return real(name, *rest)

    from crmspec.stores import s3

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(StoreUnusableError) as caught:
        s3._client(Bucket(bucket="b", key="k"))
    assert "crmspec[s3]" in caught.value.help[0].english()


def test_secrets_do_not_show():
    place = Bucket(bucket="b", key="k", access_key="A", secret="canary")
    assert "canary" not in repr(place)
