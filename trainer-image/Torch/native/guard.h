/* What every function of the C interface does: no exception crosses it, and each thread keeps the reason of its last failure. */
#ifndef MODELOP_TORCH_GUARD_H
#define MODELOP_TORCH_GUARD_H

#include <ATen/core/Tensor.h>
#include <ATen/ops/from_blob.h>

#include <exception>
#include <stdexcept>
#include <string>

inline thread_local std::string last_error;

template <typename Work>
int attempt(const Work &work) {
  try {
    work();
    return 0;
  } catch (const c10::Error &failure) {
    last_error = failure.what_without_backtrace();
  } catch (const std::exception &failure) {
    last_error = failure.what();
  } catch (...) {
    last_error = "an exception that is none";
  }
  return -1;
}

inline void require(bool holds, const char *message) {
  if (!holds) throw std::invalid_argument(message);
}

/* The caller's memory as a tensor, which does not own it. */
inline at::Tensor from(const float *values, at::IntArrayRef shape) {
  return at::from_blob(const_cast<float *>(values), shape, at::TensorOptions().dtype(at::kFloat));
}

#endif
