from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from crmspec.engine.error import RevisionConflictError, TargetRejectedError, TargetUnusableError
from crmspec.providers.files import folder as module
from crmspec.providers.files.folder import DRAFT, Folder

PATH, MARKER = "messages/hello", "crmspec:shop/message/hello"
OLD = {"hello.html": "<p>old</p>", "hello.subject.txt": "Old"}
NEW = {"hello.html": "<p>new</p>", "hello.text.txt": "New"}


class Dead(BaseException):
    """The process died."""


class Mortal:
    """Counts what changes the disk, and dies before the n-th."""

    def __init__(self, monkeypatch, number):
        self.left = number
        for name in ("open", "replace", "unlink"):
            monkeypatch.setattr(Path, name, self._counted(getattr(Path, name), name))

    def _counted(self, act, name):
        def counted(path, *arguments, **options):
            if name != "open" or "w" in str(arguments):
                self.left -= 1
                if self.left == 0:
                    raise Dead
            return act(path, *arguments, **options)

        return counted


def held(folder):
    return {one.path: (one.object.payload, one.texts) for one in folder.every()}


def files(root):
    return sorted(p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file())


def write(folder, texts, before=None, title="Hello"):
    return folder.write(PATH, MARKER, {"title": title}, texts, before)


def test_written_replaced_and_removed(tmp_path):
    folder = Folder(tmp_path)
    first = write(folder, OLD)
    second = write(folder, NEW, first.revision)
    assert files(tmp_path) == [f"messages/{n}" for n in ("hello.html", "hello.json", *[*NEW][1:])]
    assert (second.texts, first.revision == second.revision) == (NEW, False)
    folder.remove(PATH, second.revision)
    assert files(tmp_path) == []
    assert not (tmp_path / "messages").exists()


@pytest.mark.parametrize("number", range(1, 12))
def test_a_replacement_that_dies_leaves_the_old_or_the_new(tmp_path, monkeypatch, number):
    folder = Folder(tmp_path)
    first = write(folder, OLD)
    with monkeypatch.context() as patch, suppress(Dead):
        Mortal(patch, number)
        write(folder, NEW, first.revision, "New")
    ((_, texts),) = held(folder).values()
    assert texts in (OLD, NEW)
    again = write(folder, NEW, folder.find(PATH).revision, "New")
    assert again.texts == NEW
    assert not any(name.endswith(DRAFT) for name in files(tmp_path))
    folder.remove(PATH, again.revision)
    assert files(tmp_path) == []


@pytest.mark.parametrize("number", range(1, 8))
def test_a_creation_that_dies_leaves_nothing_or_all(tmp_path, monkeypatch, number):
    folder = Folder(tmp_path)
    with monkeypatch.context() as patch, suppress(Dead):
        Mortal(patch, number)
        write(folder, OLD)
    found = folder.find(PATH)
    assert found is None or found.texts == OLD
    folder.sweep()
    if found is None:
        write(folder, OLD)
    assert folder.find(PATH).texts == OLD


@pytest.mark.parametrize("number", range(1, 6))
def test_a_removal_that_dies_is_finished_later(tmp_path, monkeypatch, number):
    folder = Folder(tmp_path)
    first = write(folder, OLD)
    with monkeypatch.context() as patch, suppress(Dead):
        Mortal(patch, number)
        folder.remove(PATH, first.revision)
    if folder.find(PATH) is not None:
        folder.remove(PATH, first.revision)
    folder.sweep()
    assert files(tmp_path) == []


@pytest.mark.parametrize("name", ["hello.json", "hello.html"])
def test_what_crmspec_did_not_write_is_in_the_way(tmp_path, name):
    (tmp_path / "messages").mkdir()
    strange = tmp_path / "messages" / name
    strange.write_text("mine")
    with pytest.raises(TargetRejectedError, match="is in the way"):
        write(Folder(tmp_path), OLD)
    assert strange.read_text() == "mine"


