/* A dense network in libtorch behind a C ABI. Every function returns 0, or -1 with the reason in modelop_torch_error(): no exception crosses.
 * A network is used by one thread at a time. Sizes are the caller's to keep; lengths are passed along and checked. */
#ifndef MODELOP_TORCH_NETWORK_H
#define MODELOP_TORCH_NETWORK_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MODELOP_TORCH_API __attribute__((visibility("default")))

typedef struct modelop_network modelop_network;

enum { MODELOP_LOSS_SQUARED = 0, MODELOP_LOSS_BINARY = 1, MODELOP_LOSS_CLASSES = 2 };
enum { MODELOP_PRECISION_FLOAT32 = 0, MODELOP_PRECISION_BFLOAT16 = 1, MODELOP_PRECISION_FLOAT16 = 2 };

typedef struct {
  int32_t columns;
  int32_t outputs;
  int32_t layers;         /* hidden ones */
  const int32_t *widths;  /* of the hidden layers */
  int32_t batch_norm;     /* after each hidden layer's product */
  int32_t loss;
  int32_t precision;      /* of the products while training; all else is in 32 bits */
  int32_t cuda;
  int32_t threads;
  double dropout;
  double weight_decay;
} modelop_network_options;

/* What the optimiser counts. */
typedef struct {
  int64_t updates;
  int64_t good_updates; /* in a row, with float16 */
  double loss_scale;
} modelop_network_counters;

/* The reason of this thread's last failure. */
MODELOP_TORCH_API const char *modelop_torch_error(void);

/* libtorch's version, for example 2.6.0. */
MODELOP_TORCH_API const char *modelop_torch_version(void);

/* 0: libtorch is built without CUDA, 1: there is no GPU that it can use, 2: there is one. */
MODELOP_TORCH_API int modelop_torch_cuda(void);

MODELOP_TORCH_API int modelop_network_create(const modelop_network_options *options, modelop_network **network);
MODELOP_TORCH_API void modelop_network_free(modelop_network *network);

/* Rows to train on, row by row, and what is to be predicted: numbers, or positions of classes. */
MODELOP_TORCH_API int modelop_network_set_rows(modelop_network *network, const float *values, const float *targets, int64_t rows);

/* Adds the gradient of weight * (mean loss of these rows). Equal seeds drop the same units out. */
MODELOP_TORCH_API int modelop_network_backward(
    modelop_network *network, const int32_t *rows, int32_t count, double weight, uint64_t seed, double *loss);

/* AdamW by the gradients since the last one. taken: 0 where float16 overflowed, so that nothing but the loss scale changed. */
MODELOP_TORCH_API int modelop_network_update(modelop_network *network, double learning_rate, int32_t *taken);

/* Outputs before sigmoid or softmax, without dropout, by the running statistics, in 32 bits. */
MODELOP_TORCH_API int modelop_network_forward(modelop_network *network, const float *values, int64_t rows, float *outputs);

/* State: weights (of each layer out x in, then biases, then of a hidden one with batch norm gamma and beta), both moments of AdamW in that order,
 * then of each hidden layer with batch norm running mean and variance. */
MODELOP_TORCH_API int64_t modelop_network_state_length(const modelop_network *network);
MODELOP_TORCH_API int modelop_network_get_state(modelop_network *network, float *state, int64_t length, modelop_network_counters *counters);
MODELOP_TORCH_API int modelop_network_set_state(modelop_network *network, const float *state, int64_t length, const modelop_network_counters *counters);

#ifdef __cplusplus
}
#endif
#endif
