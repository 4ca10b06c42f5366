"""Errors that say the thing, the value and the way out, and carry the answer they stand for."""


class MaruError(Exception):
    """Base of all that the portal raises on purpose."""


class SettingsError(MaruError):
    """A setting cannot be used."""


class PluginError(MaruError):
    """A plugin cannot be loaded. `where` is `file:line` where known."""

    def __init__(self, message: str, where: str = "") -> None:
        super().__init__(f"{where}: {message}" if where else message)
        self.where = where


class AskAgain(MaruError):
    """Raised by an `on_event` that waits for another plugin: it gets the event again, and is not blamed."""


class Answer(MaruError):
    """An error that is an answer: shown to the person as a page with `status`."""

    status = 500


class Invalid(Answer):
    """What was entered cannot be used (422)."""

    status = 422


class BadRequest(Answer):
    """The request itself cannot be understood (400)."""

    status = 400


class SignedOut(Answer):
    """Nobody is signed in, and the page asks for it (401)."""

    status = 401


class Forbidden(Answer):
    """The person may not do this (403)."""

    status = 403


class NotFound(Answer):
    """There is no such thing, or this person may not know of it (404)."""

    status = 404


class Conflict(Answer):
    """As things stand it cannot be done: somebody was faster, or it is closed already (409). Say which."""

    status = 409


class TooLarge(Answer):
    """More was sent than is accepted (413)."""

    status = 413


class TooMany(Answer):
    """Tried too often (429)."""

    status = 429


class Unavailable(Answer):
    """The portal cannot do this now; nothing was changed (503)."""

    status = 503
