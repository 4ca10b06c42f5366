"""The map of the faulty plugin."""

from maru import Page

from . import views

pages = [
    Page("/", views.page, permission="faulty.read"),
    Page("/ask/{hook}", views.ask, permission="faulty.read"),
    Page("/enqueue", views.enqueue, permission="faulty.read", methods=("POST",)),
]
