"""Pages of a project's own, in what is printed for a target."""

import pytest

from crmspec.content.fixture import Fixtures
from crmspec.content.parts import Messages
from crmspec.content.press import Press

PAGE = "https://shop.example/letters"
WRITTEN = """
targets:
  main: {{platform: braze, links: {{preferences: "{page}?id={{{{ profile.site }}}}"}}}}
  {more}
messages:
  m: {{channel: email, subject: S, body: '<a href="{{{{ links.preferences }}}}">x</a>'}}
"""


def printed(project, target=None, dialect="braze", more="", page=PAGE):
    program = project(WRITTEN.format(more=more, page=page))
    parts = Messages(program).parts(program.messages["m"])
    press = Press(program, Fixtures(program), program.targets.get(target))
    return press.printed(parts, dialect)["html"]


@pytest.mark.parametrize(
    ("target", "dialect", "more", "found"),
    [
        pytest.param("main", "braze", "", True, id="of the target"),
        pytest.param("main", "onesignal", "", True, id="in whatever language"),
        pytest.param(None, "braze", "", True, id="of the only one that speaks it"),
        pytest.param(None, "onesignal", "", False, id="of no target"),
        pytest.param(None, "braze", "other: {platform: braze}", False, id="of one of two"),
        pytest.param("other", "braze", "other: {platform: braze}", False, id="of another"),
    ],
)
def test_which_target_is_meant(project, target, dialect, more, found):
    made = printed(project, target, dialect, more)
    assert (f'<a href="{PAGE}?id={{{{' in made.text) is found
    assert bool(made.losses) is not found


def test_what_is_no_address_is_no_link(project):
    assert printed(project, page="{% if now %}a{% endif %}").losses
