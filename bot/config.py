"""Settings, read from the environment and ``.env`` when asked for, never at import."""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from claims.llm.client import ModelSettings


class Settings(BaseSettings):
    """What a host sets. ``.env.example`` lists every name with its default."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore"
    )

    discord_token: SecretStr = SecretStr("")
    discord_token_file: Path | None = None
    database_url: str = Field(default="sqlite+aiosqlite:///crux.db", repr=False)  # may hold a password
    auto_migrate: bool = True
    fetch_urls: bool = False
    claim_weights: Path | None = None
    model_url: str = ""
    model_name: str = ""
    model_key: SecretStr = SecretStr("")
    model_timeout: float = Field(default=20, ge=1, le=120)
    shard_ids: str = ""
    shard_count: int | None = Field(default=None, ge=1)
    health_port: int = Field(default=8080, ge=0, le=65_535)
    sweep_seconds: float = Field(default=10, ge=1, le=60)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["console", "json"] = "console"

    @field_validator("database_url")
    @classmethod
    def _names_its_driver(cls, url: str) -> str:
        try:
            driver = make_url(url).drivername
        except ArgumentError:
            driver = ""
        if driver not in {"sqlite+aiosqlite", "postgresql+asyncpg"}:
            raise ValueError("it must begin with sqlite+aiosqlite:/// or postgresql+asyncpg://")
        return url

    @model_validator(mode="after")
    def _shards_are_counted(self) -> Self:
        if self.shard_ids and self.shard_count is None:
            raise ValueError("SHARD_IDS needs SHARD_COUNT: how many shards there are in all processes")
        self.shards()
        return self

    def shards(self) -> list[int] | None:
        """Return the shards that this process runs, or None for all of them."""
        if not self.shard_ids:
            return None
        try:
            shards = sorted({int(each) for each in self.shard_ids.split(",")})
        except ValueError:
            shards = []
        if not shards or shards[0] < 0 or shards[-1] >= (self.shard_count or 0):
            raise ValueError("SHARD_IDS is a list such as 0,1 of numbers from 0 to SHARD_COUNT - 1")
        return shards

    @model_validator(mode="after")
    def _model_can_be_asked(self) -> Self:
        self.model()
        return self

    def model(self) -> ModelSettings:
        """Return which model may be asked; without a URL none is."""
        return ModelSettings(
            self.model_url, self.model_name, self.model_key.get_secret_value().strip(), self.model_timeout
        )

    def token(self) -> str:
        """Return the bot's token from the environment or its file; empty when there is none."""
        if self.discord_token_file is not None and not self.discord_token.get_secret_value():
            return self.discord_token_file.read_text(encoding="utf-8").strip()
        return self.discord_token.get_secret_value().strip()
