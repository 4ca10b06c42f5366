"""초성, letters, and the two keyboard layouts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maru_language.hangul import (
    compose,
    initials_of,
    is_initials,
    keys_of,
    letters_of,
    typed_as_hangul,
)

SYLLABLES = st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), max_size=8)


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        ("dkssud", "안녕"),
        ("rhdwntl", "공주시"),
        ("ehfhwjadyd", "도로점용"),
        ("rkqtl", "갑시"),
        ("ekfrrhkdlf", "닭과일"),
        ("rhkstn", "관수"),
        ("Wkaqhd", "짬봉"),
        ("2026 dPtks", "2026 예산"),
        ("dml", "의"),
        ("ㄱ", "ㄱ"),
    ],
)
def test_keys_write_what_a_korean_keyboard_writes(keys: str, text: str) -> None:
    """A word that was typed in the English layout is read as the Korean one."""
    assert typed_as_hangul(keys) == text


def test_capital_keys_without_a_letter_of_their_own_count_as_small() -> None:
    """Caps Lock is forgotten as easily: D writes what d writes."""
    assert typed_as_hangul("DKSSUD") == "안녕"


@pytest.mark.parametrize(("text", "keys"), [("ㅗ디ㅣㅐ", "hello"), ("ㅔㅇㄹ", "pdf"), ("뮨", "abs"), ("값", "rkqt")])
def test_hangul_is_read_back_as_keys(text: str, keys: str) -> None:
    """An English word that was typed in the Korean layout is read as the English one."""
    assert keys_of(text) == keys


@given(SYLLABLES)
def test_keys_and_hangul_are_each_others_way_back(text: str) -> None:
    """Any Korean text survives the way to keys and back."""
    assert typed_as_hangul(keys_of(text)) == text


@given(SYLLABLES)
def test_letters_compose_to_what_they_came_from(text: str) -> None:
    """Taking a text apart and composing it gives the same text."""
    assert compose(letters_of(text)) == text


def test_initials() -> None:
    """초성 of a name, with what is no syllable left as it is."""
    assert initials_of("김철수 2팀") == "ㄱㅊㅅ 2ㅌ"
    assert is_initials("ㄱㅊㅅ")
    assert not is_initials("ㄱ철ㅅ")
    assert not is_initials("ㅏ")
    assert not is_initials("")


def test_one_mistyped_key_changes_one_letter() -> None:
    """정선 and 정산 differ in one letter, 예산 and 예선 too."""
    pairs = (("예산", "예선"), ("정산", "정선"))

    differing = [sum(a != b for a, b in zip(letters_of(x), letters_of(y), strict=True)) for x, y in pairs]

    assert differing == [1, 1]
