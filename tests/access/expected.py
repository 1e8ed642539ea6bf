"""Who may do what, written by hand from DOMAIN section 8: for each route, the roles that it opens to.

It says nothing of the code's own permissions, so that a slip there shows here. A route that is in no list fails the
suite; so does a line whose route is gone. Whoever is not named gets 403 or 404, and signed out the sign-in page.

It speaks of her own things: a person assigned to her, an account that is not hers where she administers accounts.
"""

from __future__ import annotations

WORKER, PEER, COORDINATOR = "support_worker", "peer_supporter", "coordinator"
CHAIR, OFFICER, ADMINISTRATOR = "board_chair", "privacy_officer", "administrator"
ROLES = {
    *(WORKER, PEER, COORDINATOR, CHAIR, "complaints_committee", "board_member", "fund_approver", "fund_payer"),
    *(OFFICER, "auditor", ADMINISTRATOR),
}
EVERYONE = ROLES | {"without_role", "former"}  # who is signed in, whatever she may do
ANYBODY = EVERYONE | {"nobody", "disabled"}
NO_ONE: set[str] = set()

# --- what each role may do (DOMAIN section 8) ---
FOLLOWS = {WORKER}  # files assigned to her
REACHES = {WORKER, PEER}  # an assigned person's code and safe contact
SEES_CODES = {COORDINATOR}  # the caseload: codes, dates, workload
COUNTS = {WORKER, PEER, COORDINATOR}  # anonymous contacts and visits: nobody is known by them
READS_JOURNAL = {OFFICER}
RUNS_HOUSE = {COORDINATOR, ADMINISTRATOR}  # services on and off, what the organisation decides
ADMINISTERS = {ADMINISTRATOR}  # accounts, plugins
SEES_ACCOUNTS = {ADMINISTRATOR, OFFICER, COORDINATOR, CHAIR}  # granting a role takes two people
PROPOSES = {ADMINISTRATOR, COORDINATOR}
APPROVES = {ADMINISTRATOR, OFFICER, CHAIR}

