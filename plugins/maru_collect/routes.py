"""The map of 자동취합."""

from __future__ import annotations

from maru import Page

from .views import answering, following, preparing, received, results

FORM_BYTES = 20_000_000
ROWS_BYTES = 20_000_000
FILE_SECONDS = 120.0

pages = [
    Page("/", received.received, permission="collect.answer"),
    Page("/{collection:int}/answer/{target:int}", answering.answer, permission="collect.answer"),
    Page("/{collection:int}/answer/{target:int}/form.xlsx", answering.blank, permission="collect.answer"),
    Page("/{collection:int}/answer/{target:int}/draft", answering.save_draft, permission="collect.answer",
         methods=("POST",), upload_bytes=ROWS_BYTES),
    Page("/{collection:int}/answer/{target:int}/upload", answering.upload, permission="collect.answer",
         methods=("POST",), upload_bytes=FORM_BYTES, limit_seconds=FILE_SECONDS),
    Page("/{collection:int}/answer/{target:int}/submit", answering.submit, permission="collect.answer",
         methods=("POST",)),
    Page("/{collection:int}/answer/{target:int}/nil", answering.nil, permission="collect.answer", methods=("POST",)),
    Page("/{collection:int}/answer/{target:int}/take-back", answering.take_back, permission="collect.answer",
         methods=("POST",)),
    Page("/sent/", following.sent, permission="collect.request"),
    Page("/{collection:int}/", following.status, permission="collect.request"),
    Page("/{collection:int}/unit/{target:int}", following.unit, permission="collect.request"),
    Page("/{collection:int}/extend", following.extend, permission="collect.request", methods=("POST",)),
    Page("/{collection:int}/close", following.close, permission="collect.request", methods=("POST",)),
    Page("/{collection:int}/reopen", following.reopen, permission="collect.request", methods=("POST",)),
    Page("/{collection:int}/merged", results.merged, permission="collect.answer"),
    Page("/{collection:int}/merged.xlsx", results.download, permission="collect.answer", limit_seconds=FILE_SECONDS),
    Page("/new", preparing.new, permission="collect.request"),
    Page("/new", preparing.begin, permission="collect.request", methods=("POST",), upload_bytes=FORM_BYTES,
         limit_seconds=FILE_SECONDS),
    Page("/{collection:int}/form", preparing.form_again, permission="collect.request"),
    Page("/{collection:int}/form", preparing.replace_form, permission="collect.request", methods=("POST",),
         upload_bytes=FORM_BYTES, limit_seconds=FILE_SECONDS),
    Page("/{collection:int}/columns", preparing.columns, permission="collect.request"),
    Page("/{collection:int}/columns", preparing.save_columns, permission="collect.request", methods=("POST",)),
    Page("/{collection:int}/targets", preparing.targets, permission="collect.request"),
    Page("/{collection:int}/targets", preparing.save_targets, permission="collect.request", methods=("POST",)),
    Page("/{collection:int}/details", preparing.details, permission="collect.request"),
    Page("/{collection:int}/details", preparing.save_details, permission="collect.request", methods=("POST",)),
    Page("/{collection:int}/review", preparing.review, permission="collect.request"),
    Page("/{collection:int}/send", preparing.send, permission="collect.request", methods=("POST",)),
    Page("/{collection:int}/discard", preparing.discard, permission="collect.request", methods=("POST",)),
]  # fmt: skip
