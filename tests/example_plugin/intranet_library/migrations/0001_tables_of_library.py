"""Tables of library."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "library_book",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("author", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_library_book_title", "library_book", ["title"])
    op.create_table(
        "library_loan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("book_id", sa.Integer(), sa.ForeignKey("library_book.id"), nullable=False),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("core_person.id"), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("returned_on", sa.Date(), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("safe_id", sa.Integer(), sa.ForeignKey("core_safe.id"), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("uid"),
    )
    for column in ("book_id", "person_id", "due", "safe_id"):
        op.create_index(f"ix_library_loan_{column}", "library_loan", [column])
    op.create_table(
        "library_agreement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("core_person.id"), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("uid"),
    )
    op.create_index("ix_library_agreement_person_id", "library_agreement", ["person_id"])
    op.create_table(
        "library_helper",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("uid"),
    )


def downgrade() -> None:
    op.drop_table("library_helper")
    op.drop_table("library_agreement")
    op.drop_table("library_loan")
    op.drop_table("library_book")
