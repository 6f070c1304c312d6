"""Which function carries out which command: each with the module of its subject, so all of them are loaded here."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable

from idexx_desktop.app import Environment, Program
from idexx_desktop.cli.commands import (
    agreement,
    audit,
    backup,
    computers,
    deciding,
    neo_words,
    numbers,
    questions,
    records,
    reports,
    retention,
    sentences,
    server,
    setting_up,
    syncing,
)
from idexx_desktop.cli.output import Answer

# these open the profile
WITH_PROGRAM: dict[tuple[str, str | None], Callable[[Program, Namespace], Answer]] = {
    ("credentials", "set"): setting_up.credentials_set,
    ("credentials", "test"): setting_up.credentials_test,
    ("credentials", "open-neo"): setting_up.credentials_open_neo,
    ("credentials", "status"): setting_up.credentials_status,
    ("credentials", "branch"): setting_up.credentials_branch,
    ("credentials", "allow-host"): setting_up.credentials_allow_host,
    ("credentials", "rotate-key"): computers.rotate_key,
    ("credentials", "address"): setting_up.credentials_address,
    ("credentials", "proxy"): setting_up.credentials_proxy,
    ("credentials", "browser"): setting_up.credentials_browser,
    ("credentials", "forget"): setting_up.credentials_forget,
    ("credentials", "accept-key-file"): setting_up.credentials_accept_key_file,
    ("computers", "list"): computers.computers_list,
    ("computers", "ask"): computers.computers_ask,
    ("computers", "approve"): computers.computers_approve,
    ("computers", "dismiss"): computers.computers_dismiss,
    ("computers", "remove"): computers.computers_remove,
    ("recovery-kit", "make"): computers.kit_make,
    ("recovery-kit", "use"): computers.kit_use,
    ("retry", None): syncing.retry,
    ("status", None): records.status,
    ("sessions", None): records.sessions,
    ("failures", None): records.failures,
    ("agreement", None): agreement.agreement,
    ("neo-words", None): neo_words.neo_words,
    ("sentences", None): sentences.sentences,
    ("numbers", "wrong"): numbers.wrong,
    ("numbers", "best"): numbers.best,
    ("numbers", "list"): numbers.listed,
    ("questions", "show"): questions.show,
    ("questions", "set"): questions.set_questions,
    ("questions", "counts"): questions.counts,
    ("visits", None): records.visits,
    ("calls", None): records.calls,
    ("report", None): reports.report,
    ("ledger", None): reports.ledger,
    ("decide", None): deciding.decide,
    ("audit", "list"): audit.audit_list,
    ("audit", "verify"): audit.audit_verify,
    ("audit", "export"): audit.audit_export,
    ("audit", "retention"): retention.retention,
    ("audit", "hold"): retention.hold,
    ("audit", "release"): retention.release,
    ("schedule", None): setting_up.schedule,
    ("autostart", "on"): setting_up.autostart,
    ("autostart", "off"): setting_up.autostart,
    ("autostart", "status"): setting_up.autostart,
    ("backup", None): backup.backup,
}
# these need no profile, or make one
WITH_ENVIRONMENT: dict[tuple[str, str | None], Callable[[Environment, Namespace], Answer]] = {
    ("init", None): setting_up.init,
    ("db", "prepare"): server.prepare,
    ("db", "test"): server.db_test,
    ("db", "programs"): server.programs,
    ("users", "add"): server.users_add,
    ("users", "list"): server.users_list,
    ("users", "deactivate"): server.users_deactivate,
    ("simulate", None): server.simulate,
    ("doctor", None): server.doctor,
    ("stop", None): server.stop,
    ("move", None): server.move,
    ("uninstall", None): server.uninstall,
    ("restore", None): backup.restore,
}
