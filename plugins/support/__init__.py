"""Follow-up: what this plugin brings, at a glance."""

from flask_babel import lazy_gettext as _l

from app.hookspecs import PluginInfo

INFO = PluginInfo("support", title=_l("Follow-up"), services=(1, 2, 4, 8, 9))
