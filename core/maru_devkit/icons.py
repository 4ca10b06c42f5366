"""Rebuild a theme's `icons.svg` from the Lucide files in its `static/vendor/lucide/`.

    python -m maru_devkit.icons themes/krds [folder of the package lucide-static [more icon names …]]

With the package's folder, the icons named by templates and manifests are copied into the vendor folder first, and with
them those named on the command line. Icons that lie there already stay. Themes beside it without drawings of their own
get the same `icons.svg`.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import sys
from pathlib import Path

from maru.settings import CHECKOUT

NAMED = re.compile(r"""(?:\bicon\(\s*|\bicon\s*=\s*)["']([a-z0-9-]+)["']""")
BODY = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


def named_icons() -> set[str]:
    """The icons that templates, manifests and menu entries of this checkout name."""
    files = [
        path
        for folder in ("core", "plugins", "themes", "plugin_template")
        for path in (CHECKOUT / folder).rglob("*")
        if path.suffix in (".html", ".toml", ".py") and "tests" not in path.parts
    ]
    return {name for path in files for name in NAMED.findall(path.read_text(encoding="utf-8"))}


def build(theme: Path) -> int:
    """Write `icons.svg`, one symbol a file. Gives how many."""
    vendor = theme / "static" / "vendor" / "lucide"
    symbols = []
    for path in sorted(vendor.glob("*.svg")):
        found = BODY.search(path.read_text(encoding="utf-8"))
        body = " ".join(found[1].split()) if found else ""
        symbols.append(f'<symbol id="{path.stem}" viewBox="0 0 24 24">{body}</symbol>')
    sheet = '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"
    (theme / "static" / "icons.svg").write_text(sheet, encoding="utf-8", newline="\n")
    return len(symbols)


def share(theme: Path) -> list[str]:
    """Give `icons.svg` to the themes beside this one that have no drawings of their own. Gives their names."""
    without = [
        other
        for other in sorted(theme.resolve().parent.iterdir())
        if (other / "static" / "icons.svg").is_file() and not (other / "static" / "vendor" / "lucide").is_dir()
    ]
    for other in without:
        shutil.copyfile(theme / "static" / "icons.svg", other / "static" / "icons.svg")
    return [other.name for other in without]


def take(theme: Path, package: Path, names: set[str]) -> list[str]:
    """Copy the named icons from the package, unmodified, and note their hashes. Gives the names it does not have."""
    vendor = theme / "static" / "vendor" / "lucide"
    vendor.mkdir(parents=True, exist_ok=True)
    missing = []
    for name in sorted(names):
        source = package / "icons" / f"{name}.svg"
        if source.is_file():
            shutil.copyfile(source, vendor / source.name)
        else:
            missing.append(name)
    shutil.copyfile(package / "LICENSE", vendor / "LICENSE")
    return missing


def note_hashes(vendor: Path) -> None:
    """Renew the table of hashes at the end of `vendor/VERSION.md`; its words stay."""
    note = vendor / "VERSION.md"
    words = note.read_text(encoding="utf-8").split("\n| sha256")[0].rstrip()
    paths = sorted(path for path in vendor.rglob("*") if path.is_file() and path != note)
    rows = [f"| {hashlib.sha256(p.read_bytes()).hexdigest()} | {p.relative_to(vendor).as_posix()} |" for p in paths]
    text = "\n".join([words, "", "| sha256 | file |", "|---|---|", *rows, ""])
    note.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    chosen = Path(sys.argv[1])
    if len(sys.argv) > 2:
        for name in take(chosen, Path(sys.argv[2]), named_icons() | set(sys.argv[3:])):
            print(f"The package has no icon named {name!r}.")
    note_hashes(chosen / "static" / "vendor")
    print(f"{build(chosen)} icons")
    print("Also in: " + (", ".join(share(chosen)) or "no other theme"))
