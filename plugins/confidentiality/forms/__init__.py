"""What people fill in, and the words for each choice."""

from plugins.confidentiality.forms import retention as retention
from plugins.confidentiality.forms import review as review
from plugins.confidentiality.forms import rights as rights
from plugins.confidentiality.forms.events import describe

__all__ = ["describe"]
