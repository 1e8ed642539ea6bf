"""Roles and permissions, and the gate that every request passes. Default deny (law 6)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any, NamedTuple, TypeVar

from flask import Flask, current_app, g, request
from flask_babel import lazy_gettext as _l

from app.accounts.current import whoever
from app.db import now
from app.errors import NotFound, StepUpNeeded
from app.hookspecs import Permission, Services
from app.plugins import MisnamedPlugin, must_be_on, plugins_of, switches

PUBLIC, SIGNED_IN = "public", "signed-in"
STEP_UP = timedelta(minutes=5)

ROLES = {
    "support_worker": _l("Support worker"),
    "peer_supporter": _l("Peer supporter"),
    "coordinator": _l("Coordinator"),
    "board_chair": _l("Chair of the board"),
    "complaints_committee": _l("Complaints committee"),
    "board_member": _l("Board member"),
    "fund_approver": _l("Fund approver"),
    "fund_payer": _l("Treasurer (fund payer)"),
    "privacy_officer": _l("Privacy officer"),
    "auditor": _l("Auditor"),
    "administrator": _l("Administrator"),
}

CORE_PERMISSIONS = (
    Permission(
        "core.people.open", _l("Open the records of the persons assigned to her"), ("support_worker", "peer_supporter")
    ),
    Permission("core.people.names", _l("See the names of the persons assigned to her"), ("support_worker",)),
    Permission("core.people.register", _l("Register a person"), ("support_worker",)),
    Permission("core.people.disclose", _l("Send what a consent or the law permits"), ("support_worker",)),
    Permission("core.people.codes", _l("See every person's code, without her name"), ("coordinator",)),
    Permission("core.journal.read", _l("Read the journal"), ("privacy_officer",)),
    Permission(
        "core.registers.read",
        _l("Read what is accounted for about a person, when it is open to her"),
        ("support_worker", "coordinator", "privacy_officer"),
    ),
    Permission(
        "core.registers.open", _l("Open the registers of what left, and why"), ("privacy_officer",), ("register",)
    ),
    Permission(
        "core.users.see", _l("See the accounts"), ("administrator", "privacy_officer", "coordinator", "board_chair")
    ),
    Permission("core.users.edit", _l("Invite and disable accounts"), ("administrator",)),
    Permission("core.roles.propose", _l("Propose a role"), ("administrator", "coordinator")),
    Permission("core.roles.approve", _l("Approve a role"), ("administrator", "privacy_officer", "board_chair")),
    Permission("core.plugins.switch", _l("Switch plugins on and off"), ("administrator",)),
    Permission("core.services.switch", _l("Switch services on and off"), ("coordinator", "administrator")),
    Permission("core.settings.edit", _l("Edit the organisation's texts and choices"), ("coordinator", "administrator")),
)
View = TypeVar("View", bound=Callable[..., Any])


class UndeclaredPermission(RuntimeError):
    """A route declares no permission, or one that nobody declared: the app does not start."""


class Need(NamedTuple):
    """What a view asks for. `lock`: an unsafe request takes the write lock before its first query."""

    permission: str
    fresh: bool
    service: Services | None
    lock: bool


def needs(
    permission: str, *, fresh: bool = False, service: Services | None = None, lock: bool = True
) -> Callable[[View], View]:
    """Declare what a view needs: a permission, PUBLIC or SIGNED_IN. Goes under the route decorator.

    `fresh`: she confirmed that it is she within 5 minutes. `service`: that service of the declaration is on; of
    several, one.
    """

    def mark(view: View) -> View:
        view.need = Need(permission, fresh, service, lock)  # type: ignore[attr-defined]
        return view

    return mark


def need_of(endpoint: str | None) -> Need | None:
    view = current_app.view_functions.get(endpoint or "")
    found: Need | None = getattr(view, "need", None)
    return found


def declare_permissions(app: Flask) -> None:
    """Gather the permissions of core and plugins, and the roles that hold them."""
    declared = {permission.name: ("", permission) for permission in CORE_PERMISSIONS}
    for plugin, permission in plugins_of(app).ask_all("register_permissions"):
        if not permission.name.startswith(f"{plugin}."):
            plugins_of(app).reject(plugin, MisnamedPlugin(f"permission {permission.name} should begin with {plugin}."))
            continue
        if any(not kind.startswith(f"{plugin}.") for kind in permission.opens):
            plugins_of(app).reject(plugin, MisnamedPlugin(f"{permission.name} opens safes that are not {plugin}'s"))
            continue
        declared[permission.name] = (plugin, permission)
    app.extensions["permissions"] = declared


def check_routes(app: Flask) -> None:
    """Raises UndeclaredPermission when a route says nothing, or names a permission that nobody declared."""
    known = {PUBLIC, SIGNED_IN, *app.extensions["permissions"]}
    for rule in app.url_map.iter_rules():
        need = getattr(app.view_functions[rule.endpoint], "need", None)
        if need is None or need.permission not in known:
            raise UndeclaredPermission(
                f"{rule.rule} ({rule.endpoint}) should declare @needs(…) with a known permission."
            )


def permissions_of(app: Flask, roles: Iterable[str]) -> frozenset[str]:
    """What these roles may do; the permissions of a plugin that is off are nobody's."""
    held, on = set(roles), switches().plugins
    return frozenset(
        name
        for name, (plugin, permission) in app.extensions["permissions"].items()
        if held.intersection(permission.roles) and (not plugin or plugin in on)
    )


def kinds_opened(app: Flask, permissions: Iterable[str]) -> frozenset[str]:
    """The kinds of safes that these permissions open by office."""
    declared = app.extensions["permissions"]
    return frozenset(kind for name in permissions for kind in declared[name][1].opens)


def is_fresh() -> bool:
    """Whether she confirmed in this session, within 5 minutes, that it is she."""
    confirmed = g.account_session.confirmed_at
    return confirmed is not None and confirmed >= now() - STEP_UP


def plugin_here() -> str | None:
    """The plugin whose page was asked for; a blueprint within another is its plugin's too."""
    name = (request.blueprint or "").split(".")[0]
    return name if name in plugins_of(current_app).found else None


def gate() -> Any:
    """Before each request: is it on, is she somebody, may she, did she confirm it. In this order."""
    need = need_of(request.endpoint)
    if need is None:
        if request.endpoint is None:
            return None  # Flask answers 404 or 405
        raise NotFound
    plugin = plugin_here()
    if need.permission == PUBLIC and not plugin:
        return None
    user = whoever()
    if user is None and need.permission != PUBLIC:
        from app.accounts.sessions import send_to_sign_in

        return send_to_sign_in()
    if plugin:
        must_be_on(plugin, need.service)
    if user is not None and need.permission not in (PUBLIC, SIGNED_IN):
        user.must(need.permission)
    if need.fresh and not is_fresh():
        raise StepUpNeeded
    return None
