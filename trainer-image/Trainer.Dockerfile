# The trainer. Build context: the repository's root, after trainer-image/publish.
# For CUDA: BASE=an NVIDIA CUDA runtime image, XGBOOST= (empty), and a libxgboost built with USE_CUDA=ON copied to /usr/local/lib in an image on top.
ARG BASE=debian:trixie-slim
FROM ${BASE}
ARG XGBOOST=libxgboost0
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ca-certificates ${XGBOOST} \
 && rm -rf /var/lib/apt/lists/*
COPY artifacts/publish/trainer/ /opt/modelop/trainer/
# Nothing is written outside of /workspace and /tmp: no diagnostic socket. OpenMP threads sleep instead of spinning for work.
ENV DOTNET_EnableDiagnostics=0 \
    DOTNET_gcServer=0 \
    DOTNET_TieredPGO=0 \
    OMP_WAIT_POLICY=passive
USER 65532:65532
WORKDIR /tmp
ENTRYPOINT ["/opt/modelop/trainer/modelop-trainer"]
