"""HTTP alone: read the request, call one action or query, show a page. One module a topic, one blueprint."""

from plugins.confidentiality.views import registers as registers
from plugins.confidentiality.views.base import bp

__all__ = ["bp"]
