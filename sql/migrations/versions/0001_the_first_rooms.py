"""The first rooms."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Changes the shape."""
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
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_document_subject_id"), ["subject_id"], unique=False)

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
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index("ix_event_subject", ["subject_kind", "subject_id"], unique=False)

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
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
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
            sa.Enum(
                "pending",
                "approved",
                "approved_with_changes",
                "returned",
                "voided",
                name="approvalstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("requested_by", sa.String(length=20), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approver_id", sa.String(length=20), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("decided_by", sa.String(length=20), nullable=True),
        sa.Column("on_behalf_of", sa.String(length=20), nullable=True),
        sa.Column("entered_by", sa.String(length=20), nullable=True),
        sa.Column(
            "route",
            sa.Enum(
                "paper", "airflow", "portal", name="approvalroute", native_enum=False, create_constraint=True, length=40
            ),
            nullable=True,
        ),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("document_number", sa.String(length=100), nullable=True),
        sa.Column("remark", sa.String(length=2000), nullable=True),
        sa.Column("scan_document_id", sa.String(length=60), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["approver_id"], ["person.id"], name=op.f("fk_approval_approver_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_approval_decided_by")),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_approval_entered_by")),
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
        sa.Column(
            "kind",
            sa.Enum(
                "semiannual",
                "spring_festival",
                "ad_hoc",
                "project",
                "remote_work",
                name="campaignkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
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
                name="campaignstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("window_start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("window_end", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checklist_due_on", sa.Date(), nullable=False),
        sa.Column("first_crawl", sa.Boolean(), nullable=False),
        sa.Column("opened_by", sa.String(length=20), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
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
            sa.Enum(
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
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
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
            sa.Enum(
                "prepared",
                "issued",
                "returned",
                "sent_back",
                "accepted",
                "exempt",
                name="checkliststate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
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
        sa.Column(
            "state",
            sa.Enum(
                "listing",
                "reading",
                "complete",
                "incomplete",
                name="crawlstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("rules_version", sa.String(length=64), nullable=False),
        sa.Column("account", sa.String(length=100), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_crawl_run_campaign_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crawl_run")),
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
        sa.Column(
            "state",
            sa.Enum(
                "pending",
                "sending",
                "sent",
                "failed",
                "cancelled",
                name="noticestate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
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
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index("ix_notice_state_not_before", ["state", "not_before"], unique=False)

    op.create_table(
        "report",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("campaign_id", sa.String(length=40), nullable=False),
        sa.Column("unit_id", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "signed",
                "issued",
                "returned",
                "superseded",
                name="reportstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
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
        "answer",
        sa.Column("checklist_id", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.String(length=20), nullable=False),
        sa.Column(
            "value",
            sa.Enum(
                "conforms",
                "does_not_conform",
                "not_applicable",
                name="answervalue",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
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
        sa.Column(
            "state",
            sa.Enum("waiting", "done", name="shardstate", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
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
            sa.Enum(
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
                name="readreason",
                native_enum=False,
                create_constraint=True,
                length=40,
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
        "plan",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("campaign_id", sa.String(length=40), nullable=False),
        sa.Column("assessment_id", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "approved",
                "returned",
                "superseded",
                name="planstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
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
        "report_reader",
        sa.Column("report_id", sa.String(length=80), nullable=False),
        sa.Column("person_id", sa.String(length=20), nullable=False),
        sa.Column("copy_number", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
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
        sa.Column(
            "status",
            sa.Enum(
                "scanned",
                "unreadable",
                "skipped",
                name="readstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "reason",
            sa.Enum(
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
                name="readreason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "verdict",
            sa.Enum(
                "unmarked_sensitive",
                "marked",
                "defective_mark",
                "clean",
                "unknown",
                name="verdict",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "severity",
            sa.Enum(
                "critical",
                "high",
                "medium",
                "low",
                name="severity",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
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
    with op.batch_alter_table("crawled_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_crawled_file_content_key"), ["content_key"], unique=False)
        batch_op.create_index("ix_crawled_file_shard_status", ["shard_id", "status"], unique=False)
        batch_op.create_index("ix_crawled_file_share_key", ["share_id", "path_key"], unique=False)

    op.create_table(
        "hit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("crawled_file_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("detector", sa.String(length=40), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column(
            "severity",
            sa.Enum(
                "critical",
                "high",
                "medium",
                "low",
                name="severity",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
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
            sa.Enum(
                "open",
                "asked",
                "explained",
                "confirmed",
                "dismissed",
                "self_improved",
                name="suspicionstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "suggested_severity",
            sa.Enum(
                "critical",
                "high",
                "medium",
                "low",
                name="severity",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
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
        sa.Column(
            "state",
            sa.Enum(
                "confirmed",
                "notified",
                "released",
                "withdrawn",
                name="findingstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "severity",
            sa.Enum(
                "critical",
                "high",
                "medium",
                "low",
                name="severity",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
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
            sa.Enum(
                "open",
                "accepted",
                "claimed",
                "sent_back",
                "verified",
                "released",
                "reopened",
                "excepted",
                name="fixstate",
                native_enum=False,
                create_constraint=True,
                length=40,
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


def downgrade() -> None:
    """Takes the change back."""
    op.drop_table("rung_climbed")
    op.drop_table("fix")
    op.drop_table("finding")
    op.drop_table("suspicion")
    op.drop_table("hit")
    with op.batch_alter_table("crawled_file", schema=None) as batch_op:
        batch_op.drop_index("ix_crawled_file_share_key")
        batch_op.drop_index("ix_crawled_file_shard_status")
        batch_op.drop_index(batch_op.f("ix_crawled_file_content_key"))

    op.drop_table("crawled_file")
    op.drop_table("returned_file")
    op.drop_table("report_reader")
    op.drop_table("plan")
    op.drop_table("crawl_share")
    op.drop_table("crawl_shard")
    op.drop_table("checklist_question")
    op.drop_table("answer")
    op.drop_table("report")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index("ix_notice_state_not_before")

    op.drop_table("notice")
    op.drop_table("crawl_run")
    op.drop_table("checklist")
    op.drop_table("campaign_unit")
    op.drop_table("assessment")
    op.drop_table("airflow_gate")
    op.drop_table("sign_in_code")
    op.drop_table("role_grant")
    op.drop_table("portal_session")
    op.drop_table("deputy")
    op.drop_table("daily_count")
    op.drop_table("campaign")
    op.drop_table("approval")
    op.drop_table("share")
    op.drop_table("person")
    op.drop_table("event_seal")
    op.drop_table("unit")
    op.drop_table("stage_run")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index("ix_event_subject")

    op.drop_table("event")
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_document_subject_id"))

    op.drop_table("document")
    op.drop_table("calendar_day")
    op.drop_table("agency")