EXPECTED: dict[str, set[str]] = {
    # the door, and what is for anybody
    "GET static": ANYBODY,
    "GET catalogue.public_page": ANYBODY,
    "GET accounts.sign_in": ANYBODY,
    "POST accounts.sign_in_with_password": ANYBODY,
    "GET accounts.second_factor": ANYBODY,
    "POST accounts.second_factor_with_code": ANYBODY,
    "GET accounts.passkey_options": ANYBODY,
    "POST accounts.sign_in_with_passkey": ANYBODY,
    "POST accounts.sign_in_to_demo": NO_ONE,  # in the demo alone
    "GET accounts.welcome": ANYBODY,  # with the link
    "POST accounts.welcome": ANYBODY,
    "GET accounts.welcome_factor": ANYBODY,
    "POST accounts.welcome_factor": ANYBODY,
    "GET accounts.welcome_passkey_options": ANYBODY,
    "POST accounts.sign_out": ANYBODY,
    "POST web.quit_now": ANYBODY,
    "GET web.choose_language": ANYBODY,
    "GET web.healthz": ANYBODY,
    "GET web.readyz": ANYBODY,
    # everyone's own
    "GET desk.index": EVERYONE,
    "GET desk.palette": EVERYONE,
    "POST desk.palette": EVERYONE,
    "GET desk.search": EVERYONE,
    "POST desk.search": EVERYONE,
    "GET desk.keys": EVERYONE,
    "GET web.draft": EVERYONE,
    "POST web.discard_draft": EVERYONE,
    "GET accounts.mine": EVERYONE,
    "POST accounts.change_language": EVERYONE,
    "POST accounts.change_password": EVERYONE,
    "GET accounts.set_up_app": EVERYONE,
    "POST accounts.set_up_app": EVERYONE,
    "GET accounts.new_passkey_options": EVERYONE,
    "POST accounts.add_passkey": EVERYONE,
    "POST accounts.remove_factor": EVERYONE,
    "POST accounts.new_recovery_codes": EVERYONE,
    "GET accounts.my_sessions": EVERYONE,
    "POST accounts.end_one": EVERYONE,
    "POST accounts.end_all": EVERYONE,
    "GET accounts.step_up": EVERYONE,
    "POST accounts.step_up": EVERYONE,
    # accounts and roles
    "GET accounts.index": SEES_ACCOUNTS,
    "GET accounts.account": SEES_ACCOUNTS,
    "GET accounts.invite": ADMINISTERS,
    "POST accounts.invite": ADMINISTERS,
    "POST accounts.new_link": ADMINISTERS,
    "POST accounts.release": APPROVES,
    "POST accounts.disable": ADMINISTERS,
    "POST accounts.enable": ADMINISTERS,
    "POST accounts.propose": PROPOSES,
    "POST accounts.approve": APPROVES,
    "POST accounts.end": SEES_ACCOUNTS,
    # the house
    "GET catalogue.services": RUNS_HOUSE,
    "GET catalogue.service": RUNS_HOUSE,
    "POST catalogue.switch_service": RUNS_HOUSE,
    "GET catalogue.settings": RUNS_HOUSE,
    "GET catalogue.edit_setting": RUNS_HOUSE,
    "POST catalogue.change_setting": RUNS_HOUSE,
    "GET plugins.list_plugins": ADMINISTERS,
    "POST plugins.switch_plugin": ADMINISTERS,
    "GET journal.entries": READS_JOURNAL,
    "POST journal.verify": READS_JOURNAL,
    # the persons served
    "GET people.index": REACHES,
    "POST people.search": REACHES,
    "GET people.person": REACHES,
    "GET people.codes": SEES_CODES,
    "GET people.new": FOLLOWS,
    "POST people.new": FOLLOWS,
    "GET people.edit": FOLLOWS,
    "POST people.edit": FOLLOWS,
    "GET people.contact": FOLLOWS,
    "POST people.contact": FOLLOWS,
    "POST people.contact_step": FOLLOWS,
    # follow-up
    "GET support.files": FOLLOWS,
    "POST support.find_files": FOLLOWS,
    "POST support.open_file": FOLLOWS,
    "GET support.file": FOLLOWS,
    "POST support.set_next_step": FOLLOWS,
    "POST support.reassessed": FOLLOWS,
    "POST support.close_file": FOLLOWS,
    "POST support.reopen_file": FOLLOWS,
    "POST support.log_contact": FOLLOWS,
    "GET support.contact": FOLLOWS,
    "POST support.who": FOLLOWS,
    "POST support.log_contact_with": FOLLOWS,
    "GET support.correct_contact": FOLLOWS,
    "POST support.correct_contact": FOLLOWS,
    "GET support.anonymous": COUNTS,
    "POST support.anonymous": COUNTS,
    "GET support.visits": COUNTS,
    "POST support.count_visit": COUNTS,
    "POST support.undo_visit": COUNTS,
    "GET support.assignments": SEES_CODES,
    "POST support.assign": SEES_CODES,
    "POST support.end_assignment": SEES_CODES,
    "GET support.accompanied": {PEER},
}

# What asks first that she confirm that it is she (QUALITY: keys, roles, accounts, plugins).
CONFIRMED_FIRST = {
    *("GET accounts.set_up_app", "POST accounts.set_up_app", "GET accounts.new_passkey_options"),
    *("POST accounts.add_passkey", "POST accounts.remove_factor", "POST accounts.new_recovery_codes"),
    *("GET accounts.invite", "POST accounts.invite", "POST accounts.new_link", "POST accounts.disable"),
    *("POST accounts.enable", "POST accounts.propose", "POST accounts.approve", "POST accounts.end"),
    "POST accounts.release",
    "POST plugins.switch_plugin",
}

# What names a person, or something of hers, in its address or its form: somebody else's is not found, by anybody.
# Who assigns is the exception: she sees every code, and opens nothing (DOMAIN section 8, coordinator).
HERS = {
    *("GET people.person", "GET people.edit", "POST people.edit", "GET people.contact", "POST people.contact"),
    *("POST people.contact_step", "POST support.open_file", "GET support.file", "POST support.set_next_step"),
    *("POST support.reassessed", "POST support.close_file", "POST support.reopen_file", "POST support.log_contact"),
    *("POST support.log_contact_with", "GET support.correct_contact", "POST support.correct_contact"),
}

# The pages of each plugin, and of which service (DOMAIN section 2): 9 is the place to settle, 1 the rest of follow-up.
PLUGIN = {line for line in EXPECTED if line.split()[1].startswith("support.")}
SERVICE = dict.fromkeys(PLUGIN, 1) | dict.fromkeys(
    ("GET support.visits", "POST support.count_visit", "POST support.undo_visit"), 9
)
