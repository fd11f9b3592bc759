"""Which process answers for which shard."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from forecasts.models.base import UtcDateTime


class Instance(SQLModel, table=True):
    """A process's claim on one shard of one bot; it ends by itself unless it is renewed.

    ``key`` is ``bot:count:shard``, as in ``81384788765712384:2:0``.
    """

    key: str = Field(primary_key=True)
    holder: str
    lease_until: datetime = Field(sa_type=UtcDateTime)
