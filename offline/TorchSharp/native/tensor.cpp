// What is read from or set on one tensor, without an operator.
#include "bridge.h"

using bridge::Handle;

// Functions that cannot fail and take no time: the managed side calls them without leaving its own mode.

TB_API int32_t tb_dimensions(Handle tensor) { return (int32_t)tensor->dim(); }

TB_API int64_t tb_elements(Handle tensor) { return tensor->numel(); }

TB_API int32_t tb_dtype(Handle tensor) { return (int32_t)c10::typeMetaToScalarType(tensor->dtype()); }

TB_API int32_t tb_device_type(Handle tensor) { return (int32_t)tensor->device().type(); }

TB_API int32_t tb_device_index(Handle tensor) { return tensor->device().index(); }

TB_API int32_t tb_contiguous(Handle tensor) { return tensor->is_contiguous(); }

TB_API void tb_sizes(Handle tensor, int64_t* values) {
  auto sizes = tensor->sizes();
  std::copy(sizes.begin(), sizes.end(), values);
}

TB_API void tb_strides(Handle tensor, int64_t* values) {
  auto strides = tensor->strides();
  std::copy(strides.begin(), strides.end(), values);
}

// Functions that may run LibTorch code.

TB_API void tb_free(Handle tensor) { c10::raw::intrusive_ptr::decref(tensor); }

TB_API int32_t tb_data(Handle tensor, void** address) {
  return bridge::guarded([&] { *address = bridge::share(tensor).data_ptr(); });
}

TB_API int32_t tb_from_data(const void* data, const int64_t* sizes, int32_t dimensions, int32_t dtype, Handle* result) {
  return bridge::guarded([&] {
    at::NoGradGuard leaf;
    auto view = at::from_blob(const_cast<void*>(data), at::IntArrayRef(sizes, dimensions), (at::ScalarType)dtype);
    *result = bridge::give(view.clone());
  });
}

TB_API int32_t tb_requires_grad(Handle tensor) { return bridge::share(tensor).requires_grad(); }

TB_API int32_t tb_set_requires_grad(Handle tensor, int32_t value) {
  return bridge::guarded([&] { bridge::share(tensor).set_requires_grad(value != 0); });
}

TB_API int32_t tb_is_leaf(Handle tensor) { return bridge::share(tensor).is_leaf(); }

TB_API int32_t tb_grad(Handle tensor, Handle* result) {
  return bridge::guarded([&] { *result = bridge::give(bridge::share(tensor).grad()); });
}

TB_API int32_t tb_set_grad(Handle tensor, Handle grad) {
  return bridge::guarded([&] { bridge::share(tensor).mutable_grad() = bridge::share(grad); });
}
