"""초성: finding 김철수 by ㄱㅊㅅ."""

from __future__ import annotations

INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
FIRST, LAST, SYLLABLES_PER_INITIAL = 0xAC00, 0xD7A3, 588


def is_initials(text: str) -> bool:
    """Whether `text` is made of first consonants alone."""
    return bool(text) and all(letter in INITIALS for letter in text)


def initials_of(text: str) -> str:
    """`김철수` → `ㄱㅊㅅ`; what is no Korean syllable stays."""
    return "".join(_initial(letter) for letter in text)


def _initial(letter: str) -> str:
    place = ord(letter)
    return INITIALS[(place - FIRST) // SYLLABLES_PER_INITIAL] if FIRST <= place <= LAST else letter
