"""All tables of the domain. Importing this package registers them with SQLModel's metadata."""

from forecasts.models.community import AuditEntry, Community, Member
from forecasts.models.debate import Argument, Conditional, CruxLink, Exposure, MoveCredit, Rating
from forecasts.models.enums import (
    Cause,
    ForecastKind,
    Kind,
    Origin,
    Phase,
    Preset,
    Ruling,
    Side,
    Surface,
    Verdict,
    VoidReason,
)
from forecasts.models.forecast import Forecast
from forecasts.models.instance import Instance
from forecasts.models.outbox import Digest, Heartbeat, Memo, OutboxMessage
from forecasts.models.question import Follow, Question
from forecasts.models.resolution import CrowdScore, Resolution, Score, crowd_in_force, outcome_in_force

__all__ = [
    "Argument",
    "AuditEntry",
    "Cause",
    "Community",
    "Conditional",
    "CrowdScore",
    "CruxLink",
    "Digest",
    "Exposure",
    "Follow",
    "Forecast",
    "ForecastKind",
    "Heartbeat",
    "Instance",
    "Kind",
    "Member",
    "Memo",
    "MoveCredit",
    "Origin",
    "OutboxMessage",
    "Phase",
    "Preset",
    "Question",
    "Rating",
    "Resolution",
    "Ruling",
    "Score",
    "Side",
    "Surface",
    "Verdict",
    "VoidReason",
    "crowd_in_force",
    "outcome_in_force",
]
