"""Hangul in Latin letters, one syllable after the other, for names that a database and an address can hold."""

__all__ = ["romanized"]

INITIALS = ("g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t", "p", "h")
VOWELS = ("a", "ae", "ya", "yae", "eo", "e", "yeo", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo", "we", "wi", "yu",
          "eu", "ui", "i")  # fmt: skip
FINALS = ("", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l", "p", "l", "m", "p", "p", "t", "t", "ng",
          "t", "t", "k", "t", "p", "t")  # fmt: skip


def romanized(text: str) -> str:
    """Hangul letter by letter in Latin, everything else as it is: '시비' is 'sibi'."""
    return "".join(_syllable(letter) for letter in text)


def _syllable(letter: str) -> str:
    code = ord(letter) - 0xAC00
    if not 0 <= code < 11_172:
        return letter
    return INITIALS[code // 588] + VOWELS[code % 588 // 28] + FINALS[code % 28]
