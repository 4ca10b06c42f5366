"""The demonstration: three collections at different points of their way. All projects and figures are invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from starlette.datastructures import UploadFile

from maru import DemoSite, Department, Post, StoredFile, User, local, now, t, take_file

from . import services
from .demo_answers import ANSWERS, LAST_ROUND, NILS, UNFINISHED
from .forms import ColumnChoice, Details
from .layouts import with_choices
from .models import CollectionRequest, Target
from .workbook import Layout, recognize

FORM = Path(__file__).parent / "demo" / "participatory_budget.xlsx"
PEOPLE = {
    "유구읍": "demo-yugu", "이인면": "demo-iin", "탄천면": "demo-tancheon", "계룡면": "demo-gyeryong",
    "반포면": "demo-banpo", "의당면": "demo-uidang", "정안면": "demo-jeongan", "우성면": "demo-useong",
    "사곡면": "demo-sagok", "신풍면": "demo-sinpung", "중학동": "demo-junghak", "웅진동": "demo-ungjin",
    "금학동": "demo-geumhak", "옥룡동": "demo-ongnyong", "신관동": "demo-singwan", "월송동": "demo-wolsong",
}  # fmt: skip
BASIS = "지방재정법 제39조, 공주시 주민참여예산제 운영 조례"
GUIDANCE = """2026년 읍면동 주민참여예산 사업의 집행 현황을 조사합니다. 의회 제출 자료로 쓰이니 기한을 지켜 주세요.

1. 기준일 현재 집행액을 천원 단위로 적습니다. 천원 미만은 버립니다.
2. 예산액은 시비와 도비의 합계와 같아야 합니다.
3. 사업이 없는 읍면동은 ‘해당 없음’을 눌러 주세요.

