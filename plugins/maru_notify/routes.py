"""The map: each address of `/notify/`, its view, and the permission it asks for."""

from maru import Page

from . import views

pages = [
    Page("/", views.index, permission="notify.read"),
    Page("/read", views.read_all, permission="notify.read", methods=("POST",)),
    Page("/settings", views.settings, permission="notify.read"),
    Page("/settings", views.save_settings, permission="notify.read", methods=("POST",)),
    Page("/{notification:int}", views.go, permission="notify.read"),
    Page("/{notification:int}/read", views.read, permission="notify.read", methods=("POST",)),
]
