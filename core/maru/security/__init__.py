"""Pure ASGI layers around the portal: host check, security headers, cross-origin check, size of what is sent."""

from maru.security.layers import HostCheck, OriginCheck, SecurityHeaders
from maru.security.throttle import refuse_when_throttled
