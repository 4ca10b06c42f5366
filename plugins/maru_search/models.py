"""What the search keeps in the database: the texts of files, and how far the index was built."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import timedelta

import peewee

from maru import Model, UtcDateTimeField, now, t

READ, EMPTY, UNKNOWN, REFUSED = "read", "empty", "unknown", "refused"
RETRY, LONGEST_RETRY = timedelta(seconds=30), timedelta(days=1)
LARGE, SLOW, LIMIT, LOCKED, DAMAGED, MISSING = "large", "slow", "limit", "locked", "damaged", "missing"


class FileText(Model):
    """The text of one file, by its SHA-256, so that it is taken out of it once.

    `state`: read; empty (nothing came out although something should have: a scan, for instance); unknown (no reader
    for this kind of file); refused (`problem` begins with one of the words above).
    """

    recorded = False  # a copy of what a file holds; the file itself is audited where it was uploaded

    sha256 = peewee.CharField(max_length=64, unique=True)
    name = peewee.CharField(max_length=255)
    state = peewee.CharField(max_length=10, index=True)
    problem = peewee.CharField(max_length=200, default="")
    text = peewee.TextField(default="")
    at = UtcDateTimeField(default=now)

    @property
    def why(self) -> str:
        """What `problem` means, as a sentence."""
        reasons = {
            LARGE: t("너무 커서 읽지 않았습니다."),
            SLOW: t("읽는 데 너무 오래 걸려 멈추었습니다."),
            LIMIT: t("메모리나 시간 한도를 넘어 멈추었습니다."),
            LOCKED: t("암호가 걸려 있습니다."),
            DAMAGED: t("파일이 상했거나 이름과 다른 형식입니다."),
            MISSING: t("파일을 열 수 없습니다."),
        }
        return reasons.get(self.problem.partition(":")[0]) or t(
            "스캔한 그림일 수 있습니다. 파일 이름으로는 찾을 수 있습니다."
        )

    @classmethod
    def doubtful(cls) -> peewee.ModelSelect[FileText]:
        """Files of which no text could be had although there should be some, the latest first; without the texts."""
        columns = [column for name, column in cls._meta.fields.items() if name != "text"]
        return cls.select(*columns).where(cls.state.in_((EMPTY, REFUSED))).order_by(cls.id.desc())


class Build(Model):
    """One run through all documents there are (색인 만들기), a part at each event `search.build`.

    `shelf` is the name of the index that it fills.
    """

    recorded = False  # who asked for it stands in the audit entry of the event

    shelf = peewee.CharField(max_length=32)
    began_at = UtcDateTimeField(default=now)
    ended_at = UtcDateTimeField(null=True)
    done_count = peewee.IntegerField(default=0)
    total_count = peewee.IntegerField(default=0)

    @classmethod
    def latest(cls) -> Build | None:
        """The run that was begun last, if there was any."""
        found: Build | None = cls.select().order_by(cls.id.desc()).first()
        return found

    @classmethod
    def is_under_way(cls) -> bool:
        """Whether a run has not ended yet."""
        return cls.select().where(cls.ended_at.is_null()).exists()


class Behind(Model):
    """A plugin that did not say what its documents are (뒤처진 기능); it is asked again for all of them.

    What it had in the index stays there meanwhile, and the documents of others go on.
    """

    recorded = False

    plugin = peewee.CharField(max_length=40, unique=True)
    since_at = UtcDateTimeField(default=now)
    tried_at = UtcDateTimeField(default=now)

    @classmethod
    def note(cls, plugin: str) -> None:
        """It failed, for the first time or again. Inside a write."""
        found = cls.get_or_none(cls.plugin == plugin) or cls(plugin=plugin)
        found.tried_at = now()
        found.save()


class Stuck(Model):
    """A document that its plugin cannot give (받지 못하는 글), alone among others that it gives well.

    It is asked for by itself, less and less often: whoever is asked for it together with others fails for all of them.
    """

    recorded = False

    plugin = peewee.CharField(max_length=40)
    key = peewee.CharField(max_length=200)
    since_at = UtcDateTimeField(default=now)
    next_at = UtcDateTimeField(default=now)
    count = peewee.IntegerField(default=0)

    class Meta:
        indexes = ((("plugin", "key"), True),)

    @classmethod
    def note(cls, plugin: str, key: str) -> None:
        """It failed, for the first time or again. Inside a write."""
        found = cls.get_or_none(cls.plugin == plugin, cls.key == key) or cls(plugin=plugin, key=key)
        found.next_at = now() + min(RETRY * 2**found.count, LONGEST_RETRY)
        found.count = min(found.count + 1, 20)
        found.save()

    @classmethod
    def among(cls, plugin: str, keys: Collection[str]) -> set[str]:
        """Those of `keys` that were stuck when they were asked for last. One query."""
        return {row.key for row in cls.select().where(cls.plugin == plugin)}.intersection(keys)

    @classmethod
    def counts(cls) -> dict[str, int]:
        """Plugin → how many of its documents are stuck."""
        return dict(sorted(Counter(row.plugin for row in cls.select()).items()))

    @classmethod
    def due_next(cls) -> peewee.ModelSelect[Stuck]:
        """Those that are to be asked for again, the earliest first."""
        return cls.select().order_by(cls.next_at, cls.id)

    @classmethod
    def forget(cls, plugin: str, keys: Collection[str]) -> None:
        """They were given after all. Inside a write."""
        cls.delete().where(cls.plugin == plugin, cls.key.in_(sorted(keys))).execute()
