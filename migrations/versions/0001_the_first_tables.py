"""The first tables"""

import sqlalchemy as sa
from alembic import op

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('community',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('guild_id', sa.BigInteger(), nullable=False),
    sa.Column('questions_channel_id', sa.BigInteger(), nullable=True),
    sa.Column('digest_channel_id', sa.BigInteger(), nullable=True),
    sa.Column('notes_channel_id', sa.BigInteger(), nullable=True),
    sa.Column('moderator_role_id', sa.BigInteger(), nullable=True),
    sa.Column('zone', sa.String(), nullable=False),
    sa.Column('digest_weekday', sa.Integer(), nullable=False),
    sa.Column('digest_hour', sa.Integer(), nullable=False),
    sa.Column('digest_due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('preset', sa.Enum('standard', 'express', 'rolling', name='preset', native_enum=False, create_constraint=True, length=16), nullable=False),
    sa.Column('challenge_hours', sa.Integer(), nullable=False),
    sa.Column('last_number', sa.Integer(), nullable=False),
    sa.Column('secret', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('left_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_community')),
    sa.UniqueConstraint('guild_id', name=op.f('uq_community_guild_id'))
    )
    op.create_index(op.f('ix_community_digest_due_at'), 'community', ['digest_due_at'], unique=False)
    op.create_table('heartbeat',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_heartbeat'))
    )
    op.create_table('memo',
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('value', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_memo'))
    )
    op.create_table('digest',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('community_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('period', sa.String(), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['community_id'], ['community.id'], name=op.f('fk_digest_community_id_community'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_digest')),
    sa.UniqueConstraint('community_id', 'period', name=op.f('uq_digest_community_id_period'))
    )
    op.create_table('member',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('community_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=True),
    sa.Column('hidden', sa.Boolean(), nullable=False),
    sa.Column('named', sa.Boolean(), nullable=False),
    sa.Column('welcomed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('erased_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['community_id'], ['community.id'], name=op.f('fk_member_community_id_community'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_member')),
    sa.UniqueConstraint('community_id', 'user_id', name=op.f('uq_member_community_id_user_id'))
    )
    op.create_table('document',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('community_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('sha256', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('added_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['added_by'], ['member.id'], name=op.f('fk_document_added_by_member'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['community_id'], ['community.id'], name=op.f('fk_document_community_id_community'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_document')),
    sa.UniqueConstraint('community_id', 'sha256', name=op.f('uq_document_community_id_sha256'))
    )
    op.create_table('question',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('community_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.Integer(), nullable=True),
    sa.Column('kind', sa.Enum('binary', 'choice', 'ladder', 'thesis', name='kind', native_enum=False, create_constraint=True, length=16), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('criteria', sa.String(), nullable=False),
    sa.Column('fine_print', sa.String(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('topic', sa.String(), nullable=False),
    sa.Column('options', sa.JSON(), nullable=False),
    sa.Column('quote', sa.String(), nullable=False),
    sa.Column('quote_source', sa.String(), nullable=False),
    sa.Column('phase', sa.Enum('draft', 'blind', 'debate', 'final', 'rolling', 'closed', 'proposed', 'resolved', 'void', name='phase', native_enum=False, create_constraint=True, length=16), nullable=False),
    sa.Column('phase_started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('phase_ends_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('preset', sa.Enum('standard', 'express', 'rolling', name='preset', native_enum=False, create_constraint=True, length=16), nullable=True),
    sa.Column('opens_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closes_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('resolves_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revealed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('default_outcome', sa.Integer(), nullable=True),
    sa.Column('blind_extended', sa.Boolean(), nullable=False),
    sa.Column('interrupted_phase', sa.Enum('draft', 'blind', 'debate', 'final', 'rolling', 'closed', 'proposed', 'resolved', 'void', name='interrupted_phase', native_enum=False, create_constraint=True, length=16), nullable=True),
    sa.Column('interrupted_ends_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('edition', sa.Integer(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('resolution_version', sa.Integer(), nullable=False),
    sa.Column('channel_id', sa.BigInteger(), nullable=True),
    sa.Column('card_message_id', sa.BigInteger(), nullable=True),
    sa.Column('thread_id', sa.BigInteger(), nullable=True),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('approved_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('interaction_id', sa.BigInteger(), nullable=True),
    sa.Column('approved_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['approved_by'], ['member.id'], name=op.f('fk_question_approved_by_member'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['community_id'], ['community.id'], name=op.f('fk_question_community_id_community'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['created_by'], ['member.id'], name=op.f('fk_question_created_by_member'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_question')),
    sa.UniqueConstraint('community_id', 'number', name=op.f('uq_question_community_id_number')),
    sa.UniqueConstraint('interaction_id', name=op.f('uq_question_interaction_id'))
    )
    op.create_index('ix_question_due', 'question', ['phase_ends_at'], unique=False, sqlite_where=sa.text('phase_ends_at IS NOT NULL'), postgresql_where=sa.text('phase_ends_at IS NOT NULL'))
    op.create_table('argument',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('question_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('reply_to_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('merged_into_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('side', sa.Enum('for', 'against', name='side', native_enum=False, create_constraint=True, length=16), nullable=False),
    sa.Column('origin', sa.Enum('member', 'message', 'document', name='origin', native_enum=False, create_constraint=True, length=16), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('hidden_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('interaction_id', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_argument_member_id_member'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['merged_into_id'], ['argument.id'], name=op.f('fk_argument_merged_into_id_argument'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['question_id'], ['question.id'], name=op.f('fk_argument_question_id_question'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['reply_to_id'], ['argument.id'], name=op.f('fk_argument_reply_to_id_argument'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_argument')),
    sa.UniqueConstraint('interaction_id', name=op.f('uq_argument_interaction_id'))
    )
    op.create_index(op.f('ix_argument_member_id'), 'argument', ['member_id'], unique=False)
    op.create_index(op.f('ix_argument_question_id'), 'argument', ['question_id'], unique=False)
    op.create_table('audit_entry',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('community_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('question_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('action', sa.String(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['community_id'], ['community.id'], name=op.f('fk_audit_entry_community_id_community'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_audit_entry_member_id_member'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['question_id'], ['question.id'], name=op.f('fk_audit_entry_question_id_question'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_entry'))
    )
    op.create_index(op.f('ix_audit_entry_community_id'), 'audit_entry', ['community_id'], unique=False)
    op.create_index(op.f('ix_audit_entry_question_id'), 'audit_entry', ['question_id'], unique=False)
    op.create_table('claim',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('document_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('start', sa.Integer(), nullable=False),
    sa.Column('end', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('standalone', sa.String(), nullable=False),
    sa.Column('speaker', sa.String(), nullable=True),
    sa.Column('claim', sa.Float(), nullable=False),
    sa.Column('forecastable', sa.Float(), nullable=False),
    sa.Column('reasons', sa.JSON(), nullable=False),
    sa.Column('status', sa.Enum('new', 'drafted', 'rejected', name='claimstatus', native_enum=False, create_constraint=True, length=16), nullable=False),
    sa.Column('question_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_claim_document_id_document'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['question_id'], ['question.id'], name=op.f('fk_claim_question_id_question'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_claim')),
    sa.UniqueConstraint('document_id', 'start', 'end', name=op.f('uq_claim_document_id_start_end'))
    )
    op.create_index(op.f('ix_claim_question_id'), 'claim', ['question_id'], unique=False)
    op.create_table('crowd_score',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('question_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('resolution_version', sa.Integer(), nullable=False),
    sa.Column('members', sa.Integer(), nullable=False),
    sa.Column('median', sa.Float(), nullable=True),
    sa.Column('blind_median', sa.Float(), nullable=True),
    sa.Column('median_brier', sa.Float(), nullable=False),
    sa.Column('pool_brier', sa.Float(), nullable=False),
    sa.Column('uniform_brier', sa.Float(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['question_id'], ['question.id'], name=op.f('fk_crowd_score_question_id_question'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_crowd_score')),
    sa.UniqueConstraint('question_id', 'resolution_version', name=op.f('uq_crowd_score_question_id_resolution_version'))
    )
    op.create_table('crux_link',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('thesis_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('question_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['created_by'], ['member.id'], name=op.f('fk_crux_link_created_by_member'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['question_id'], ['question.id'], name=op.f('fk_crux_link_question_id_question'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['thesis_id'], ['question.id'], name=op.f('fk_crux_link_thesis_id_question'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_crux_link')),
    sa.UniqueConstraint('thesis_id', 'question_id', name=op.f('uq_crux_link_thesis_id_question_id'))
    )
    op.create_index(op.f('ix_crux_link_question_id'), 'crux_link', ['question_id'], unique=False)
    op.create_table('follow',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('question_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_follow_member_id_member'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['question_id'], ['question.id'], name=op.f('fk_follow_question_id_question'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_follow')),
    sa.UniqueConstraint('question_id', 'member_id', name=op.f('uq_follow_question_id_member_id'))
    )
    op.create_index(op.f('ix_follow_member_id'), 'follow', ['member_id'], unique=False)
    op.create_table('forecast',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('question_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('edition', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('blind', 'late', 'gated', 'update', 'final', name='forecastkind', native_enum=False, create_constraint=True, length=16), nullable=False),
    sa.Column('probabilities', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('interaction_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_forecast_member_id_member'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['question_id'], ['question.id'], name=op.f('fk_forecast_question_id_question'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_forecast')),
    sa.UniqueConstraint('interaction_id', name=op.f('uq_forecast_interaction_id'))
    )
    op.create_index('ix_forecast_history', 'forecast', ['question_id', 'member_id', 'id'], unique=False)
    op.create_index(op.f('ix_forecast_member_id'), 'forecast', ['member_id'], unique=False)
    op.create_table('outbox_message',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('community_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('question_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('channel_id', sa.BigInteger(), nullable=True),
    sa.Column('payload', sa.JSON(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('not_before', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('message_id', sa.BigInteger(), nullable=True),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('dead_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('error', sa.String(), nullable=False),
    sa.CheckConstraint('length(key) <= 25', name=op.f('ck_outbox_message_key_is_a_nonce')),
    sa.ForeignKeyConstraint(['community_id'], ['community.id'], name=op.f('fk_outbox_message_community_id_community'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['question_id'], ['question.id'], name=op.f('fk_outbox_message_question_id_question'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox_message')),
    sa.UniqueConstraint('key', name=op.f('uq_outbox_message_key'))
    )
    op.create_index(op.f('ix_outbox_message_community_id'), 'outbox_message', ['community_id'], unique=False)
    op.create_index(op.f('ix_outbox_message_question_id'), 'outbox_message', ['question_id'], unique=False)
    op.create_index('ix_outbox_message_waiting', 'outbox_message', ['not_before'], unique=False, sqlite_where=sa.text('sent_at IS NULL AND dead_at IS NULL'), postgresql_where=sa.text('sent_at IS NULL AND dead_at IS NULL'))
    op.create_table('resolution',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('question_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('ruling', sa.Enum('proposed', 'challenged', 'decided', 'final', 'overturned', 'void', name='ruling', native_enum=False, create_constraint=True, length=16), nullable=False),
    sa.Column('outcome', sa.Integer(), nullable=True),
    sa.Column('evidence_url', sa.String(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('void_reason', sa.Enum('ambiguous', 'source gone', 'premise false', 'rejected', 'other', name='voidreason', native_enum=False, create_constraint=True, length=16), nullable=True),
    sa.Column('known_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_resolution_member_id_member'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['question_id'], ['question.id'], name=op.f('fk_resolution_question_id_question'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_resolution')),
    sa.UniqueConstraint('question_id', 'version', 'ruling', name=op.f('uq_resolution_question_id_version_ruling'))
    )
    op.create_table('score',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('question_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('resolution_version', sa.Integer(), nullable=False),
    sa.Column('brier', sa.Float(), nullable=False),
    sa.Column('peer_brier', sa.Float(), nullable=False),
    sa.Column('coverage', sa.Float(), nullable=False),
    sa.Column('forecasts', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_score_member_id_member'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['question_id'], ['question.id'], name=op.f('fk_score_question_id_question'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_score')),
    sa.UniqueConstraint('question_id', 'member_id', 'resolution_version', name=op.f('uq_score_question_id_member_id_resolution_version'))
    )
    op.create_index(op.f('ix_score_member_id'), 'score', ['member_id'], unique=False)
    op.create_table('claim_decision',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('claim_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('decision', sa.Enum('new', 'drafted', 'rejected', name='claimstatus', native_enum=False, create_constraint=True, length=16), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['claim_id'], ['claim.id'], name=op.f('fk_claim_decision_claim_id_claim'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_claim_decision_member_id_member'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_claim_decision'))
    )
    op.create_index(op.f('ix_claim_decision_claim_id'), 'claim_decision', ['claim_id'], unique=False)
    op.create_table('conditional',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('link_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('if_yes', sa.Float(), nullable=False),
    sa.Column('if_no', sa.Float(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('interaction_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['link_id'], ['crux_link.id'], name=op.f('fk_conditional_link_id_crux_link'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_conditional_member_id_member'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_conditional')),
    sa.UniqueConstraint('interaction_id', name=op.f('uq_conditional_interaction_id'))
    )
    op.create_index(op.f('ix_conditional_link_id'), 'conditional', ['link_id'], unique=False)
    op.create_index(op.f('ix_conditional_member_id'), 'conditional', ['member_id'], unique=False)
    op.create_table('exposure',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('argument_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('surface', sa.Enum('card', 'rating', 'list', name='surface', native_enum=False, create_constraint=True, length=16), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['argument_id'], ['argument.id'], name=op.f('fk_exposure_argument_id_argument'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_exposure_member_id_member'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_exposure')),
    sa.UniqueConstraint('argument_id', 'member_id', 'surface', name=op.f('uq_exposure_argument_id_member_id_surface'))
    )
    op.create_index(op.f('ix_exposure_member_id'), 'exposure', ['member_id'], unique=False)
    op.create_table('move_credit',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('forecast_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('cause', sa.Enum('argument', 'news', 'thinking', name='cause', native_enum=False, create_constraint=True, length=16), nullable=False),
    sa.Column('argument_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['argument_id'], ['argument.id'], name=op.f('fk_move_credit_argument_id_argument'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['forecast_id'], ['forecast.id'], name=op.f('fk_move_credit_forecast_id_forecast'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_move_credit')),
    sa.UniqueConstraint('forecast_id', 'cause', 'argument_id', name=op.f('uq_move_credit_forecast_id_cause_argument_id'))
    )
    op.create_index(op.f('ix_move_credit_argument_id'), 'move_credit', ['argument_id'], unique=False)
    op.create_table('rating',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('argument_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('verdict', sa.Enum('convincing', 'not', 'pass', name='verdict', native_enum=False, create_constraint=True, length=16), nullable=False),
    sa.Column('is_crux', sa.Boolean(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('interaction_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['argument_id'], ['argument.id'], name=op.f('fk_rating_argument_id_argument'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_rating_member_id_member'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rating')),
    sa.UniqueConstraint('interaction_id', name=op.f('uq_rating_interaction_id'))
    )
    op.create_index(op.f('ix_rating_argument_id'), 'rating', ['argument_id'], unique=False)
    op.create_index(op.f('ix_rating_member_id'), 'rating', ['member_id'], unique=False)


def downgrade() -> None:
    for table in (
        'rating', 'move_credit', 'exposure', 'conditional', 'claim_decision', 'score', 'resolution',
        'outbox_message', 'forecast', 'follow', 'crux_link', 'crowd_score', 'claim', 'audit_entry',
        'argument', 'question', 'document', 'member', 'digest', 'memo', 'heartbeat', 'community',
    ):
        op.drop_table(table)  # with its indexes
