"""What the pages are made of: the list and its conditions, the cells, the form and what was typed into it."""
