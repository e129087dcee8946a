// The plain C surface between the managed TorchSharp API and LibTorch.
//
// A tensor crosses as its TensorImpl*, and the managed side owns one reference to it.
// A function that can fail returns 0 when it is done; anything else means that tb_error() has the message.
#pragma once

#include <ATen/ATen.h>
#include <exception>
#include <string>

#define TB_API extern "C" __attribute__((visibility("default")))

namespace bridge {

using Handle = c10::TensorImpl*;

std::string& last_error();

// Runs the body and turns every C++ exception into a message, since none may cross into managed code.
template <typename Body>
int32_t guarded(Body&& body) noexcept {
  try {
    body();
    return 0;
  } catch (const c10::Error& error) {
    last_error() = error.what_without_backtrace();
  } catch (const std::exception& error) {
    last_error() = error.what();
  } catch (...) {
    last_error() = "an unknown error in LibTorch";
  }
  return 1;
}

// A new reference to a tensor that the managed side keeps; null is the undefined tensor.
inline at::Tensor share(Handle handle) {
  if (handle == nullptr) return at::Tensor();
  c10::raw::intrusive_ptr::incref(handle);
  return at::Tensor(c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>::reclaim(handle));
}

inline std::vector<at::Tensor> share(const Handle* handles, int32_t count) {
  std::vector<at::Tensor> tensors;
  tensors.reserve(count);
  for (int32_t i = 0; i < count; i++) tensors.push_back(share(handles[i]));
  return tensors;
}

// Hands one reference to the managed side; the undefined tensor becomes null.
inline Handle give(at::Tensor tensor) {
  return tensor.defined() ? tensor.unsafeReleaseTensorImpl() : nullptr;
}

}  // namespace bridge
