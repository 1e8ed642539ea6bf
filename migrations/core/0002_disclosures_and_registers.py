"""Disclosures, the safe of what is accounted for, safes beside others."""

import sqlalchemy as sa
from alembic import op

import app.db

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_NEW = (("core_person", "register_safe_id"), ("core_safe", "beside_id"), ("core_safe", "within_id"))


def upgrade() -> None:
    op.create_table(
        "core_disclosure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", app.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Integer(), nullable=False),
        sa.Column("ground", sa.String(length=30), nullable=False),
        sa.Column("permit", sa.String(length=32), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("items", sa.String(length=200), nullable=False),
        sa.Column("way", sa.String(length=15), nullable=False),
        sa.Column("paper", sa.String(length=32), nullable=True),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("recipient", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=True),
        sa.Column("safe_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["by"],
            ["core_user.id"],
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["core_person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["safe_id"],
            ["core_safe.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("uid"),
    )
    with op.batch_alter_table("core_disclosure", schema=None) as batch_op:
        batch_op.create_index("core_disclosure_permit", ["permit"], unique=False)
        batch_op.create_index("core_disclosure_person", ["person_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_core_disclosure_safe_id"), ["safe_id"], unique=False)

    # Added in place: SQLite would otherwise copy tables that others refer to.
    for table, column in _NEW:
        op.add_column(table, sa.Column(column, sa.Integer(), sa.ForeignKey("core_safe.id")), inline_references=True)


def downgrade() -> None:
    op.drop_table("core_disclosure")
    for table, column in _NEW:
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_column(column)
