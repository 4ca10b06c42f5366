"""The pages of the administration, a module for each part of it. Each view reads: fetch, decide, answer."""
