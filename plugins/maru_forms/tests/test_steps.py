"""The steps of building, and the keys that are made of labels."""

from __future__ import annotations

import re

from maru_forms.design import Design, DesignField
from maru_forms.steps import added, copied, moved, moved_before, removed, restored, with_own_keys
from maru_records.api import RESERVED_FIELDS, key_for
from maru_records.definition import KEY_PATTERN


def three() -> Design:
    """A design of three fields: f1, f2, f3."""
    design = Design()
    for type_ in ("date", "text", "text"):
        design, _ = added(design, type_)
    return design


def test_new_fields_stand_behind_the_chosen_one_with_a_name_of_their_own() -> None:
    """The second text is called '글 2'; a field added at the first one comes second."""
    design, key = added(three(), "integer", after="f1")

    assert [field.label for field in design.fields] == ["날짜", "정수", "글", "글 2"]
    assert key == "f4"


def test_fields_move_one_place_and_stop_at_the_ends() -> None:
    """Up, down, and to the place of another."""
    design = three()

    assert list(moved(design, "f3", -1).by_key) == ["f1", "f3", "f2"]
    assert list(moved(design, "f1", -1).by_key) == ["f1", "f2", "f3"]
    assert list(moved(design, "f3", 1).by_key) == ["f1", "f2", "f3"]
    assert list(moved_before(design, "f3", "f1").by_key) == ["f3", "f1", "f2"]


def test_removed_field_comes_back_with_all_it_was() -> None:
    """Taken out, it is kept aside; its key is not given away meanwhile; back, it stands at the end."""
    design, _ = added(removed(three(), "f3"), "date")
    back = restored(design, "f3")

    assert "f3" not in design.by_key
    assert list(design.by_key) == ["f1", "f2", "f4"]
    assert list(back.by_key) == ["f1", "f2", "f4", "f3"]
    assert back.removed == ()


def test_copy_stands_behind_its_model() -> None:
    """With a key and a name of its own."""
    design, key = copied(three(), "f1")

    assert [field.label for field in design.fields] == ["날짜", "날짜 2", "글", "글 2"]
    assert key == "f4"


def test_title_and_order_go_with_their_field() -> None:
    """A removed field no longer names records or sorts the list."""
    design = removed(three().model_copy(update={"title": "f2", "order": "-f2"}), "f2")

    assert (design.title, design.order) == ("", "")


def test_keys_read_like_labels_and_are_usable() -> None:
    """Romanised, within the pattern, numbered where taken, never reserved; without letters there is a word for it."""
    labels = ["도착 계기", "도착계기!", "2026년 예산(천원)", "★", "id", "아주 " * 30 + "긴 이름"]
    taken = set(RESERVED_FIELDS)
    keys = []
    for label in labels:
        keys.append(key_for(label, taken, "field"))
        taken.add(keys[-1])

    assert keys[:5] == ["dochak_gyegi", "dochakgyegi", "n2026nyeon_yesan_cheonwon", "field", "id_2"]
    assert len(set(keys)) == len(keys)
    assert all(re.fullmatch(KEY_PATTERN, key) for key in keys)


def test_fields_in_use_keep_their_keys_when_their_label_changes() -> None:
    """New ones are named after their label, formulas follow; one that was removed before it was used is forgotten."""
    design = Design(
        order="-f1",
        fields=(
            DesignField(key="nalja", label="운행일", type="date"),
            DesignField(key="f1", label="거리", type="integer"),
            DesignField(key="f2", label="두 배", type="computed", expression="f1 * 2"),
        ),
        removed=(DesignField(key="bigo", label="비고", type="text"), DesignField(key="f3", label="글", type="text")),
    )

    done = with_own_keys(design, {"nalja", "bigo"})

    assert list(done.by_key) == ["nalja", "geori", "du_bae"]
    assert done.by_key["du_bae"].expression == "geori * 2"
    assert done.order == "-geori"
    assert [field.key for field in done.removed] == ["bigo"]
