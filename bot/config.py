"""Settings, read from the environment and ``.env`` when asked for, never at import."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError


class Settings(BaseSettings):
    """What a host sets. ``.env.example`` lists every name with its default."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore"
    )

    discord_token: SecretStr = SecretStr("")
    discord_token_file: Path | None = None
    database_url: str = "sqlite+aiosqlite:///crux.db"
    auto_migrate: bool = True
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

    def token(self) -> str:
        """Return the bot's token from the environment or its file; empty when there is none."""
        if self.discord_token_file is not None and not self.discord_token.get_secret_value():
            return self.discord_token_file.read_text(encoding="utf-8").strip()
        return self.discord_token.get_secret_value().strip()
