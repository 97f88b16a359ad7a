"""Reading runs while they are written: `run.RunReader` for one of them, `catalog.Catalog` for all of a root."""
