"""A mistake in a definition that a plugin ships is told with the file, the line and the way out."""

from __future__ import annotations

from pathlib import Path

import pytest

from maru import PluginError
from maru_records.api import definitions_in
from maru_records.definition.files import line_of

GOOD = """{
  "format": 1, "key": "rooms", "label": {"ko": "회의실", "en": "Rooms"},
  "fields": [
    {"key": "room", "label": "회의실", "type": "choice", "choices": ["가", "나"]},
    {"key": "hours", "label": "시간", "type": "integer"},
    {"key": "price", "label": "요금", "type": "computed", "expression": "hours * 1000"}
  ]
}
"""


def refused(folder: Path, text: str) -> PluginError:
    """What is said of a file with this text."""
    app = folder / "app"
    app.mkdir()
    (app / "rooms.json").write_text(text, encoding="utf-8")
    with pytest.raises(PluginError) as wrong:
        definitions_in(app)
    return wrong.value


@pytest.mark.parametrize(
    ("right", "wrong", "line", "said"),
    [
        ('"integer"}', '"intger"}', 5, 'fields[1].type: Input should be'),
        ('"integer"}', '"intger"}', 5, 'not "intger". Did you mean "integer"?'),
        ('"choices": ["가"', '"choises": ["가"', 4, 'choises: there is no such key. Did you mean "choices"?'),
        ('"format": 1', '"colour": 1', 2, "colour: there is no such key. The keys here are format, key, "),
        ('"type": "integer"', '"typo": 1', 5, "fields[1].type: is missing. Add it."),
        ('"fields"', '"title": "romm", "fields"', 3, ": title에 적힌 필드 'romm'"),
        ('"fields"', '"order": "-hour", "fields"', 3, ": order에 적힌 필드 'hour'"),
        ('"key": "hours"', '"key": "room"', 5, "fields[1]: 필드 키 'room'"),
        ('"type": "integer"', '"type": "integer", "width": "wide"', 5, "fields[1].width: Input should be a valid int"),
        ("hours * 1000", "hour * 1000", 6, "'hour'라는 필드가 없습니다"),
        (', "choices": ["가", "나"]', "", 4, "'room'에 보기가 없습니다"),
        ('"key": "rooms"', '"key": "Rooms"', 2, "$', not 'Rooms'."),
        ('* 1000"}', '* 1000"},', 7, "a comma before ']'"),
        ('"label": "시간",', '"label": "시간"', 5, "is no JSON: Expecting ',' delimiter"),
        ('"label": {"ko": "회의실", "en"', '"label": {"ko": "회의실", 1', 2, "is no JSON"),
    ],
)  # fmt: skip
def test_mistake_is_told_with_its_line(tmp_path: Path, right: str, wrong: str, line: int, said: str) -> None:
    """A type that is none, a name misspelt or missing, a formula, a rule, a comma: each with the line it stands on."""
    assert right in GOOD

    told = refused(tmp_path, GOOD.replace(right, wrong, 1))

    assert told.where == f"app/rooms.json:{line}"
    assert said in str(told)


def test_every_mistake_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    """Nobody mends one mistake to be told of the next; each line begins with its place."""
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "cars.json").write_text("", encoding="utf-8")
    (tmp_path / "app" / "old.json").write_bytes('{"label": "예전"}'.encode("cp949"))
    (tmp_path / "app" / "rooms.json").write_text(
        GOOD.replace('"integer"', '"number"').replace("choice", "chioce", 1), encoding="utf-8"
    )

    with pytest.raises(PluginError) as wrong:
        definitions_in(tmp_path / "app")

    lines = str(wrong.value).splitlines()
    assert [line.split(": ")[0] for line in lines] == [
        "app/cars.json:1", "app/old.json:1", "app/rooms.json:4", "app/rooms.json:5",
    ]  # fmt: skip
    assert "UTF-8" in lines[1]


def test_good_file_is_read_whatever_wrote_it(tmp_path: Path) -> None:
    """Windows editors put a mark before the first letter."""
    (tmp_path / "rooms.json").write_text(GOOD, encoding="utf-8-sig")

    (found,) = definitions_in(tmp_path)

    assert list(found.by_key) == ["room", "hours", "price"]


def test_line_of_goes_as_far_as_the_way_leads() -> None:
    """What is missing is told on the line of what should hold it."""
    text = '{\n "a": [1,\n  {"b": {},\n "c": "}"}],\n "d": 2}'

    places = [(), ("a", 0), ("a", 1, "c"), ("a", 1, "x"), ("d",), ("d", "e"), ("a", "b")]

    assert [line_of(text, place) for place in places] == [1, 2, 4, 3, 5, 5, 2]
