"""Where secrets come from, and what is said when they do not."""

import os
import sys
import time
import traceback
from pathlib import Path

import pytest

from crmspec.diagnostics import text
from crmspec.engine.error import MissingCredentialError
from crmspec.secret import command
from crmspec.secret.source import ALONE, LARGEST, Place, named, secrets

CANARY = "canary-7f3a"
PRINT = "print('canary-' + '7f3a')"
SLEEP = "import time; time.sleep(3)"
OWNER = text("target `prod`")


def taken(credentials, root=Path(), environment=(), remarks=None):
    remark = (remarks if remarks is not None else []).append
    return secrets(credentials, OWNER, Place(root, dict(environment), remark))


def printing(code):
    return {"command": [sys.executable, "-c", code]}


@pytest.fixture
def ring():
    import keyring
    from keyring.backend import KeyringBackend
    from keyring.errors import KeyringLocked

    class Memory(KeyringBackend):
        priority = 1

        set_password = None

        def get_password(self, service, username):
            if service == "locked":
                raise KeyringLocked(CANARY)
            return {("crm/shop", "key"): CANARY}.get((service, username))

    before = keyring.get_keyring()
    keyring.set_keyring(Memory())
    yield
    keyring.set_keyring(before)


@pytest.mark.usefixtures("ring")
@pytest.mark.parametrize(
    "credentials",
    [
        pytest.param({"env": "A"}, id="the environment"),
        pytest.param({"env": "A", "x-note": "mine"}, id="with a remark"),
        pytest.param({"file": "key"}, id="a file"),
        pytest.param(printing(PRINT), id="a program"),
        pytest.param(
            printing(f"import sys; {PRINT}; print('loud', file=sys.stderr)"),
            id="a loud one",
        ),
        pytest.param({"keyring": "crm/shop/key"}, id="the keyring"),
    ],
)
def test_a_secret_is_taken_from(credentials, tmp_path, capfd):
    key = tmp_path / "key"
    key.write_text(f"{CANARY}\r\n")
    key.chmod(0o600)
    remarks = []
    found = taken(credentials, tmp_path, {"A": CANARY}, remarks)
    assert found[ALONE].value == CANARY
    assert CANARY not in repr(found)
    assert remarks == []
    assert capfd.readouterr() == ("", "")


def test_parts_have_their_own_places(tmp_path):
    (tmp_path / "key").write_text("b")
    both = {"key": {"env": "A", "x-why": "c"}, "secret": {"file": "key"}, "x-note": "d"}
    found = taken(both, tmp_path, {"A": "a"})
    assert {part: held.value for part, held in found.items()} == {"key": "a", "secret": "b"}


def test_a_target_without_secrets_has_none():
    assert taken({}) == {}


FAULTS = [
    pytest.param({"env": "NOWHERE"}, "needs the environment variable `NOWHERE`", id="no variable"),
    pytest.param({"env": "BLANK"}, "is empty", id="a blank variable"),
    pytest.param({"env": "LINES"}, "has several lines", id="lines"),
    pytest.param({"env": "BELL"}, "holds what cannot be sent", id="a bell"),
    pytest.param({"file": "absent"}, "needs the secret in the file", id="no file"),
    pytest.param({"file": "."}, "needs the secret in the file", id="a folder"),
    pytest.param({"file": "empty"}, "is empty", id="an empty file"),
    pytest.param({"file": "lines"}, "has several lines", id="a file of lines"),
    pytest.param({"file": "bytes"}, "needs the secret in the file", id="no text"),
    pytest.param({"file": "large"}, "needs the secret in the file", id="a large file"),
    pytest.param({"command": ["no-such-program"]}, "there is no such program", id="no program"),
    pytest.param({"command": ["a\0b"]}, "there is no such program", id="no name"),
    pytest.param({"command": [""]}, "the command ``", id="an empty name"),
    pytest.param(printing(f"{PRINT}; exit(1)"), "did not end well", id="a failure"),
    pytest.param(printing("pass"), "is empty", id="silence"),
    pytest.param(printing(f"{PRINT}; {PRINT}"), "has several lines", id="two lines"),
    pytest.param(
        printing("while True: print('canary-' '7f3a' * 99)"), "and nothing else", id="a flood"
    ),
    pytest.param(
        printing(f"{PRINT}; import os; os.write(1, bytes([255]))"), "nothing else", id="bytes"
    ),
    pytest.param({"keyring": "crm/none"}, "put it there", id="no entry"),
    pytest.param({"keyring": "locked/key"}, "see that it is unlocked", id="locked"),
    pytest.param({"env": "A", "file": "b"}, "name several places", id="two places"),
    pytest.param({"env": "A", "key": {"env": "B"}}, "name several places", id="one and a part"),
    pytest.param({"key": {}}, "do not say where", id="a part without a place"),
    pytest.param({"key": "x"}, "do not say where", id="a part that is none"),
]


