"""Two indexes that have the posts of a list in its order, so that a far page is not sorted for."""

TABLE = "board_post"
ORDER = ("is_hidden", "is_pinned", "created_at", "id")
INDEXES = {
    "board_post_list": (*ORDER, "board_id", "is_notice", "department_id"),
    "board_post_list_of_board": ("board_id", *ORDER, "is_notice", "department_id"),
}


def up(migrator, db):
    migrator.migrate(*[migrator.add_index(TABLE, columns, name=name) for name, columns in INDEXES.items()])


def down(migrator, db):
    migrator.migrate(*[migrator.drop_index(TABLE, name) for name in INDEXES])
