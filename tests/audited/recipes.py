"""How syncs, visits, calls, settings and the sign-in come into the activity record."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

from idexx_desktop import app
from idexx_desktop.app import Environment, SetUp
from idexx_desktop.db import provision
from idexx_desktop.domain.audit import Action
from idexx_desktop.domain.decisions import PersonChoice
from idexx_desktop.domain.events import Trigger
from idexx_desktop.domain.failures import Failure, FailureCode
from idexx_desktop.domain.filters import AuditFilter, CallOutcomeKind
from idexx_desktop.domain.records import CallRecord, Page, VisitRecord
from idexx_desktop.domain.signin import NeoLogin
from idexx_desktop.domain.visits import VisitState
from idexx_desktop.services import profile as profiles
from idexx_desktop.simulator.world import Quirk
from idexx_desktop.sync.scheduler import ScheduleRunner
from idexx_desktop.sync.signin import SealedSignIn
from idexx_desktop.sync.worker import Syncer
from tests.audited.recipe import Recipe, Scene, Step
from tests.support.postgres import OAK, PASSWORD
from tests.support.practice import LOGIN, Practice, cookies_of

OTHER = NeoLogin(LOGIN.company_id, LOGIN.username, "another-3")
ELSEWHERE, OTHER_ADDRESS = "http://127.0.0.1:9", "http://127.0.0.1:10"
SESSIONS = "SELECT id, status FROM public.idexx_sync_sessions ORDER BY id"
CREDENTIAL = "SELECT * FROM public.idexx_credentials"
CLINICS = "SELECT id, name FROM public.clinics ORDER BY id"
SETTINGS = "SELECT * FROM public.clinic_settings ORDER BY clinic_id"
SCHEDULE = "SELECT * FROM public.sync_schedules ORDER BY clinic_id"
CALLS = "SELECT id, status, scheduled_for, user_id FROM public.scheduled_discharge_calls ORDER BY id"
OPT_OUTS = "SELECT phone, withdrawn_at FROM public.opt_outs ORDER BY phone, recorded_at"
OUTCOMES = "SELECT call_id, outcome, undone_at FROM public.call_outcomes ORDER BY id"
DECISIONS = "SELECT visit_key, choice, undone_at FROM public.visit_decisions ORDER BY id"
VISITS = "SELECT visit_key, state, reason_code, content_hash FROM public.visits ORDER BY visit_key"
READINGS = "SELECT visit_key, content FROM public.visit_readings ORDER BY visit_key"
LOGINS = "SELECT role_name, active FROM idexx_app.logins ORDER BY role_name"


def seen(query: str) -> Step:
    """An effect that a query shows."""
    return lambda scene: scene.value(query)


def sealed(practice: Practice) -> SealedSignIn:
    """The sign-in as a run handles it."""
    return SealedSignIn(practice.program.records, practice.sharing(), practice.clock)


def a_call(scene: Scene) -> CallRecord:
    """One that would be made, about one visit."""
    return next(call for call in scene.practice.queued() if len(call.visit_keys) == 1)


def a_visit(scene: Scene) -> VisitRecord:
    """The visit of such a call."""
    (key,) = a_call(scene).visit_keys
    return scene.practice.visits()[key]


def read(scene: Scene) -> object:
    """One sync; a lease that a run before couldn't give back has run out."""
    scene.practice.query("UPDATE idexx_app.sync_leases SET expires_at = now()")
    return scene.practice.sync()


# the profile, the sign-in


def set_up(scene: Scene) -> object:
    practice = scene.practice
    environment = Environment(scene.folder / "new", database_url=practice.environment.database_url)
    wanted = SetUp(OAK, "America/Los_Angeles", "a@oak.example", neo_url=practice.site.url)
    with app.set_up(environment, wanted) as (_, made):
        return made


def is_set_up(scene: Scene) -> bool:
    profile = profiles.load(scene.folder / "new")
    return profile is not None and profile.complete


