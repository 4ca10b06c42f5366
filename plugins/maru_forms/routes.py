"""The pages of the builder, below /forms/."""

from maru import Page

from . import views

WORKBOOK_BYTES = 20_000_000

pages = [
    Page("/", views.index, permission="forms.build"),
    Page("/new", views.new, permission="forms.build"),
    Page("/new", views.create, permission="forms.build", methods=("POST",), upload_bytes=WORKBOOK_BYTES),
    Page("/{draft:int}/", views.build, permission="forms.build"),
    Page("/{draft:int}/", views.step, permission="forms.build", methods=("POST",)),
    Page("/{draft:int}/columns", views.columns, permission="forms.build"),
    Page("/{draft:int}/columns", views.save_columns, permission="forms.build", methods=("POST",)),
    Page("/{draft:int}/settings", views.settings, permission="forms.build"),
    Page("/{draft:int}/settings", views.save_settings, permission="forms.build", methods=("POST",)),
    Page("/{draft:int}/try", views.try_out, permission="forms.build", methods=("GET", "POST")),
    Page("/{draft:int}/review", views.review, permission="forms.build"),
    Page("/{draft:int}/publish", views.publish, permission="forms.build", methods=("POST",), limit_seconds=120.0),
    Page("/{draft:int}/close", views.close, permission="forms.build", methods=("POST",)),
    Page("/{draft:int}/reopen", views.reopen, permission="forms.build", methods=("POST",)),
    Page("/{draft:int}/discard", views.discard, permission="forms.build", methods=("POST",)),
]
