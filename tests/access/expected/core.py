"""The core: the door, everyone's own, accounts, the house, the persons served."""

from __future__ import annotations

from tests.access.expected.roles import (
    ADMINISTERS,
    ANYBODY,
    APPROVES,
    EVERYONE,
    FOLLOWS,
    NO_ONE,
    PROPOSES,
    REACHES,
    READS_JOURNAL,
    READS_REGISTERS,
    RUNS_HOUSE,
    SEES_ACCOUNTS,
    SEES_CODES,
)

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
    # papers, each to who may open its safe: here, one of her register
    "GET papers.download": READS_REGISTERS,
}

CONFIRMED_FIRST = {
    *("GET accounts.set_up_app", "POST accounts.set_up_app", "GET accounts.new_passkey_options"),
    *("POST accounts.add_passkey", "POST accounts.remove_factor", "POST accounts.new_recovery_codes"),
    *("GET accounts.invite", "POST accounts.invite", "POST accounts.new_link", "POST accounts.disable"),
    *("POST accounts.enable", "POST accounts.propose", "POST accounts.approve", "POST accounts.end"),
    *("POST accounts.release", "POST plugins.switch_plugin"),
}

HERS = {
    *("GET people.person", "GET people.edit", "POST people.edit", "GET people.contact", "POST people.contact"),
    *("POST people.contact_step", "GET papers.download"),
}
BY_OFFICE = {"GET papers.download"}
