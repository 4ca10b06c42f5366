"""What other plugins may use of the administration."""

from .belonging import Belonging

__all__ = ["Belonging"]
