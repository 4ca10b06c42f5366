"""How far the cells of a sheet reach, found before calamine lays them out as one dense table.

A single value in XFD1048576 would make that table 17 billion cells, and a failed allocation ends the whole process.
"""

import re

from .refs import column_of

# Each of these starts with fixed letters, so that a search takes a fraction of a millisecond a sheet.
UNUSUAL = (re.compile(rb'<c(?! r="[A-Z]\d{1,4}")'), re.compile(rb'<row(?! r="\d{1,4}")'), re.compile(rb":(?:c|row)\b"))
ELEMENT = re.compile(rb"""<(?:[^\s<>/:"']+:)?(row|c)(?=[\s/>])((?:[^>"']|"[^"]*"|'[^']*')*)>""")
PLACE = re.compile(rb"""(?:^|\s)r\s*=\s*["']\s*([A-Za-z]*)(\d*)""")


def extent(xml: bytes) -> tuple[int, int]:
    """The last row and column that the sheet's cells can have; (9999, 26) for every sheet that stays within them.

    Sheets as all programs write them are told by a few searches; only others are gone through cell by cell.
    """
    return (9_999, 26) if _is_ordinary(xml) else _measured(xml)


def _is_ordinary(xml: bytes) -> bool:
    """Whether each cell says its address the usual way, and none lies beyond column Z or row 9999."""
    start, end = xml.find(b"<sheetData>"), xml.find(b"</sheetData>")
    if xml.count(b"sheetData") != 2 or not 0 <= start < end:
        return False
    body = xml[start:end]
    return not any(pattern.search(body) for pattern in UNUSUAL)


def _measured(xml: bytes) -> tuple[int, int]:
    """The last row and column, counted the way calamine does: what has no address stands next to the one before."""
    last_row = last_column = 1
    row = column = 0
    for name, attributes in ELEMENT.findall(xml):
        found = PLACE.search(attributes)
        letters, digits = found.groups() if found else (b"", b"")
        if name == b"row":
            row, column = int(digits[:9] or row + 1), 0
        else:
            column = column_of(letters[:4].decode().upper()) if letters else column + 1
            last_column = max(last_column, column)
            row = int(digits[:9]) if letters and digits else row
        last_row = max(last_row, row)
    return last_row, last_column