def suspend(scene: Scene) -> None:
    sealed(scene.practice).rejected(Failure(FailureCode.WRONG_PASSWORD))


def lose_the_key(scene: Scene) -> None:
    scene.practice.keep_sign_in()
    scene.practice.query("UPDATE public.idexx_credentials SET encryption_key_id = '0123456789ab'")


def accept(scene: Scene) -> None:
    service = sealed(scene.practice)
    service.accepted(service.require(), cookies_of(scene.practice.site))


def keep(scene: Scene) -> None:
    scene.practice.keep_sign_in()


def suggest_another(scene: Scene) -> None:
    scene.practice.query("UPDATE public.clinic_settings SET neo_url = %s", OTHER_ADDRESS)


def where_it_goes(scene: Scene) -> object:
    """What the sign-in is sealed for, what the records suggest, and what is kept on this computer."""
    kept = profiles.load(scene.practice.home)
    assert kept is not None
    rows = scene.practice.query("SELECT neo_url, encrypted_password FROM public.idexx_credentials")
    suggested = scene.practice.query("SELECT neo_url FROM public.clinic_settings ORDER BY 1")
    return rows, suggested, kept


SIGN_IN = {
    Action.PROFILE_CREATED: Recipe(set_up, is_set_up),
    Action.CREDENTIALS_SAVED: Recipe(
        lambda scene: scene.practice.program.credentials.save(OTHER), seen(CREDENTIAL)
    ),
    Action.CREDENTIALS_TESTED: Recipe(
        lambda scene: scene.practice.program.credentials.test(OTHER), None, fails=FailureCode.WRONG_PASSWORD
    ),
    Action.CREDENTIALS_SUSPENDED: Recipe(suspend, seen(CREDENTIAL), keep),
    Action.CREDENTIALS_RESUMED: Recipe(
        lambda scene: scene.practice.program.credentials.save(OTHER), seen(CREDENTIAL), suspend
    ),
    Action.CREDENTIALS_UNREADABLE: Recipe(
        lambda scene: scene.practice.program.credentials.test_saved(),
        seen("SELECT validation_status FROM public.idexx_credentials"),
        lose_the_key,
        fails=FailureCode.KEY_MISSING,
    ),
    Action.COOKIES_SEALED: Recipe(accept, seen("SELECT encrypted_cookies FROM public.neo_cookies"), keep),
    Action.ADDRESS_CHOSEN: Recipe(
        lambda scene: scene.practice.program.neo_address.use(ELSEWHERE), where_it_goes
    ),
    Action.ADDRESS_DECLINED: Recipe(
        lambda scene: scene.practice.program.neo_address.keep(), where_it_goes, suggest_another
    ),
    Action.CREDENTIALS_FORGOTTEN: Recipe(
        lambda scene: scene.practice.program.credentials.forget(), seen(CREDENTIAL), keep
    ),
}


# syncs


class Wishes(Syncer):
    """Starts nothing: what is missed is noted before."""

    def start(self, trigger: Trigger, **how: object) -> bool:  # noqa: ARG002 - as the syncer's own
        """See `Syncer.start`."""
        return True


def miss(scene: Scene) -> None:
    runner = ScheduleRunner(scene.practice.parts(), Wishes(scene.practice.parts()))
    runner.tick()


def past_due(scene: Scene) -> None:
    miss(scene)
    scene.practice.clock.pass_by(hours=17)


def change_a_visit(scene: Scene) -> None:
    visit = a_visit(scene)
    assert visit.consultation_id is not None
    scene.practice.site.world.write_notes(int(visit.consultation_id), "<p>Eats again, and plays.</p>")


def damage_a_visit(scene: Scene) -> None:
    visit = a_visit(scene)
    assert visit.consultation_id is not None
    scene.practice.site.world.set_quirks(int(visit.consultation_id), Quirk.GARBAGE_PAGE)
    scene.kept["key"] = visit.visit_key