문의: 기획감사실 예산팀 041-000-0004"""


@dataclass(frozen=True)
class Form:
    """The stored form and how it was read, with the one correction a collector would make."""

    stored: StoredFile
    layout: Layout


class Stage:
    """The people and the form that all three collections share."""

    def __init__(self, site: DemoSite) -> None:
        self.site = site
        self.collector = site.user("demo-collector")
        self.office = site.unit("기획감사실")
        self.townships = list(Department.recipients().where(Department.kind == "township"))
        self.people = self._people()
        self.form = self._form()

    def _people(self) -> dict[str, User]:
        known = {user.username: user for user in self.site.users()}
        with self.site.write_as(self.collector, "collect"):
            for unit in self.townships:
                username = PEOPLE[unit.name]
                if username not in known:
                    known[username] = User.create(username=username, name=f"{unit.name} 서무 (시연)", phone=unit.phone)
                    Post.create(user=known[username], department=unit, title="주무관")
        return {unit.name: known[PEOPLE[unit.name]] for unit in self.townships}

    def _form(self) -> Form:
        with FORM.open("rb") as file:
            blob = take_file(UploadFile(file, filename="주민참여예산_집행현황_서식.xlsx"))
        remarks = ColumnChoice(type="text")  # the list behind 비고 belongs to 분야: a collector corrects that
        project = ColumnChoice(type="text", required=True)
        layout = with_choices(recognize(FORM), {"remarks": remarks, "project": project})
        with self.site.write_as(self.collector, "collect"):
            return Form(StoredFile.keep(blob, plugin="collect"), layout)

    def sent(self, title: str, due_at: datetime, sent_at: datetime, reference_on: date) -> CollectionRequest:
        """A collection sent to all townships."""
        with self.site.write_as(self.collector, "collect") as change:
            made = services.begin(self.collector, self.office, self.form.stored, self.form.layout)
            services.choose_units(made, [unit.id for unit in self.townships])
            due = local(due_at)
            services.set_details(made, Details(
                title=title, basis=BASIS, reference_on=reference_on, guidance=GUIDANCE,
                due_on=due.date(), due_time=due.time(), openness="contributors",
            ))  # fmt: skip
            services.send(change, made, at=sent_at)
        return made

    def target(self, collection: CollectionRequest, unit_name: str) -> Target:
        """The place of a township in a collection."""
        return Target.get(Target.request == collection.id, Target.unit_name == unit_name)

    def open(self, collection: CollectionRequest, unit_name: str, at: datetime) -> None:
        """The township looks at the request."""
        with self.site.write_as(self.people[unit_name], "collect"):
            services.note_opened(self.target(collection, unit_name), at)

    def enter(self, collection: CollectionRequest, unit_name: str, rows: list[list[str]], at: datetime) -> None:
        """The township writes rows and leaves them as a draft."""
        self.open(collection, unit_name, at - timedelta(minutes=25))
        with self.site.write_as(self.people[unit_name], "collect"):
            services.keep_draft(self.target(collection, unit_name), self.people[unit_name], rows, None, at=at)

    def submit(self, collection: CollectionRequest, unit_name: str, rows: list[list[str]], at: datetime) -> None:
        """The township writes rows and submits them."""
        self.enter(collection, unit_name, rows, at - timedelta(minutes=10))
        with self.site.write_as(self.people[unit_name], "collect") as change:
            services.submit(change, self.target(collection, unit_name), self.people[unit_name], at=at)

    def report_nil(self, collection: CollectionRequest, unit_name: str, reason: str, at: datetime) -> None:
        """The township has nothing to report."""
        self.open(collection, unit_name, at - timedelta(minutes=2))
        with self.site.write_as(self.people[unit_name], "collect") as change:
            services.report_nil(change, self.target(collection, unit_name), self.people[unit_name], reason, at=at)


def fill(site: DemoSite) -> None:
    """Make the three collections."""
    stage = Stage(site)
    _finished(stage)
    _overdue(stage)
    _in_progress(stage)


def _evening(days: int) -> datetime:
    """18:00 in Korea, `days` from today."""
    return local(now()).replace(hour=18, minute=0, second=0, microsecond=0) + timedelta(days=days)


def _in_progress(stage: Stage) -> None:
    sent_at = now() - timedelta(days=6, hours=3)
    collection = stage.sent("2026년 하반기 주민참여예산 집행 현황", _evening(1), sent_at, date(2026, 10, 31))
    for place, (unit_name, rows) in enumerate(ANSWERS.items()):
        stage.submit(collection, unit_name, rows, sent_at + timedelta(days=1 + place * 0.6, hours=place % 5))
    for unit_name, reason in NILS.items():
        stage.report_nil(collection, unit_name, reason, sent_at + timedelta(days=1, hours=len(reason) % 7))
    for hours, (unit_name, rows) in zip((1, 4, 20), UNFINISHED.items(), strict=False):
        stage.enter(collection, unit_name, rows, now() - timedelta(hours=hours, minutes=12))
    stage.open(collection, "옥룡동", now() - timedelta(days=2))
    _taken_back_once(stage, collection, "의당면")


def _taken_back_once(stage: Stage, collection: CollectionRequest, unit_name: str) -> None:
    """A township that found a mistake, took its answer back, and submitted again."""
    target, person = stage.target(collection, unit_name), stage.people[unit_name]
    rows = [list(row) for row in ANSWERS[unit_name]]
    rows[0][7] = "21,400"
    with stage.site.write_as(person, "collect") as change:
        services.take_back(change, target, person, at=now() - timedelta(hours=7))
    with stage.site.write_as(person, "collect") as change:
        again = stage.target(collection, unit_name)
        services.keep_draft(again, person, rows, None, at=now() - timedelta(hours=6, minutes=40))
        services.submit(change, again, person, at=now() - timedelta(hours=6, minutes=30))


def _finished(stage: Stage) -> None:
    sent_at = now() - timedelta(days=140)
    due_at = _evening(-130)
    collection = stage.sent("2026년 상반기 주민참여예산 집행 현황", due_at, sent_at, date(2026, 6, 30))
    for place, unit in enumerate(stage.townships):
        at = sent_at + timedelta(days=2 + place % 6, hours=place % 4)
        if rows := LAST_ROUND.get(unit.name):
            stage.submit(collection, unit.name, rows, at)
        else:
            stage.report_nil(collection, unit.name, "", at)
    with stage.site.write_as(stage.collector, "collect") as change:
        services.close(change, collection, at=due_at + timedelta(hours=15))


def _overdue(stage: Stage) -> None:
    sent_at = now() - timedelta(days=9)
    due_at = _evening(-2)
    collection = stage.sent("2027년 주민참여예산 제안사업 사전 조사", due_at, sent_at, date(2026, 11, 10))
    late = ("계룡면", "신풍면", "금학동", "월송동")
    for place, unit in enumerate(stage.townships):
        if unit.name in late:
            continue
        at = sent_at + timedelta(days=1 + place * 0.35)
        if rows := LAST_ROUND.get(unit.name):
            stage.submit(collection, unit.name, rows, at)
        else:
            stage.report_nil(collection, unit.name, t("내년 제안사업 없음"), at)
    stage.submit(collection, "금학동", LAST_ROUND["유구읍"][:1], due_at + timedelta(hours=16))
    stage.open(collection, "신풍면", now() - timedelta(days=3))
