"""Errors that a person is shown: each says what to do. None holds anything confidential."""

from __future__ import annotations

from flask_babel import gettext as _


class IntranetError(Exception):
    """Something a person can act on. `str(error)` is shown to her."""

    status = 400

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else self.message()

    def message(self) -> str:
        return _("This could not be done. Go back and try again.")

    def heading(self) -> str:
        """The page's first words; empty: those of its status."""
        return ""


class NotAllowed(IntranetError):
    """The person's roles do not hold the permission (D-CONF-1)."""

    status = 403

    def message(self) -> str:
        return _("Your role does not include this. Ask the coordinator if you need it for your work.")


class NotGranted(NotAllowed):
    """The safe was not granted to her; the refusal is journaled (D-CONF-1, D-CONF-10)."""

    def message(self) -> str:
        return _("This record is not open to you. If you need it, ask the coordinator to assign it to you.")


class NotFound(IntranetError):
    """There is nothing here, or nothing for her: the two look the same."""

    status = 404

    def message(self) -> str:
        return _("There is nothing at this address, or it is not open to you.")


class SwitchedOff(IntranetError):
    """The plugin or the service is off (law 3)."""

    status = 404

    def message(self) -> str:
        return _("This service is switched off for now. Nothing is lost: it comes back when it is switched on again.")

    def heading(self) -> str:
        return _("Switched off for now")


class Conflict(IntranetError):
    """Somebody else was faster, or the thing is no longer in the state that the step needs."""

    status = 409

    def message(self) -> str:
        return _("Someone was faster. Look at the page again, then decide.")


class StepUpNeeded(IntranetError):
    """She must confirm that it is she before this (QUALITY: within 5 minutes)."""

    status = 401


class Damaged(IntranetError):
    """A sealed value does not open: it was changed or moved. Never shown as text."""

    status = 500

    def message(self) -> str:
        return _("A record is damaged and was not shown. Tell the administrator: a backup can bring it back.")


class SafeDestroyed(NotFound):
    """The safe's key was destroyed: nobody can open it any more (D-CONF-9)."""

    def message(self) -> str:
        return _("This record was destroyed under the retention rules. Nobody can open it any more.")