def test_what_people_wrote_into_a_file_that_goes_is_kept(tmp_path):
    folder = Folder(tmp_path)
    write(folder, OLD)
    edited = tmp_path / "messages" / "hello.subject.txt"
    edited.write_text("by hand")
    found = folder.find(PATH)
    assert found.texts["hello.subject.txt"] == "by hand"
    found = write(folder, NEW, found.revision)
    folder.remove(PATH, found.revision)
    assert edited.read_text() == "by hand"


def test_a_change_meanwhile_is_not_written_over(tmp_path):
    folder = Folder(tmp_path)
    first = write(folder, OLD)
    (tmp_path / "messages" / "hello.html").write_text("<p>by hand</p>")
    with pytest.raises(RevisionConflictError):
        write(folder, NEW, first.revision)
    with pytest.raises(RevisionConflictError):
        folder.remove(PATH, first.revision)
    with pytest.raises(RevisionConflictError):
        write(folder, NEW)


def test_an_object_that_is_gone_needs_no_removal(tmp_path, monkeypatch):
    folder = Folder(tmp_path)
    monkeypatch.setattr(folder, "_checked", lambda *_: None)
    folder.remove(PATH, "sha256:x")
    monkeypatch.undo()
    monkeypatch.setattr(folder, "find", lambda _: None)
    with pytest.raises(RevisionConflictError):
        write(folder, OLD)


def test_strange_json_is_no_object(tmp_path):
    (tmp_path / "messages").mkdir()
    for name, data in (
        ("a", "{}"),
        ("b", "["),
        ("c", '{"format": "x", "version": 1, "payload": {}}'),
    ):
        (tmp_path / "messages" / f"{name}.json").write_text(data)
    (tmp_path / "messages" / "d.json").mkdir()
    assert held(Folder(tmp_path)) == {}


def test_a_folder_that_cannot_be_used_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(TargetUnusableError, match="cannot be used"):
        write(Folder(tmp_path / "file"), OLD)


def test_a_text_that_vanished_is_missing(tmp_path):
    folder = Folder(tmp_path)
    write(folder, OLD)
    (tmp_path / "messages" / "hello.html").unlink()
    assert folder.find(PATH).texts == {"hello.subject.txt": "Old"}
    assert module.VERSION == 1


@pytest.mark.parametrize(
    ("link", "leads"),
    [
        pytest.param("", "elsewhere", id="the folder itself"),
        pytest.param("messages", "elsewhere", id="a folder in it"),
        pytest.param("messages/hello.json", "elsewhere/hello.json", id="an object"),
        pytest.param(f"messages/hello.html{DRAFT}", "elsewhere/new", id="a draft"),
    ],
)
def test_links_are_not_followed(tmp_path, link, leads):
    project, elsewhere = tmp_path / "project", tmp_path / "elsewhere"
    write(Folder(elsewhere), OLD)
    (elsewhere / "hello.json").write_bytes((elsewhere / "messages" / "hello.json").read_bytes())
    before = {name: (elsewhere / name).read_bytes() for name in files(elsewhere)}
    linked = project / "out" / link
    linked.parent.mkdir(parents=True)
    linked.symlink_to(tmp_path / leads)
    with pytest.raises(TargetUnusableError) as caught:
        write(Folder(project / "out", project), NEW)
    assert "links are not followed" in caught.value.message.english()
    asked = "file itself" if "." in link else "put a folder"
    assert asked in caught.value.help[0].english()
    assert {name: (elsewhere / name).read_bytes() for name in files(elsewhere)} == before


def test_a_link_that_leads_out_is_seen_before_anything_is_written(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "messages").symlink_to("/")
    with pytest.raises(TargetUnusableError):
        list(Folder(tmp_path / "out", tmp_path).every())


def test_a_link_within_the_folder_is_as_good(tmp_path):
    (tmp_path / "out" / "letters").mkdir(parents=True)
    (tmp_path / "out" / "messages").symlink_to("letters")
    write(Folder(tmp_path / "out", tmp_path), OLD)
    assert "out/letters/hello.json" in files(tmp_path)
