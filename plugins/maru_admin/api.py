"""What other plugins may use of the administration."""

from .belonging import Belonging
from .earlier import EarlierState

__all__ = ["Belonging", "EarlierState"]
