"""Pictures of every screen: the real app in a real pty, over a run store made by real writers."""
