"""Consents, telling without one, rights, registers, retention (D-CONF-1 to D-CONF-13). No service switches them off."""

from __future__ import annotations

from tests.access.expected.roles import (
    ACCOUNTS,
    ANYBODY,
    APPROVES_DESTRUCTION,
    ASKS_CONSENT,
    CO_REVIEWS,
    CONFIRMS_DESTRUCTION,
    CONSULTED,
    FOLLOWS,
    HOLDS,
    KEEPS_REGISTERS,
    READS_REGISTERS,
    ROLES,
    SEES_DUE,
    WATCHES,
)

# About one person: her register. It holds no note.
REGISTER = {
    "GET confidentiality.account": READS_REGISTERS,
    # consents (D-CONF-2, D-CONF-5)
    "GET confidentiality.new_consent": ASKS_CONSENT,
    "POST confidentiality.new_consent": ASKS_CONSENT,
    "GET confidentiality.consent_question": ASKS_CONSENT,
    "POST confidentiality.consent_question": ASKS_CONSENT,
    "POST confidentiality.renew_consent": ASKS_CONSENT,
    "POST confidentiality.discard_consent": ASKS_CONSENT,
    "GET confidentiality.sign": ASKS_CONSENT,
    "POST confidentiality.sign_on_screen": ASKS_CONSENT,
    "POST confidentiality.print_consent": ASKS_CONSENT,
    "POST confidentiality.sign_on_paper": ASKS_CONSENT,
    "GET confidentiality.consent": READS_REGISTERS,
    "GET confidentiality.signature": READS_REGISTERS,
    "POST confidentiality.withdraw_consent": ACCOUNTS,
    # without her consent (D-CONF-4)
    "GET confidentiality.new_exception": ACCOUNTS,
    "POST confidentiality.new_exception": ACCOUNTS,
    "GET confidentiality.exception": READS_REGISTERS,
    "POST confidentiality.ask_second": ACCOUNTS,
    "POST confidentiality.exception_told": ACCOUNTS,
    "POST confidentiality.answer_exception": CONSULTED,
    "POST confidentiality.tell": ASKS_CONSENT,
    # youth protection (D-CONF-7)
    "GET confidentiality.new_youth": ASKS_CONSENT,
    "POST confidentiality.new_youth": ASKS_CONSENT,
    "GET confidentiality.youth": READS_REGISTERS,
    "POST confidentiality.review_youth": CO_REVIEWS,
    # her rights (D-CONF-6, D-CONF-8)
    "GET confidentiality.rights": ACCOUNTS,
    "GET confidentiality.openings": ACCOUNTS,
    "GET confidentiality.new_request": ACCOUNTS,
    "POST confidentiality.new_request": ACCOUNTS,
    "POST confidentiality.find_person": ACCOUNTS,
    "GET confidentiality.rights_request": ACCOUNTS,
    "POST confidentiality.check_identity": ACCOUNTS,
    "GET confidentiality.answer_request": ACCOUNTS,
    "POST confidentiality.answer_request": ACCOUNTS,
    "POST confidentiality.attach_statement": ACCOUNTS,
    "POST confidentiality.note_correction": ACCOUNTS,
}

# Her whole file, notes and all: her worker alone (D-CONF-8; DOMAIN section 8, privacy officer).
WHOLE_FILE = {
    "GET confidentiality.whole_file": FOLLOWS,
    "POST confidentiality.begin_whole_file": FOLLOWS,
    "GET confidentiality.whole_file_page": FOLLOWS,
    "POST confidentiality.whole_file_page": FOLLOWS,
    "POST confidentiality.hide_word": FOLLOWS,
    "POST confidentiality.make_whole_file": FOLLOWS,
}

# About one person, and the privacy officer's whoever she is.
OFFICER_S = {
    "GET confidentiality.order": KEEPS_REGISTERS,
    "POST confidentiality.order_told": KEEPS_REGISTERS,
    "POST confidentiality.close_order": KEEPS_REGISTERS,
    "GET confidentiality.hold": KEEPS_REGISTERS,
    "POST confidentiality.end_hold": KEEPS_REGISTERS,
    "GET confidentiality.register_row": KEEPS_REGISTERS,
}

