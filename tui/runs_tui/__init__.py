"""The terminal monitor and the command line for run stores."""
