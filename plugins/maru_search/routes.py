"""The map: each address of `/search/`, its view, and the permission it asks for."""

from maru import Page

from . import views

pages = [
    Page("/", views.index, permission="search.use"),
    Page("/people/{user:int}", views.person, permission="search.use"),
    Page("/state", views.state, permission="search.manage"),
    Page("/state/build", views.build, permission="search.manage", methods=("POST",)),
    Page("/state/read-again", views.read_again, permission="search.manage", methods=("POST",)),
]