def read_one(scene: Scene) -> None:
    scene.practice.sync(only_visits=frozenset({scene.kept["key"]}))


SYNCS = {
    Action.SYNC_STARTED: Recipe(read, seen(SESSIONS)),
    Action.SYNC_FINISHED: Recipe(
        read,
        seen(f"SELECT * FROM ({SESSIONS}) s WHERE status = 'completed'"),
        catch_up=lambda scene: scene.practice.program.syncer.settle(),
    ),
    # that it couldn't be saved is written at the visit, and recorded as `visit.failed`
    Action.VISIT_SYNCED: Recipe(read, seen(READINGS), change_a_visit),
    Action.VISIT_FAILED: Recipe(read_one, seen(VISITS), damage_a_visit),
    Action.SYNC_MISSED: Recipe(miss, seen("SELECT due_at FROM public.missed_runs ORDER BY 1"), past_due),
}


# what people decide


def decide(choice: PersonChoice) -> Step:
    def act(scene: Scene) -> object:
        return scene.practice.program.visits.decide(scene.kept["key"], choice)

    return act


def about_a_call(scene: Scene) -> None:
    scene.kept["call"] = a_call(scene)
    (scene.kept["key"],) = scene.kept["call"].visit_keys


def taken_back(scene: Scene) -> None:
    about_a_call(scene)
    decide(PersonChoice.NO_CALL)(scene)


def called(scene: Scene) -> None:
    about_a_call(scene)
    record_outcome(scene)


def record_outcome(scene: Scene) -> None:
    scene.practice.program.calls.record_outcome(scene.kept["call"].id, CallOutcomeKind.REACHED_WELL)


def reschedule(scene: Scene) -> None:
    call: CallRecord = scene.kept["call"]
    scene.practice.program.calls.reschedule(call.id, call.scheduled_for + timedelta(days=1))


def with_notes(scene: Scene) -> None:
    scene.kept["key"] = next(
        visit.visit_key for visit in scene.practice.visits().values() if visit.state is VisitState.SCHEDULED
    )


def nearly_due(scene: Scene) -> None:
    """One call, days after anybody read its visit; the program of a colleague is open."""
    practice, call = scene.practice, a_call(scene)
    scene.kept["colleague"] = scene.practices.colleague(practice)
    practice.clock.at = call.scheduled_for + timedelta(days=2)
    practice.server_is_on_time()
    for moved, days in (("=", 2), ("<>", 9)):
        practice.query(
            "UPDATE public.scheduled_discharge_calls SET scheduled_for = scheduled_for + make_interval(days => %s)"
            f" WHERE id {moved} %s",
            days,
            call.id,
        )


def hold_a_colleagues(scene: Scene) -> None:
    with scene.kept["colleague"].program.records.transaction() as tx:
        tx.calls.hold_of_colleagues()


NUMBER = "+12065550142"
DECIDED = {
    Action.VISIT_VIEWED: Recipe(
        lambda scene: scene.practice.program.visits.get(scene.kept["key"]), None, with_notes
    ),
    Action.VISIT_DECIDED: Recipe(decide(PersonChoice.IGNORE), seen(DECISIONS), about_a_call),
    Action.VISIT_DECISION_UNDONE: Recipe(
        lambda scene: scene.practice.program.visits.undo_decision(scene.kept["key"]), seen(DECISIONS), taken_back
    ),
    Action.CALL_CANCELLED: Recipe(decide(PersonChoice.NO_CALL), seen(CALLS), about_a_call),
    Action.CALL_SCHEDULED: Recipe(decide(PersonChoice.CALL), seen(CALLS), taken_back),
    Action.CALL_CHANGED: Recipe(reschedule, seen(CALLS), about_a_call),
    Action.CALL_OUTCOME: Recipe(record_outcome, seen(OUTCOMES), about_a_call),
    Action.CALL_OUTCOME_UNDONE: Recipe(
        lambda scene: scene.practice.program.calls.undo_outcome(scene.kept["call"].id), seen(OUTCOMES), called
    ),
    Action.CALL_HELD_UNREAD: Recipe(hold_a_colleagues, seen(CALLS), nearly_due),
    Action.CALL_HELD: Recipe(
        lambda scene: scene.practice.program.calls.hold(scene.kept["call"].id, "asked for"), seen(CALLS), about_a_call
    ),
}  # fmt: skip


