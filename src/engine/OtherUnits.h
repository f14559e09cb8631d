//===- OtherUnits.h - The rest of the driver --------------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What the engine wants to know of the other translation units of a driver.
/// Who knows it, and from where, is no matter of the engine (src/index).
///
/// Things of other units are spoken of by declarations of this AST. What this
/// unit does not declare is declared implicitly, as C once did at a call: such
/// a declaration belongs to no scope, and has a name and a place in the other
/// unit's file, and nothing else. So identities, names and places work for both
/// kinds, and whoever asks for a body finds none.
///
/// Approximated: what is not known is unknown, as without other units. Cost:
/// one look-up for each function that is named and has no body here; a graph is
/// read when it is asked for.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_ENGINE_OTHERUNITS_H
#define WDM_ENGINE_OTHERUNITS_H

#include "src/engine/Flow.h"
#include "src/model/DriverRoles.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SmallVector.h"
#include <memory>
#include <vector>

namespace clang {
class ASTContext;
class FunctionDecl;
class NamedDecl;
class ValueDecl;
} // namespace clang

namespace wdm::engine {

class SiteNumbers;

/// What some unit makes of a function.
struct DriverFacts {
  bool Dispatch = false; ///< It is stored in MajorFunction[].
  bool OfKmdf = false;   ///< ... or KMDF calls it.
  bool Completion = false;
  bool Addressed = false; ///< Its address is taken.
  bool Called = false;
  bool CalledUnseen = false; ///< By what is not written down.
  /// \name Of its own unit, or for fixes only
  /// @{
  bool Declared = false, DeclaredWdm = false; ///< As a dispatch routine.
  bool Hidden = false;         ///< Who calls it by its address is unclear.
  std::vector<int64_t> Majors; ///< It is stored for these.
  /// @}
  bool isAny() const {
    return Dispatch || OfKmdf || Completion || Addressed || Called ||
           CalledUnseen || Declared || DeclaredWdm || Hidden || !Majors.empty();
  }
};

/// What a unit has to tell the others.
struct UnitFacts {
  /// With a body here; no templates.
  std::vector<const clang::FunctionDecl *> Functions;
  /// Canonical, with a body or without; where some fact holds.
  llvm::DenseMap<const clang::FunctionDecl *, DriverFacts> Facts;
  /// Canonical: those that hold something that may never end.
  llvm::DenseSet<const clang::FunctionDecl *> Stopping;
  /// What MajorFunction[] is filled from (true), or perhaps by other units.
  llvm::DenseMap<const clang::ValueDecl *, bool> Tables;
  /// How dispatch routines go through parameters (DriverRoles.h).
  std::vector<model::DriverRoles::Passage> Passages;
  /// Those that give an IRP to what has no body here.
  llvm::DenseSet<const clang::FunctionDecl *> Passing;
  /// By canonical declaration: who calls it.
  llvm::DenseMap<const clang::FunctionDecl *,
                 llvm::SmallVector<const clang::FunctionDecl *, 2>>
      Callers;
};

/// \p Functions are the definitions of the unit. Cost: one walk over them.
UnitFacts factsOf(clang::ASTContext &Context,
                  const std::vector<const clang::FunctionDecl *> &Functions,
                  const model::RoutineTable &Routines);

/// A function of another unit, before its graph is read.
struct OtherFunction {
  const clang::FunctionDecl *Function = nullptr;
  bool Registers = false; ///< It calls a routine that registers,
  bool Ends = false;      ///< one that sends or ends an IRP,
  bool Stops = false;     ///< holds something that may never end.
  /// What it calls: functions of this unit, with a body, or of others.
  std::vector<const clang::FunctionDecl *> Calls;
};

class OtherUnits {
public:
  virtual ~OtherUnits() = default;

  /// To be told before all else: the functions that have a body here, and
  /// those that are called here. What is told later may be known under another
  /// declaration by then.
  virtual void setOwn(llvm::ArrayRef<const clang::FunctionDecl *> Functions,
                      llvm::ArrayRef<const clang::FunctionDecl *> Called) = 0;

  /// The function that \p Named, which has no body here, is in another unit;
  /// null: nobody knows. It stays what it is while this object lives.
  virtual const OtherFunction *find(const clang::FunctionDecl &Named) = 0;
  /// Its graph; null: there is none. Not to be asked twice.
  virtual std::unique_ptr<FlowGraph> graphOf(const clang::FunctionDecl &F,
                                             SiteNumbers &Sites) = 0;

  /// What stands for \p D, a function, a variable that is no local one, a field
  /// or a record, in the graphs of all units.
  virtual const void *identityOf(const clang::NamedDecl &D) = 0;

  /// The functions that call \p F from other units, or from anywhere where it
  /// is of another unit itself: of this unit with a body, or of others. Only
  /// where \p F registers, or calls what does. Unseen: there are more.
  virtual std::vector<const clang::FunctionDecl *>
  callersOf(const clang::FunctionDecl &F, bool &Unseen) = 0;

  /// MajorFunction[] is filled from \p D in another unit.
  virtual bool isTable(const clang::ValueDecl &D) = 0;

  /// What all units together make of \p F, one of the two kinds.
  virtual DriverFacts factsOf(const clang::FunctionDecl &F) = 0;
};

} // namespace wdm::engine

#endif // WDM_ENGINE_OTHERUNITS_H