# The house's registers (D-CONF-6).
HOUSE = {
    "GET confidentiality.registers": KEEPS_REGISTERS,
    "GET confidentiality.register": KEEPS_REGISTERS,
    "GET confidentiality.export_register": KEEPS_REGISTERS,
    "GET confidentiality.requests": ACCOUNTS,
    "GET confidentiality.new_order": KEEPS_REGISTERS,
    "POST confidentiality.new_order": KEEPS_REGISTERS,
    # incidents: anyone reports one, as one drops a letter
    "GET confidentiality.report_incident": ROLES,
    "POST confidentiality.report_incident": ROLES,
    "GET confidentiality.incident_reported": ROLES,
    "GET confidentiality.incident": KEEPS_REGISTERS,
    "GET confidentiality.incident_facts": KEEPS_REGISTERS,
    "POST confidentiality.incident_facts": KEEPS_REGISTERS,
    "GET confidentiality.incident_follow_up": KEEPS_REGISTERS,
    "POST confidentiality.incident_follow_up": KEEPS_REGISTERS,
    "GET confidentiality.assess_incident": KEEPS_REGISTERS,
    "POST confidentiality.assess_incident": KEEPS_REGISTERS,
    "POST confidentiality.close_incident": KEEPS_REGISTERS,
    "POST confidentiality.reopen_incident": KEEPS_REGISTERS,
    # providers, impact assessments
    "GET confidentiality.new_provider": KEEPS_REGISTERS,
    "POST confidentiality.new_provider": KEEPS_REGISTERS,
    "GET confidentiality.provider": KEEPS_REGISTERS,
    "POST confidentiality.provider": KEEPS_REGISTERS,
    "GET confidentiality.new_assessment": KEEPS_REGISTERS,
    "POST confidentiality.new_assessment": KEEPS_REGISTERS,
    "GET confidentiality.assessment": KEEPS_REGISTERS,
    "POST confidentiality.assessment": KEEPS_REGISTERS,
    # undertakings: her own; the others' (D-CONF-13)
    "GET confidentiality.undertaking": ROLES,
    "POST confidentiality.undertaking": ROLES,
    "GET confidentiality.undertakings": KEEPS_REGISTERS,
    "POST confidentiality.undertakings": KEEPS_REGISTERS,
    "POST confidentiality.end_undertaking": KEEPS_REGISTERS,
    # unusual openings; roles, each quarter (DOMAIN section 8)
    "GET confidentiality.findings": WATCHES,
    "GET confidentiality.finding": WATCHES,
    "POST confidentiality.finding": WATCHES,
    "GET confidentiality.role_review": WATCHES,
    "POST confidentiality.review_role": WATCHES,
    # retention: codes, kinds and days; two people (D-CONF-9)
    "GET confidentiality.retention": SEES_DUE,
    "POST confidentiality.approve_destruction": APPROVES_DESTRUCTION,
    "POST confidentiality.confirm_destruction": CONFIRMS_DESTRUCTION,
    "POST confidentiality.keep_for_now": SEES_DUE,
    "GET confidentiality.certificate": SEES_DUE,
    "GET confidentiality.certificate_pdf": SEES_DUE,
    "GET confidentiality.new_hold": HOLDS,
    "POST confidentiality.new_hold": HOLDS,
    "GET confidentiality.static": ANYBODY,
}

EXPECTED: dict[str, set[str]] = REGISTER | WHOLE_FILE | OFFICER_S | HOUSE

# What is taken out, what is destroyed for good, who may do what.
CONFIRMED_FIRST = {
    *("GET confidentiality.export_register", "POST confidentiality.make_whole_file"),
    *("POST confidentiality.approve_destruction", "POST confidentiality.confirm_destruction"),
    *("POST confidentiality.end_hold", "POST confidentiality.review_role"),
}

HERS = set(REGISTER | WHOLE_FILE | OFFICER_S) - {"POST confidentiality.find_person"}
BY_OFFICE = {line for line in REGISTER | OFFICER_S if EXPECTED[line] >= KEEPS_REGISTERS}
