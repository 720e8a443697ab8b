from __future__ import annotations

import os
import subprocess
import sys
import textwrap

import pytest

from crmspec.engine.error import StateCorruptError, StateLockedError, StoreUnusableError
from crmspec.engine.ledger import VERSION
from crmspec.engine.state import Cancelled, Entry, Forgotten, Intended, Intent, Recorded, State
from crmspec.stores import FileStore, disk, locking
from crmspec.stores import file as file_module
from tests.engine.fake import FakeClock

ENTRY = Entry("id_1", "1", "sha256:0", {"title": "Корзина"}, "2026-03-01T12:00:00+00:00")
RECORDS = [
    Intended("segment.a", Intent("create", "k", "now")),
    Recorded("segment.a", ENTRY),
    Intended("segment.b", Intent("create", "l", "now")),
    Cancelled("segment.b"),
    Recorded("segment.c", ENTRY),
    Forgotten("segment.c"),
    Intended("segment.d", Intent("create", "m", "now")),
]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "state" / "main.json"


def store(path, **extra):
    return FileStore(path, **{"project": "shop", "target": "main", "clock": FakeClock()} | extra)


def begun(path):
    made = store(path)
    made.save(made.load())
    return made


def test_without_a_file_the_state_is_empty(path):
    assert store(path).load() == State(project="shop", target="main")


def test_a_first_save_begins_a_lineage_that_stays(path):
    first = begun(path).load()
    assert first.lineage
    again = store(path)
    assert again.save(again.load()).lineage == first.lineage


def test_what_was_appended_survives_without_a_save(path):
    made = begun(path)
    for record in RECORDS:
        made.append(record)
    state = store(path).load()
    assert state.serial == len(RECORDS)
    assert state.entries == {"segment.a": ENTRY}
    assert list(state.pending) == ["segment.d"]


def test_a_journal_goes_on_after_a_crash(path):
    begun(path).load()
    for record in RECORDS:
        made = store(path)
        made.load()
        made.append(record)
    assert store(path).load().serial == len(RECORDS)


def test_a_save_empties_the_journal_and_keeps_a_backup(path):
    made = begun(path)
    before = path.read_bytes()
    made.append(RECORDS[0])
    state = made.save(made.load())
    assert store(path).load() == state
    assert path.with_name("main.json.backup").read_bytes() == before
    assert len(path.with_name("main.json.journal").read_bytes().splitlines()) == 1


def test_a_journal_of_an_older_state_is_not_replayed_twice(path):
    made = begun(path)
    made.append(RECORDS[1])
    journal = path.with_name("main.json.journal")
    old = journal.read_bytes()
    made.save(made.load())
    journal.write_bytes(old)  # killed between the state and its new journal
    assert store(path).load().serial == 1


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_a_torn_last_line_is_as_if_never_written(path, cut):
    made = begun(path)
    made.append(RECORDS[1])
    journal = path.with_name("main.json.journal")
    whole = journal.read_bytes()
    made.append(RECORDS[2])
    torn = journal.read_bytes()[:-cut]
    assert len(torn) > len(whole)
    journal.write_bytes(torn)
    again = store(path)
    assert again.load().serial == 1
    again.append(RECORDS[4])
    assert set(store(path).load().entries) == {"segment.a", "segment.c"}


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda _: b"", id="empty"),
        pytest.param(lambda d: d[:-20], id="truncated"),
        pytest.param(lambda d: b"\x80" + d, id="not text"),
        pytest.param(lambda _: b'{"a":' * 5000, id="too deep"),
        pytest.param(lambda d: d.replace(b'"id_1"', b"[" * 5000), id="too deep inside"),
        pytest.param(lambda d: d.replace(b'"id_1"', b'"id_2"'), id="edited"),
        pytest.param(lambda d: d.replace(b'"entries"', b'"entry"'), id="a field renamed"),
        pytest.param(lambda d: d.replace(b'"version": %d' % VERSION, b'"version": 99'), id="newer"),
    ],
)
def test_a_damaged_state_is_refused_with_advice(path, change):
    made = begun(path)
    made.append(RECORDS[1])
    made.save(made.load())
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(StateCorruptError) as caught:
        store(path).load()
    assert caught.value.help
    assert "main.json" in str(caught.value)


def test_a_damaged_journal_line_is_refused(path):
    made = begun(path)
    for record in RECORDS:
        made.append(record)
    journal = path.with_name("main.json.journal")
    lines = journal.read_bytes().splitlines(keepends=True)
    for damaged in (
        [*lines[:2], *lines[3:]],
        [*lines[:2], lines[2].replace(b"segment.a", b"segment.z"), *lines[3:]],
        [*lines[:2], b"{}\n", *lines[3:]],
        [*lines[:2], b'{"a":' * 5000 + b"\n", *lines[3:]],
    ):
        journal.write_bytes(b"".join(damaged))
        with pytest.raises(StateCorruptError, match="journal"):
            store(path).load()


@pytest.mark.parametrize("first", [b"garbage\n", b"{}\n", b"\x80\n", b"[" * 5000 + b"\n"])
def test_a_damaged_first_line_of_the_journal_is_refused(path, first):
    made = begun(path)
    made.append(RECORDS[1])
    journal = path.with_name("main.json.journal")
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join([first, *lines[1:]]))
    with pytest.raises(StateCorruptError, match="journal") as caught:
        store(path).load()
    advice = " ".join(line.english() for line in caught.value.help)
    assert "delete it" in advice
    assert ".journal.backup" not in advice


