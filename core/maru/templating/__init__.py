"""Jinja2 as the portal uses it: theme → plugin → core, autoescape, nothing undefined."""

from maru.templating.environment import StaticFolders, make_environment
