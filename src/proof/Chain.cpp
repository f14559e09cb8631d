//===- Chain.cpp - Who calls a function -----------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/proof/Chain.h"
#include "clang/AST/Decl.h"
#include "clang/AST/DeclCXX.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace wdm::proof {

namespace {
constexpr size_t MaxFunctions = 24;
} // namespace

int ownIrp(const FunctionDecl &F) {
  const int Only = model::irpParameter(F);
  if (Only >= 0)
    return Only;
  const unsigned N = F.getNumParams();
  return N > 1 && model::isIrpPointer(F.getParamDecl(N - 1)->getType())
             ? static_cast<int>(N - 1)
             : -1;
}

Chain chainOf(const FunctionDecl &F, const engine::Program &Whole,
              const model::AddressUses &Addresses) {
  Chain C;
  C.Functions.push_back(&F);
  for (size_t I = 0; I != C.Functions.size(); ++I) {
    const FunctionDecl &Here = *C.Functions[I];
    const bool Dispatch = Whole.Roles.isDispatch(Here);
    bool Hidden =
        !Dispatch && Addresses.useOf(Here) == model::AddressUse::Unclear;
    llvm::SmallVector<const FunctionDecl *, 4> Callers;
    auto AddCallers = [&](const FunctionDecl &Of) {
      llvm::append_range(Callers, Whole.callersOf(*Of.getCanonicalDecl()));
      if (const engine::DriverFacts *Facts = Whole.elsewhere(Of))
        Hidden |= Facts->CalledUnseen || (Facts->Hidden && !Dispatch);
    };
    AddCallers(Here);
    if (const auto *Method = dyn_cast<CXXMethodDecl>(&Here))
      for (const CXXMethodDecl *Base : Method->overridden_methods())
        AddCallers(*Base);
    for (const FunctionDecl *Caller : Callers)
      if (!llvm::is_contained(C.Functions, Caller))
        C.Functions.push_back(Caller);
    if (C.Functions.size() > MaxFunctions) {
      C.Why = "its callers are too many to follow";
      return C;
    }
    const bool Outside = llvm::all_of(
        Callers, [&](const FunctionDecl *Caller) { return Caller == &Here; });
    if (Whole.Roles.isCompletion(Here))
      C.Roots.push_back({&Here, Entry::Completion});
    else if (Dispatch)
      C.Roots.push_back({&Here, Entry::Dispatch});
    else if (Outside || Hidden)
      C.Roots.push_back({&Here, Entry::Plain, Hidden});
  }
  return C;
}

} // namespace wdm::proof
