"""The Compare screen: charts of several runs over each other, and tables of what differs between them."""
