"""Plugins: found without importing them, loaded by one loader, called through one guarded dispatcher."""

from maru.plugins.dispatcher import Dispatcher
from maru.plugins.loader import Guard, Plugin, discover, load_all
from maru.plugins.manifest import Manifest, read_manifest
from maru.plugins.quarantine import Failure, Quarantine
