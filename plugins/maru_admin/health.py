"""How the portal is: what would make somebody worry, each with a word and the way out."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from maru import Kind, OutboxEvent, PluginState, Portal, WorkerState, ago, filesize, now, t

from .plugin_facts import name_of

LITTLE_DISK, NO_DISK = 2_000_000_000, 300_000_000
LARGE_LOG = 200_000_000
LATE, VERY_LATE = timedelta(minutes=1), timedelta(minutes=10)


@dataclass(frozen=True)
class HealthLine:
    """One sign: its state in a word, what was measured, and what to do when it is not good."""

    kind: Kind
    state: str
    label: str
    text: str
    way_out: str = ""


def health_lines(portal: Portal) -> list[HealthLine]:
    """Database, disk, events, workers, functions. A few queries, and a look at the files."""
    return list(_signs(portal))


def _signs(portal: Portal) -> Iterator[HealthLine]:
    yield from _storage(portal)
    yield _events()
    yield _workers()
    yield _ill(portal)
    yield _paused(portal)


def _good(label: str, text: str) -> HealthLine:
    return HealthLine("success", t("정상"), label, text)


def _storage(portal: Portal) -> Iterator[HealthLine]:
    settings = portal.settings
    if settings.database:
        yield _good(t("데이터베이스"), filesize(_postgres_bytes()))
    else:
        file = settings.data_folder / "maru.sqlite3"
        yield _good(t("데이터베이스"), filesize(file.stat().st_size if file.is_file() else 0))
        log = file.with_name(file.name + "-wal")
        size = log.stat().st_size if log.is_file() else 0
        way_out = t("오래 읽고 있는 작업이 있으면 줄지 않습니다. 줄지 않으면 한가한 때에 다시 시작해 주세요.")
        label = t("아직 옮겨 적지 않은 기록 (WAL)")
        is_large = size > LARGE_LOG
        yield (
            HealthLine("warning", t("큼"), label, filesize(size), way_out) if is_large else _good(label, filesize(size))
        )
    free = shutil.disk_usage(settings.data_folder).free
    way_out = t("오래된 백업과 보관 파일을 다른 곳으로 옮기거나 디스크를 늘려 주세요. 다 차면 저장할 수 없습니다.")
    if free < LITTLE_DISK:
        state: tuple[Kind, str] = ("danger", t("거의 없음")) if free < NO_DISK else ("warning", t("적음"))
        yield HealthLine(*state, t("남은 디스크"), filesize(free), way_out)
    else:
        yield _good(t("남은 디스크"), filesize(free))


def _postgres_bytes() -> int:
    """PostgreSQL alone knows how much its database takes, and says it in SQL only."""
    row = PluginState._meta.database.execute_sql("SELECT pg_database_size(current_database())").fetchone()
    return int(row[0])


def _events() -> HealthLine:
    label = t("넘기지 못한 소식")
    due = OutboxEvent.undone().where(OutboxEvent.owner == "")
    oldest = due.order_by(OutboxEvent.id).first()
    if oldest is None:
        return _good(label, t("없음"))
    text = t("{n}건, 가장 오래된 것은 {when}", n=f"{due.count():,}", when=ago(oldest.at))
    if now() - oldest.at < LATE:
        return _good(label, text)
    way_out = t("멈춘 기능이 있는지, 소식을 넘기는 프로세스가 있는지 아래에서 확인해 주세요.")
    is_late = now() - oldest.at > VERY_LATE
    return HealthLine("danger" if is_late else "warning", t("늦음"), label, text, way_out)


def _workers() -> HealthLine:
    label = t("서버 프로세스")
    alive = list(WorkerState.alive())
    if not alive:
        return HealthLine("warning", t("알 수 없음"), label, t("아직 보고한 프로세스가 없습니다."))
    text = t("{n}개", n=len(alive))
    if not any(worker.is_elected for worker in alive):
        way_out = t("소식과 작업을 맡은 프로세스가 없습니다. 몇 초 뒤에도 그대로면 다시 시작해 주세요.")
        return HealthLine("warning", t("맡은 곳 없음"), label, text, way_out)
    return _good(label, text)


def _ill(portal: Portal) -> HealthLine:
    label = t("불러오지 못한 기능")
    ill = [name_of(plugin) for plugin in portal.plugins if not plugin.is_well]
    if not ill:
        return _good(label, t("없음"))
    return HealthLine("danger", t("있음"), label, ", ".join(ill), t("기능 화면에서 잘못된 파일과 줄을 볼 수 있습니다."))


def _paused(portal: Portal) -> HealthLine:
    label = t("멈춘 곳")
    paused = portal.dispatcher.quarantine.paused()
    if not paused:
        return _good(label, t("없음"))
    plugins = portal.dispatcher.plugins
    names = [f"{name_of(plugins[key])} ({place})" for key, place in paused if key in plugins]
    return HealthLine(
        "warning", t("있음"), label, ", ".join(names), t("기능 화면에서 까닭을 보고 ‘지금 다시 시도’를 눌러 주세요.")
    )
