"""Plugins: found without importing them, loaded by one loader, called through one guarded dispatcher."""

from maru.plugins.dispatcher import Dispatcher
from maru.plugins.loader import Guard, Plugin, Step, discover, load_all, unguarded
from maru.plugins.manifest import Manifest, read_manifest
from maru_boundary.quarantine import Failure, Quarantine
