"""The outbox: events and jobs, written in the transaction of the change and taken up after it."""

import copy

import peewee

from maru.models.user import User
from maru.types import Event
from maru_db import JSONField, Model, UtcDateTimeField
from maru_db.depth import depth_of_next
from maru_db.writing import Outgoing
from maru_language import now


class OutboxEvent(Model):
    """An event on its way, or a job of the plugin `owner`.

    `waiting` lists the plugins that have not taken it yet; None until it is first looked at. `tries` says of each how
    often it failed, and when it is asked again. `dead` lists those that were asked too often: an administrator may have
    them asked again. While a job runs, `holder` has it until `until_at`, and `progress` says how far it is.
    `depth` counts the events that it follows from, one answering the other.
    """

    recorded = False

    at = UtcDateTimeField(default=now)
    name = peewee.CharField(max_length=120)
    key = peewee.CharField(max_length=120)
    payload = JSONField(default=dict)
    version = peewee.IntegerField(default=1)
    owner = peewee.CharField(max_length=40, default="")
    actor_id = peewee.IntegerField(null=True)
    waiting = JSONField(null=True)
    attempt_count = peewee.IntegerField(default=0)
    tries = JSONField(default=dict)
    next_at = UtcDateTimeField(default=now)
    done_at = UtcDateTimeField(null=True, index=True)
    problem = peewee.TextField(default="")
    dead = JSONField(default=list)
    holder = peewee.CharField(max_length=60, default="")
    until_at = UtcDateTimeField(null=True)
    progress = JSONField(null=True)
    depth = peewee.IntegerField(default=0)

    class Meta:
        indexes = ((("done_at", "owner", "next_at"), False), (("key", "done_at"), False))

    @classmethod
    def put(cls, what: Outgoing, actor: User | None) -> None:
        """Write down an event or a job that follows from a write of `actor`. Inside that write."""
        cls.create(
            name=what.name, key=what.key, payload=what.payload, version=what.version, owner=what.owner,
            actor_id=actor and actor.id, next_at=what.at or now(), depth=0 if what.at else depth_of_next(),
        )  # fmt: skip

    @classmethod
    def undone(cls) -> "peewee.ModelSelect[OutboxEvent]":
        """What waits or runs."""
        query: peewee.ModelSelect[OutboxEvent] = cls.select().where(cls.done_at.is_null())
        return query

    @classmethod
    def waiting_for(cls, plugin: str, after: int, most: int) -> "list[OutboxEvent]":
        """Of the `most` events due next, behind the row `after`, those that `plugin` has not taken yet."""
        events = cls.undone().where(cls.owner == "", cls.id > after, cls.next_at <= now())
        return [row for row in events.order_by(cls.id).limit(most) if row.waiting is None or plugin in row.waiting]

    def as_event(self) -> Event:
        """What plugins are handed: a copy of their own."""
        return Event(self.id, self.name, self.key, copy.deepcopy(self.payload), self.at, self.version)

    @classmethod
    def dead_letters(cls) -> "peewee.ModelSelect[OutboxEvent]":
        """Events that a plugin did not take, and jobs that did not get done, however often they were tried."""
        query: peewee.ModelSelect[OutboxEvent] = cls.select().where(cls.is_dead()).order_by(cls.id)
        return query

    @classmethod
    def is_dead(cls) -> peewee.Expression:
        """True for those that somebody did not take and is asked for no more."""
        found: peewee.Expression = cls.dead != peewee.Value("[]", converter=False)
        return found

    def replay(self) -> None:
        """Have those that were asked too often asked again, from now on. Inside a write."""
        tries = {key: tried for key, tried in self.tries.items() if key not in self.dead}
        waiting = [*(self.waiting or []), *self.dead]
        self.waiting, self.tries, self.dead = None if self.owner else waiting, tries, []
        self.attempt_count, self.next_at, self.done_at, self.problem = 0, now(), None, ""
        self.save()
