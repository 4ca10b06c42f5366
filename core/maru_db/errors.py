"""What the database refuses, each with its way out."""


class StorageError(Exception):
    """Base of all that this library raises on purpose."""


class WriteOutsideError(StorageError):
    """A row was about to be saved outside of a write, or a write does not end where it should."""


class UnrecordedWriteError(StorageError):
    """A write changed rows that nobody recorded, so it was rolled back."""


class Busy(StorageError):
    """The database cannot do this now; nothing was changed."""


class EndlessError(StorageError):
    """Events answer events, and would for ever."""


class MigrationError(StorageError):
    """A migration failed, and its tables are as they were before it. `where` is its file."""

    def __init__(self, message: str, where: str) -> None:
        super().__init__(message)
        self.where = where
