"""The four steps of the first start. They can be left at any point, and go on there the next time."""
