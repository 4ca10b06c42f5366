"""The map: each address below the plugin's own, its view, and the permission it asks for."""

from maru import Page

from . import views

pages = [
    Page("/", views.index, permission="example_page.read"),
]
