"""Use cases: the only room that writes. Each checks who may, changes rows, and records what happened."""
