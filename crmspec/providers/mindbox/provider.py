"""A provider whose imports only the state remembers, and that sees the names of segments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.engine.survey import Seen
from crmspec.providers.mindbox.collection import ImportCollection, imports
from crmspec.providers.mindbox.segment import segments
from crmspec.providers.rest import AccountProvider

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from crmspec.engine.resource import Address, Remote
    from crmspec.ir.target import Target
    from crmspec.providers.http import Client
    from crmspec.providers.mindbox.segment import Segment
    from crmspec.providers.rest import Vendor


class MindboxProvider(AccountProvider):
    """One endpoint of an account, for one project; implements `engine.port.Provider`."""

    def __init__(
        self,
        project: str,
        target: Target,
        vendor: Vendor,
        client: Client,
        whoami: Callable[[], str],
    ) -> None:
        self._client, self._options = client, target.options
        self._endpoint = str(target.options["endpoint"])
        collections = [
            ImportCollection(form, client, self._endpoint)
            for form in imports(str(target.options.get("folder", "")))
        ]
        names = dict.fromkeys(("segment", "list"), self._names)
        present = names if "segmentations" in target.options else {}
        super().__init__(project, target, vendor, collections, whoami, present=present)

    def read(self, known: Mapping[Address, str]) -> dict[Address, Remote]:
        """Return what was imported; the segments are asked for too, to see that the secret works.

        Raises:
            TargetError: the target does not answer.
        """
        list(self._segments())
        found = {address: self.find(address, id_) for address, id_ in known.items()}
        return {address: remote for address, remote in found.items() if remote is not None}

    def survey(self) -> Iterator[Seen]:
        """Yield the names of all segments, which is all that Mindbox lists.

        Raises:
            TargetError: the target does not answer.
        """
        yield from super().survey()
        for one in self._segments():
            yield Seen(kind="segment", title=one.name, id=one.id)

    def _segments(self) -> Iterator[Segment]:
        operation = self._options.get("segmentations")
        if operation:
            yield from segments(self._client, self._endpoint, str(operation))

    def _names(self) -> Iterator[str]:
        return (one.name for one in self._segments())
