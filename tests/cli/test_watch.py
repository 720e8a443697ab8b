"""`crmspec check --watch`: told again after each change, until the reader has seen enough."""

import pytest

from crmspec.api.session import Session
from crmspec.cli.option import Voice
from crmspec.cli.watch import watch


class Reader:
    """Makes one edit each time the watcher pauses, then has seen enough."""

    def __init__(self, *edits):
        self.edits = list(edits)
        self.told = []

    def tell(self, result, _seconds):
        self.told.append([one.code.id for one in result.report.findings])

    def pause(self, _seconds):
        if not self.edits:
            raise KeyboardInterrupt
        self.edits.pop(0)()


def run(project, reader):
    voice = Voice("en", colour=False, verbosity=0)
    with pytest.raises(KeyboardInterrupt):
        watch(Session.at([project]), (project,), reader.tell, voice, reader.pause)
    return reader.told


def test_each_change_is_told(project):
    path = project / "campaigns" / "all.yaml"
    good = path.read_text()
    bad = good.replace("trigger: signup", "trigger: sigup")
    reader = Reader(lambda: path.write_text(bad), lambda: path.write_text(good + "\n# fine\n"))
    first, second, third = run(project, reader)
    assert "CRM201" in second
    assert third == first


def test_without_a_change_there_is_silence(project):
    assert len(run(project, Reader(lambda: None, lambda: None))) == 1


def test_a_project_that_is_gone_for_a_moment_is_told_of(project, capsys):
    path = project / "crmspec.yaml"
    kept = path.read_text()
    reader = Reader(path.unlink, lambda: path.write_text(kept))
    assert len(run(project, reader)) == 2
    assert "error: " in capsys.readouterr().err


@pytest.mark.usefixtures("project")
def test_the_option_watches_until_ctrl_c(crmspec, monkeypatch):
    def interrupted(_):
        raise KeyboardInterrupt

    monkeypatch.setattr("crmspec.cli.watch.time.sleep", interrupted)
    code, out, err = crmspec("check", "--watch")
    assert code == 130
    assert out == "no findings\n"
    assert "Ctrl-C" in err


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["--against", "main"], id="a revision does not change"),
        pytest.param(["--baseline", "b.json", "--write-baseline"], id="a baseline is written once"),
        pytest.param(["--profile", "nobody"], id="there is no such profile"),
        pytest.param(["--baseline", "crmspec.yaml"], id="this is no baseline"),
        pytest.param(["nowhere"], id="there is no such path"),
    ],
)
def test_what_cannot_be_watched(crmspec, arguments):
    assert crmspec("check", "--watch", *arguments)[0] == 2
