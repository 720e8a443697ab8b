"""Preview pages in a real Chromium."""

import shutil
import struct

import pytest

from crmspec.api.preview.picture import WIDTH, picture
from crmspec.api.preview.publish import Order, publish
from tests.dialect.engine import absent

PROJECT = """\
project: shop
channels: {email: {title: E-mail, type: email}}
messages:
  hello: {channel: email, subject: Hello, body: "<p>Hello</p>"}
"""


@pytest.fixture
def project(tmp_path):
    if shutil.which("chromium") is None:
        absent("Chromium", "bash .ci/engines")
    (tmp_path / "crmspec.yaml").write_text(PROJECT)
    return tmp_path


def test_a_picture_is_as_wide_as_two_screens_and_as_high_as_its_page(project):
    done = publish(project, Order(("hello",), (), None, project / "hello.html"), "en")
    picture(done.written[0], project / "hello.png")
    made = (project / "hello.png").read_bytes()
    width, height = struct.unpack(">II", made[16:24])
    assert made.startswith(b"\x89PNG\r\n")
    assert width == WIDTH
    assert 600 < height < 6000
