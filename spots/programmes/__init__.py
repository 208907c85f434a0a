"""Career programmes: which institutions are of which class, for which cohort, and by which rule."""
