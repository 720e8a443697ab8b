"""Test letters, taken by a real SMTP server."""

import shutil
import ssl
import subprocess
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default

import msgspec
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from aiosmtpd.smtp import AuthResult

from crmspec.api import check_files
from crmspec.api.preview.post import PostError, Server, letter, post, server
from crmspec.api.preview.studio import Studio
from tests.dialect.engine import absent

PROJECT = """\
project: shop
attributes:
  first_name: {title: First name, type: string}
consents:
  news: {title: News, channel: email}
channels:
  email:
    title: E-mail
    type: email
    from: {name: Магазин, email: hello@shop.example}
    reply_to: care@shop.example
    consent: news
  quiet: {title: E-mail, type: email, from: {name: Shop, email: hello@shop.example}}
  nobody: {title: E-mail, type: email, consent: news}
  sms: {title: SMS, type: sms}
messages:
  hello:
    channel: email
    subject: "{{ profile.first_name }}, привет"
    body: "<p>Hi {{ profile.first_name }}</p>"
    headers: {X-Tag: "{{ profile.first_name }}", Bcc: spy@example.com}
  words: {channel: quiet, subject: Words, text: Only words}
  from_nobody: {channel: nobody, subject: Hello, body: Hello}
  short: {channel: sms, text: Hello}
personas:
  anna: {title: Anna, attributes: {first_name: Анна}}
"""
CRLF = b"\r\n"


class Box(Sink):
    """Keeps what it is sent, with whom it is for."""

    def __init__(self):
        self.letters = []
        super().__init__()

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - the server's name
        self.letters.append((envelope.rcpt_tos, envelope.content))
        return "250 OK"


@pytest.fixture(scope="module")
def studio():
    return Studio(check_files({"crmspec.yaml": PROJECT.encode()}))


@pytest.fixture
def box():
    """A server on this machine; gives where it is and what it got."""
    handler = Box()
    controller = Controller(
        handler,
        hostname="127.0.0.1",
        port=0,
        authenticator=lambda *args: AuthResult(
            success=args[4].password == b"secret", handled=False
        ),
        auth_require_tls=False,
    )
    controller.port = free_port()
    controller.start()
    yield controller, handler.letters
    controller.stop()


def free_port():
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def made(studio, message="hello", person="anna", to="me@example.com"):
    parts = studio.parts(studio.message(message))
    return letter(studio.program, studio.seen(parts, studio.customers(parts, (person,)))[0], to)


def sent(studio, box, **of):
    controller, letters = box
    post(made(studio, **of), server(f"smtp://127.0.0.1:{controller.port}"))
    [(to, content)] = letters
    return to, content


