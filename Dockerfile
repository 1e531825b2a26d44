# One image for every service of ours: Airflow's parts, the worker and the portal differ by their command only.

FROM python:3.11.14-slim-bookworm AS packages
ENV UV_PROJECT_ENVIRONMENT=/opt/venv UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1
RUN pip install --no-cache-dir uv==0.13.8
WORKDIR /build
COPY pyproject.toml uv.lock README.md ./
# what the lock names, nothing else; our own code comes as files below, so that paths are the same everywhere
RUN uv sync --frozen --no-dev --no-install-project

FROM python:3.11.14-slim-bookworm AS office
# LibreOffice prints ODT and PDF; the Kai font is what official documents are set in; libarchive reads RAR
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        libreoffice-writer-nogui fonts-cns11643-kai fonts-noto-cjk libarchive13 \
    && rm -rf /var/lib/apt/lists/*
# folders that become named volumes take their owner from here
RUN useradd --system --uid 50000 --create-home --home-dir /home/office office \
    && install -d -o office -g office -m 0750 /var/lib/inspection /var/lib/inspection/drop /var/log/airflow \
    && install -d /etc/inspection/rules
COPY --from=packages /opt/venv /opt/venv
COPY dags /opt/inspection/dags
COPY plugins /opt/inspection/plugins
COPY templates /opt/inspection/templates
COPY sql /opt/inspection/sql
COPY pyproject.toml LICENSE /opt/inspection/
COPY --chmod=0755 docker/inspection docker/healthy docker/worker-answers /usr/local/bin/
COPY docker/webserver_config.py docker/airflow_account.py /opt/inspection/docker/
# the office's user may write nothing here: bytecode is made now, not at each start of a worker
RUN /opt/venv/bin/python -m compileall -q /opt/inspection/plugins /opt/inspection/dags
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONPATH=/opt/inspection/plugins \
    PYTHONUNBUFFERED=1 \
    AIRFLOW_HOME=/run/airflow \
    INSPECTION_HOME=/var/lib/inspection
WORKDIR /opt/inspection
USER office
ENTRYPOINT []
CMD ["inspection", "--help"]

# Only for the profile `demo`: a file server with a share of made-up files, and a mail sink.
FROM debian:12.12-slim AS demo-samba
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends samba \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 50001 --create-home share \
    && install -d -o share -g share /srv/share
COPY --chmod=0755 docker/demo-samba /usr/local/bin/demo-samba
USER share
CMD ["demo-samba"]

FROM python:3.11.14-slim-bookworm AS demo-mail
RUN pip install --no-cache-dir aiosmtpd==1.4.6 \
    && useradd --system --uid 50002 --create-home mail-sink \
    && install -d -o mail-sink -g mail-sink /var/mail/sink
USER mail-sink
CMD ["python", "-m", "aiosmtpd", "-n", "-l", "0.0.0.0:8025", "-c", "aiosmtpd.handlers.Mailbox", "/var/mail/sink/box"]

# the last stage is what `docker build .` makes
FROM office
