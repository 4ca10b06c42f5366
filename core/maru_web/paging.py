"""A long list in pages: which one an address asks for, within what there is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Paging:
    """Page `number`, from 1, of `page_count` with `size` lines each: what the macro `pager` of `maru/ui.html` draws."""

    number: int
    page_count: int
    size: int

    @classmethod
    def of(cls, asked: str | int, count: int, size: int) -> Paging:
        """Where `asked` leads among `count` lines: the last page when it is further, the first when it is no number.

        `asked` is what the address says: `request.query_params.get("page", "")`.
        """
        said = str(asked)
        number = int(said[:9]) if said.isascii() and said.isdigit() else 1
        page_count = max(1, -(-count // size))
        return cls(min(max(1, number), page_count), page_count, size)

    @property
    def start(self) -> int:
        """How many lines stand on the pages before."""
        return (self.number - 1) * self.size

    @property
    def lines(self) -> slice:
        """The lines of this page, of a list of all of them. A query takes `.paginate(paging.number, paging.size)`."""
        return slice(self.start, self.start + self.size)
