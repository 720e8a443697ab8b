"""State as an object of an S3-compatible store, written on condition and locked by another one."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import msgspec

from crmspec.diagnostics import text
from crmspec.engine.error import (
    StateLockedError,
    StateMovedError,
    StoreDoubtfulError,
    StoreUnusableError,
)
from crmspec.engine.holder import Holder, locked
from crmspec.source.decode import UndecodableError, decoded
from crmspec.stores.call import content_md5
from crmspec.stores.document import Document, DocumentStore

if TYPE_CHECKING:
    from crmspec.stores.locking import Terms

_ABSENT = frozenset({"NoSuchKey", "404"})
_TAKEN = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "412", "409"})
_DOUBTFUL = frozenset(
    {"InternalError", "ServiceUnavailable", "SlowDown", "RequestTimeout", "500", "502", "503"}
)


class Bucket(msgspec.Struct, frozen=True, kw_only=True):
    """Where the state is; without a secret, the login is that of the AWS tools.

    That is: variables such as `AWS_ACCESS_KEY_ID`, `~/.aws`, or the role of the machine.
    """

    bucket: str
    key: str
    region: str | None = None
    endpoint: str | None = None
    path_style: bool = False
    access_key: str | None = None
    secret: str | None = None

    def __repr__(self) -> str:
        return f"Bucket({self.bucket}, {self.key})"


class S3Store(DocumentStore):
    """The state of one target in the object `key`, its lock in `key` + `.lock`."""

    def __init__(self, place: Bucket, terms: Terms) -> None:
        super().__init__(terms, f"s3://{place.bucket}/{place.key}")
        self._place = place
        self._writer = uuid4().hex  # two runs may write the same bytes
        self._held: Holder | None = None
        self._opened: Any = None

    def close(self) -> None:
        """Close the connections."""
        if self._opened is not None:
            self._opened.close()

    def holder(self) -> Holder | None:
        """Return who holds the lock now, or None."""
        found = self._read(self._lock_key)
        return None if found is None else _holder(found.data)

    def glimpse(self) -> Holder | None:
        """Return who holds the lock now, or None: it is only read."""
        return self.holder()

    def unlock(self, id_: str) -> None:
        """Free a lock by its id."""
        found = self.holder()
        if found is None or found.id != id_:
            raise _other(found)
        self._call("delete_object", Key=self._lock_key)

    @property
    def _lock_key(self) -> str:
        return f"{self._place.key}.lock"

    def _acquire(self, holder: Holder) -> None:
        note = msgspec.json.encode(holder)
        if not self._made(note):
            found = self.holder() or Holder()
            if found.id != holder.id:  # or else the answer to our own writing was lost
                raise locked(found, frees_itself=False)
        elif self._made(note):
            raise StoreUnusableError(
                text("`{name}`: this store does not keep conditions of writing", name=self._name),
                text(
                    "two runs could hold the state at once; use a store that knows `If-None-Match`"
                ),
            )
        self._held = holder

    def _release(self) -> None:
        held, self._held = self._held, None
        found = self.holder()
        if held is not None and found is not None and found.id == held.id:
            self._call("delete_object", Key=self._lock_key)

    def _made(self, note: bytes) -> bool:
        """Make the lock's object unless it is there, and say whether it was made."""
        try:
            self._write_if(self._lock_key, note, IfNoneMatch="*")
        except StateMovedError:
            return False
        return True

    def _get(self) -> Document | None:
        return self._read(self._place.key)

    def _put(self, data: bytes, before: Document | None) -> Document:
        condition = {"IfNoneMatch": "*"} if before is None else {"IfMatch": before.tag}
        return self._write_if(self._place.key, data, **condition)

    def _read(self, key: str) -> Document | None:
        answer = self._call("get_object", Key=key)
        if answer is None:
            return None
        writer = answer.get("Metadata", {}).get("writer", "")
        return Document(answer["Body"], answer["ETag"], writer)

    def _write_if(self, key: str, data: bytes, **condition: str) -> Document:
        digest = content_md5(data)
        answer = self._call(
            "put_object",
            Key=key,
            Body=data,
            ContentType="application/json",
            ContentMD5=digest,
            Metadata={"writer": self._writer},
            **condition,
        )
        if answer is None:
            raise StoreUnusableError(text("there is no bucket `{name}`", name=self._place.bucket))
        return Document(data, answer["ETag"], self._writer)

    def _call(self, action: str, **parts: object) -> dict[str, Any] | None:
        """Make a call; return None for what is not there."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            answer: dict[str, Any] = getattr(self._client(), action)(
                Bucket=self._place.bucket, **parts
            )
            if action == "get_object":
                answer["Body"] = answer["Body"].read()
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", ""))
            if code in _ABSENT:
                return None
            raise self._refused(action, code) from None
        except BotoCoreError as error:
            raise self._silence(error) from None
        return answer

    def _refused(self, action: str, code: str) -> Exception:
        if code in _TAKEN:
            return StateMovedError(
                text("`{name}` was written by another run meanwhile", name=self._name),
                text("plan again: what this run did is found again by its marker"),
            )
        said = text(
            "`{name}`: {action} is answered by {code}", name=self._name, action=action, code=code
        )
        if code in _DOUBTFUL:
            return StoreDoubtfulError(said, text("try again later"))
        return StoreUnusableError(
            said,
            text("see `bucket`, `region` and `endpoint` of `state`, and what the login may do"),
        )

    def _silence(self, error: Exception) -> StoreUnusableError:
        from botocore.exceptions import ConnectionError as NotConnectedError
        from botocore.exceptions import HTTPClientError

        doubtful = isinstance(error, (HTTPClientError, NotConnectedError))
        kind = StoreDoubtfulError if doubtful else StoreUnusableError
        return kind(
            text("`{name}`: {reason}", name=self._name, reason=type(error).__name__),
            text("see `region`, `endpoint` and the login, and whether the store can be reached"),
        )

    def _client(self) -> Any:  # noqa: ANN401 - botocore makes its classes at run time
        if self._opened is None:
            self._opened = _client(self._place)
        return self._opened


@cache
def _session() -> Any:  # noqa: ANN401 - as above
    """Return the one that reads the descriptions of the service, which takes half a second."""
    from botocore.session import get_session

    return get_session()


def _client(place: Bucket) -> Any:  # noqa: ANN401 - as above
    try:
        from botocore.config import Config
    except ImportError:
        raise StoreUnusableError(
            text("the store `s3` needs a package that is not installed"),
            text("pip install 'crmspec[s3]'"),
        ) from None
    config = Config(
        connect_timeout=5,
        read_timeout=60,
        retries={"mode": "standard", "total_max_attempts": 4},
        s3={"addressing_style": "path" if place.path_style else "auto"},
        # Stores other than Amazon's may not know the newer checksums; Content-MD5 all know.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    return _session().create_client(
        "s3",
        region_name=place.region,
        endpoint_url=place.endpoint,
        aws_access_key_id=place.access_key,
        aws_secret_access_key=place.secret,
        config=config,
    )


def _holder(data: bytes) -> Holder:
    try:
        return decoded(data, Holder)
    except UndecodableError:
        return Holder()


def _other(found: Holder | None) -> StateLockedError:
    if found is None:
        return StateLockedError(text("nobody holds the state"))
    return locked(found, frees_itself=False)
