"""The board of charts: a page of live charts or one of them alone, drawn from any `ChartSource`."""
