"""Everything of the first version: patients, staff, tokens, consultations, prescriptions, messages, calls."""

import sqlalchemy as sa
from alembic import op

revision = "first"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _people()
    _staff()
    _tokens()
    _consultations()
    _prescriptions()
    _messages()
    _calls()


def downgrade() -> None:
    raise NotImplementedError("there is nothing before the first revision")


def _id() -> sa.Column[int]:
    return sa.Column("id", ID, nullable=False)


def _text(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=null)


def _time(name: str, *, null: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def _unique_where(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, unique=True, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def _people() -> None:
    op.create_table(
        "patients",
        _id(),
        _text("code"),
        _text("mobile"),
        _text("relation"),
        _text("gender"),
        sa.Column("age", sa.Integer(), nullable=False),
        sa.Column("age_on", sa.Date(), nullable=False),
        _text("pin_code"),
        _text("state"),
        _text("district", null=True),
        _text("language"),
        _time("created_at"),
        _text("name", null=True),
        _text("name_recording", null=True),
        _text("guardian_recording", null=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patients")),
        sa.UniqueConstraint("code", name=op.f("uq_patients_code")),
    )
    op.create_index(op.f("ix_patients_mobile"), "patients", ["mobile"])
    op.create_table(
        "callers",
        _text("mobile"),
        _text("language"),
        _text("notice_version"),
        _time("consented_at"),
        _text("consent_call"),
        sa.PrimaryKeyConstraint("mobile", name=op.f("pk_callers")),
    )


def _staff() -> None:
    op.create_table(
        "staff",
        _id(),
        _text("kind"),
        _text("login"),
        _text("name"),
        _text("account"),
        _text("sip_digest"),
        _text("password_hash"),
        _time("created_at"),
        sa.Column("available", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("account", name=op.f("uq_staff_account")),
        sa.UniqueConstraint("login", name=op.f("uq_staff_login")),
    )
    op.create_table(
        "doctors",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        _text("qualification"),
        _text("registration_number"),
        _text("council"),
        _text("contact"),
        sa.Column("opds", sa.JSON(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("states", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["staff.id"], name=op.f("fk_doctors_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_doctors")),
    )
    op.create_table(
        "sessions",
        _text("id_hash"),
        _text("kind"),
        sa.Column("person_id", ID, nullable=False),
        _text("csrf"),
        _time("created_at"),
        _time("expires_at"),
        sa.ForeignKeyConstraint(["person_id"], ["staff.id"], name=op.f("fk_sessions_person_id")),
        sa.PrimaryKeyConstraint("id_hash", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_expires_at"), "sessions", ["expires_at"])
    op.create_index(op.f("ix_sessions_person_id"), "sessions", ["person_id"])


def _tokens() -> None:
    op.create_table(
        "tokens",
        _id(),
        _text("number"),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("patient_id", ID, nullable=False),
        _text("opd"),
        _text("state_code"),
        _text("language"),
        _text("priority"),
        _text("state"),
        _time("created_at"),
        _time("joined_at"),
        sa.Column("turns", sa.Integer(), nullable=False),
        sa.Column("own_doctor_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["own_doctor_id"], ["doctors.id"], name=op.f("fk_tokens_own_doctor_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_tokens_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tokens")),
        sa.UniqueConstraint("day", "number", name=op.f("uq_tokens_day_number")),
    )
    op.create_index(op.f("ix_tokens_patient_id"), "tokens", ["patient_id"])
    op.create_index(op.f("ix_tokens_state"), "tokens", ["state"])
    _unique_where("one_active_token", "tokens", ["patient_id"], "state IN ('called', 'talking', 'waiting', 'writing')")


def _consultations() -> None:
    op.create_table(
        "consultations",
        _id(),
        sa.Column("token_id", ID, nullable=False),
        sa.Column("patient_id", ID, nullable=False),
        sa.Column("doctor_id", ID, nullable=False),
        sa.Column("follow_up", sa.Boolean(), nullable=False),
        _time("claimed_at"),
        _time("talked_at", null=True),
        _time("hung_up_at", null=True),
        _time("ended_at", null=True),
        _text("outcome", null=True),
        _text("patient_call", null=True),
        _text("doctor_call", null=True),
        sa.ForeignKeyConstraint(["doctor_id"], ["doctors.id"], name=op.f("fk_consultations_doctor_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_consultations_patient_id")),
        sa.ForeignKeyConstraint(["token_id"], ["tokens.id"], name=op.f("fk_consultations_token_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultations")),
    )
    op.create_index(op.f("ix_consultations_doctor_id"), "consultations", ["doctor_id"])
    op.create_index(op.f("ix_consultations_ended_at"), "consultations", ["ended_at"])
    op.create_index(op.f("ix_consultations_patient_id"), "consultations", ["patient_id"])
    op.create_index(op.f("ix_consultations_token_id"), "consultations", ["token_id"])
    _unique_where("one_open_of_doctor", "consultations", ["doctor_id"], "outcome IS NULL")
    _unique_where("one_open_of_token", "consultations", ["token_id"], "outcome IS NULL")


def _prescriptions() -> None:
    op.create_table(
        "prescriptions",
        _id(),
        sa.Column("consultation_id", ID, nullable=False),
        sa.Column("patient_id", ID, nullable=False),
        sa.Column("doctor_id", ID, nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        _time("signed_at"),
        _text("number"),
        _text("link_hash"),
        _time("link_expires_at"),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultations.id"], name=op.f("fk_prescriptions_consultation_id")
        ),
        sa.ForeignKeyConstraint(["doctor_id"], ["doctors.id"], name=op.f("fk_prescriptions_doctor_id")),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_prescriptions_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prescriptions")),
        sa.UniqueConstraint("consultation_id", name=op.f("uq_prescriptions_consultation_id")),
        sa.UniqueConstraint("link_hash", name=op.f("uq_prescriptions_link_hash")),
        sa.UniqueConstraint("number", name=op.f("uq_prescriptions_number")),
    )
    op.create_index(op.f("ix_prescriptions_patient_id"), "prescriptions", ["patient_id"])
    op.create_table(
        "papers",
        sa.Column("prescription_id", ID, autoincrement=False, nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["prescription_id"], ["prescriptions.id"], name=op.f("fk_papers_prescription_id")),
        sa.PrimaryKeyConstraint("prescription_id", name=op.f("pk_papers")),
    )


def _messages() -> None:
    op.create_table(
        "outbox",
        _id(),
        _text("cause"),
        _text("mobile"),
        _text("template"),
        _text("language"),
        _text("text"),
        _text("dlt_template_id"),
        _time("created_at"),
        _text("state"),
        sa.Column("attempts", sa.Integer(), nullable=False),
        _time("next_attempt_at", null=True),
        _text("gateway_id", null=True),
        _text("error", null=True),
        _time("sent_at", null=True),
        _time("delivered_at", null=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("cause", name=op.f("uq_outbox_cause")),
    )
    op.create_index(op.f("ix_outbox_gateway_id"), "outbox", ["gateway_id"])
    op.create_index(op.f("ix_outbox_state_next_attempt_at"), "outbox", ["state", "next_attempt_at"])
    op.create_table(
        "received",
        _id(),
        _text("gateway_id"),
        _text("mobile"),
        _text("text"),
        _time("received_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_received")),
        sa.UniqueConstraint("gateway_id", name=op.f("uq_received_gateway_id")),
    )


def _calls() -> None:
    op.create_table(
        "calls",
        _text("id"),
        _text("purpose"),
        _text("mobile"),
        _time("started_at"),
        _time("ended_at", null=True),
        _text("language", null=True),
        sa.Column("patient_id", ID, nullable=True),
        sa.Column("token_id", ID, nullable=True),
        _text("outcome", null=True),
        sa.ForeignKeyConstraint(["patient_id"], ["patients.id"], name=op.f("fk_calls_patient_id")),
        sa.ForeignKeyConstraint(["token_id"], ["tokens.id"], name=op.f("fk_calls_token_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calls")),
    )
    op.create_index(op.f("ix_calls_started_at"), "calls", ["started_at"])
    op.create_table(
        "call_events",
        _id(),
        _text("call_id"),
        _time("at"),
        _text("kind"),
        _text("detail"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_events")),
    )
    op.create_index(op.f("ix_call_events_call_id"), "call_events", ["call_id"])
    op.create_table(
        "call_backs",
        _id(),
        _text("mobile"),
        _text("reason"),
        _text("language", null=True),
        _time("requested_at"),
        _time("done_at", null=True),
        _text("done_by", null=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_backs")),
    )
    _unique_where("one_owed", "call_backs", ["mobile", "reason"], "done_at IS NULL")
    op.create_table(
        "audit",
        _id(),
        _time("at"),
        _text("actor"),
        _text("action"),
        _text("subject"),
        _text("detail"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_subject"), "audit", ["subject"])
