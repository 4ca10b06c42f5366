"""The views, one module for each who looks: the unit that answers, the collector, and both at the result."""
