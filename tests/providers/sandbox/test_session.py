from __future__ import annotations

import sqlite3

import pytest

from crmspec.engine.error import MissingCredentialError, TargetUnusableError, UnknownTargetError
from crmspec.ir.target import Target
from crmspec.providers.registry import Connection
from crmspec.providers.sandbox.session import DATABASE, open_sandbox
from crmspec.secret.source import Held
from tests.engine.fake import FakeClock


def opened(folder, url, token="t0ken"):
    target = Target(id="main", platform="sandbox", url=url)
    connection = Connection(project="shop", target=target, folder=str(folder), token=token)
    return open_sandbox(connection, FakeClock())


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        pytest.param("", "must begin with", id="empty"),
        pytest.param("foo", "must begin with", id="a word"),
        pytest.param("ftp://x", "must begin with", id="another scheme"),
        pytest.param("http://", "no address", id="no host"),
        pytest.param("http://[::1", "no address", id="half an address"),
        pytest.param("http://host:port", "no address", id="no port"),
        pytest.param("http://host:0", "no address", id="port 0"),
        pytest.param("http://a b", "no address", id="a space"),
        pytest.param("http://ann:s3cret@host", "must not hold", id="a password"),
        pytest.param("http://host/?a=1", "end with its path", id="a query"),
    ],
)
def test_an_address_that_cannot_be_called_is_refused(tmp_path, url, problem):
    with pytest.raises(UnknownTargetError, match=problem) as caught, opened(tmp_path, url):
        pass
    assert caught.value.help
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1", "https://esp.shop.example/api", "http://[::1]:1"]
)
def test_an_address_that_can_be_called_is_taken(tmp_path, url):
    with opened(tmp_path, url):
        pass


@pytest.mark.parametrize("token", ["ключ", "two\nlines", " s3cret "])
def test_a_secret_that_cannot_be_sent_is_refused_unspoken(tmp_path, token):
    with (
        pytest.raises(MissingCredentialError) as caught,
        opened(tmp_path, "http://127.0.0.1:1", token),
    ):
        pass
    assert token not in f"{caught.value} {[line.english() for line in caught.value.help]}"


def test_a_secret_in_parts_is_one_too_many(tmp_path):
    target = Target(id="main", platform="sandbox", url="http://127.0.0.1:1")
    parts = {"key": Held("s3cret"), "secret": Held("s3cret")}
    connection = Connection(project="shop", target=target, folder=str(tmp_path), parts=parts)
    with (
        pytest.raises(MissingCredentialError, match="names `key`, `secret`") as caught,
        open_sandbox(connection, FakeClock()),
    ):
        pass
    assert "`credentials: {env: NAME}`" in caught.value.help[0].english()


@pytest.mark.parametrize(
    ("problem", "advice"),
    [
        ("attempt to write a readonly database", "you may write"),
        ("unable to open database file", "you may write"),
        ("database disk image is full", "room on the disk"),
        ("database disk image is malformed", "move it away"),
        ("file is not a database", "move it away"),
    ],
)
def test_a_file_is_only_moved_away_if_it_is_broken(tmp_path, monkeypatch, problem, advice):
    def refused(*_):
        raise sqlite3.OperationalError(problem)

    monkeypatch.setattr("crmspec.providers.sandbox.server.Database", refused)
    with pytest.raises(TargetUnusableError, match=problem) as caught, opened(tmp_path, None):
        pass
    assert advice in caught.value.help[0].english()


def test_a_folder_that_cannot_be_made_is_said(tmp_path, monkeypatch):
    def refused(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.mkdir", refused)
    with pytest.raises(TargetUnusableError, match="permission denied") as caught:  # noqa: SIM117
        with opened(tmp_path / "none", None):
            pass
    assert "you may write" in caught.value.help[0].english()


def test_a_file_that_is_no_database_is_refused_with_advice(tmp_path):
    (tmp_path / DATABASE).write_bytes(b"garbage" * 1000)
    with pytest.raises(TargetUnusableError, match=r"sandbox\.db") as caught, opened(tmp_path, None):
        pass
    assert caught.value.help


def test_a_folder_in_place_of_the_database_is_refused(tmp_path):
    (tmp_path / DATABASE).mkdir()
    with pytest.raises(TargetUnusableError), opened(tmp_path, None):
        pass
