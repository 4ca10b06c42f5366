"""The core's tables: people and their posts, departments, rights, sessions, the audit, the outbox, files, plugins."""

from maru.models.audit import AuditEntry, verify_chain
from maru.models.department import Department
from maru.models.event import OutboxEvent
from maru.models.file import StoredFile
from maru.models.plugin import PluginFailure, PluginState
from maru.models.rights import Grant, Role, RoleMember, holders_of
from maru.models.session import Session, SignInFailure
from maru.models.units import EVERYWHERE, NOWHERE, Units
from maru.models.user import Post, User
