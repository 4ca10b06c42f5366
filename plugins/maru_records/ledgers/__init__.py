"""대장: a definition in use. Its key, its table, who may read and write which rows, and the records they see."""
