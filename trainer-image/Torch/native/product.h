/* Products of matrices on the CPU, and who makes them. */
#ifndef MODELOP_TORCH_PRODUCT_H
#define MODELOP_TORCH_PRODUCT_H

#include <ATen/Parallel.h>
#include <ATen/core/Tensor.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/addmm.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/mm.h>
#include <dlfcn.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <functional>

/* OpenMP counts threads for each thread that calls. OpenBLAS's own, which spin, are not used: see Product. */
inline void use_threads(int32_t threads) {
  thread_local int32_t used = 0;
  if (threads <= 0 || threads == used) return;
  using set_threads = void (*)(int);
  auto *blas = dlopen("libopenblas.so.0", RTLD_LAZY | RTLD_NOLOAD);
  if (auto set = blas ? reinterpret_cast<set_threads>(dlsym(blas, "openblas_set_num_threads")) : nullptr) set(1);
  at::set_num_threads(threads);
  used = threads;
}

/* rows x weight^T + bias and its gradients, each thread with its share of the rows and a product of its own. OpenBLAS's threads wait for each other by
 * spinning within every product: on a busy machine two of them took five times as long as one. */
struct Product : torch::autograd::Function<Product> {
  static constexpr int64_t least_rows = 64;

  static int64_t shares(int64_t rows) { return std::max<int64_t>(1, std::min<int64_t>(at::get_num_threads(), rows / least_rows)); }

  static void for_shares(int64_t rows, const std::function<void(int64_t share, int64_t begin, int64_t count)> &work) {
    const auto count = shares(rows);
    at::parallel_for(0, count, 1, [&](int64_t first, int64_t last) {
      at::NoGradGuard guard;
      for (auto share = first; share < last; share++) work(share, rows * share / count, rows * (share + 1) / count - rows * share / count);
    });
  }

  static at::Tensor forward(torch::autograd::AutogradContext *context, const at::Tensor &rows, const at::Tensor &weight, const at::Tensor &bias) {
    context->save_for_backward({rows, weight});
    context->saved_data["goes_on"] = rows.requires_grad();
    auto sums = at::empty({rows.size(0), weight.size(0)}, rows.options());
    for_shares(rows.size(0), [&](int64_t, int64_t begin, int64_t count) {
      auto share = sums.narrow(0, begin, count);
      at::addmm_out(share, bias, rows.narrow(0, begin, count), weight.t());
    });
    return sums;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext *context, torch::autograd::variable_list above) {
    const auto saved = context->get_saved_variables();
    const auto &rows = saved[0], &weight = saved[1];
    const auto gradient = above[0].contiguous();
    const bool goes_on = context->saved_data["goes_on"].toBool();
    auto weights = at::empty({shares(rows.size(0)), weight.size(0), weight.size(1)}, weight.options());
    auto below = goes_on ? at::empty({rows.size(0), weight.size(1)}, rows.options()) : at::Tensor();
    for_shares(rows.size(0), [&](int64_t share, int64_t begin, int64_t count) {
      const auto part = gradient.narrow(0, begin, count);
      auto own = weights.select(0, share);
      at::mm_out(own, part.t(), rows.narrow(0, begin, count));
      if (!goes_on) return;
      auto own_below = below.narrow(0, begin, count);
      at::mm_out(own_below, part, weight);
    });
    return {below, weights.sum(0), gradient.sum(0)};
  }
};

#endif
