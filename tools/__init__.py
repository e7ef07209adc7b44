"""Tools for those who work on the guide; nothing here is needed to build it."""
