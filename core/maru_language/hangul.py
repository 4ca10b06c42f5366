"""Hangul as people type it: first consonants (초성), letters (자모), and keys of the other keyboard layout."""

from __future__ import annotations

import unicodedata

INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
FINALS: tuple[str, ...] = ("", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")
FIRST, LAST = 0xAC00, 0xD7A3

# What the keys of a Korean keyboard (두벌식) write, and the letters that are typed as two.
KEYS = dict(
    zip(
        "rRseEfaqQtTdwWczxvgkoiOjpuPhynbml",
        "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎㅏㅐㅑㅒㅓㅔㅕㅖㅗㅛㅜㅠㅡㅣ",
        strict=True,
    )
)
PAIRS = {
    "ㅗㅏ": "ㅘ", "ㅗㅐ": "ㅙ", "ㅗㅣ": "ㅚ", "ㅜㅓ": "ㅝ", "ㅜㅔ": "ㅞ", "ㅜㅣ": "ㅟ", "ㅡㅣ": "ㅢ",
    "ㄱㅅ": "ㄳ", "ㄴㅈ": "ㄵ", "ㄴㅎ": "ㄶ", "ㄹㄱ": "ㄺ", "ㄹㅁ": "ㄻ", "ㄹㅂ": "ㄼ", "ㄹㅅ": "ㄽ", "ㄹㅌ": "ㄾ",
    "ㄹㅍ": "ㄿ", "ㄹㅎ": "ㅀ", "ㅂㅅ": "ㅄ",
}  # fmt: skip
_SINGLE = {double: pair for pair, double in PAIRS.items()}
_KEY_OF = {letter: key for key, letter in KEYS.items()}


def is_syllable(letter: str) -> bool:
    """Whether `letter` is one composed Korean syllable."""
    return FIRST <= ord(letter) <= LAST


def is_initials(text: str) -> bool:
    """Whether `text` is made of first consonants alone."""
    return bool(text) and all(letter in INITIALS for letter in text)


def initials_of(text: str) -> str:
    """`김철수` → `ㄱㅊㅅ`; what is no Korean syllable stays."""
    return "".join(INITIALS[(ord(each) - FIRST) // 588] if is_syllable(each) else each for each in text)


def letters_of(text: str) -> str:
    """The letters in the order they are typed: `값` → `ㄱㅏㅂㅅ`. One mistyped key changes one letter of it."""
    found = []
    for each in unicodedata.normalize("NFC", text):
        parts = _parts(each) if is_syllable(each) else each
        found += [_SINGLE.get(part, part) for part in parts]
    return "".join(found)


def _parts(syllable: str) -> str:
    place = ord(syllable) - FIRST
    return INITIALS[place // 588] + VOWELS[place % 588 // 28] + FINALS[place % 28]


def keys_of(text: str) -> str:
    """What was typed while the keyboard wrote Korean by mistake: `ㅗ디ㅣㅐ` → `hello`."""
    return "".join(_KEY_OF.get(letter, letter) for letter in letters_of(text))


def typed_as_hangul(keys: str) -> str:
    """What the keys write on a Korean keyboard: `dkssud` → `안녕`. Other characters stay as they are."""
    return compose("".join(KEYS.get(key) or KEYS.get(key.lower(), key) for key in keys))


def compose(letters: str) -> str:
    """Letters in a row as syllables, as an input method puts them together: `ㄱㅏㅂㅅㅣ` → `갑시`."""
    written: list[str] = []
    place = 0
    while place < len(letters):
        syllable, length = _syllable_at(letters, place)
        written.append(syllable)
        place += length
    return "".join(written)


def _syllable_at(letters: str, place: int) -> tuple[str, int]:
    """The syllable that begins at `place`, and how many letters it takes; a letter that begins none stands alone."""
    first = letters[place]
    if first not in INITIALS or not _is_vowel_at(letters, place + 1):
        return _widest(letters, place, VOWELS)
    vowel, taken = _widest(letters, place + 1, VOWELS)
    final, more = _final_at(letters, place + 1 + taken)
    code = FIRST + INITIALS.index(first) * 588 + VOWELS.index(vowel) * 28 + FINALS.index(final)
    return chr(code), 1 + taken + more


def _is_vowel_at(letters: str, place: int) -> bool:
    return place < len(letters) and letters[place] in VOWELS


def _widest(letters: str, place: int, among: str) -> tuple[str, int]:
    pair = PAIRS.get(letters[place : place + 2], "")
    return (pair, 2) if pair and pair in among else (letters[place], 1)


def _final_at(letters: str, place: int) -> tuple[str, int]:
    """The consonants below a syllable. The last one before a vowel belongs to the next syllable."""
    for length in (2, 1):
        given = letters[place : place + length]
        final = PAIRS.get(given, "") if length == 2 else given
        if len(given) == length and final and final in FINALS and not _is_vowel_at(letters, place + length):
            return final, length
    return "", 0
