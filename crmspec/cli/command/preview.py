"""`crmspec preview`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, NoReturn

import click

from crmspec.cli.exit_code import ExitCode
from crmspec.cli.option import common, project_option

if TYPE_CHECKING:
    from crmspec.cli.option import Voice


class _Recipient(NamedTuple):
    """Whom a test letter is for, and the server that takes it."""

    address: str
    url: str
    password: str | None
    plain: bool


@click.command("preview")
@click.argument("messages", nargs=-1, metavar="[MESSAGE]...")
@click.option(
    "--persona",
    "--profile",
    "personas",
    multiple=True,
    help="See it as this persona, or as a made-up customer such as `long`; may be repeated.",
)
@click.option("--all-fixtures", is_flag=True, help="See it as every persona and made-up customer.")
@click.option("--locale", help="The language of the message; the project's by default.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("out/preview"),
    show_default=True,
    help="The folder to write to, or the file if it ends in .html.",
)
@click.option("--open", "open_", is_flag=True, help="Open the page in the browser.")
@click.option("--png", is_flag=True, help="Make pictures too; needs Chromium.")
@click.option("--serve", is_flag=True, help="Show all messages on a page that follows changes.")
@click.option("--port", type=click.IntRange(0, 65535), default=8765, show_default=True)
@click.option("--send-to", metavar="ADDRESS", help="Send it as a test letter to this address.")
@click.option(
    "--smtp",
    metavar="URL",
    help="The server for it, smtp://user@host:port; the password is in CRMSPEC_SMTP_PASSWORD.",
)
@click.option(
    "--smtp-password-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file with the password.",
)
@click.option("--smtp-plain", is_flag=True, help="Send without TLS if the server has none.")
@project_option
@common
def command(  # noqa: PLR0913 - one argument per option
    messages: tuple[str, ...],
    personas: tuple[str, ...],
    locale: str | None,
    output: Path,
    *,
    project: Path | None,
    voice: Voice,
    all_fixtures: bool,
    open_: bool,
    png: bool,
    serve: bool,
    port: int,
    send_to: str | None,
    smtp: str | None,
    smtp_password_file: Path | None,
    smtp_plain: bool,
) -> int:
    """Write a page for each MESSAGE that shows it as people see it; all messages by default.

    Letters are shown in inboxes, at the width of a computer and of a phone, light and dark, with
    and without images; other messages as they look on a phone or a site. Exits with 1 if something
    is wrong with a message; the page then says what. --serve shows all of them on a page of this
    machine until Ctrl-C; --send-to sends one letter over --smtp.
    """
    from crmspec.api.preview.publish import Order, publish
    from crmspec.api.unknown import UnknownNameError
    from crmspec.cli.trouble import unknown, usage
    from crmspec.diagnostics import text

    if serve:
        _serve(project, port, voice, open_=open_)
    if send_to is not None:
        if smtp is None or len(messages) != 1 or len(personas) > 1:
            raise usage(text("--send-to needs one MESSAGE, one persona at most, and --smtp"), voice)
        word = _password(smtp_password_file)
        to = _Recipient(send_to, smtp, word, plain=smtp_plain)
        return _send(project, messages[0], personas, locale, to, voice)
    if output.suffix == ".html" and len(messages) != 1:
        raise usage(text("-o names one file; name one MESSAGE, or a folder"), voice)
    order = Order(messages, personas, locale, output, every=all_fixtures)
    try:
        done = publish(project, order, voice.lang)
    except UnknownNameError as error:
        raise unknown(error, voice) from None
    for path in done.written:
        voice.say(text("wrote {path}", path=str(path)))
    if png:
        _pictures(done.written, voice)
    if open_:
        import webbrowser

        webbrowser.open(done.written[0].absolute().as_uri())
    return ExitCode.FINDINGS if done.wrong else ExitCode.CLEAN


def _pictures(pages: tuple[Path, ...], voice: Voice) -> None:
    """Make a picture beside each page."""
    from crmspec.api.preview.picture import NoBrowserError, NoPictureError, picture
    from crmspec.cli.trouble import usage
    from crmspec.diagnostics import text

    for page in pages:
        to = page.with_suffix(".png")
        try:
            left = picture(page, to)
        except NoBrowserError:
            needed = text(
                "--png needs Chromium: put `chromium` into the PATH; the pages are there without it"
            )
            raise usage(needed, voice) from None
        except NoPictureError as error:
            failed = text("--png: the browser made no picture: {reason}", reason=str(error))
            raise usage(failed, voice) from None
        voice.say(text("wrote {path}", path=str(to)))
        if left:
            voice.say(
                text(
                    "{path} ends {left} pixels before the page does; ask for fewer at a time",
                    path=str(to),
                    left=left,
                )
            )


def _serve(project: Path | None, port: int, voice: Voice, *, open_: bool) -> NoReturn:
    """Serve the page of all messages until Ctrl-C."""
    from crmspec.api.preview.live import HOST, Gallery, serve
    from crmspec.cli.trouble import usage
    from crmspec.diagnostics import text

    gallery = Gallery.at(project, voice.lang)
    try:
        server = serve(gallery, port)
    except OSError:
        taken = text("--port: {port} is taken; choose another, 0 for any", port=str(port))
        raise usage(taken, voice) from None
    address = f"http://{HOST}:{server.server_address[1]}/"
    voice.say(text("all messages are at {address}; Ctrl-C ends it", address=address), -1)
    if open_:
        import webbrowser

        webbrowser.open(address)
    with server:
        server.serve_forever()
    raise click.Abort


def _password(file: Path | None) -> str | None:
    if file is not None:
        return file.read_text(encoding="utf-8").rstrip("\r\n")
    return os.environ.get("CRMSPEC_SMTP_PASSWORD")


def _send(  # noqa: PLR0913, PLR0917 - what a letter is made of
    project: Path | None,
    message: str,
    personas: tuple[str, ...],
    locale: str | None,
    to: _Recipient,
    voice: Voice,
) -> int:
    """Send one test letter."""
    from crmspec.api.preview.post import PostError, letter, post, server
    from crmspec.api.preview.studio import Studio
    from crmspec.api.unknown import UnknownNameError
    from crmspec.cli.trouble import unknown
    from crmspec.diagnostics import text

    try:
        studio = Studio.at(project)
        parts = studio.parts(studio.message(message), locale)
        seen = studio.seen(parts, studio.customers(parts, personas))[0]
        made = letter(studio.program, seen, to.address)
        post(made, server(to.url, to.password, plain=to.plain))
    except UnknownNameError as error:
        raise unknown(error, voice) from None
    except PostError as error:
        voice.say(text("error: {reason}", reason=error.reason), -1)
        return ExitCode.USAGE
    voice.say(text("sent {message} to {address}", message=message, address=to.address))
    return ExitCode.CLEAN
