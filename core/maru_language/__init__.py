"""How an office speaks and writes: Korean and English, dates, deadlines, numbers. Knows nothing of the portal."""

from maru_language.catalogues import (
    Label,
    add_catalogue,
    current_locale,
    english,
    gettext,
    label_text,
    ngettext,
    t,
)
from maru_language.entries import OfficeDay, is_blank
from maru_language.office import (
    SEOUL,
    ago,
    day,
    due,
    filesize,
    is_near,
    local,
    moment,
    now,
    number,
    short_day,
    today,
)
from maru_language.particles import has_particles, with_particles
from maru_language.problems import problems_of

__all__ = [
    "SEOUL",
    "Label",
    "OfficeDay",
    "add_catalogue",
    "ago",
    "current_locale",
    "day",
    "due",
    "english",
    "filesize",
    "gettext",
    "has_particles",
    "is_blank",
    "is_near",
    "label_text",
    "local",
    "moment",
    "ngettext",
    "now",
    "number",
    "problems_of",
    "short_day",
    "t",
    "today",
    "with_particles",
]
