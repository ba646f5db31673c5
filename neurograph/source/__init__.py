"""A network as a program in plain Python; see `Network.to_source`."""
