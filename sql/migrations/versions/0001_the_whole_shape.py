"""The whole shape before the first installation; what changes after it is a revision of its own.

Guards stand in the database too, for whoever comes by another door: events and seals are only added to, findings and
suspicions are never deleted (seed 001 reason 06: findings must not be dropped 礙於人情), and no guarded table can be
emptied at once. Kinds bear no CHECK: a kind is data, and whoever loads it refuses an unknown one.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

GUARDS = (
    ("event", "UPDATE"),
    ("event", "DELETE"),
    ("event_seal", "UPDATE"),
    ("event_seal", "DELETE"),
    ("finding", "DELETE"),
    ("suspicion", "DELETE"),
)


def _words(name: str, *values: str) -> sa.Enum:
    """A lifecycle's words as text with a CHECK."""
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    """Makes all tables, then the guards."""
    op.create_table(
        "agency",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("short_name", sa.String(length=40), nullable=False),
        sa.Column("superior_name", sa.String(length=100), nullable=False),
        sa.Column("superior_ethics_name", sa.String(length=100), nullable=False),
        sa.Column("document_prefix", sa.String(length=20), nullable=False),
        sa.Column("details", sa.JSON(none_as_null=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency")),
    )
    op.create_table(
        "awareness_session",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("for_month", sa.Date(), nullable=False),
        sa.Column("tags", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("unit_ids", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("attendees", sa.Integer(), nullable=False),
        sa.Column("attendee_ids", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("quiz_takers", sa.Integer(), nullable=True),
        sa.Column("quiz_average", sa.Float(), nullable=True),
        sa.Column("channels", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("entered_by", sa.String(length=40), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("attendees >= 0", name=op.f("ck_awareness_session_attendees_not_negative")),
        sa.CheckConstraint(
            "quiz_average IS NULL OR quiz_takers > 0", name=op.f("ck_awareness_session_average_of_somebody")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_awareness_session")),
    )
    op.create_table(
        "calendar_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("working", sa.Boolean(), nullable=False),
        sa.Column("remark", sa.String(length=200), nullable=False),
        sa.Column("document_number", sa.String(length=100), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("day", "source", name=op.f("pk_calendar_day")),
    )
    op.create_table(
        "document",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("template", sa.String(length=100), nullable=False),
        sa.Column("template_sha256", sa.String(length=64), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
    )
    op.create_index(op.f("ix_document_subject_id"), "document", ["subject_id"], unique=False)

    op.create_table(
        "event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=40), nullable=False),
        sa.Column("subject_kind", sa.String(length=30), nullable=False),
        sa.Column("subject_id", sa.String(length=100), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("from_state", sa.String(length=40), nullable=True),
        sa.Column("to_state", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.String(length=2000), nullable=True),
        sa.Column("details", sa.JSON(none_as_null=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
    )
    op.create_index("ix_event_subject", "event", ["subject_kind", "subject_id"], unique=False)

    op.create_table(
        "stage_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.String(length=40), nullable=True),
        sa.Column("stage", sa.String(length=60), nullable=False),
        sa.Column("door", sa.String(length=120), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counts", sa.JSON(none_as_null=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_run")),
    )
    op.create_table(
        "unit",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("tags", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("staff_count", sa.Integer(), nullable=False),
        sa.Column("is_ethics", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("merged_into", sa.String(length=20), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
    )
    op.create_table(
        "document_copy",
        sa.Column("document_id", sa.String(length=60), nullable=False),
        sa.Column("target", sa.String(length=10), nullable=False),
        sa.Column("copy_id", sa.String(length=60), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["copy_id"], ["document.id"], name=op.f("fk_document_copy_copy_id")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_document_copy_document_id")),
        sa.PrimaryKeyConstraint("document_id", "target", name=op.f("pk_document_copy")),
    )
    op.create_table(
        "event_seal",
        sa.Column("ordinal", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_seal_event_id")),
        sa.PrimaryKeyConstraint("ordinal", name=op.f("pk_event_seal")),
        sa.UniqueConstraint("event_id", name=op.f("uq_event_seal_event_id")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("unit_id", sa.String(length=20), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_person_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    op.create_table(
        "share",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("unit_id", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("address", sa.String(length=500), nullable=False),
        sa.Column("is_common", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_share_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_share")),
        sa.UniqueConstraint("address", name=op.f("uq_share_address")),
    )
    op.create_table(
        "approval",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("subject_kind", sa.String(length=20), nullable=False),
        sa.Column("subject_id", sa.String(length=80), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            _words("approvalstate", "pending", "approved", "approved_with_changes", "returned", "voided"),
            nullable=False,
        ),
        sa.Column("requested_by", sa.String(length=20), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approver_id", sa.String(length=20), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("decided_by", sa.String(length=20), nullable=True),
        sa.Column("on_behalf_of", sa.String(length=20), nullable=True),
        sa.Column("entered_by", sa.String(length=20), nullable=True),
        sa.Column("route", _words("approvalroute", "paper", "airflow", "portal"), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("document_number", sa.String(length=100), nullable=True),
        sa.Column("remark", sa.String(length=2000), nullable=True),
        sa.Column("file_number", sa.String(length=60), nullable=True),
        sa.Column("retention", sa.String(length=10), nullable=True),
        sa.Column("scan_document_id", sa.String(length=60), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("follows_id", sa.String(length=80), nullable=True),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> requested_by", name=op.f("ck_approval_asker_is_not_decider")
        ),
        sa.CheckConstraint("requested_by <> approver_id", name=op.f("ck_approval_asker_is_not_approver")),
        sa.ForeignKeyConstraint(["approver_id"], ["person.id"], name=op.f("fk_approval_approver_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_approval_decided_by")),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_approval_entered_by")),
        sa.ForeignKeyConstraint(["follows_id"], ["approval.id"], name=op.f("fk_approval_follows_id")),
        sa.ForeignKeyConstraint(["on_behalf_of"], ["person.id"], name=op.f("fk_approval_on_behalf_of")),
        sa.ForeignKeyConstraint(["requested_by"], ["person.id"], name=op.f("fk_approval_requested_by")),
        sa.ForeignKeyConstraint(["scan_document_id"], ["document.id"], name=op.f("fk_approval_scan_document_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
        sa.UniqueConstraint(
            "subject_kind",
            "subject_id",
            "content_hash",
            "round",
            name=op.f("uq_approval_subject_kind_subject_id_content_hash_round"),
        ),
    )
    op.create_table(
        "campaign",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "state",
            _words(
                "campaignstate",
                "draft",
                "assessed",
                "planned",
                "submitted",
                "approved",
                "inspecting",
                "reporting",
                "following_up",
                "closed",
                "paused",
                "cancelled",
            ),
            nullable=False,
        ),
        sa.Column("window_start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("window_end", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checklist_due_on", sa.Date(), nullable=False),
        sa.Column("first_crawl", sa.Boolean(), nullable=False),
        sa.Column("opened_by", sa.String(length=20), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reveal_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_in", sa.String(length=40), nullable=True),
        sa.Column("outsider_id", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(["opened_by"], ["person.id"], name=op.f("fk_campaign_opened_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
    )
    op.create_table(
        "daily_count",
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_daily_count_person_id")),
        sa.PrimaryKeyConstraint("person_id", "counted_on", name=op.f("pk_daily_count")),
    )
    op.create_table(
        "deputy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("principal_id", sa.String(length=20), nullable=False),
        sa.Column("deputy_id", sa.String(length=20), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("ground", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["deputy_id"], ["person.id"], name=op.f("fk_deputy_deputy_id")),
        sa.ForeignKeyConstraint(["principal_id"], ["person.id"], name=op.f("fk_deputy_principal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deputy")),
        sa.UniqueConstraint(
            "principal_id", "deputy_id", "valid_from", name=op.f("uq_deputy_principal_id_deputy_id_valid_from")
        ),
    )
    op.create_table(
        "handover",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("from_id", sa.String(length=20), nullable=False),
        sa.Column("to_id", sa.String(length=20), nullable=False),
        sa.Column("unit_id", sa.String(length=20), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("witness_id", sa.String(length=20), nullable=True),
        sa.Column("by_roster", sa.Boolean(), nullable=False),
        sa.Column("state", _words("handoverstate", "open", "carried_out", "withdrawn"), nullable=False),
        sa.Column("opened_by", sa.String(length=40), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("carried_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("from_id <> to_id", name=op.f("ck_handover_two_people")),
        sa.ForeignKeyConstraint(["from_id"], ["person.id"], name=op.f("fk_handover_from_id")),
        sa.ForeignKeyConstraint(["to_id"], ["person.id"], name=op.f("fk_handover_to_id")),
        sa.ForeignKeyConstraint(["witness_id"], ["person.id"], name=op.f("fk_handover_witness_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
        sa.UniqueConstraint(
            "from_id", "to_id", "unit_id", "effective_on", name=op.f("uq_handover_from_id_to_id_unit_id_effective_on")
        ),
    )
    op.create_table(
        "portal_session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proven_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_portal_session_person_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_portal_session")),
    )
    op.create_table(
        "role_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column(
            "role",
            _words(
                "role",
                "operator",
                "inspector",
                "contact",
                "unit_head",
                "ethics_staff",
                "ethics_head",
                "chief_secretary",
                "agency_head",
                "superior_ethics",
                "auditor",
            ),
            nullable=False,
        ),
        sa.Column("unit_id", sa.String(length=20), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_role_grant_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
        sa.UniqueConstraint("person_id", "role", "unit_id", name=op.f("uq_role_grant_person_id_role_unit_id")),
    )
    op.create_table(
        "secret_handler",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("unit_id", sa.String(length=20), nullable=False),
        sa.Column("duties", sa.String(length=200), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.CheckConstraint("until IS NULL OR until >= since", name=op.f("ck_secret_handler_ends_after_start")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_secret_handler_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_secret_handler_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_secret_handler")),
        sa.UniqueConstraint("person_id", "unit_id", "since", name=op.f("uq_secret_handler_person_id_unit_id_since")),
    )
    op.create_table(
        "sign_in_code",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries_left", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sign_in_code_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_code")),
    )
    op.create_table(
        "spring_window",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("pattern", sa.String(length=20), nullable=False),
        sa.Column("state", _words("springwindowstate", "proposed", "confirmed", "set_aside"), nullable=False),
        sa.Column("start_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("estimated", sa.Boolean(), nullable=False),
        sa.Column("proposed_by", sa.String(length=40), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.String(length=20), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("circular_on", sa.Date(), nullable=True),
        sa.Column("circular_number", sa.String(length=100), nullable=True),
        sa.CheckConstraint(
            "state <> 'confirmed' OR "
            "(confirmed_by IS NOT NULL AND circular_on IS NOT NULL AND circular_number IS NOT NULL)",
            name=op.f("ck_spring_window_confirmed_by_circular"),
        ),
        sa.CheckConstraint("end_at > start_at", name=op.f("ck_spring_window_ends_after_start")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["person.id"], name=op.f("fk_spring_window_confirmed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spring_window")),
        sa.UniqueConstraint("year", "pattern", name=op.f("uq_spring_window_year_pattern")),
    )
    op.create_index(
        "uq_spring_window_confirmed_year",
        "spring_window",
        ["year"],
        unique=True,
        sqlite_where=sa.text("state = 'confirmed'"),
        postgresql_where=sa.text("state = 'confirmed'"),
    )

    op.create_table(
        "airflow_gate",
        sa.Column("dag_id", sa.String(length=80), nullable=False),
        sa.Column("run_id", sa.String(length=200), nullable=False),
        sa.Column("task_id", sa.String(length=120), nullable=False),
        sa.Column("decides", sa.String(length=20), nullable=False),
        sa.Column("campaign_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_airflow_gate_campaign_id")),
        sa.PrimaryKeyConstraint("dag_id", "run_id", "task_id", name=op.f("pk_airflow_gate")),
    )
    op.create_table(
        "assessment",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("campaign_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("figures", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("sentences", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_assessment_campaign_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
        sa.UniqueConstraint("campaign_id", "version", name=op.f("uq_assessment_campaign_id_version")),
    )
    op.create_table(
        "campaign_unit",
        sa.Column("campaign_id", sa.String(length=40), nullable=False),
        sa.Column("unit_id", sa.String(length=20), nullable=False),
        sa.Column("unit_name", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_unit_campaign_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_campaign_unit_unit_id")),
        sa.PrimaryKeyConstraint("campaign_id", "unit_id", name=op.f("pk_campaign_unit")),
    )
    op.create_table(
        "checklist",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("campaign_id", sa.String(length=40), nullable=False),
        sa.Column("unit_id", sa.String(length=20), nullable=False),
        sa.Column(
            "state",
            _words("checkliststate", "prepared", "issued", "returned", "sent_back", "accepted", "exempt"),
            nullable=False,
        ),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("questions_hash", sa.String(length=64), nullable=False),
        sa.Column("document_id", sa.String(length=60), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("days_late", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_checklist_campaign_id")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_checklist_document_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_checklist_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist")),
        sa.UniqueConstraint("campaign_id", "unit_id", name=op.f("uq_checklist_campaign_id_unit_id")),
    )
    op.create_table(
        "crawl_run",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("campaign_id", sa.String(length=40), nullable=True),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("state", _words("crawlstate", "listing", "reading", "complete", "incomplete"), nullable=False),
        sa.Column("rules_version", sa.String(length=64), nullable=False),
        sa.Column("account", sa.String(length=100), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_crawl_run_campaign_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crawl_run")),
    )
    op.create_table(
        "duty_shift",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("campaign_id", sa.String(length=40), nullable=False),
        sa.Column("post", sa.String(length=60), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("deputy_id", sa.String(length=20), nullable=True),
        sa.Column("telephone", sa.String(length=40), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("deputy_id IS NULL OR deputy_id <> person_id", name=op.f("ck_duty_shift_deputy_is_another")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_duty_shift_ends_after_start")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_duty_shift_campaign_id")),
        sa.ForeignKeyConstraint(["deputy_id"], ["person.id"], name=op.f("fk_duty_shift_deputy_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_duty_shift_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_shift")),
        sa.UniqueConstraint("campaign_id", "post", "starts_at", name=op.f("uq_duty_shift_campaign_id_post_starts_at")),
    )
    op.create_table(
        "handover_line",
        sa.Column("handover_id", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=160), nullable=False),
        sa.Column("campaign_id", sa.String(length=40), nullable=True),
        sa.Column("unit_id", sa.String(length=20), nullable=False),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("taker_id", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_handover_line_campaign_id")),
        sa.ForeignKeyConstraint(["handover_id"], ["handover.id"], name=op.f("fk_handover_line_handover_id")),
        sa.ForeignKeyConstraint(["taker_id"], ["person.id"], name=op.f("fk_handover_line_taker_id")),
        sa.PrimaryKeyConstraint("handover_id", "number", name=op.f("pk_handover_line")),
        sa.UniqueConstraint(
            "handover_id", "kind", "subject_id", name=op.f("uq_handover_line_handover_id_kind_subject_id")
        ),
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("campaign_id", sa.String(length=40), nullable=True),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("template_values", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("attachments", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("still_wanted", sa.String(length=200), nullable=True),
        sa.Column("state", _words("noticestate", "pending", "sending", "sent", "failed", "cancelled"), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(length=500), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_to", sa.String(length=254), nullable=True),
        sa.Column("message_id", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_notice_campaign_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("key", name=op.f("uq_notice_key")),
    )
    op.create_index("ix_notice_state_not_before", "notice", ["state", "not_before"], unique=False)

    op.create_table(
        "opinion",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("approval_id", sa.String(length=80), nullable=False),
        sa.Column("unit_id", sa.String(length=20), nullable=False),
        sa.Column("unit_name", sa.String(length=100), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("state", _words("opinionstate", "asked", "not_asked", "given", "answered", "voided"), nullable=False),
        sa.Column("because", _words("whynotasked", "unannounced", "no_head", "requester"), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("stance", _words("stance", "no_remarks", "remarks"), nullable=True),
        sa.Column("text", sa.String(length=2000), nullable=True),
        sa.Column("given_by", sa.String(length=20), nullable=True),
        sa.Column("on_behalf_of", sa.String(length=20), nullable=True),
        sa.Column("entered_by", sa.String(length=20), nullable=True),
        sa.Column("given_on", sa.Date(), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("adoption", _words("adoption", "adopted", "partly", "not_adopted"), nullable=True),
        sa.Column("adoption_reason", sa.String(length=1000), nullable=True),
        sa.Column("answered_by", sa.String(length=20), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_opinion_answered_by")),
        sa.ForeignKeyConstraint(["approval_id"], ["approval.id"], name=op.f("fk_opinion_approval_id")),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_opinion_entered_by")),
        sa.ForeignKeyConstraint(["given_by"], ["person.id"], name=op.f("fk_opinion_given_by")),
        sa.ForeignKeyConstraint(["on_behalf_of"], ["person.id"], name=op.f("fk_opinion_on_behalf_of")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_opinion_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion")),
        sa.UniqueConstraint("approval_id", "unit_id", name=op.f("uq_opinion_approval_id_unit_id")),
    )
    op.create_table(
        "pledge",
        sa.Column("campaign_id", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("pledged_on", sa.Date(), nullable=False),
        sa.Column("route", _words("approvalroute", "paper", "airflow", "portal"), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("entered_by", sa.String(length=20), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_pledge_campaign_id")),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_pledge_entered_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_pledge_person_id")),
        sa.PrimaryKeyConstraint("campaign_id", "person_id", name=op.f("pk_pledge")),
    )
    op.create_table(
        "project",
        sa.Column("campaign_id", sa.String(length=40), nullable=False),
        sa.Column("code_name", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("real_name", sa.String(length=200), nullable=False),
        sa.Column("unit_id", sa.String(length=20), nullable=False),
        sa.Column("public_on", sa.Date(), nullable=True),
        sa.Column("stages", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("opinion", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("review_due_on", sa.Date(), nullable=True),
        sa.Column("reported_on", sa.Date(), nullable=True),
        sa.Column("reported_number", sa.String(length=100), nullable=True),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_project_campaign_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_project_unit_id")),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("pk_project")),
        sa.UniqueConstraint("code_name", name=op.f("uq_project_code_name")),
    )
    op.create_table(
        "report",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("campaign_id", sa.String(length=40), nullable=False),
        sa.Column("unit_id", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            _words("reportstate", "draft", "submitted", "signed", "issued", "returned", "superseded"),
            nullable=False,
        ),
        sa.Column("content", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("document_id", sa.String(length=60), nullable=True),
        sa.Column("compiled_by", sa.String(length=20), nullable=False),
        sa.Column("compiled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_report_campaign_id")),
        sa.ForeignKeyConstraint(["compiled_by"], ["person.id"], name=op.f("fk_report_compiled_by")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_report_document_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint("campaign_id", "unit_id", "version", name=op.f("uq_report_campaign_id_unit_id_version")),
    )
    op.create_table(
        "spring_campaign",
        sa.Column("campaign_id", sa.String(length=40), nullable=False),
        sa.Column("window_id", sa.String(length=40), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("figures", sa.JSON(none_as_null=True), nullable=True),
        sa.CheckConstraint(
            "closed_at IS NULL OR figures IS NOT NULL", name=op.f("ck_spring_campaign_closed_with_figures")
        ),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_spring_campaign_campaign_id")),
        sa.ForeignKeyConstraint(["window_id"], ["spring_window.id"], name=op.f("fk_spring_campaign_window_id")),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("pk_spring_campaign")),
    )
    op.create_index(op.f("ix_spring_campaign_window_id"), "spring_campaign", ["window_id"], unique=False)

    op.create_table(
        "spring_list",
        sa.Column("campaign_id", sa.String(length=40), nullable=False),
        sa.Column("kind", _words("springlistkind", "key_targets", "division", "contacts"), nullable=False),
        sa.Column("entries", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("imported_by", sa.String(length=20), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_spring_list_campaign_id")),
        sa.PrimaryKeyConstraint("campaign_id", "kind", name=op.f("pk_spring_list")),
    )
    op.create_table(
        "answer",
        sa.Column("checklist_id", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.String(length=20), nullable=False),
        sa.Column("value", _words("answervalue", "conforms", "does_not_conform", "not_applicable"), nullable=True),
        sa.Column("remark", sa.String(length=4000), nullable=False),
        sa.ForeignKeyConstraint(["checklist_id"], ["checklist.id"], name=op.f("fk_answer_checklist_id")),
        sa.PrimaryKeyConstraint("checklist_id", "version", "item_id", name=op.f("pk_answer")),
    )
    op.create_table(
        "checklist_question",
        sa.Column("checklist_id", sa.String(length=60), nullable=False),
        sa.Column("item_id", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(length=60), nullable=False),
        sa.Column("statement", sa.String(length=1000), nullable=False),
        sa.Column("basis", sa.String(length=300), nullable=False),
        sa.Column("selected_because", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["checklist_id"], ["checklist.id"], name=op.f("fk_checklist_question_checklist_id")),
        sa.PrimaryKeyConstraint("checklist_id", "item_id", name=op.f("pk_checklist_question")),
    )
    op.create_table(
        "crawl_shard",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("run_id", sa.String(length=60), nullable=False),
        sa.Column("share_id", sa.String(length=40), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("state", _words("shardstate", "waiting", "done"), nullable=False),
        sa.Column("file_count", sa.Integer(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["crawl_run.id"], name=op.f("fk_crawl_shard_run_id")),
        sa.ForeignKeyConstraint(["share_id"], ["share.id"], name=op.f("fk_crawl_shard_share_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crawl_shard")),
        sa.UniqueConstraint("run_id", "ordinal", name=op.f("uq_crawl_shard_run_id_ordinal")),
    )
    op.create_table(
        "crawl_share",
        sa.Column("run_id", sa.String(length=60), nullable=False),
        sa.Column("share_id", sa.String(length=40), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.Column(
            "reason",
            _words(
                "readreason",
                "encrypted",
                "corrupt",
                "too_large",
                "timeout",
                "memory",
                "unsupported_format",
                "no_text_layer",
                "access_denied",
                "locked",
                "vanished",
                "offline",
                "server_fault",
                "national_secret_mark",
                "excluded",
            ),
            nullable=True,
        ),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("scanned", sa.Integer(), nullable=False),
        sa.Column("unreadable", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("folders_refused", sa.Integer(), nullable=False),
        sa.Column("folders_excluded", sa.Integer(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["crawl_run.id"], name=op.f("fk_crawl_share_run_id")),
        sa.ForeignKeyConstraint(["share_id"], ["share.id"], name=op.f("fk_crawl_share_share_id")),
        sa.PrimaryKeyConstraint("run_id", "share_id", name=op.f("pk_crawl_share")),
    )
    op.create_table(
        "duty_report",
        sa.Column("shift_id", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("has_situation", sa.Boolean(), nullable=False),
        sa.Column("summary", sa.String(length=1000), nullable=False),
        sa.Column("reported_by", sa.String(length=20), nullable=False),
        sa.Column("entered_by", sa.String(length=20), nullable=False),
        sa.Column("by_phone", sa.Boolean(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_duty_report_entered_by")),
        sa.ForeignKeyConstraint(["reported_by"], ["person.id"], name=op.f("fk_duty_report_reported_by")),
        sa.ForeignKeyConstraint(["shift_id"], ["duty_shift.id"], name=op.f("fk_duty_report_shift_id")),
        sa.PrimaryKeyConstraint("shift_id", "number", name=op.f("pk_duty_report")),
    )
    op.create_table(
        "person_in_the_know",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.String(length=40), nullable=False),
        sa.Column("who", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=True),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("body", sa.String(length=100), nullable=False),
        sa.Column("role", sa.String(length=60), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("release_reason", sa.String(length=500), nullable=True),
        sa.Column("pledge_document_id", sa.String(length=60), nullable=True),
        sa.Column("pledge_sent_on", sa.Date(), nullable=True),
        sa.Column("pledge_signed_on", sa.Date(), nullable=True),
        sa.Column("pledge_number", sa.String(length=100), nullable=True),
        sa.Column("pledge_scan_id", sa.String(length=60), nullable=True),
        sa.Column("added_by", sa.String(length=20), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "pledge_signed_on IS NULL OR pledge_number IS NOT NULL OR pledge_scan_id IS NOT NULL",
            name=op.f("ck_person_in_the_know_pledge_on_record"),
        ),
        sa.CheckConstraint(
            "until_on IS NULL OR until_on >= from_on", name=op.f("ck_person_in_the_know_ends_after_start")
        ),
        sa.ForeignKeyConstraint(["added_by"], ["person.id"], name=op.f("fk_person_in_the_know_added_by")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["project.campaign_id"], name=op.f("fk_person_in_the_know_campaign_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_in_the_know_person_id")),
        sa.ForeignKeyConstraint(
            ["pledge_document_id"], ["document.id"], name=op.f("fk_person_in_the_know_pledge_document_id")
        ),
        sa.ForeignKeyConstraint(["pledge_scan_id"], ["document.id"], name=op.f("fk_person_in_the_know_pledge_scan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_in_the_know")),
        sa.UniqueConstraint(
            "campaign_id", "who", "from_on", name=op.f("uq_person_in_the_know_campaign_id_who_from_on")
        ),
    )
    op.create_table(
        "plan",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("campaign_id", sa.String(length=40), nullable=False),
        sa.Column("assessment_id", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "state", _words("planstate", "draft", "submitted", "approved", "returned", "superseded"), nullable=False
        ),
        sa.Column("content", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("document_id", sa.String(length=60), nullable=True),
        sa.Column("drafted_by", sa.String(length=20), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name=op.f("fk_plan_assessment_id")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_plan_campaign_id")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_plan_document_id")),
        sa.ForeignKeyConstraint(["drafted_by"], ["person.id"], name=op.f("fk_plan_drafted_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
        sa.UniqueConstraint("campaign_id", "version", name=op.f("uq_plan_campaign_id_version")),
    )
    op.create_table(
        "project_date",
        sa.Column("campaign_id", sa.String(length=40), nullable=False),
        sa.Column("what", _words("projectday", "end", "public"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("document_number", sa.String(length=100), nullable=True),
        sa.Column("entered_by", sa.String(length=20), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["project.campaign_id"], name=op.f("fk_project_date_campaign_id")),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_project_date_entered_by")),
        sa.PrimaryKeyConstraint("campaign_id", "what", "version", name=op.f("pk_project_date")),
    )
    op.create_table(
        "project_share",
        sa.Column("campaign_id", sa.String(length=40), nullable=False),
        sa.Column("share_id", sa.String(length=40), nullable=False),
        sa.Column("folder", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["project.campaign_id"], name=op.f("fk_project_share_campaign_id")),
        sa.ForeignKeyConstraint(["share_id"], ["share.id"], name=op.f("fk_project_share_share_id")),
        sa.PrimaryKeyConstraint("campaign_id", "share_id", "folder", name=op.f("pk_project_share")),
    )
    op.create_table(
        "report_reader",
        sa.Column("report_id", sa.String(length=80), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("copy_number", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_report_reader_person_id")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_report_reader_report_id")),
        sa.PrimaryKeyConstraint("report_id", "person_id", name=op.f("pk_report_reader")),
    )
    op.create_table(
        "returned_file",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("checklist_id", sa.String(length=60), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("problems", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["checklist_id"], ["checklist.id"], name=op.f("fk_returned_file_checklist_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_returned_file")),
    )
    op.create_table(
        "crawled_file",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("run_id", sa.String(length=60), nullable=False),
        sa.Column("shard_id", sa.String(length=80), nullable=True),
        sa.Column("share_id", sa.String(length=40), nullable=False),
        sa.Column("outer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("path_key", sa.String(length=64), nullable=False),
        sa.Column("path_shown", sa.String(length=2000), nullable=False),
        sa.Column("path_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("modified_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("file_id", sa.String(length=24), nullable=False),
        sa.Column("content_key", sa.String(length=64), nullable=True),
        sa.Column("status", _words("readstatus", "scanned", "unreadable", "skipped"), nullable=True),
        sa.Column(
            "reason",
            _words(
                "readreason",
                "encrypted",
                "corrupt",
                "too_large",
                "timeout",
                "memory",
                "unsupported_format",
                "no_text_layer",
                "access_denied",
                "locked",
                "vanished",
                "offline",
                "server_fault",
                "national_secret_mark",
                "excluded",
            ),
            nullable=True,
        ),
        sa.Column(
            "verdict",
            _words("verdict", "unmarked_sensitive", "marked", "defective_mark", "clean", "unknown"),
            nullable=True,
        ),
        sa.Column("severity", _words("severity", "critical", "high", "medium", "low"), nullable=True),
        sa.Column("mark", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("hints", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("broad_readers", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("carried_from", sa.String(length=60), nullable=True),
        sa.ForeignKeyConstraint(["outer_id"], ["crawled_file.id"], name=op.f("fk_crawled_file_outer_id")),
        sa.ForeignKeyConstraint(["run_id"], ["crawl_run.id"], name=op.f("fk_crawled_file_run_id")),
        sa.ForeignKeyConstraint(["shard_id"], ["crawl_shard.id"], name=op.f("fk_crawled_file_shard_id")),
        sa.ForeignKeyConstraint(["share_id"], ["share.id"], name=op.f("fk_crawled_file_share_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crawled_file")),
        sa.UniqueConstraint("run_id", "share_id", "path_key", name=op.f("uq_crawled_file_run_id_share_id_path_key")),
    )
    op.create_index(op.f("ix_crawled_file_content_key"), "crawled_file", ["content_key"], unique=False)
    op.create_index("ix_crawled_file_shard_status", "crawled_file", ["shard_id", "status"], unique=False)
    op.create_index("ix_crawled_file_share_key", "crawled_file", ["share_id", "path_key"], unique=False)

    op.create_table(
        "hit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("crawled_file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("detector", sa.String(length=40), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("severity", _words("severity", "critical", "high", "medium", "low"), nullable=False),
        sa.Column("excerpts", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("locators", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(["crawled_file_id"], ["crawled_file.id"], name=op.f("fk_hit_crawled_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hit")),
        sa.UniqueConstraint("crawled_file_id", "detector", name=op.f("uq_hit_crawled_file_id_detector")),
    )
    op.create_table(
        "suspicion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.String(length=40), nullable=False),
        sa.Column("unit_id", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("crawled_file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("checklist_id", sa.String(length=60), nullable=True),
        sa.Column("item_id", sa.String(length=20), nullable=True),
        sa.Column(
            "state",
            _words("suspicionstate", "open", "asked", "explained", "confirmed", "dismissed", "self_improved"),
            nullable=False,
        ),
        sa.Column("suggested_severity", _words("severity", "critical", "high", "medium", "low"), nullable=False),
        sa.Column("detectors", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("explanation", sa.String(length=2000), nullable=True),
        sa.Column("decided_by", sa.String(length=20), nullable=True),
        sa.Column("decided_reason", sa.String(length=2000), nullable=True),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_suspicion_campaign_id")),
        sa.ForeignKeyConstraint(["checklist_id"], ["checklist.id"], name=op.f("fk_suspicion_checklist_id")),
        sa.ForeignKeyConstraint(["crawled_file_id"], ["crawled_file.id"], name=op.f("fk_suspicion_crawled_file_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_suspicion_decided_by")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_suspicion_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspicion")),
        sa.UniqueConstraint("campaign_id", "fingerprint", name=op.f("uq_suspicion_campaign_id_fingerprint")),
    )
    op.create_table(
        "finding",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("campaign_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.String(length=20), nullable=False),
        sa.Column("suspicion_id", sa.Integer(), nullable=False),
        sa.Column("state", _words("findingstate", "confirmed", "notified", "released", "withdrawn"), nullable=False),
        sa.Column("severity", _words("severity", "critical", "high", "medium", "low"), nullable=False),
        sa.Column("category", sa.String(length=60), nullable=False),
        sa.Column("fact", sa.String(length=2000), nullable=False),
        sa.Column("basis", sa.String(length=300), nullable=False),
        sa.Column("remedies", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("confirmed_by", sa.String(length=20), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_finding_campaign_id")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["person.id"], name=op.f("fk_finding_confirmed_by")),
        sa.ForeignKeyConstraint(["suspicion_id"], ["suspicion.id"], name=op.f("fk_finding_suspicion_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_finding_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
        sa.UniqueConstraint("campaign_id", "number", name=op.f("uq_finding_campaign_id_number")),
        sa.UniqueConstraint("suspicion_id", name=op.f("uq_finding_suspicion_id")),
    )
    op.create_table(
        "fix",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("finding_id", sa.String(length=60), nullable=False),
        sa.Column("campaign_id", sa.String(length=40), nullable=False),
        sa.Column("unit_id", sa.String(length=20), nullable=False),
        sa.Column(
            "state",
            _words(
                "fixstate", "open", "accepted", "claimed", "sent_back", "verified", "released", "reopened", "excepted"
            ),
            nullable=False,
        ),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("original_due_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("due_version", sa.Integer(), nullable=False),
        sa.Column("top_rung", sa.String(length=40), nullable=True),
        sa.Column("claimed_by", sa.String(length=20), nullable=True),
        sa.Column("claimed_on", sa.Date(), nullable=True),
        sa.Column("claim", sa.String(length=4000), nullable=True),
        sa.Column("verified_by", sa.String(length=20), nullable=True),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.Column("verification", sa.String(length=4000), nullable=True),
        sa.Column("released_on", sa.Date(), nullable=True),
        sa.Column("days_late", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_fix_campaign_id")),
        sa.ForeignKeyConstraint(["claimed_by"], ["person.id"], name=op.f("fk_fix_claimed_by")),
        sa.ForeignKeyConstraint(["finding_id"], ["finding.id"], name=op.f("fk_fix_finding_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_fix_unit_id")),
        sa.ForeignKeyConstraint(["verified_by"], ["person.id"], name=op.f("fk_fix_verified_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fix")),
        sa.UniqueConstraint("finding_id", name=op.f("uq_fix_finding_id")),
    )
    op.create_table(
        "rung_climbed",
        sa.Column("fix_id", sa.String(length=60), nullable=False),
        sa.Column("due_version", sa.Integer(), nullable=False),
        sa.Column("rung", sa.String(length=40), nullable=False),
        sa.Column("climbed_on", sa.Date(), nullable=False),
        sa.Column("days_overdue", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("document_id", sa.String(length=60), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_rung_climbed_document_id")),
        sa.ForeignKeyConstraint(["fix_id"], ["fix.id"], name=op.f("fk_rung_climbed_fix_id")),
        sa.PrimaryKeyConstraint("fix_id", "due_version", "rung", name=op.f("pk_rung_climbed")),
    )
    _guard()


def _guard() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table, deed in GUARDS:
            op.execute(
                f"CREATE TRIGGER guard_{table}_{deed.lower()} BEFORE {deed} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{deed} of {table} is not allowed'); END"
            )
        return  # SQLite knows no TRUNCATE
    op.execute(
        "CREATE FUNCTION inspection_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% of % is not allowed', TG_OP, TG_TABLE_NAME; END $$"
    )
    for table, deed in GUARDS:
        op.execute(
            f"CREATE TRIGGER guard_{table}_{deed.lower()} BEFORE {deed} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION inspection_refuse()"
        )
    for table in dict.fromkeys(table for table, _ in GUARDS):
        op.execute(
            f"CREATE TRIGGER guard_{table}_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION inspection_refuse()"
        )


TABLES = (
    "rung_climbed",
    "fix",
    "finding",
    "suspicion",
    "hit",
    "crawled_file",
    "returned_file",
    "report_reader",
    "project_share",
    "project_date",
    "plan",
    "person_in_the_know",
    "duty_report",
    "crawl_share",
    "crawl_shard",
    "checklist_question",
    "answer",
    "spring_list",
    "spring_campaign",
    "report",
    "project",
    "pledge",
    "opinion",
    "notice",
    "handover_line",
    "duty_shift",
    "crawl_run",
    "checklist",
    "campaign_unit",
    "assessment",
    "airflow_gate",
    "spring_window",
    "sign_in_code",
    "secret_handler",
    "role_grant",
    "portal_session",
    "handover",
    "deputy",
    "daily_count",
    "campaign",
    "approval",
    "share",
    "person",
    "event_seal",
    "document_copy",
    "unit",
    "stage_run",
    "event",
    "document",
    "calendar_day",
    "awareness_session",
    "agency",
)


def downgrade() -> None:
    """Takes everything away."""
    for table in TABLES:
        op.drop_table(table)  # its indexes and guards go with it
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION inspection_refuse()")
