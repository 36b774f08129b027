"""The pages: each has `render(context)` and at most 150 lines."""
