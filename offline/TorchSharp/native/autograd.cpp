// Differentiation, its modes, and the clipping of gradients.
#include "bridge.h"

#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/types.h>
#include <torch/nn/utils/clip_grad.h>

using bridge::Handle;
using bridge::share;

TB_API int32_t tb_backward(
    const Handle* tensors, int32_t tensor_count, const Handle* gradients, int32_t gradient_count,
    int32_t retain_graph, int32_t create_graph, const Handle* inputs, int32_t input_count) {
  return bridge::guarded([&] {
    torch::autograd::backward(
        share(tensors, tensor_count), share(gradients, gradient_count),
        retain_graph != 0, create_graph != 0, share(inputs, input_count));
  });
}

TB_API int32_t tb_gradients(
    const Handle* outputs, int32_t output_count, const Handle* inputs, int32_t input_count,
    const Handle* gradients, int32_t gradient_count,
    int32_t retain_graph, int32_t create_graph, int32_t allow_unused, Handle* results) {
  return bridge::guarded([&] {
    auto found = torch::autograd::grad(
        share(outputs, output_count), share(inputs, input_count), share(gradients, gradient_count),
        retain_graph != 0, create_graph != 0, allow_unused != 0);
    for (size_t i = 0; i < found.size(); i++) results[i] = bridge::give(std::move(found[i]));
  });
}

TB_API int32_t tb_clip_grad_norm(
    const Handle* tensors, int32_t count, double max_norm, double norm_type, double* total) {
  return bridge::guarded(
      [&] { *total = torch::nn::utils::clip_grad_norm_(share(tensors, count), max_norm, norm_type); });
}

TB_API int32_t tb_grad_enabled() { return c10::GradMode::is_enabled(); }

TB_API void tb_set_grad_enabled(int32_t enabled) { c10::GradMode::set_enabled(enabled != 0); }

TB_API int32_t tb_inference_enabled() { return c10::InferenceMode::is_enabled(); }

TB_API void* tb_enter_inference(int32_t enabled) { return new c10::InferenceMode(enabled != 0); }

TB_API void tb_leave_inference(void* guard) { delete static_cast<c10::InferenceMode*>(guard); }
