"""Documents to passages and an index, a question to hits."""
