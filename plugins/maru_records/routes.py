"""The pages of the ledgers, below /records/."""

from maru import Page

from . import views

BIG = 50_000_000

pages = [
    Page("/", views.index, permission="records.read"),
    Page("/{key}/", views.records, permission="records.read"),
    Page("/{key}/export", views.export, permission="records.read", methods=("POST",), limit_seconds=120.0),
    Page("/{key}/new", views.create, permission="records.write", methods=("GET", "POST"), upload_bytes=BIG),
    Page("/{key}/{record:int}", views.show, permission="records.read"),
    Page("/{key}/{record:int}/edit", views.edit, permission="records.write", methods=("GET", "POST"), upload_bytes=BIG),
    Page("/{key}/{record:int}/delete", views.delete, permission="records.write", methods=("POST",)),
    Page("/{key}/{record:int}/files/{field}", views.download, permission="records.read"),
]