# brakes and settings


def in_review(scene: Scene) -> None:
    scene.practice.query("UPDATE public.clinic_settings SET review_mode = true")


def without_an_admin(scene: Scene) -> None:
    """As on a computer that has the records for itself."""
    scene.practice.query("UPDATE idexx_app.logins SET active = false WHERE kind = 'admin'")


def rename(scene: Scene) -> None:
    settings = scene.practice.program.settings
    settings.save_clinic(replace(settings.clinic(), name="Oak Street Animal Clinic"))


CHOSEN = {
    Action.CLINIC_RENAMED: Recipe(rename, seen(CLINICS), without_an_admin),
    Action.CALLS_PAUSED: Recipe(lambda scene: scene.practice.program.calls.pause_all(), seen(SETTINGS)),
    Action.CALLS_RESUMED: Recipe(
        lambda scene: scene.practice.program.calls.resume_all(),
        seen(SETTINGS),
        lambda scene: scene.practice.program.calls.pause_all(),
    ),
    Action.CALLS_TURNED_ON: Recipe(
        lambda scene: scene.practice.program.calls.turn_on_calls(), seen(SETTINGS), in_review
    ),
    Action.OPT_OUT_RECORDED: Recipe(
        lambda scene: scene.practice.program.calls.opt_out(NUMBER, "asked"), seen(OPT_OUTS)
    ),
    Action.OPT_OUT_WITHDRAWN: Recipe(
        lambda scene: scene.practice.program.calls.withdraw_opt_out(NUMBER),
        seen(OPT_OUTS),
        lambda scene: scene.practice.program.calls.opt_out(NUMBER, "asked"),
    ),
    Action.SCHEDULE_CHANGED: Recipe(
        lambda scene: scene.practice.program.settings.save_schedule(
            replace(scene.practice.program.settings.schedule(), every_hours=6)
        ),
        seen(SCHEDULE),
    ),
    Action.SETTINGS_CHANGED: Recipe(
        lambda scene: scene.practice.program.settings.save_call_rules(
            replace(scene.practice.program.settings.call_rules(), window_end=time(17))
        ),
        seen(SETTINGS),
    ),
}


# people


def add_user(scene: Scene) -> object:
    url = scene.practice.database.owner_url
    return provision.add_user(url, "new@oak.example", "user", "test_audited", PASSWORD, OAK)


PEOPLE = {
    Action.USER_ADDED: Recipe(add_user, seen(LOGINS)),
    Action.USER_DEACTIVATED: Recipe(
        lambda scene: provision.deactivate_user(scene.practice.database.owner_url, "new@oak.example"),
        seen(LOGINS),
        add_user,
    ),
    Action.USER_DELETED: Recipe(
        lambda scene: deleted(scene, "new@oak.example"), seen("SELECT id FROM public.users ORDER BY id"), add_user
    ),
    Action.AUDIT_EXAMINED: Recipe(
        lambda scene: scene.practice.program.audit.rows(AuditFilter(), Page()), None
    ),
}  # fmt: skip


def deleted(scene: Scene, email: str) -> None:
    """Delete a user as the database's owner does it."""
    from psycopg.errors import CheckViolation

    try:
        scene.practice.query("DELETE FROM public.users WHERE email = %s", email)
    except CheckViolation:
        raise Failure(FailureCode.OURS, "refused") from None
