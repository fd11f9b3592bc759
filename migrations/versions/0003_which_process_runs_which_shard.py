"""Which process runs which shard"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('instance',
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('holder', sa.String(), nullable=False),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_instance'))
    )


def downgrade() -> None:
    op.drop_table('instance')
