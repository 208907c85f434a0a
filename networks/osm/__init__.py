"""OpenStreetMap: files and Overpass, what tags mean to a car, ways to edges."""
