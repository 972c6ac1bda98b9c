# The model server. Build context: the repository's root, after trainer-image/publish.
# For CUDA (MODELOP_DEVICE=cuda): BASE and XGBOOST as for Trainer.Dockerfile; and for networks libtorch with its headers in the base image's /usr/include, and g++.
# Without these headers nothing of libtorch goes into the image: on processors networks are summed by the server itself.
ARG BASE=debian:trixie-slim
FROM ${BASE} AS base
ARG XGBOOST=libxgboost0
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ca-certificates ${XGBOOST} \
 && rm -rf /var/lib/apt/lists/*

# TORCH names packages that bring libtorch where the base image has none; what else they bring stays in this stage.
FROM base AS libraries
ARG TORCH=
COPY artifacts/publish/server/native/ /tmp/native/
RUN if [ -n "${TORCH}" ]; then apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ${TORCH} \
 && rm -rf /var/lib/apt/lists/*; fi \
 && mkdir -p /opt/modelop/torch \
 && if [ -e /usr/include/ATen/Context.h ]; then sh /tmp/native/build /opt/modelop/torch --bundle; fi

FROM base
COPY --from=libraries /opt/modelop/torch/ /opt/modelop/torch/
COPY artifacts/publish/server/ /opt/modelop/server/
ENV DOTNET_EnableDiagnostics=0 \
    DOTNET_gcServer=0 \
    OMP_NUM_THREADS=1 \
    MODELOP_TORCH_LIBRARY=/opt/modelop/torch/libmodelop-torch.so
USER 65532:65532
WORKDIR /tmp
EXPOSE 8080
ENTRYPOINT ["/opt/modelop/server/modelop-server"]
