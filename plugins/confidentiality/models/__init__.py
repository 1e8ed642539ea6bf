"""The tables of confidentiality; one module a topic."""

from plugins.confidentiality.models.consents import Consent
from plugins.confidentiality.models.exceptions import WithoutConsent
from plugins.confidentiality.models.orders import CourtOrder, OrderPerson
from plugins.confidentiality.models.retention import LegalHold
from plugins.confidentiality.models.youth import YouthDecision

__all__ = ["Consent", "CourtOrder", "LegalHold", "OrderPerson", "WithoutConsent", "YouthDecision"]
