// Errors, threads and devices.
#include "bridge.h"

#include <ATen/Parallel.h>
#include <torch/cuda.h>

namespace bridge {

std::string& last_error() {
  static thread_local std::string message;
  return message;
}

}  // namespace bridge

TB_API const char* tb_error() { return bridge::last_error().c_str(); }

TB_API int32_t tb_threads() { return at::get_num_threads(); }

TB_API int32_t tb_set_threads(int32_t count) {
  return bridge::guarded([&] { at::set_num_threads(count); });
}

TB_API int32_t tb_cuda_available() { return torch::cuda::is_available(); }

TB_API int32_t tb_cuda_count() { return (int32_t)torch::cuda::device_count(); }
