"""From words to terms, from typed words to what was meant, and the passage that shows why."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maru_search import analysis
from maru_search.asking import Asked, is_one_key_off, other_layout
from maru_search.passages import LETTERS, marked, passage


def test_morphemes_leave_particles_and_endings_out() -> None:
    """Nouns, compounds with their parts, stems of verbs."""
    terms = analysis.morphemes("공주시 유구읍에서 점용료를 걷었습니다")

    assert {"공주시", "공주", "유구읍", "유구", "점용"} <= set(terms)
    assert not {"에서", "를", "습니다"} & set(terms)


def test_bigrams_do_not_see_spaces() -> None:
    """With or without the space, the same pairs; numbers and Latin words stay whole."""
    assert analysis.bigrams("도로 점용") == analysis.bigrams("도로점용") == ["도로", "로점", "점용"]
    assert analysis.bigrams("PDF 2판") == ["pdf", "2", "판"]
    assert analysis.bigrams("Ａ４") == ["a", "4"]


def test_without_the_analyser_particles_fall_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """By their letters alone; what is too short for one stays whole."""
    monkeypatch.setattr(analysis, "has_morphemes", lambda: False)

    stems = [analysis.stem(word) for word in ("점용을", "유구읍에서", "연장안내는", "도로", "나는", "예산")]

    assert stems == ["점용", "유구읍", "연장안내", "도로", "나는", "예산"]


def test_without_the_analyser_words_stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """The search goes on with words and bigrams."""
    monkeypatch.setattr(analysis, "has_morphemes", lambda: False)

    assert analysis.morphemes("도로점용을 연장") == ["도로점용을", "연장"]


@given(st.text(max_size=300))
def test_any_text_can_be_analysed(text: str) -> None:
    """Whatever stands in a text: terms without spaces, none longer than a term may be."""
    for term in (*analysis.morphemes(text), *analysis.bigrams(text), *analysis.initial_runs(text)):
        assert term
        assert not term.isspace()
        assert len(term) <= analysis.LONGEST_TERM + analysis.INITIALS_KEPT


def test_a_long_text_is_analysed_in_pieces() -> None:
    """No term is lost where it is cut."""
    numbers = [str(number) for number in range(1_000, 4_000)]

    assert analysis.morphemes(" ".join(numbers)) == numbers


@pytest.mark.parametrize(
    ("words", "meant"),
    [("dkssud", "안녕"), ("ㅗ디ㅣㅐ", "hello"), ("hello", ""), ("안녕", ""), ("2026", ""), ("ㄱㅈㅅ", "rwt"), ("", "")],
)
def test_other_layout_is_read_only_where_it_makes_words(words: str, meant: str) -> None:
    """English words that make no syllables, and Korean ones, stay what they are."""
    assert other_layout(words) == meant


@pytest.mark.parametrize(
    ("one", "other", "is_near"),
    [
        ("예산", "예선", True),
        ("예산", "예산", False),
        ("정산", "예산", False),
        ("점용", "점요", True),
        ("abc", "acb", True),
    ],
)
def test_one_key_off(one: str, other: str, is_near: bool) -> None:
    """A key wrong, left out, added, or swapped with the next."""
    assert is_one_key_off(one, other) is is_near
    assert is_one_key_off(other, one) is is_near


def test_a_passage_shows_where_most_words_stand() -> None:
    """Around the place where both words are close together, cut at words, with both marked."""
    text = "점용 " + "가나다 " * 80 + "도로의 점용을 연장합니다 " + "라마바 " * 80

    pieces = passage(text, ["점용", "연장"])

    assert [piece.text for piece in pieces if piece.is_marked] == ["점용", "연장"]
    assert len("".join(piece.text for piece in pieces)) <= LETTERS + 2
    assert pieces[0].text.startswith("…")


@given(st.text(max_size=400), st.lists(st.text(min_size=1, max_size=5), max_size=4))
def test_marking_keeps_every_letter(text: str, needles: list[str]) -> None:
    """Pieces put together are the text again."""
    assert "".join(piece.text for piece in marked(text, needles)) == text


def test_addresses_carry_what_is_asked() -> None:
    """Filters stay, the page starts over, what is not asked is not in the address."""
    asked = Asked(words="도로 점용", kind="record", unit=3, page=4)

    assert asked.href(kind="") == "/search/?q=%EB%8F%84%EB%A1%9C+%EC%A0%90%EC%9A%A9&unit=3"
    assert asked.href(page=2).endswith("&page=2")
