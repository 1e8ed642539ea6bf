"""The roles, and what each may do (DOMAIN section 8)."""

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

# --- the persons served ---
FOLLOWS = {WORKER}  # files assigned to her; a coordinator's stand-in is tried apart
REACHES = {WORKER, PEER}  # an assigned person's code and safe contact
BESIDE = {PEER}  # the objectives that are shared with her
SEES_CODES = {COORDINATOR}  # the caseload: codes, dates, workload
COUNTS = {WORKER, PEER, COORDINATOR}  # anonymous contacts and visits: nobody is known by them
KEEPS_DIRECTORIES = {WORKER, COORDINATOR}  # partners and interpreters: no person served is in them
STANDS_IN = {WORKER, COORDINATOR}  # for a stated reason and time (D-CONF-1)
REVIEWS = {COORDINATOR, OFFICER}  # what others opened, by codes (D-CONF-1)
SEALS = {COORDINATOR, OFFICER}  # by code; nothing is opened (D-FILE-6)
LIFTS = {COORDINATOR, CHAIR}  # the second of two

# --- what is accounted for about them ---
ASKS_CONSENT = {WORKER}  # and signs with her, and tells (D-CONF-2, D-CONF-3)
ACCOUNTS = {WORKER, OFFICER}  # her worker, and who keeps the registers: decides, withdraws, answers requests
CONSULTED = {COORDINATOR, OFFICER}  # the second person (D-CONF-4)
CO_REVIEWS = {COORDINATOR}  # a decision not to report (D-CONF-7)
READS_REGISTERS = {WORKER, OFFICER, COORDINATOR}  # hers; by office; the coordinator whom her worker consulted
KEEPS_REGISTERS = {OFFICER}  # D-CONF-6
HOLDS = {WORKER, COORDINATOR, OFFICER}  # whoever hears of an order forbids to destroy; by code (D-CONF-9)
SEES_DUE = {OFFICER, COORDINATOR, CHAIR}  # what is to be destroyed: codes and kinds
APPROVES_DESTRUCTION, CONFIRMS_DESTRUCTION = {OFFICER}, {COORDINATOR, CHAIR}  # two people
WATCHES = {OFFICER, CHAIR}  # unusual openings, roles each quarter

# --- the house ---
READS_JOURNAL = {OFFICER}
RUNS_HOUSE = {COORDINATOR, ADMINISTRATOR}  # services on and off, what the organisation decides
ADMINISTERS = {ADMINISTRATOR}  # accounts, plugins
SEES_ACCOUNTS = {ADMINISTRATOR, OFFICER, COORDINATOR, CHAIR}  # granting a role takes two people
PROPOSES = {ADMINISTRATOR, COORDINATOR}
APPROVES = {ADMINISTRATOR, OFFICER, CHAIR}
