"""From request to response: pages, the one thread a request works in, rendering and writing."""

from maru.pages.body import form, json_body, read_form
from maru.pages.page import SIGNED_IN, Page
from maru.pages.path import endpoint, in_hop, is_hidden
from maru.pages.portal import Portal, portal_of
from maru.pages.rendering import file_response, is_partial, redirect, render, render_part
from maru.pages.writing import Actor, current_user, made_before, note, write, write_as
