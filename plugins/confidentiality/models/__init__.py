"""The tables of confidentiality; one module a topic."""

from plugins.confidentiality.models.consents import Consent
from plugins.confidentiality.models.exceptions import WithoutConsent
from plugins.confidentiality.models.house import Assessment, Incident, Provider, Revision
from plugins.confidentiality.models.orders import CourtOrder, OrderPerson
from plugins.confidentiality.models.retention import Certificate, LegalHold, Proposal
from plugins.confidentiality.models.review import Finding, FindingAnswer, RoleReview, Watch
from plugins.confidentiality.models.rights import Preparation, RightsRequest
from plugins.confidentiality.models.undertakings import Undertaking
from plugins.confidentiality.models.youth import YouthDecision

__all__ = [
    "Assessment",
    "Certificate",
    "Consent",
    "CourtOrder",
    "Finding",
    "FindingAnswer",
    "Incident",
    "LegalHold",
    "OrderPerson",
    "Preparation",
    "Proposal",
    "Provider",
    "Revision",
    "RightsRequest",
    "RoleReview",
    "Undertaking",
    "Watch",
    "WithoutConsent",
    "YouthDecision",
]
