"""The demo: small real trainings, a director that runs them by a timetable, and the store they live in."""
