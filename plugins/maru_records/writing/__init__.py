"""Every change leaves its trace: a ledger is defined, shipped or kept up; a record is added, changed or deleted."""
