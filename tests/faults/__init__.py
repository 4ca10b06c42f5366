"""A plugin that does every wrong thing at every place, and what becomes of the rest of the portal."""