def test_the_state_of_another_project_is_refused(path):
    begun(path)
    with pytest.raises(StateCorruptError, match="project `shop`"):
        store(path, project="other").load()


def test_the_same_store_may_lock_twice(path):
    made = store(path)
    with made.lock(), made.lock():
        pass
    with store(path).lock():
        pass


def test_a_second_process_is_told_who_holds_the_state(path):
    code = f"""
        import sys
        from pathlib import Path
        from crmspec.stores import FileStore
        from crmspec.providers.clock import SystemClock
        store = FileStore(Path({str(path)!r}), project="shop", target="main", clock=SystemClock())
        with store.lock():
            print("held", flush=True)
            sys.stdin.read()
    """
    command = [sys.executable, "-c", textwrap.dedent(code)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(StateLockedError) as caught, store(path).lock():
            pass
        assert f"process {process.pid}" in str(caught.value)
        process.kill()
        process.wait()
    with store(path).lock():
        pass


def test_nothing_is_appended_before_loading(path):
    with pytest.raises(RuntimeError):
        store(path).append(RECORDS[0])


def test_a_full_disk_leaves_no_half_line(path, monkeypatch):
    made = begun(path)
    made.append(RECORDS[0])
    real = os.fsync

    def full(_):
        raise OSError(28, "no space left")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreUnusableError, match=r"main\.json\.journal`: no space"):
        made.append(RECORDS[1])
    monkeypatch.setattr(os, "fsync", real)
    assert store(path).load().serial == 1
    made.append(RECORDS[2])  # what could not be written goes along with it
    assert store(path).load().serial == 3


def test_a_short_write_is_an_error_and_leaves_no_half_line(path, monkeypatch):
    made = begun(path)
    made.append(RECORDS[0])
    size = path.with_name("main.json.journal").stat().st_size
    real = file_module._pour

    def short(file, data):
        real(file, data[:10])
        raise OSError(28, "no space left")

    monkeypatch.setattr(file_module, "_pour", short)
    with pytest.raises(StoreUnusableError, match=r"main\.json\.journal`: no space"):
        made.append(RECORDS[1])
    assert path.with_name("main.json.journal").stat().st_size == size


def test_new_folders_are_brought_to_the_disk_with_their_names(path, monkeypatch):
    flushed, real = [], disk.flush
    monkeypatch.setattr(disk, "flush", lambda folder: (flushed.append(folder), real(folder)))
    begun(path)
    assert path.parent.parent in flushed
    assert path.parent in flushed


def test_a_file_system_without_locks_is_refused(path, monkeypatch):
    made = store(path)

    def unknown():
        raise NotImplementedError

    monkeypatch.setattr(made._lock, "acquire", unknown)
    with pytest.raises(StoreUnusableError, match="has no locks"), made.lock():
        pass


@pytest.mark.parametrize("signature", [b"torn", b"\xff", b"[" * 5000])
def test_a_lock_without_a_signature_still_locks(path, signature):
    made = store(path)
    with made.lock():
        path.with_name("main.json.owner").write_bytes(signature)
        with pytest.raises(StateLockedError, match="another run"), store(path).lock():
            pass
        assert store(path).holder() is not None


def test_a_glimpse_does_not_touch_the_lock_of_a_process_that_is_gone(path, monkeypatch):
    code = f"""
        from pathlib import Path
        from crmspec.providers.clock import SystemClock
        from crmspec.stores import FileStore
        path, clock = Path({str(path)!r}), SystemClock()
        with FileStore(path, project="shop", target="main", clock=clock).lock():
            pass
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=True)
    made = store(path)
    assert path.with_name("main.json.owner").exists()
    monkeypatch.setattr(made, "_take", lambda: pytest.fail("it was tried"))
    assert made.glimpse() is None


@pytest.mark.parametrize("where", ["here", "elsewhere"])
def test_a_glimpse_of_a_lock_that_was_let_go(path, where):
    with store(path).lock():
        pass
    if where == "elsewhere":
        owner = path.with_name("main.json.owner")
        owner.write_bytes(owner.read_bytes().replace(b"@", b"@not-"))
    assert store(path).glimpse() is None


def test_a_user_without_a_name_can_sign(path, monkeypatch):
    def nameless():
        raise KeyError("uid not found")

    monkeypatch.setattr(locking, "getuser", nameless)
    with store(path).lock():
        assert store(path).holder().who.startswith(f"{os.getuid()}@")


@pytest.mark.parametrize("number", [28, 27, 5])
def test_what_cannot_be_written_is_named_and_leaves_no_draft(path, monkeypatch, number):
    made = begun(path)

    def full(_):
        raise OSError(number, "no way")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreUnusableError) as caught:
        made.save(made.load())
    assert f"{path.name}" in caught.value.message.english()
    assert caught.value.help
    assert not list(path.parent.glob("*.tmp"))


def test_a_folder_that_is_a_file(tmp_path):
    (tmp_path / "folder").write_text("")
    with pytest.raises(StoreUnusableError, match="folder"), store(tmp_path / "folder" / "x").lock():
        pass
