"""제거와 복원: what uninstalling takes away and doing it; the archives of a function, and putting one back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from maru import Actor, Plugin, form, local, portal_of, read_form, redirect, render, t, write

from ..forms import ReasonForm
from ..plugin_facts import name_of
from ..plugin_lines import PluginLine, plugin_line
from ..removing.facts import Contents, Going, contents_of, going_of
from ..removing.holdings import installed_keys
from ..removing.restoring import left_out, obstacle_to_restoring, restore
from ..removing.shelf import Kept, archive_named, archives_of
from ..removing.uninstalling import obstacle_to_uninstalling, uninstall
from ..services import administrator
from ..settings_store import labels_of
from .plugins import plugin_of

NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True)
class RemoveContext:
    """What goes with a function (`going`), or why it cannot be uninstalled (`obstacle`). Either, or both."""

    line: PluginLine
    obstacle: str
    going: Going | None
    archive_count: int
    reason: str
    problems: Mapping[str, str]


def remove(request: Request, key: str) -> Response:
    """What uninstalling takes away, and the form for it."""
    administrator(request, "admin.plugins")
    return _remove_page(request, plugin_of(request, key), "", NOTHING)


def _remove_page(request: Request, found: Plugin, reason: str, problems: Mapping[str, str]) -> Response:
    portal = portal_of(request)
    going, unknown = going_of(portal, found) if found.key in installed_keys() else (None, "")
    context = RemoveContext(
        line=plugin_line(portal, found),
        obstacle=obstacle_to_uninstalling(portal, found) or unknown,
        going=going,
        archive_count=len(archives_of(portal, found)),
        reason=reason,
        problems=problems,
    )
    return render(request, "maru_admin/remove.html", context, 422 if problems else 200)


def uninstall_plugin(request: Request, key: str) -> Response:
    """Uninstall a function into an archive. 422 without a reason, 409 while others need it."""
    administrator(request, "admin.plugins")
    found = plugin_of(request, key)
    entered, problems = read_form(request, ReasonForm)
    if entered is None:
        return _remove_page(request, found, _typed(request), problems)
    path = uninstall(portal_of(request), found, Actor.of(request), entered.reason)
    said = t("{name}: 제거했습니다. 자료는 보관 파일에 있고, 여기에서 복원할 수 있습니다.", name=name_of(found))
    return redirect(request, f"/admin/plugins/{key}/archives/{path.name}", said)


def _typed(request: Request) -> str:
    return str(form(request).get("reason", ""))[:500]


@dataclass(frozen=True)
class ArchiveLine:
    """An archive in the list. `by` and `reason` are the audit's; `is_ours` says that the audit knows it."""

    name: str
    version: str
    made_at: datetime | None
    by: str
    reason: str
    row_count: int
    size_bytes: int
    is_ours: bool


@dataclass(frozen=True)
class ArchivesContext:
    """The archives of a function, the newest first."""

    line: PluginLine
    archives: tuple[ArchiveLine, ...]


def archives(request: Request, key: str) -> Response:
    """The archives of a function."""
    administrator(request, "admin.plugins")
    found = plugin_of(request, key)
    lines = tuple(_archive_line(request, kept) for kept in archives_of(portal_of(request), found))
    return render(request, "maru_admin/archives.html", ArchivesContext(plugin_line(portal_of(request), found), lines))


def _archive_line(request: Request, kept: Kept) -> ArchiveLine:
    manifest, known = kept.manifest, kept.known
    return ArchiveLine(
        name=kept.name,
        version=manifest.version if manifest else "",
        made_at=local(manifest.made_at) if manifest else None,
        by=known.by if known else "",
        reason=known.reason if known else "",
        row_count=contents_of(portal_of(request), manifest).row_count if manifest else 0,
        size_bytes=kept.size_bytes,
        is_ours=known is not None,
    )


@dataclass(frozen=True)
class ArchiveContext:
    """One archive: what it holds, and the forms to restore and to delete it.

    `absent` are functions that are not installed, so that what they kept does not come back; `secrets` are settings
    that no archive keeps. `problems` belong to the form `sent`.
    """

    line: PluginLine
    archive: ArchiveLine
    sha256: str
    contents: Contents | None
    obstacle: str
    absent: tuple[str, ...]
    secrets: tuple[str, ...]
    sent: str
    reason: str
    problems: Mapping[str, str]


def archive(request: Request, key: str, name: str) -> Response:
    """What an archive holds, and what can be done with it."""
    administrator(request, "admin.plugins")
    found = plugin_of(request, key)
    return _archive_page(request, found, archive_named(portal_of(request), found, name), "", NOTHING)


def _archive_page(request: Request, found: Plugin, kept: Kept, sent: str, problems: Mapping[str, str]) -> Response:
    portal = portal_of(request)
    context = ArchiveContext(
        line=plugin_line(portal, found),
        archive=_archive_line(request, kept),
        sha256=kept.known.sha256 if kept.known else "",
        contents=contents_of(portal, kept.manifest) if kept.manifest else None,
        obstacle=obstacle_to_restoring(portal, found, kept),
        absent=tuple(left_out(portal, kept)),
        secrets=_secrets(found, kept),
        sent=sent,
        reason=_typed(request) if sent else "",
        problems=problems,
    )
    return render(request, "maru_admin/archive.html", context, 422 if problems else 200)


def _secrets(found: Plugin, kept: Kept) -> tuple[str, ...]:
    return tuple(labels_of(found, kept.manifest.secrets)) if kept.manifest else ()


def download(request: Request, key: str, name: str) -> Response:
    """The archive as a file. The audit says who took it along."""
    administrator(request, "admin.plugins")
    kept = archive_named(portal_of(request), plugin_of(request, key), name)
    with write(request, note=t("보관 파일 내려받음: {name}", name=kept.name)):
        pass
    return FileResponse(kept.path, media_type="application/zip", filename=kept.name)


def restore_archive(request: Request, key: str, name: str) -> Response:
    """Put an archive back. 422 without a reason, 409 where it cannot be."""
    administrator(request, "admin.plugins")
    portal, found = portal_of(request), plugin_of(request, key)
    kept = archive_named(portal, found, name)
    entered, problems = read_form(request, ReasonForm)
    if entered is None:
        return _archive_page(request, found, kept, "restore", problems)
    restore(portal, found, kept, Actor.of(request), entered.reason)
    said = t("{name}: 복원했습니다. 아직 꺼져 있습니다. 확인한 다음 켜 주세요.", name=name_of(found))
    if secrets := _secrets(found, kept):
        said += " " + t("비밀 설정은 보관하지 않으므로 다시 입력해 주세요: {names}", names=", ".join(secrets))
    return redirect(request, f"/admin/plugins/{key}", said)


def delete_archive(request: Request, key: str, name: str) -> Response:
    """Delete an archive for good. 422 without a reason."""
    administrator(request, "admin.plugins")
    found = plugin_of(request, key)
    kept = archive_named(portal_of(request), found, name)
    entered, problems = read_form(request, ReasonForm)
    if entered is None:
        return _archive_page(request, found, kept, "delete", problems)
    with write(request, note=t("보관 파일 지움: {name} — {reason}", name=kept.name, reason=entered.reason)):
        pass
    kept.path.unlink(missing_ok=True)
    return redirect(request, f"/admin/plugins/{key}/archives", t("보관 파일을 지웠습니다."))