def test_a_letter_arrives_with_both_parts(studio, box):
    to, content = sent(studio, box)
    found = message_from_bytes(content, policy=default)
    assert to == ["me@example.com"]
    assert found["Subject"] == "[test] Анна, привет"
    assert found["From"] == "Магазин <hello@shop.example>"
    assert found["Reply-To"] == "care@shop.example"
    assert abs(found["Date"].datetime - datetime.now(UTC)) < timedelta(minutes=5)
    assert found["Message-ID"].endswith("@shop.example>")
    assert found["List-Unsubscribe"] == "<https://links.example.com/unsubscribe>"
    assert found["X-Tag"] == "Анна"
    assert found["Bcc"] is None
    plain, html = found.iter_parts()
    assert (plain.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert "Hi Анна" in plain.get_content()
    assert "Hi Анна" in html.get_content()


def test_a_letter_of_words_alone(studio, box):
    found = message_from_bytes(sent(studio, box, message="words")[1], policy=default)
    assert found.get_content_type() == "text/plain"
    assert found.get_content().strip() == "Only words"
    assert found["Reply-To"] is None


def test_values_never_become_headers(studio, box):
    to, content = sent(studio, box, person="hostile")
    head = content.partition(CRLF * 2)[0]
    assert to == ["me@example.com"]
    assert not [line for line in head.split(CRLF) if line.lower().startswith(b"bcc")]
    found = message_from_bytes(content, policy=default)
    assert "Bcc: a@example.com" in found["Subject"]


def test_a_customer_without_links(studio):
    parts = studio.parts(studio.message("hello"))
    [found] = studio.seen(parts, studio.customers(parts, ("anna",)))
    alone = msgspec.structs.replace(found.fixture, values={})
    made = letter(studio.program, msgspec.structs.replace(found, fixture=alone), "a@example.com")
    assert made["List-Unsubscribe"] is None


@pytest.mark.parametrize(
    ("of", "reason"),
    [
        pytest.param({"message": "short"}, "`short` is no e-mail", id="no e-mail"),
        pytest.param({"message": "from_nobody"}, "does not say whom", id="nobody sends it"),
        pytest.param({"to": "me"}, "`me` is no e-mail address", id="no address"),
        pytest.param({"to": "a@example.com, b@example.com"}, "no e-mail", id="two addresses"),
        pytest.param({"to": "a@example.com\r\nBcc: b@example.com"}, "no e-mail", id="a header"),
        pytest.param({"to": ""}, "`` is no e-mail address", id="nothing"),
    ],
)
def test_no_letter(studio, of, reason):
    with pytest.raises(PostError, match=reason):
        made(studio, **of)


@pytest.mark.parametrize(
    ("url", "found"),
    [
        pytest.param("smtp://mail.example", Server("smtp", "mail.example", 587), id="usual port"),
        pytest.param("smtps://mail.example", Server("smtps", "mail.example", 465), id="with TLS"),
        pytest.param(
            "smtp://a%40b@localhost:25",
            Server("smtp", "localhost", 25, user="a@b", plain=True),
            id="with a user, on this machine",
        ),
    ],
)
def test_servers(url, found):
    assert server(url) == found


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        pytest.param("http://mail.example", "smtp://user@host:port", id="another protocol"),
        pytest.param("smtp://mail.example:x", "no address of a server", id="no port"),
        pytest.param("smtp:///x", "smtp://user@host:port", id="no host"),
        pytest.param("smtp://a:b@mail.example", "CRMSPEC_SMTP_PASSWORD", id="a password"),
    ],
)
def test_no_servers(url, reason):
    with pytest.raises(PostError, match=reason):
        server(url)


def test_a_password_opens_the_server(studio, box):
    controller, letters = box
    address = f"smtp://me@127.0.0.1:{controller.port}"
    post(made(studio), server(address, "secret"))
    assert len(letters) == 1
    with pytest.raises(PostError, match="did not take the letter"):
        post(made(studio), server(address, "wrong"))
    assert len(letters) == 1


def test_without_tls_nothing_is_sent_elsewhere(studio, box):
    controller, letters = box
    with pytest.raises(PostError, match="offers no TLS"):
        post(made(studio), Server("smtp", "127.0.0.1", controller.port, plain=False))
    assert letters == []


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate of this machine that nobody trusts: a file with its key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        absent("openssl", "bash .ci/engines")
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    command = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost"
    names = ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    where = ["-keyout", str(path), "-out", f"{path}.crt"]
    subprocess.run([openssl, *command.split(), *names, *where], check=True, capture_output=True)
    path.write_bytes(path.read_bytes() + path.with_name("both.pem.crt").read_bytes())
    return path


@pytest.fixture(params=["smtp", "smtps"])
def secure(request, certificate):
    """A server with TLS, after STARTTLS or from the start; gives its address and what it got."""
    handler, port = Box(), free_port()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    tls = {"require_starttls": True, "tls_context": context}
    own = {"ssl_context": context} if request.param == "smtps" else tls
    controller = Controller(handler, hostname="127.0.0.1", port=port, **own)
    controller.start()
    yield f"{request.param}://127.0.0.1:{port}", handler.letters
    controller.stop()


def test_a_server_that_nobody_vouches_for_gets_nothing(studio, secure):
    address, letters = secure
    with pytest.raises(PostError, match="did not take the letter"):
        post(made(studio), server(address))
    assert letters == []


def test_a_server_with_a_good_certificate(studio, secure, certificate, monkeypatch):
    address, letters = secure
    context = ssl.create_default_context(cafile=str(certificate))
    monkeypatch.setattr("crmspec.api.preview.post.ssl.create_default_context", lambda: context)
    post(made(studio), server(address))
    assert len(letters) == 1


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_server_that_is_not_there(studio, scheme):
    with pytest.raises(PostError, match="did not take the letter"):
        post(made(studio), server(f"{scheme}://127.0.0.1:{free_port()}"))
