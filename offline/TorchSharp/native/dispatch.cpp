// Every operator of ATen through one entry: looked up by name once, called boxed through the dispatcher,
// so that autograd, devices and type promotion are LibTorch's own.
#include "bridge.h"

#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/ivalue.h>

namespace {

using bridge::Handle;

enum Kind : int32_t {
  None, Tensor, Int, Double, Bool, IntList, TensorList, Device
};

// One argument; `bits` is a value, a TensorImpl*, or a pointer to `length` values.
struct Argument {
  int32_t kind;
  int32_t length;
  union {
    int64_t number;
    double real;
    const void* pointer;
  };
};

struct Operator {
  c10::OperatorHandle handle;
  std::vector<c10::IValue> defaults;
};

c10::IValue unpack(const Argument& argument) {
  switch (argument.kind) {
    case None: return c10::IValue();
    case Tensor: return bridge::share((Handle)argument.pointer);
    case Int: return argument.number;
    case Double: return argument.real;
    case Bool: return argument.number != 0;
    case IntList:
      return c10::IValue(at::IntArrayRef((const int64_t*)argument.pointer, (size_t)argument.length));
    case TensorList:
      return bridge::share((const Handle*)argument.pointer, argument.length);
    case Device:
      return c10::Device((c10::DeviceType)(argument.number & 0xff), (c10::DeviceIndex)argument.length);
    default: TORCH_CHECK(false, "unknown kind of argument: ", argument.kind);
  }
}

}  // namespace

TB_API int32_t tb_operator(const char* name, const char* overload, Operator** result) {
  return bridge::guarded([&] {
    auto handle = c10::Dispatcher::singleton().findSchemaOrThrow(name, overload);
    auto found = new Operator{handle, {}};
    // A trailing argument that the managed side leaves out (or that a later LibTorch added) takes its default.
    for (auto& argument : handle.schema().arguments())
      found->defaults.push_back(argument.default_value() ? *argument.default_value() : c10::IValue());
    *result = found;
  });
}

// Writes up to `capacity` tensors of the result; the others are dropped.
TB_API int32_t tb_call(const Operator* op, const Argument* arguments, int32_t count, Handle* results, int32_t capacity) {
  return bridge::guarded([&] {
    torch::jit::Stack stack;
    stack.reserve(op->defaults.size());
    for (int32_t i = 0; i < count; i++) stack.push_back(unpack(arguments[i]));
    for (size_t i = count; i < op->defaults.size(); i++) stack.push_back(op->defaults[i]);
    op->handle.callBoxed(stack);
    for (int32_t i = 0; i < capacity && i < (int32_t)stack.size(); i++)
      results[i] = bridge::give(std::move(stack[i]).toTensor());
  });
}
