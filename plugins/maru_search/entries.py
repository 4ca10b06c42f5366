"""From a plugin's document to the entries of the index: itself, and each of its files whose text is known."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from .analysis import bigrams, has_morphemes, initial_runs, morphemes
from .api import MOST_BODY, SearchDocument
from .index import Entry
from .models import READ, FileText

ATTACHMENT = "attachment"


def token_of(plugin: str, token: str) -> str:
    """A token as the index keeps it: a plugin opens its own documents, and nothing of it is found where it is off."""
    return f"{plugin}|{token}"


def digest_of(document: SearchDocument, texts: Mapping[str, FileText]) -> str:
    """Equal for equal documents with equal texts: then nothing has to be written."""
    files = [
        (each.file.sha256, each.file.name, each.href, _state(texts, each.file.sha256)) for each in document.attachments
    ]
    said = {name: getattr(document, name) for name in document.__dataclass_fields__ if name != "attachments"}
    content = json.dumps([{**said, "hrefs": dict(document.hrefs)}, files, has_morphemes()], sort_keys=True, default=str)
    return hashlib.sha256(content.encode()).hexdigest()[:32]


def _state(texts: Mapping[str, FileText], sha256: str) -> str:
    return texts[sha256].state if sha256 in texts else ""


def entries_of(plugin: str, document: SearchDocument, texts: Mapping[str, FileText], digest: str) -> list[Entry]:
    """The document first, then its files: by their names alone while nobody has read them yet."""
    entries = [_entry(plugin, document, digest)]
    for place, each in enumerate(document.attachments):
        entries.append(_file_entry(entries[0], document, place, texts.get(each.file.sha256)))
    return entries


def _entry(plugin: str, document: SearchDocument, digest: str) -> Entry:
    title, body = document.title, document.body
    return Entry(
        key=document.key,
        owner=document.key,
        plugin=plugin,
        digest=digest,
        kind=document.kind,
        unit=document.unit,
        at=document.at,
        people=document.people,
        tokens=tuple(token_of(plugin, token) for token in document.access_tokens),
        terms=_terms(title, body),
        shown={
            "title": title,
            "body": body,
            "href": document.href,
            "hrefs": [
                (token_of(plugin, token), document.hrefs[token])
                for token in document.access_tokens
                if token in document.hrefs
            ],
            "people": document.people,
            "within": "",
        },
    )


def _file_entry(parent: Entry, document: SearchDocument, place: int, text: FileText | None) -> Entry:
    attached = document.attachments[place]
    name, body = attached.file.name, text.text[:MOST_BODY] if text and text.state == READ else ""
    shown = dict(parent.shown) | {"title": name, "body": body, "within": document.title}
    if attached.href:
        shown |= {"href": attached.href, "hrefs": []}
    return Entry(
        key=f"{parent.key}/{place}",
        owner=parent.owner,
        plugin=parent.plugin,
        digest=parent.digest,
        kind=ATTACHMENT,
        unit=parent.unit,
        at=parent.at,
        people=parent.people,
        tokens=parent.tokens,
        terms=_terms(name, body),
        shown=shown,
    )


def _terms(title: str, body: str) -> dict[str, list[str]]:
    whole = f"{title}\n{body}"
    return {
        "title": morphemes(title),
        "title_grams": bigrams(title),
        "text": morphemes(whole),
        "grams": bigrams(whole),
        "initials": initial_runs(title),
    }
