"""The sheets of ``table.xlsx``: what stands in them, and how they are drawn."""
