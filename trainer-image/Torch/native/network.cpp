#include "network.h"

#include "guard.h"
#include "product.h"

#include <ATen/Context.h>
#include <ATen/core/Tensor.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/batch_norm.h>
#include <ATen/ops/binary_cross_entropy_with_logits.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/dropout.h>
#include <ATen/ops/isfinite.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/mse_loss.h>
#include <ATen/ops/mul.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/zeros.h>
#include <torch/version.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <vector>

using at::Tensor;

namespace {

constexpr double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
constexpr double norm_momentum = 0.1, norm_epsilon = 1e-5;
constexpr int64_t forward_rows = 8192;
constexpr double least_loss_scale = 1e-3;
constexpr int64_t updates_to_grow = 2000;

struct Layer {
  Tensor weight, bias, gamma, beta, mean, variance;
};

}  // namespace

struct modelop_network {
  modelop_network_options options;
  std::vector<Layer> layers;
  /* All weights side by side, their gradients, AdamW's moments, and running statistics: the layers' tensors are views of them. */
  Tensor weights, gradients, first, second, statistics;
  Tensor values, targets;
  modelop_network_counters counters{0, 0, 1};

  explicit modelop_network(const modelop_network_options &given) : options(given) {
    std::vector<int64_t> widths(given.widths, given.widths + given.layers);
    options.widths = nullptr;
    const auto device = at::TensorOptions().dtype(at::kFloat).device(given.cuda ? at::kCUDA : at::kCPU);
    int64_t count = 0, measured = 0, in = given.columns;
    for (const auto out : widths) {
      count += out * in + out + (given.batch_norm ? 2 * out : 0);
      measured += given.batch_norm ? 2 * out : 0;
      in = out;
    }
    count += static_cast<int64_t>(given.outputs) * in + given.outputs;
    for (auto *flat : {&weights, &gradients, &first, &second}) *flat = at::zeros({count}, device);
    statistics = at::zeros({measured}, device);
    in = given.columns;
    int64_t at = 0, statistic = 0;
    for (const auto out : widths) {
      Layer layer = product(at, in, out);
      if (given.batch_norm) {
        layer.gamma = leaf(at, {out});
        layer.beta = leaf(at, {out});
        layer.mean = statistics.narrow(0, statistic, out);
        layer.variance = statistics.narrow(0, statistic + out, out);
        statistic += 2 * out;
      }
      layers.push_back(layer);
      in = out;
    }
    layers.push_back(product(at, in, given.outputs));
  }

  Layer product(int64_t &at, int64_t in, int64_t out) {
    Layer layer;
    layer.weight = leaf(at, {out, in});
    layer.bias = leaf(at, {out});
    return layer;
  }

  Tensor leaf(int64_t &at, at::IntArrayRef shape) {
    int64_t size = 1;
    for (const auto length : shape) size *= length;
    auto tensor = weights.narrow(0, at, size).view(shape).detach().requires_grad_(true);
    tensor.mutable_grad() = gradients.narrow(0, at, size).view(shape);
    at += size;
    return tensor;
  }

  at::ScalarType low() const { return options.precision == MODELOP_PRECISION_FLOAT16 ? at::kHalf : at::kBFloat16; }

  Tensor outputs(Tensor rows, bool training) const {
    const bool mixed = training && options.precision != MODELOP_PRECISION_FLOAT32;
    for (size_t i = 0; i < layers.size(); i++) {
      const auto &layer = layers[i];
      rows = mixed          ? at::linear(rows.to(low()), layer.weight.to(low()), layer.bias.to(low())).to(at::kFloat)
             : options.cuda ? at::linear(rows, layer.weight, layer.bias)
                            : Product::apply(rows, layer.weight, layer.bias);
      if (i + 1 == layers.size()) return rows;
      if (layer.gamma.defined())
        rows = at::batch_norm(rows, layer.gamma, layer.beta, layer.mean, layer.variance, training, norm_momentum, norm_epsilon, false);
      rows = at::relu(rows);
      if (training && options.dropout > 0) rows = at::dropout(rows, options.dropout, true);
    }
    return rows;
  }

  Tensor loss(const Tensor &predicted, const Tensor &truth) const {
    if (options.loss == MODELOP_LOSS_CLASSES) return at::cross_entropy_loss(predicted, truth);
    return options.loss == MODELOP_LOSS_BINARY ? at::binary_cross_entropy_with_logits(predicted.squeeze(1), truth)
                                               : at::mse_loss(predicted.squeeze(1), truth);
  }

  bool scaled() const { return options.precision == MODELOP_PRECISION_FLOAT16; }

  /* False where float16 overflowed. */
  bool unscale() {
    if (!scaled()) return true;
    gradients.mul_(1 / counters.loss_scale);
    if (!at::isfinite(gradients).all().item<bool>()) {
      if (counters.loss_scale < least_loss_scale) throw std::runtime_error("float16 overflows whatever the loss is scaled with: lower the learning rate");
      counters.loss_scale /= 2;
      counters.good_updates = 0;
      return false;
    }
    if (++counters.good_updates == updates_to_grow) {
      counters.loss_scale *= 2;
      counters.good_updates = 0;
    }
    return true;
  }

