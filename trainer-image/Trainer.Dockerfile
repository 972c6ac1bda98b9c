# The trainer. Build context: the repository's root, after trainer-image/publish.
# For CUDA: BASE=an NVIDIA CUDA runtime image with a libxgboost built with USE_CUDA=ON in /usr/local/lib, libtorch with its headers in /usr/include and
# g++; XGBOOST= and TORCH= (both empty). With TORCH= on Debian learner Network is left out, and the image some 400 MB smaller.
ARG BASE=debian:trixie-slim
FROM ${BASE} AS base
ARG XGBOOST=libxgboost0
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ca-certificates ${XGBOOST} \
 && rm -rf /var/lib/apt/lists/*

# libtorch's packages bring LLVM, drivers and, here, a compiler: only what is linked goes on. In one step, so that the rest, a gigabyte, is in no layer.
FROM base AS libraries
ARG TORCH="libtorch-dev libopenblas0-openmp g++"
COPY artifacts/publish/trainer/native/ /tmp/native/
RUN if [ -n "${TORCH}" ]; then apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ${TORCH} \
 && rm -rf /var/lib/apt/lists/*; fi \
 && mkdir -p /opt/modelop/torch \
 && if [ -e /usr/include/ATen/Context.h ]; then sh /tmp/native/build /opt/modelop/torch --bundle; fi \
 && rm -rf /usr/include /usr/share /usr/lib/gcc /usr/lib/python3* /usr/lib/llvm* \
      /usr/lib/x86_64-linux-gnu/libtorch* /usr/lib/x86_64-linux-gnu/libLLVM* /usr/lib/x86_64-linux-gnu/libdnnl* /usr/lib/x86_64-linux-gnu/openblas-*

FROM base
COPY --from=libraries /opt/modelop/torch/ /opt/modelop/torch/
COPY artifacts/publish/trainer/ /opt/modelop/trainer/
# Nothing is written outside of /workspace and /tmp: no diagnostic socket. OpenMP threads sleep instead of spinning for work.
ENV DOTNET_EnableDiagnostics=0 \
    DOTNET_gcServer=0 \
    DOTNET_TieredPGO=0 \
    OMP_WAIT_POLICY=passive \
    MODELOP_TORCH_LIBRARY=/opt/modelop/torch/libmodelop-torch.so
USER 65532:65532
WORKDIR /tmp
ENTRYPOINT ["/opt/modelop/trainer/modelop-trainer"]
