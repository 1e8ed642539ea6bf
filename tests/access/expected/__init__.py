"""Who may do what, written by hand from DOMAIN section 8: for each route, the roles that it opens to.

It says nothing of the code's own permissions, so that a slip there shows here. A route that is in no list fails the
suite; so does a line whose route is gone. Whoever is not named gets 403 or 404, and signed out the sign-in page.

It speaks of her own things: a person assigned to her, an account that is not hers where she administers accounts.
"""

from __future__ import annotations

from tests.access.expected import confidentiality, core, support
from tests.access.expected.roles import ANYBODY as ANYBODY
from tests.access.expected.roles import OFFICER as OFFICER
from tests.access.expected.roles import ROLES as ROLES

EXPECTED: dict[str, set[str]] = core.EXPECTED | support.EXPECTED | confidentiality.EXPECTED

# What asks first that she confirm that it is she (QUALITY: keys, roles, accounts, plugins, exports, destruction).
CONFIRMED_FIRST = core.CONFIRMED_FIRST | support.CONFIRMED_FIRST | confidentiality.CONFIRMED_FIRST

# What names a person, or something of hers, in its address or its form: somebody else's is not found, by anybody.
# Who assigns is the exception: she sees every code, and opens nothing (DOMAIN section 8, coordinator).
HERS = core.HERS | support.HERS | confidentiality.HERS

# Of these, what the privacy officer reaches about any person, by her office: registers, never notes.
BY_OFFICE = core.BY_OFFICE | confidentiality.BY_OFFICE

# The pages of each plugin; and those of its services (DOMAIN section 2): gone when all of a line's services are off.
PLUGINS = {"support": set(support.EXPECTED), "confidentiality": set(confidentiality.EXPECTED)}
SERVICE = support.SERVICE
HER_FILE = support.HER_FILE  # of service 1 besides
READ_BY_STAND_IN = support.READ_BY_STAND_IN
