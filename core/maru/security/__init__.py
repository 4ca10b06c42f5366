"""Pure ASGI layers around the portal: who may knock, and the headers of every answer."""

from maru.security.layers import DoorCheck, SecurityHeaders
