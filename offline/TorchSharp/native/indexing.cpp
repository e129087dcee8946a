// Python-style indexing: LibTorch combines the numbers, slices and tensors itself.
#include "bridge.h"

#include <ATen/TensorIndexing.h>

namespace {

using bridge::Handle;

enum Kind : int32_t { Single, Slice, Ellipsis, None, Tensor };

struct Index {
  int32_t kind;
  int32_t present;  // bit 0, 1, 2: start, stop, step are given
  int64_t start;
  int64_t stop;
  int64_t step;
  Handle tensor;
};

std::vector<at::indexing::TensorIndex> unpack(const Index* indices, int32_t count) {
  std::vector<at::indexing::TensorIndex> result;
  result.reserve(count);
  for (auto index = indices; index != indices + count; index++) {
    switch (index->kind) {
      case Single: result.emplace_back(index->start); break;
      case Ellipsis: result.emplace_back(at::indexing::Ellipsis); break;
      case None: result.emplace_back(at::indexing::None); break;
      case Tensor: result.emplace_back(bridge::share(index->tensor)); break;
      default:
        result.emplace_back(at::indexing::Slice(
            index->present & 1 ? c10::optional<int64_t>(index->start) : c10::nullopt,
            index->present & 2 ? c10::optional<int64_t>(index->stop) : c10::nullopt,
            index->present & 4 ? c10::optional<int64_t>(index->step) : c10::nullopt));
    }
  }
  return result;
}

}  // namespace

TB_API int32_t tb_index(Handle tensor, const Index* indices, int32_t count, Handle* result) {
  return bridge::guarded([&] { *result = bridge::give(bridge::share(tensor).index(unpack(indices, count))); });
}

TB_API int32_t tb_index_put(Handle tensor, const Index* indices, int32_t count, Handle value) {
  return bridge::guarded([&] { bridge::share(tensor).index_put_(unpack(indices, count), bridge::share(value)); });
}
