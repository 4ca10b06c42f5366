"""Particles behind values: what a Korean reader says aloud."""

from __future__ import annotations

import jinja2
import pytest

from maru.templating import translated
from maru_language import current_locale, t
from maru_language.particles import particle


def in_template(message: str, **values: object) -> str:
    """What `_(message, …)` says in a template."""
    environment = jinja2.Environment(autoescape=True)
    environment.globals["_"] = translated
    return environment.from_string("{{ _(message, **values) }}").render(message=message, values=values)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("예산", "을"),
        ("자료", "를"),
        ("집행 현황(안)", "을"),
        ("‘유구읍’", "을"),
        ("[긴급] 제출」", "을"),
        ("2026", "을"),
        ("제2", "를"),
        ("10", "을"),
        ("3.5%", "를"),
        ("PDF", "를"),
        ("URL", "을"),
        ("LH", "를"),
        ("Excel", "을"),
        ("Internet", "을"),
        ("Update", "를"),
        ("File", "을"),
        ("인수증.pdf", "를"),
        ("서식.xlsx", "를"),
        ("index.html", "을"),
        ("ㄱ", "을"),
        ("예산…", "을"),
        ("😀", "을(를)"),
        ("豫算", "을(를)"),
        ("", "을(를)"),
    ],
)
def test_the_particle_follows_the_sound(text: str, said: str) -> None:
    """Hangul, digits and Latin as they are read; quotes and brackets do not count; what nobody knows keeps both."""
    assert particle(text, "을(를)") == said


@pytest.mark.parametrize(
    ("text", "said"),
    [("유구읍", "으로"), ("정산서울", "로"), ("자료", "로"), ("7", "로"), ("3", "으로"), ("Excel", "로")],
)
def test_after_a_final_rieul_it_is_ro(text: str, said: str) -> None:
    """서울로, 7로: (으)로 takes ㄹ as if it were no consonant."""
    assert particle(text, "(으)로") == said


def test_every_pair_is_known_in_both_orders() -> None:
    """은(는) and 는(은) are the same, and so on."""
    message = "{a}은(는) {a}는(은) {a}이(가) {a}가(이) {a}과(와) {a}와(과) {a}(으)로 {a}(이)라는"

    assert t(message, a="산") == "산은 산은 산이 산이 산과 산과 산으로 산이라는"
    assert t(message, a="바다") == "바다는 바다는 바다가 바다가 바다와 바다와 바다로 바다라는"


def test_a_message_says_the_right_particle() -> None:
    """In Python and in templates, behind closing quotes, and never inside of a value."""
    assert t("‘{value}’을(를) 숫자로 읽을 수 없습니다.", value="열") == "‘열’을 숫자로 읽을 수 없습니다."
    assert in_template("‘%(words)s’(으)로 찾았습니다", words="<도로>") == "‘&lt;도로&gt;’로 찾았습니다"
    assert t("‘{value}’이(가) 없습니다", value="을(를)") == "‘을(를)’이 없습니다"
    assert t("{n:,}을(를)", n=1_000) == "1,000을"


def test_a_place_for_another_to_fill_keeps_both() -> None:
    """A message for a script, whose name is not known yet, is left as it is written."""
    assert in_template("‘{name}’이(가) %(n)sMB를 넘습니다", n=5) == "‘{name}’이(가) 5MB를 넘습니다"


def test_english_has_no_particles() -> None:
    """Brackets in an English message stay."""
    token = current_locale.set("en")

    assert t("‘{value}’은(는) 쓸 수 없는 값입니다.", value="x") == "‘x’ is not an allowed value."

    current_locale.reset(token)
