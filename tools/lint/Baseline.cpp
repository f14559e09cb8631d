// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "tools/lint/Baseline.h"
#include "llvm/ADT/StringMap.h"

using namespace llvm;

namespace wdm::lint {

Comparison compare(ArrayRef<Mark> Old, ArrayRef<Mark> New) {
  Comparison Result;
  Result.IsOld.resize(New.size());
  std::vector<bool> Used(Old.size());
  // From what agrees in all to what agrees in the fingerprint alone.
  for (const auto &[WithUri, WithContext] :
       {std::pair(true, true), std::pair(true, false), std::pair(false, true),
        std::pair(false, false)}) {
    const auto KeyOf = [&, Uri = WithUri,
                        Context = WithContext](const Mark &M) {
      return M.Fingerprint + "\n" + (Uri ? M.Uri : "") + "\n" +
             (Context ? M.Context : "");
    };
    StringMap<std::vector<size_t>> Free;
    for (size_t I = Old.size(); I-- > 0;)
      if (!Used[I])
        Free[KeyOf(Old[I])].push_back(I);
    for (size_t I = 0; I < New.size(); ++I) {
      if (Result.IsOld[I])
        continue;
      const auto Place = Free.find(KeyOf(New[I]));
      if (Place == Free.end() || Place->second.empty())
        continue;
      Used[Place->second.back()] = true;
      Place->second.pop_back();
      Result.IsOld[I] = true;
    }
  }
  for (const bool U : Used)
    Result.Gone += !U;
  return Result;
}

} // namespace wdm::lint
