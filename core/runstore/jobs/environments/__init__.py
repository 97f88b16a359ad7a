"""The interpreter that a run asks for: found on this machine, or made with the packages that it names and kept."""
