/* A trained network that only predicts, behind a C ABI as that of network.h: rectified layers, on the CPU or on a GPU, without gradients, moments or
 * rows to train on. A scorer is used by one thread at a time. */
#ifndef MODELOP_TORCH_SCORER_H
#define MODELOP_TORCH_SCORER_H

#include "network.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct modelop_scorer modelop_scorer;

typedef struct {
  int32_t inputs;
  int32_t outputs;
  int32_t half;          /* its products are made of 16-bit floats and summed in 32 bits; else all is in 32 bits, without TF32 */
  const float *weights;  /* outputs x inputs */
  const float *biases;
} modelop_layer;

/* Copies the layers to where they are used. threads: of the CPU. */
MODELOP_TORCH_API int modelop_scorer_create(const modelop_layer *layers, int32_t count, int32_t cuda, int32_t threads, modelop_scorer **scorer);
MODELOP_TORCH_API void modelop_scorer_free(modelop_scorer *scorer);

/* Outputs of rows before any sigmoid or softmax, in 32 bits. */
MODELOP_TORCH_API int modelop_scorer_forward(modelop_scorer *scorer, const float *values, int64_t rows, float *outputs);

#ifdef __cplusplus
}
#endif
#endif
