"""What other plugins may use of the administration."""

from .belonging import Belonging
from .conditions import Condition, switched_on
from .earlier import EarlierState

__all__ = ["Belonging", "Condition", "EarlierState", "switched_on"]
