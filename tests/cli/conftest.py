import pytest

from crmspec.cli.main import run

HEAD = "project: shop\ndefaults: {message: {category: service}}\n"
"""A letter of a word or two is no advertising: that would need a way to refuse it."""
GOOD = """\
events:
  signup: {title: Signed up}
consents:
  news: {title: News, channel: email}
channels:
  email: {title: E-mail, type: email, from: "Shop <hello@shop.example>", consent: news}
messages:
  hello: {title: Hello, channel: email, subject: Hello, body: Hello}
chains:
  welcome:
    title: Welcome
    trigger: signup
    steps:
      - wait: 1h
      - send: hello
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A clean project in the current folder."""
    (tmp_path / "campaigns").mkdir()
    (tmp_path / "crmspec.yaml").write_text(HEAD)
    (tmp_path / "campaigns" / "all.yaml").write_text(GOOD)
    monkeypatch.chdir(tmp_path)
    for name in ("CRMSPEC_LANG", "LC_ALL", "LC_MESSAGES", "LANG", "CRMSPEC_STATE_DIR"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def crmspec(capsys):
    """Run a command; gives the exit code, standard output and standard error."""

    def call(*arguments):
        code = run(list(arguments))
        out, err = capsys.readouterr()
        return code, out, err

    return call


@pytest.fixture
def edit(project):
    """Replace text in the project's file."""

    def change(old, new):
        path = project / "campaigns" / "all.yaml"
        before = path.read_text()
        assert old in before
        path.write_text(before.replace(old, new))

    return change


@pytest.fixture
def story(project):
    """The folder of a project whose customers are written to after the purchase."""
    from tests.cli.story import STORY

    (project / "campaigns" / "all.yaml").write_text(STORY)
    return project
