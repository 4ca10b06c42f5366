"""Dataclasses that strangers fill in: each field is exactly of the type it states, and harmless to whoever uses it."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date, datetime, timezone
from functools import cache, partial
from types import UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

Fits = Callable[[object], bool]
Given = TypeVar("Given")

FIRST_YEAR, LAST_YEAR = 1970, 2200
"""Instants near the ends of the calendar cannot be shown in another time zone."""
LARGEST_NUMBER = 10**15
"""Python refuses to write numbers of 4,300 digits, and a database those of 19."""


class Checked:
    """A dataclass that plugins fill in: raises TypeError naming the first field of another type than it states.

    Text is plain `str` that UTF-8 can hold, at most `longest_text` long; a subclass such as Markup is none: it may do
    anything when it is used. Numbers are below 10**15, instants aware and of the years 1970 to 2200.
    """

    longest_text = 10_000

    def __post_init__(self) -> None:
        for name, expected, fits in _fields(type(self)):  # type: ignore[arg-type]  # mypy takes no class for hashable
            value = getattr(self, name)
            if not fits(value):
                raise TypeError(f"{type(self).__name__}.{name} {_complaint(value, expected, self.longest_text)}")


def all_of(kind: type[Given], answer: object, most: int) -> list[Given]:
    """The items of `answer`, a list of at most `most` of `kind`; raises TypeError naming what came instead.

    Those of a `Checked` kind are copies made by the kind itself: what was done to them since they were made counts for
    nothing. Subclasses are refused, because whatever is asked of them runs code of their own.
    """
    if type(answer) not in (list, tuple):
        raise TypeError(f"gave {type(answer).__name__} where a list of {kind.__name__} is expected")
    given: Any = answer
    if len(given) > most:
        raise TypeError(f"gave {len(given)} of {kind.__name__} where at most {most} are expected")
    return [_sound(each, kind) for each in given]


def _sound(each: Any, kind: type[Given]) -> Given:
    if type(each) is not kind:
        raise TypeError(f"gave {type(each).__name__} where {kind.__name__} itself is expected")
    if issubclass(kind, Checked):
        return kind(**{name: getattr(each, name) for name in _names(kind)})  # type: ignore[arg-type]  # mypy takes no class for hashable
    if isinstance(each, str) and not _is_text(Checked.longest_text, each):
        raise TypeError(f"gave a text that {_complaint(each, str, Checked.longest_text)}")
    return each


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind) if field.init)


@cache
def _fields(checked: type[Checked]) -> tuple[tuple[str, Any, Fits], ...]:
    """Of each field: its name, the type it states, and whether a value is of it."""
    return tuple((name, kind, _fits(kind, checked.longest_text)) for name, kind in get_type_hints(checked).items())


def _fits(expected: Any, most: int) -> Fits:
    origin, inner = get_origin(expected), get_args(expected)
    if origin in (Union, UnionType):
        return partial(_fits_any, [_fits(each, most) for each in inner])
    if origin is tuple:
        return partial(_fits_each, _fits(inner[0], most))
    if origin is Literal:
        return partial(_is_one_of, {(type(each), each) for each in inner})
    if origin in (dict, Mapping):
        return partial(_fits_pairs, _fits(inner[0], most), _fits(inner[1], most))
    return partial(_is_text, most) if expected is str else _fits_plain(origin or expected)


def _fits_plain(kind: Any) -> Fits:
    if kind in _HARMLESS:
        return _HARMLESS[kind]
    if kind in (Any, object):
        return lambda value: True
    if issubclass(kind, Checked):
        return partial(_is_sound, kind)
    return lambda value: isinstance(value, kind)


def _is_sound(kind: type[Checked], value: object) -> bool:
    """Whether it is one; raises TypeError naming a field of it that is not."""
    if type(value) is not kind:
        return False
    kind.__post_init__(value)
    return True


def _fits_any(choices: list[Fits], value: object) -> bool:
    return any(fits(value) for fits in choices)


def _fits_each(fits: Fits, value: object) -> bool:
    return type(value) is tuple and all(map(fits, value))


def _fits_pairs(fits_key: Fits, fits_value: Fits, value: object) -> bool:
    return type(value) is dict and all(map(fits_key, value)) and all(map(fits_value, value.values()))


def _is_one_of(choices: set[tuple[type, Any]], value: object) -> bool:
    return (type(value), value) in choices


def _is_text(most: int, value: object) -> bool:
    return type(value) is str and len(value) <= most and (value.isascii() or is_encodable(value))


def is_encodable(text: str) -> bool:
    """Whether UTF-8 can hold it: a lone surrogate, as in names of files that are no text, breaks whoever writes it."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_number(value: object) -> bool:
    return type(value) is int and -LARGEST_NUMBER < value < LARGEST_NUMBER


def _is_instant(value: object) -> bool:
    """Aware, by a time zone of Python's own, and far from the ends of the calendar."""
    return (
        type(value) is datetime
        and type(value.tzinfo) in (timezone, ZoneInfo)
        and value.utcoffset() is not None
        and FIRST_YEAR <= value.year <= LAST_YEAR
    )


def _is_day(value: object) -> bool:
    return type(value) is date and FIRST_YEAR <= value.year <= LAST_YEAR


_HARMLESS: dict[Any, Fits] = {
    int: _is_number,
    bool: lambda value: type(value) is bool,
    float: lambda value: type(value) is float,
    type(None): lambda value: value is None,
    datetime: _is_instant,
    date: _is_day,
}
_WORDS = {
    str: "plain text that UTF-8 can hold",
    int: "numbers below 10**15",
    datetime: f"aware instants of the years {FIRST_YEAR} to {LAST_YEAR}; of a day, end_of_work(day)",
    date: f"days of the years {FIRST_YEAR} to {LAST_YEAR}",
}


def _complaint(value: object, expected: Any, most: int) -> str:
    """What is wrong with a value that does not fit."""
    if isinstance(value, str) and len(value) > most:
        return f"has {len(value):,} characters, more than {most:,}"
    rules = [_WORDS[each] for each in (expected, *get_args(expected)) if each in _WORDS]
    name = expected.__name__ if isinstance(expected, type) else expected
    return f"is {_shown(value)}, expected {name}" + (f" ({', '.join(rules)})" if rules else "")


def _shown(value: object) -> str:
    name = type(value).__name__
    try:
        is_subclass = isinstance(value, (str, int, datetime)) and name not in ("str", "int", "bool", "datetime")
        return repr(value)[:200] + f" of the class {name}" * is_subclass
    except Exception:  # noqa: BLE001 — a repr of anybody's, and that of a number with too many digits
        return f"something of the class {name}"
