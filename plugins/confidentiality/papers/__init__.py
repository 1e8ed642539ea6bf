"""What this plugin's papers say, the same on the screen and when printed."""
