"""The list as a workbook: `/book/booking.xlsx`."""

import io

import xlsxwriter
from datasette import Response, hookimpl


def workbook(columns, rows):
    """The rows of a table page as xlsx."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, columns)
    for number, row in enumerate(rows, 1):
        sheet.write_row(number, 0, [value if isinstance(value, int) else str(value or "") for value in row])
    book.close()
    headers = {"content-disposition": 'attachment; filename="booking.xlsx"'}
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return Response(content.getvalue(), headers=headers, content_type=kind)


@hookimpl
def register_output_renderer():
    """Datasette offers it on every table."""
    return {"extension": "xlsx", "render": workbook}
