"""Sentences for people: a Korean sentence with places for values, translated by whoever shows it.

This package runs in a process of its own that knows no catalogue: `say` and `N_` mark what locale/en.po must hold.
"""

from dataclasses import dataclass
from typing import Literal


def N_(msgid: str) -> str:  # noqa: N802 — the name that gettext gives to this mark
    """`msgid` as it is: a sentence that is kept in a name until somebody says it."""
    return msgid


TOO_HEAVY = N_(
    "‘{name}’을(를) 읽는 데 시간이나 메모리가 너무 많이 듭니다. 표 밖의 행과 열, 쓰지 않는 시트를 지우고 다시 올려 주세요."
)
BUSY = N_("다른 사람이 올린 파일을 읽고 있어 ‘{name}’을(를) 아직 읽지 못했습니다. 잠시 뒤에 다시 올려 주세요.")

Severity = Literal["error", "warning", "changed"]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One Korean sentence (`msgid`) and the values of its places, in order of the names in it.

    `str(sentence)` is Korean; `t(sentence.msgid, **dict(sentence.values))` is the reader's language.
    """

    msgid: str
    values: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return self.msgid.format(**dict(self.values))


def say(msgid: str, **values: object) -> Sentence:
    """A sentence from its Korean text and named values."""
    return Sentence(msgid, tuple((name, str(value)) for name, value in values.items()))


class WorkbookProblem(Exception):
    """The workbook cannot be used as it is. `sentence` says in Korean what is wrong and what to do.

    `code` is stable: empty, not_xlsx, encrypted, old_xls, damaged, too_large, no_sheet, no_table, layout, busy.
    """

    def __init__(self, code: str, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.code = code
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class CellProblem:
    """What is wrong at one cell of a returned workbook. `address` is '' when the whole sheet is meant."""

    address: str
    severity: Severity
    code: str
    sentence: Sentence

    @property
    def message(self) -> str:
        """The Korean sentence, complete with its values."""
        return str(self.sentence)
