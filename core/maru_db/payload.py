"""What an event or a job carries, with the version of its shape."""

from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict

Read = TypeVar("Read", bound="Payload")


class Payload(BaseModel):
    """What an event or a job carries, declared by the plugin that it belongs to; handed to `change.emit` or `enqueue`.

    class Sent(Payload):
        event = "collect.sent"
        version = 2
        request: int
        targets: int = 0  # new in version 2: what older ones lack has a default
    """

    model_config = ConfigDict(frozen=True)

    event: ClassVar[str]
    version: ClassVar[int] = 1


class Carrier:
    """What brings a payload along: an event, a run of a job."""

    name: str
    payload: Mapping[str, Any]
    version: int

    def read(self, kind: type[Read]) -> Read:
        """The payload as `kind`. Raises ValueError for one of another event, or of a newer version than `kind`."""
        if self.name != kind.event:
            raise ValueError(f'"{self.name}" carries no {kind.__name__}, which belongs to "{kind.event}".')
        if self.version > kind.version:
            raise ValueError(
                f'"{self.name}" carries version {self.version} of {kind.__name__}; version {kind.version} is known '
                f'here. Upgrade the plugin "{self.name.partition(".")[0]}" and start again.'
            )
        return kind.model_validate(self.payload)
