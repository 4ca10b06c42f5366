"""The board's list in Django: sessions in the database, its auth and permissions, its ORM, its cached templates.

    python django_board.py FOLDER     migrates, makes a user with permission and session, prints the cookie
    gunicorn django_board:application (MARU_BENCH_FOLDER=FOLDER)

It reads the same tables (a copy of Maru's file), asks for the same things in as few queries, finds the ids of a far
page in the same index first, and keeps the counts that many people share for ten seconds, as Maru does. The frame
around the list is Maru's own, as text that is already made.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import django
from django.conf import settings

FOLDER = Path(os.environ.get("MARU_BENCH_FOLDER") or sys.argv[1])
settings.configure(
    SECRET_KEY="bench",
    DEBUG=False,
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    TIME_ZONE="Asia/Seoul",
    LANGUAGE_CODE="ko",
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [FOLDER],  # DEBUG is off: loaded once and kept, by the cached loader
            "OPTIONS": {"context_processors": ["django.contrib.auth.context_processors.auth"]},
        }
    ],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(FOLDER / "django.sqlite3"),
            "CONN_MAX_AGE": None,
            "OPTIONS": {"init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-16000;"},
        }
    },
    CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
)
django.setup()

from django.contrib.auth.decorators import login_required, permission_required  # noqa: E402 — after setup()
from django.contrib.auth.models import Permission, User  # noqa: E402
from django.core.cache import cache  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import models  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.shortcuts import render  # noqa: E402
from django.urls import path  # noqa: E402
from django.utils import timezone  # noqa: E402

SIZE = 20
CLERK = 1
"""The person of Maru's tables whose departments and read marks are asked for."""


class Instant(models.DateTimeField):
    """An instant as Maru stores it: ISO text of fixed width."""

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """Text, so that text order is time order."""
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _table(name: str, fields: dict[str, Any], table: str) -> Any:
    meta = type("Meta", (), {"app_label": "auth", "managed": False, "db_table": table})
    return type(name, (models.Model,), {"__module__": __name__, "Meta": meta, **fields})


def _to(model: Any) -> Any:
    return models.ForeignKey(model, models.DO_NOTHING, related_name="+")


Department = _table("Department", {"name": models.TextField(), "path": models.TextField()}, "maru_department")
Person = _table("Person", {"name": models.TextField()}, "maru_user")
Duty = _table("Duty", {"user": _to(Person), "department": _to(Department)}, "maru_post")
Board = _table(
    "Board",
    {"name": models.TextField(), "department": _to(Department), "is_for_everyone": models.BooleanField()},
    "board_board",
)
Audience = _table("Audience", {"board": _to(Board), "department": _to(Department)}, "board_audience")
Post = _table(
    "Post",
    {
        "board": _to(Board),
        "title": models.TextField(),
        "author": _to(Person),
        "department": _to(Department),
        "is_notice": models.BooleanField(),
        "is_pinned": models.BooleanField(),
        "is_hidden": models.BooleanField(),
        "created_at": Instant(),
    },
    "board_post",
)
Attachment = _table("Attachment", {"post": _to(Post)}, "board_attachment")
PostRead = _table("PostRead", {"post": _to(Post), "user": _to(Person)}, "board_post_read")


@login_required
@permission_required("auth.view_user", raise_exception=True)
def index(request: HttpRequest) -> HttpResponse:
    """Twenty posts of the boards that this person may read, and how many there are."""
    departments = [duty.department for duty in Duty.objects.filter(user=CLERK).select_related("department")]
    lineage = {int(unit) for one in departments for unit in one.path.strip("/").split("/")}
    named = Audience.objects.filter(department__in=lineage).values("board")
    may_read = models.Q(is_for_everyone=True) | models.Q(department__in=lineage) | models.Q(id__in=named)
    boards = list(Board.objects.filter(may_read).values_list("id", flat=True))
    since = timezone.now() - timedelta(days=30)
    marks = PostRead.objects.filter(post=models.OuterRef("pk"), user=CLERK)
    unread = models.Q(created_at__gt=since) & ~models.Exists(marks)
    # "in": Django writes `NOT is_hidden` for False, and SQLite looks up no index for that.
    shown = Post.objects.filter(is_hidden__in=[False], board__in=boards)
    key = f"counts-{'-'.join(map(str, boards))}"
    counts = cache.get_or_set(key, lambda: _shared_counts(shown, departments), 10)
    unread_count = shown.filter(unread, is_pinned__in=[False, True]).count()
    page_count = max(1, -(-counts[0] // SIZE))
    page = min(max(int(request.GET.get("page", 1)), 1), page_count)
    order = ("-is_pinned", "-created_at", "-id")
    ids = shown.order_by(*order).values("id")[(page - 1) * SIZE : page * SIZE]
    attachments = Attachment.objects.filter(post=models.OuterRef("pk")).values("post")
    posts = (
        Post.objects.filter(id__in=ids)
        .select_related("board", "department", "author")
        .defer("board__department", "board__is_for_everyone", "department__path")
        .annotate(is_unread=unread)
        .annotate(attachment_count=models.Subquery(attachments.annotate(n=models.Count("pk")).values("n")))
        .order_by(*order)
    )
    context = {
        "posts": posts,
        "chips": list(zip(("전체", "필독", "안 읽음", "내 부서"), (*counts[:2], unread_count, counts[2]), strict=True)),
        "page": page,
        "pages": range(max(page - 4, 1), min(page + 4, page_count) + 1),
        "page_count": page_count,
    }
    return render(request, "django_page.html", context)


def _shared_counts(shown: Any, departments: list[Any]) -> tuple[int, int, int]:
    below = models.Q()
    for one in departments:
        below |= models.Q(path__startswith=one.path)
    own = shown.filter(department__in=Department.objects.filter(below))
    return shown.count(), shown.filter(is_notice__in=[True]).count(), own.count()


urlpatterns = [path("board/", index)]


def prepare() -> dict[str, str]:
    """Django's own tables, a user who may see the list, and a session of theirs."""
    from importlib import import_module

    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    user = User.objects.create_user("clerk", password="only-for-the-bench")
    user.user_permissions.add(Permission.objects.get(codename="view_user"))
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store["_auth_user_id"] = str(user.pk)
    store["_auth_user_backend"] = "django.contrib.auth.backends.ModelBackend"
    store["_auth_user_hash"] = user.get_session_auth_hash()
    store.create()
    return {"name": settings.SESSION_COOKIE_NAME, "token": store.session_key}


application = get_wsgi_application()

if __name__ == "__main__":
    print(json.dumps(prepare()))
