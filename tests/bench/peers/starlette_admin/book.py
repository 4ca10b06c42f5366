"""The meeting-room book as an admin of starlette-admin. Who is signed in comes as a header from the front door."""

import secrets
from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, create_engine, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from starlette.applications import Starlette
from starlette_admin.auth import AdminUser, AuthProvider
from starlette_admin.contrib.sqla import Admin, ModelView
from starlette_admin.exceptions import FormValidationError
from starlette_admin.fields import DateTimeField, EnumField, IntegerField, StringField, TextAreaField

ROOMS = ["대회의실", "중회의실", "소회의실"]


class Base(DeclarativeBase):
    """The tables."""


class Booking(Base):
    """One meeting in one room."""

    __tablename__ = "booking"
    __table_args__ = (CheckConstraint("ends_at > starts_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    room: Mapped[str] = mapped_column(String(20))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    purpose: Mapped[str] = mapped_column(String(60))
    people: Mapped[int | None]
    note: Mapped[str | None]
    unit: Mapped[str] = mapped_column(String(60))


class Change(Base):
    """Who changed a booking, when, before and after."""

    __tablename__ = "change"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    actor: Mapped[str]
    booking: Mapped[int] = mapped_column(ForeignKey("booking.id"))
    before: Mapped[dict | None] = mapped_column(JSON)
    after: Mapped[dict] = mapped_column(JSON)


class FrontDoor(AuthProvider):
    """Trusts the headers of the front door."""

    async def authenticate(self, request):
        name = request.headers.get("x-user")
        request.state.unit = request.headers.get("x-unit")
        return AdminUser(username=name) if name else None


class BookingView(ModelView):
    """List, forms, detail, search and workbook of the book."""

    fields = [
        EnumField("room", label="회의실", choices=[(room, room) for room in ROOMS], required=True),
        DateTimeField("starts_at", label="시작", required=True),
        DateTimeField("ends_at", label="끝", required=True),
        StringField("purpose", label="회의 이름", required=True, maxlength=60),
        IntegerField("people", label="인원", min=1, max=300),
        TextAreaField("note", label="준비할 것", exclude_from_list=True),
    ]
    searchable_fields = ["room", "purpose", "note"]
    fields_default_sort = [("starts_at", True)]
    exporters = ["xlsx"]

    def can_delete(self, request):
        return False

    async def is_row_action_allowed_for_obj(self, request, name, obj):
        return name != "edit" or obj.unit == request.state.unit

    async def validate(self, request, data):
        if data["ends_at"] <= data["starts_at"]:
            raise FormValidationError({"ends_at": "끝이 시작보다 뒤여야 합니다."})
        meets = select(Booking).where(
            Booking.room == data["room"],
            Booking.starts_at < data["ends_at"],
            Booking.ends_at > data["starts_at"],
            Booking.id != int(request.query_params.get("pk", 0)),
        )
        if request.state.session.scalars(meets).first():
            raise FormValidationError({"starts_at": "이미 찼습니다."})

    async def before_create(self, request, data, obj):
        obj.unit = request.state.unit

    async def before_edit(self, request, data, obj):
        if obj.unit != request.state.unit:
            raise FormValidationError({"room": "다른 부서의 예약입니다."})

    async def after_create(self, request, obj):
        note(request, obj, None)

    async def edit(self, request, pk, data):
        before = shown(await self.find_by_pk(request, pk))
        obj = await super().edit(request, pk, data)
        note(request, obj, before)
        return obj


class ChangeView(ModelView):
    """The audit, to be read only."""

    def is_accessible(self, request):
        return request.headers.get("x-role") == "admin"

    def can_create(self, request):
        return False

    can_edit = can_delete = can_create


def shown(booking):
    """A booking as JSON."""
    return {name: str(getattr(booking, name)) for name in ("room", "starts_at", "ends_at", "purpose", "people", "note")}


def note(request, booking, before):
    """Write a change down, in the transaction of the change."""
    user = request.state.admin_user.username
    request.state.session.add(Change(actor=user, booking=booking.id, before=before, after=shown(booking)))


def make_app(url="sqlite:///book.sqlite3"):
    """The admin at `/admin/`."""
    engine = create_engine(url, connect_args={"check_same_thread": False})
    Base.metadata.create_all(engine)
    app = Starlette()
    admin = Admin(engine, title="회의실 예약", auth_provider=FrontDoor(), secret_key=secrets.token_hex(32))
    admin.add_view(BookingView(Booking, menu_label="회의실 예약", icon="fa fa-door-open"))
    admin.add_view(ChangeView(Change, menu_label="변경 이력"))
    admin.mount_to(app)
    return app
