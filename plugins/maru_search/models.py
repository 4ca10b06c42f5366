"""What the search keeps in the database: the texts of files, and how far the index was built."""

from __future__ import annotations

import peewee

from maru import Model, UtcDateTimeField, now, t

READ, EMPTY, UNKNOWN, REFUSED = "read", "empty", "unknown", "refused"
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
