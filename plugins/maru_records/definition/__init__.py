"""대장 정의: what a ledger is, as a document; the formulas in it, and the files it comes in. No database, no request."""

from __future__ import annotations

from .document import KEY_PATTERN, Definition, Field, FieldType

__all__ = ["KEY_PATTERN", "Definition", "Field", "FieldType"]
