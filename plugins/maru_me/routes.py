"""The map: each address of `/me/`, its view, and the permission it asks for."""

from maru import Page

from . import views

pages = [
    Page("/", views.index, permission="me.use"),
    Page("/", views.save, permission="me.use", methods=("POST",)),
    Page("/sessions/{session:int}/end", views.end, permission="me.use", methods=("POST",)),
]
