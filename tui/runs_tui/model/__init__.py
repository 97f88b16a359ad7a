"""What the screens show, made by one worker thread from the run sources. No widgets."""
