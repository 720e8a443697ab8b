"""The line that says what was looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crmspec.api.check import CheckResult
    from crmspec.cli.option import Voice

_COUNTED = {
    "events": ("events", "событий"),
    "segments": ("segments", "сегментов"),
    "chains": ("chains", "цепочек"),
    "broadcasts": ("broadcasts", "рассылок"),
    "messages": ("messages", "сообщений"),
    "channels": ("channels", "каналов"),
    "frequency": ("frequency rules", "правил частоты"),
}


def summary(result: CheckResult, voice: Voice, seconds: float) -> None:
    """Say how many of what were checked, and how long it took."""
    words = _COUNTED.items()
    russian = voice.lang == "ru"
    parts = [
        f"{len(getattr(result.program, key))} {names[russian]}"
        for key, names in words
        if getattr(result.program, key)
    ]
    files = len(result.workspace.files)
    listed = " · ".join(parts) or ("нет ресурсов" if russian else "no resources")
    voice.say(f"{files} {'файлов' if russian else 'files'}  {listed}      {seconds:.1f} s")
    if result.suppressed:
        hidden = len(result.suppressed)
        voice.say(f"{hidden} {'скрыто' if russian else 'hidden'} (ignore, off, baseline)", 1)
