//===- AddressUses.h - What functions are named for -------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// For each function of a translation unit: what its address is taken for, and
/// the major functions that it is stored or registered for: in MajorFunction[],
/// or beside an IRP_MJ_* constant in a table or a call.
///
/// Approximated: by the type of the place that an address is stored in, without
/// following it. Cost: one walk over the unit, system headers left out. Only a
/// proof of a fix asks for it.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_MODEL_ADDRESSUSES_H
#define WDM_MODEL_ADDRESSUSES_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseMap.h"
#include <cstdint>
#include <vector>

namespace clang {
class ASTContext;
class FunctionDecl;
} // namespace clang

namespace wdm::model {

enum class AddressUse : uint8_t { None, Dispatch, Completion, Unclear };

class AddressUses {
public:
  explicit AddressUses(clang::ASTContext &Context);

  /// Uses as a dispatch routine are none of the others.
  AddressUse useOf(const clang::FunctionDecl &F) const;
  /// One that is stored for any has those that must not fail.
  llvm::ArrayRef<int64_t> majorsOf(const clang::FunctionDecl &F) const;

  struct Use {
    AddressUse As = AddressUse::None;
    std::vector<int64_t> Majors;
  };
  using Map = llvm::DenseMap<const clang::FunctionDecl *, Use>;

private:
  Map Found;
};

} // namespace wdm::model

#endif // WDM_MODEL_ADDRESSUSES_H
