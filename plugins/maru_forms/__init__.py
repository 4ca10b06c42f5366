"""대장 만들기: a clerk makes the ledgers of their unit in the browser.

The form itself is the canvas: pick a kind of field, name it, put it in its place; a computed field is tried on the
records that exist. Each step is kept. Published, the ledger is in use at once below 업무 대장; changed later, it gets
a new version, in which fields may be added and hidden, and nothing that was recorded is lost.
"""

from maru import DemoSite, hookimpl


@hookimpl
def demo(site: DemoSite) -> None:
    """A ledger in use and one that is being made."""
    from .demonstration import fill  # only a new demonstration needs it

    fill(site)
