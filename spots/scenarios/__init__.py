"""Many scenarios of one job, answered together: the engine, and files that say and show them."""
