"""Particles that follow a value: `{name}을(를)` in a message becomes 을 or 를, by the sound that the value ends in.

Messages are written as an office writes them by hand, with both forms. Behind a place for a value the right one is
chosen when the value is put in; closing quotes and brackets may stand between. What nobody can say for sure, an
emoji or a Chinese sign, keeps both.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from maru_language.hangul import FINALS, FIRST, INITIALS, VOWELS, is_syllable

# (with a final consonant, without one): 과(와) is written in the same order as 을(를), (으)로 and (이)라 show what drops.
_FORMS = {
    one: (closed, open_)
    for closed, open_ in (("을", "를"), ("은", "는"), ("이", "가"), ("과", "와"))
    for one in (f"{closed}({open_})", f"{open_}({closed})")
} | {"(으)로": ("으로", "로"), "(이)": ("이", "")}
_CLOSING = "’”'\"」』》〉)\\]"
_PAIR = re.compile(
    rf"(\{{\w+(?:[!:][^{{}}]*)?\}}|%\(\w+\)[sd])([{_CLOSING}]*)(" + "|".join(map(re.escape, _FORMS)) + ")"
)
_DIGITS = dict(zip("0123456789", "ㅇㄹ ㅁ  ㄱㄹㄹ ", strict=True))  # 영 일 이 삼 사 오 육 칠 팔 구
_SIGNS = dict.fromkeys("%‰℃°$€¥㎡㎥㎢²³", "")  # 퍼센트, 도, 달러, 제곱미터: none ends in a consonant
_SPELT = re.compile(r"^[^aeiou]+$|[A-Z]$|^\.")
_SPOKEN = re.compile(r"(?P<ㄹ>le?)$|(?P<ㅁ>me?)$|(?P<ㄴ>ne?)$|(?P<ㅇ>ng)$|[aeiou](?P<ㄱ>[bckpt])$", re.IGNORECASE)


def with_particles(message: str, fill: Callable[[str], str]) -> str:
    """`message` with the particles behind its places chosen; `fill` gives what stands in a place: `{name}` → `예산`.

    A place that `fill` gives back as it is will be filled by somebody else, later: it keeps both forms.
    """

    def chosen(found: re.Match[str]) -> str:
        place, closing, both = found.groups()
        text = fill(place)
        return place + closing + (both if text == place else particle(text, both))

    return _PAIR.sub(chosen, message)


def has_particles(message: str) -> bool:
    """Whether a particle of `message` depends on a value."""
    return ")" in message and _has_particles(message)


@lru_cache(maxsize=4_096)
def _has_particles(message: str) -> bool:
    return _PAIR.search(message) is not None


def particle(text: str, both: str) -> str:
    """The form of `both` (`을(를)`) that follows `text`; `both` itself where the sound of `text` is not known."""
    final = final_of(text)
    if final is None:
        return both
    if both == "(으)로" and final == "ㄹ":
        return "로"
    closed, open_ = _FORMS[both]
    return closed if final else open_


def final_of(text: str) -> str | None:
    """The consonant that `text` ends in when it is read aloud in Korean, empty for none; None when nobody knows."""
    said = re.sub(r"[^\w%‰℃°$€¥㎡㎥㎢²³]+$", "", text)
    last = said[-1:]
    if is_syllable(last or " "):
        return FINALS[(ord(last) - FIRST) % 28]
    if last in _DIGITS:
        return _DIGITS[last].strip()
    if last and last in INITIALS:
        return last  # 기역, 니은, 리을: a letter's name ends in what it is
    if last and last in VOWELS:
        return ""
    return _final_of_latin(said) if last.isascii() and last.isalpha() else _SIGNS.get(last)


def _final_of_latin(said: str) -> str:
    """Abbreviations and endings of file names are spelt (PDF, .xlsx), words are spoken (Excel, Internet)."""
    word = re.search(r"\.?[A-Za-z]+$", said)
    latin = word[0] if word else said
    if _SPELT.search(latin):
        return {"L": "ㄹ", "R": "ㄹ", "M": "ㅁ", "N": "ㄴ"}.get(latin[-1].upper(), "")
    spoken = _SPOKEN.search(latin)
    return (spoken.lastgroup or "") if spoken else ""
