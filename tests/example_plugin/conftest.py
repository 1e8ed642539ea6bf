"""These tests run where the plugin is installed; tests/plugins_core/test_example.py sees to that."""

from importlib.metadata import entry_points

if not any(entry.name == "library" for entry in entry_points(group="intranet.plugins")):
    collect_ignore_glob = ["tests/*"]
