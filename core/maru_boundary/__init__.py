"""Where strangers hand something in: what they give is checked, what they raise is told, what keeps failing is paused.

Knows nothing of the portal.
"""

from maru_boundary.checked import Checked, all_of
from maru_boundary.failures import MOST_PLACE, describe, line_of, log_failure, place_of, storable, text_of
from maru_boundary.meant import did_you_mean

__all__ = [
    "MOST_PLACE",
    "Checked",
    "all_of",
    "describe",
    "did_you_mean",
    "line_of",
    "log_failure",
    "place_of",
    "storable",
    "text_of",
]
