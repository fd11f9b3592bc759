"""Feeds, briefs, links and what the debate needs"""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

BEFORE = ('new', 'drafted', 'rejected')
AFTER = ('new', 'drafted', 'thesis', 'rejected', 'dismissed')
CROWD_COLUMNS = ('median_peer', 'pool_peer', 'uniform_peer', 'coverage')
STATUSES = {'claim': 'status', 'claim_decision': 'decision'}


def allow(statuses: tuple[str, ...]) -> None:
    """Replace the two check constraints on a claim's status."""
    for table, column in STATUSES.items():
        name = op.f(f'ck_{table}_claimstatus')
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_constraint(name, type_='check')
            batch_op.create_check_constraint(name, f"{column} IN {statuses}")


def upgrade() -> None:
    op.create_table('feed',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('community_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('url', sa.String(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('added_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('checked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('etag', sa.String(), nullable=False),
    sa.Column('last_modified', sa.String(), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['added_by'], ['member.id'], name=op.f('fk_feed_added_by_member'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['community_id'], ['community.id'], name=op.f('fk_feed_community_id_community'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feed')),
    sa.UniqueConstraint('community_id', 'url', name=op.f('uq_feed_community_id_url'))
    )
    with op.batch_alter_table('feed', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_feed_due_at'), ['due_at'], unique=False)

    op.create_table('claim_link',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('a_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('b_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('relation', sa.Enum('contradict', 'support', 'related', 'duplicate', name='relation', native_enum=False, create_constraint=True, length=16), nullable=False),
    sa.Column('confidence', sa.Float(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('confirmed', sa.Boolean(), nullable=True),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['a_id'], ['claim.id'], name=op.f('fk_claim_link_a_id_claim'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['b_id'], ['claim.id'], name=op.f('fk_claim_link_b_id_claim'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_claim_link_member_id_member'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_claim_link')),
    sa.UniqueConstraint('a_id', 'b_id', name=op.f('uq_claim_link_a_id_b_id'))
    )
    with op.batch_alter_table('claim_link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_claim_link_b_id'), ['b_id'], unique=False)

    with op.batch_alter_table('argument', schema=None) as batch_op:
        batch_op.add_column(sa.Column('message_id', sa.BigInteger(), nullable=True))

    with op.batch_alter_table('claim', schema=None) as batch_op:
        batch_op.add_column(sa.Column('topic', sa.String(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('embedding', sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column('gone_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('briefed_at', sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table('community', schema=None) as batch_op:
        batch_op.add_column(sa.Column('brief_channel_id', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('brief_hour', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('brief_weekday', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('brief_due_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('shrinkage', sa.Float(), server_default='36', nullable=False))
        batch_op.create_index(batch_op.f('ix_community_brief_due_at'), ['brief_due_at'], unique=False)

    with op.batch_alter_table('crowd_score', schema=None) as batch_op:
        for name in CROWD_COLUMNS:
            batch_op.add_column(sa.Column(name, sa.Float(), nullable=True))

    with op.batch_alter_table('document', schema=None) as batch_op:
        batch_op.add_column(sa.Column('url', sa.String(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('feed_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.add_column(sa.Column('replaced_by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.create_index(batch_op.f('ix_document_feed_id'), ['feed_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_document_feed_id_feed'), 'feed', ['feed_id'], ['id'], ondelete='RESTRICT')
        batch_op.create_foreign_key(batch_op.f('fk_document_replaced_by_id_document'), 'document', ['replaced_by_id'], ['id'], ondelete='RESTRICT')

    with op.batch_alter_table('member', schema=None) as batch_op:
        batch_op.add_column(sa.Column('feedback', sa.Boolean(), server_default=sa.false(), nullable=False))

    allow(AFTER)


def downgrade() -> None:
    for table, column in STATUSES.items():
        op.execute(f"UPDATE {table} SET {column} = 'drafted' WHERE {column} = 'thesis'")
        op.execute(f"UPDATE {table} SET {column} = 'rejected' WHERE {column} = 'dismissed'")
    allow(BEFORE)

    with op.batch_alter_table('member', schema=None) as batch_op:
        batch_op.drop_column('feedback')

    with op.batch_alter_table('document', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_document_replaced_by_id_document'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_document_feed_id_feed'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_document_feed_id'))
        batch_op.drop_column('replaced_by_id')
        batch_op.drop_column('feed_id')
        batch_op.drop_column('url')

    with op.batch_alter_table('crowd_score', schema=None) as batch_op:
        for name in CROWD_COLUMNS:
            batch_op.drop_column(name)

    with op.batch_alter_table('community', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_community_brief_due_at'))
        batch_op.drop_column('shrinkage')
        batch_op.drop_column('brief_due_at')
        batch_op.drop_column('brief_weekday')
        batch_op.drop_column('brief_hour')
        batch_op.drop_column('brief_channel_id')

    with op.batch_alter_table('claim', schema=None) as batch_op:
        batch_op.drop_column('briefed_at')
        batch_op.drop_column('gone_at')
        batch_op.drop_column('embedding')
        batch_op.drop_column('topic')

    with op.batch_alter_table('argument', schema=None) as batch_op:
        batch_op.drop_column('message_id')

    with op.batch_alter_table('claim_link', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_claim_link_b_id'))

    op.drop_table('claim_link')
    with op.batch_alter_table('feed', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_feed_due_at'))

    op.drop_table('feed')
