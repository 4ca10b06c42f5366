"""The data-entry grid (입력 표) as the server sees it: what is drawn, what the browser posts, what it hears back.

A page makes a `GridContext` with `grid_context()`, names it `grid` and includes `maru_records/_grid.html`.
The view behind `save_url` reads a `SaveRequest` and answers `save_answer()`.
"""
