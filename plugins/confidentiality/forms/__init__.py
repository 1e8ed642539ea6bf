"""What people fill in, and the words for each choice."""

from plugins.confidentiality.forms.events import describe

__all__ = ["describe"]
