# The model server. Build context: the repository's root, after trainer-image/publish.
ARG BASE=debian:trixie-slim
FROM ${BASE}
ARG XGBOOST=libxgboost0
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ca-certificates ${XGBOOST} \
 && rm -rf /var/lib/apt/lists/*
COPY artifacts/publish/server/ /opt/modelop/server/
ENV DOTNET_EnableDiagnostics=0 \
    DOTNET_gcServer=0 \
    OMP_NUM_THREADS=1
USER 65532:65532
WORKDIR /tmp
EXPOSE 8080
ENTRYPOINT ["/opt/modelop/server/modelop-server"]
