"""Indexes to delete and to send by"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

# Deleting a row looks for those that refer to it, and went through all of these tables.
REFERENCES = {
    'argument': ('reply_to_id', 'merged_into_id'),
    'audit_entry': ('member_id',),
    'claim_decision': ('member_id',),
    'claim_link': ('member_id',),
    'crux_link': ('created_by',),
    'document': ('replaced_by_id', 'added_by'),
    'feed': ('added_by',),
    'question': ('created_by', 'approved_by'),
    'resolution': ('member_id',),
}
WAITING = sa.text('sent_at IS NULL AND dead_at IS NULL')
LEFT = sa.text('left_at IS NOT NULL')
LEASED = sa.text('lease_until IS NOT NULL')


def upgrade() -> None:
    for table, columns in REFERENCES.items():
        for column in columns:
            op.create_index(op.f(f'ix_{table}_{column}'), table, [column])
    op.create_index('ix_community_left_at', 'community', ['left_at'], sqlite_where=LEFT, postgresql_where=LEFT)
    waits_in_order('not_before', 'id')
    op.create_index('ix_outbox_message_leased', 'outbox_message', ['channel_id', 'lease_until'],
                    sqlite_where=LEASED, postgresql_where=LEASED)


def downgrade() -> None:
    op.drop_index('ix_outbox_message_leased', 'outbox_message')
    waits_in_order('not_before')
    op.drop_index('ix_community_left_at', 'community')
    for table, columns in REFERENCES.items():
        for column in columns:
            op.drop_index(op.f(f'ix_{table}_{column}'), table)


def waits_in_order(*columns: str) -> None:
    """Make the index of the messages that wait anew."""
    op.drop_index('ix_outbox_message_waiting', 'outbox_message')
    op.create_index('ix_outbox_message_waiting', 'outbox_message', [*columns],
                    sqlite_where=WAITING, postgresql_where=WAITING)
