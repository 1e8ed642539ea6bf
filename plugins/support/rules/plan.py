"""Her plan for what comes next in her life: her words, hers to take along (service 9)."""

PARTS = ("here", "wish", "steps", "people", "comfort")
PART_LENGTH = 2000
PAPER_LANGUAGES = ("fr", "en", "es", "ht")
PAPER_NAME = "notes.pdf"  # says nothing to who finds it (D-CONF-11)
