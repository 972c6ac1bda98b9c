#include "scorer.h"

#include "guard.h"
#include "product.h"

#include <ATen/Context.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/clamp.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/relu.h>

#include <algorithm>
#include <utility>
#include <vector>

using at::Tensor;

namespace {

constexpr int64_t forward_rows = 8192;

/* The largest 16-bit float. What is beyond it is taken for it: of infinities the next layer's sums would be no numbers. */
constexpr double most_half = 65504;

Tensor within(const Tensor &numbers) { return at::clamp(numbers, -most_half, most_half); }

struct ScorerLayer {
  Tensor weight, bias;
  bool half;

  /* Not every libtorch has products of 16-bit floats on the CPU: there those of the same numbers, widened, are made, which are exact. */
  Tensor sums(const Tensor &rows) const {
    if (!half) return at::linear(rows, weight, bias);
    const auto rounded = within(rows).to(at::kHalf);
    return within(at::linear(rounded.to(weight.scalar_type()), weight, bias).to(at::kHalf).to(at::kFloat));
  }
};

/* "Equal to the trainer's" needs products of whole 32-bit floats, and sums of 32 bits whatever the products are of. */
void keep_precision() {
  at::globalContext().setAllowTF32CuBLAS(false);
  at::globalContext().setAllowFP16ReductionCuBLAS(false);
}

}  // namespace

struct modelop_scorer {
  std::vector<ScorerLayer> layers;
  int32_t threads;

  Tensor outputs(Tensor rows) const {
    for (size_t i = 0; i < layers.size(); i++) {
      rows = layers[i].sums(rows);
      if (i + 1 < layers.size()) rows = at::relu(rows);
    }
    return rows;
  }
};

int modelop_scorer_create(const modelop_layer *layers, int32_t count, int32_t cuda, int32_t threads, modelop_scorer **scorer) {
  return attempt([&] {
    require(count > 0, "there is no layer");
    use_threads(threads);
    keep_precision();
    at::NoGradGuard guard;
    const auto device = cuda ? at::Device(at::kCUDA) : at::Device(at::kCPU);
    std::vector<ScorerLayer> made;
    for (int32_t i = 0; i < count; i++) {
      const auto &layer = layers[i];
      require(layer.inputs > 0 && layer.outputs > 0 && (i == 0 || layer.inputs == layers[i - 1].outputs), "a layer does not fit the one before");
      const auto type = layer.half && cuda ? at::kHalf : at::kFloat;
      const auto place = [&](Tensor numbers) { return (layer.half ? numbers.to(at::kHalf) : numbers).to(device, type, false, true); };
      made.push_back({place(from(layer.weights, {layer.outputs, layer.inputs})), place(from(layer.biases, {layer.outputs})), layer.half != 0});
    }
    *scorer = new modelop_scorer{std::move(made), threads};
  });
}

void modelop_scorer_free(modelop_scorer *scorer) { delete scorer; }

int modelop_scorer_forward(modelop_scorer *scorer, const float *values, int64_t rows, float *outputs) {
  return attempt([&] {
    use_threads(scorer->threads);
    at::NoGradGuard guard;
    const auto columns = scorer->layers.front().weight.size(1), width = scorer->layers.back().weight.size(0);
    for (int64_t begin = 0; begin < rows; begin += forward_rows) {
      const auto count = std::min(forward_rows, rows - begin);
      const auto part = from(values + begin * columns, {count, columns}).to(scorer->layers.front().weight.device());
      from(outputs + begin * width, {count, width}).copy_(scorer->outputs(part));
    }
  });
}