  /* AdamW as torch.optim has it: I. Loshchilov, F. Hutter, "Decoupled Weight Decay Regularization", 2019. */
  void step(double rate) {
    const auto time = static_cast<double>(++counters.updates);
    weights.mul_(1 - rate * options.weight_decay);
    first.mul_(beta1).add_(gradients, 1 - beta1);
    second.mul_(beta2).addcmul_(gradients, gradients, 1 - beta2);
    const auto spread = second.sqrt().div_(std::sqrt(1 - std::pow(beta2, time))).add_(epsilon);
    weights.addcdiv_(first, spread, -rate / (1 - std::pow(beta1, time)));
  }

  std::vector<Tensor> state() const { return {weights, first, second, statistics}; }
};

const char *modelop_torch_error(void) { return last_error.c_str(); }

const char *modelop_torch_version(void) { return TORCH_VERSION; }

int modelop_torch_cuda(void) {
  int found = 0;
  if (attempt([&] {
        found = !at::globalContext().hasCUDART() ? 0 : at::globalContext().hasCUDA() ? 2 : 1;
      }) != 0)
    return -1;
  return found;
}

int modelop_network_create(const modelop_network_options *options, modelop_network **network) {
  return attempt([&] {
    require(options->columns > 0 && options->outputs > 0 && options->layers >= 0, "columns, outputs or layers are out of range");
    for (int32_t i = 0; i < options->layers; i++) require(options->widths[i] > 0, "a layer has no unit");
    use_threads(options->threads);
    at::NoGradGuard guard;
    *network = new modelop_network(*options);
  });
}

void modelop_network_free(modelop_network *network) { delete network; }

int modelop_network_set_rows(modelop_network *network, const float *values, const float *targets, int64_t rows) {
  return attempt([&] {
    require(rows > 0, "there are no rows");
    const auto device = network->weights.device();
    /* to() alone would keep pointing at the caller's memory. */
    network->values = from(values, {rows, network->options.columns}).to(device, at::kFloat, false, true);
    const auto type = network->options.loss == MODELOP_LOSS_CLASSES ? at::kLong : at::kFloat;
    network->targets = from(targets, {rows}).to(device, type, false, true);
  });
}

int modelop_network_backward(modelop_network *network, const int32_t *rows, int32_t count, double weight, uint64_t seed, double *loss) {
  return attempt([&] {
    require(network->values.defined(), "rows to train on come first");
    require(count > 0, "there are no rows");
    const auto all = network->values.size(0);
    for (int32_t i = 0; i < count; i++) require(rows[i] >= 0 && rows[i] < all, "a row is out of range");
    use_threads(network->options.threads);
    const auto picked =
        at::from_blob(const_cast<int32_t *>(rows), {count}, at::TensorOptions().dtype(at::kInt)).to(network->weights.device(), at::kInt, false, true);
    if (network->options.dropout > 0) at::manual_seed(seed);
    const at::AutoGradMode guard(true);
    const auto found = network->loss(network->outputs(network->values.index_select(0, picked), true), network->targets.index_select(0, picked));
    found.mul(weight * (network->scaled() ? network->counters.loss_scale : 1)).backward();
    *loss = found.item<double>();
  });
}

int modelop_network_update(modelop_network *network, double learning_rate, int32_t *taken) {
  return attempt([&] {
    use_threads(network->options.threads);
    at::NoGradGuard guard;
    *taken = network->unscale() ? 1 : 0;
    if (*taken) network->step(learning_rate);
    network->gradients.zero_();
  });
}

int modelop_network_forward(modelop_network *network, const float *values, int64_t rows, float *outputs) {
  return attempt([&] {
    use_threads(network->options.threads);
    at::NoGradGuard guard;
    const auto &options = network->options;
    for (int64_t begin = 0; begin < rows; begin += forward_rows) {
      const auto count = std::min(forward_rows, rows - begin);
      const auto part = from(values + begin * options.columns, {count, options.columns}).to(network->weights.device());
      from(outputs + begin * options.outputs, {count, options.outputs}).copy_(network->outputs(part, false));
    }
  });
}

int64_t modelop_network_state_length(const modelop_network *network) {
  return 3 * network->weights.numel() + network->statistics.numel();
}

int modelop_network_get_state(modelop_network *network, float *state, int64_t length, modelop_network_counters *counters) {
  return attempt([&] {
    require(length == modelop_network_state_length(network), "the state has another length");
    at::NoGradGuard guard;
    for (const auto &part : network->state()) {
      from(state, {part.numel()}).copy_(part);
      state += part.numel();
    }
    *counters = network->counters;
  });
}

int modelop_network_set_state(modelop_network *network, const float *state, int64_t length, const modelop_network_counters *counters) {
  return attempt([&] {
    require(length == modelop_network_state_length(network), "the state has another length");
    at::NoGradGuard guard;
    for (auto &part : network->state()) {
      part.copy_(from(state, {part.numel()}));
      state += part.numel();
    }
    network->counters = *counters;
  });
}
