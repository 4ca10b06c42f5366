"""The word that somebody probably meant."""

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """` Did you mean "menu"?` where one of `known` is near to `word`; else `otherwise`, a sentence of its own."""
    near = get_close_matches(word, list(known), n=1)
    said = f'Did you mean "{near[0]}"?' if near else otherwise
    return f" {said}" if said else ""