@pytest.mark.usefixtures("ring")
@pytest.mark.parametrize(("credentials", "said"), FAULTS)
def test_what_is_not_there_is_said_and_nothing_else(credentials, said, tmp_path):
    for name, data in {
        "empty": b" \n",
        "lines": f"{CANARY}\n{CANARY}".encode(),
        "bytes": b"\xff" + CANARY.encode(),
        "large": CANARY.encode() * LARGEST,
    }.items():
        (tmp_path / name).write_bytes(data)
    environment = {"BLANK": "  ", "LINES": f"{CANARY}\n2", "BELL": f"{CANARY}\a", "OTHER": CANARY}
    with pytest.raises(MissingCredentialError) as caught:
        taken(credentials, tmp_path, environment)
    error = caught.value
    words = [error.message.english(), *(line.english() for line in error.help)]
    assert said in "\n".join(words)
    assert "target `prod`" in words[0]
    shown = traceback.TracebackException.from_exception(error, capture_locals=True)
    ours = [frame for frame in shown.stack if "crmspec/secret" in frame.filename]
    assert ours
    outside = [str(value) for frame in ours for value in (frame.locals or {}).values()]
    assert CANARY not in "".join([*words, *outside])


def test_of_a_command_line_only_the_program_is_named(tmp_path):
    with pytest.raises(MissingCredentialError, match=r"the command `echo …`") as caught:
        taken({"command": [f"echo {CANARY}"]}, tmp_path)
    assert not any(CANARY in line.english() for line in caught.value.help)
    assert named({"command": [f"echo {CANARY}"]}) == "`command: echo …`"


def test_a_file_that_all_can_read_is_remarked(tmp_path):
    key, remarks = tmp_path / "key", []
    key.write_text(CANARY)
    key.chmod(0o644)
    assert taken({"file": "key"}, tmp_path, remarks=remarks)[ALONE].value == CANARY
    (remark,) = remarks
    assert str(key) in remark.english()
    assert CANARY not in remark.english()


def test_a_file_of_somebody_else_is_not_remarked(tmp_path, monkeypatch):
    key, remarks = tmp_path / "key", []
    key.write_text(CANARY)
    key.chmod(0o644)
    monkeypatch.setattr(os, "geteuid", lambda: key.stat().st_uid + 1)
    taken({"file": "key"}, tmp_path, remarks=remarks)
    assert remarks == []


def test_a_byte_order_mark_is_no_part_of_a_secret(tmp_path):
    (tmp_path / "key").write_bytes(b"\xef\xbb\xbf" + CANARY.encode() + b"\r\n")
    assert taken({"file": "key"}, tmp_path)[ALONE].value == CANARY


def test_a_program_does_not_take_for_ever(monkeypatch, tmp_path):
    monkeypatch.setattr(command, "SECONDS", 0.3)
    began = time.monotonic()
    # What it started holds the pipe open longer than it lives itself.
    child = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', SLEEP])"
    for code in (child.replace("SLEEP", repr(SLEEP)), f"import os; os.close(1); {SLEEP}"):
        with pytest.raises(MissingCredentialError) as caught:
            taken(printing(code), tmp_path)
        assert caught.value.help[0].english() == "it did not end in time"
    assert time.monotonic() - began < 2


def test_a_program_runs_in_the_projects_folder(tmp_path):
    assert taken(printing("import os; print(os.getcwd())"), tmp_path)[ALONE].value == str(tmp_path)


def test_no_shell_reads_the_arguments(tmp_path):
    words = [sys.executable, "-c", "import sys; print(sys.argv[1])", "$HOME; `id` *"]
    assert taken({"command": words}, tmp_path)[ALONE].value == "$HOME; `id` *"


def test_without_the_package_it_is_asked_for(monkeypatch):
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(MissingCredentialError) as caught:
        taken({"keyring": "crm/key"})
    assert caught.value.help[0].english() == "install `crmspec[keyring]`"
