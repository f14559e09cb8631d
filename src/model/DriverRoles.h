//===- DriverRoles.h - Which function is what in a driver -------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Dispatch routines: functions that must complete, or pass on, the IRP they
/// are given. They are known by
///   - the role type they are declared with (DRIVER_DISPATCH and its variants,
///     the WDM callbacks of KMDF), or its name in a SAL annotation;
///   - MajorFunction[]: what is stored there in this translation unit, by
///     whatever way it comes there (variables, tables, parameters, results of
///     functions, references to the array, lambdas);
///   - the KMDF routines that they are given to;
///   - passing their own device and IRP to WdfDeviceWdmDispatchPreprocessedIrp
///     or its like, if nothing in this translation unit calls them.
/// A function that only has the signature is none.
///
/// Completion routines: functions declared with the role type
/// IO_COMPLETION_ROUTINE, and those that this translation unit sets as one.
///
/// Approximated: where function pointers go is followed without regard to
/// order and paths; a field is one place, whatever the object. Cost: for each
/// statement a switch, for those that move a function pointer an entry.
/// Source: the WDK pages of DRIVER_DISPATCH, EVT_WDFDEVICE_WDM_IRP_PREPROCESS
/// and EVT_WDFDEVICE_WDM_IRP_DISPATCH.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_MODEL_DRIVERROLES_H
#define WDM_MODEL_DRIVERROLES_H

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"
#include <vector>

namespace clang {
class CallExpr;
class Expr;
class FieldDecl;
class FunctionDecl;
class MemberExpr;
class Stmt;
class ValueDecl;
class VarDecl;
} // namespace clang

namespace wdm::model {

class DriverRoles {
public:
  /// To be told of every statement \p S of every function \p In.
  void note(const clang::FunctionDecl &In, const clang::Stmt &S);
  /// To be told of the initialiser of a field in a constructor.
  void noteInitialiser(const clang::FieldDecl &Field, const clang::Expr &Init);
  /// To be told of every variable outside of functions that has an initialiser.
  void noteGlobal(const clang::VarDecl &Var);
  /// What other translation units may fill MajorFunction[] from: variables and
  /// functions that they can name, and fields.
  llvm::SmallVector<const clang::ValueDecl *, 8> tables() const;
  /// \p Table is one of them, and another translation unit does so.
  void noteTable(const clang::ValueDecl &Table);
  /// When all is told. \p IsCalled: something here calls the function.
  void settle(llvm::function_ref<bool(const clang::FunctionDecl &)> IsCalled);

  /// What declarations say of \p F: it is a dispatch routine, one of WDM.
  static bool isDeclaredDispatch(const clang::FunctionDecl &F);
  static bool isDeclaredWdmDispatch(const clang::FunctionDecl &F);
  static bool isDeclaredCompletion(const clang::FunctionDecl &F);

  /// Of another translation unit: \p F is a dispatch routine, of KMDF or WDM;
  /// it is declared as one; a completion routine.
  void noteDispatch(const clang::FunctionDecl &F, bool Kmdf);
  void noteDeclared(const clang::FunctionDecl &F, bool Wdm);
  void noteCompletion(const clang::FunctionDecl &F);
  /// \p Routine is set as completion routine.
  void noteCompletion(const clang::Expr &Routine);
  /// The address of \p F is taken.
  void noteAddress(const clang::FunctionDecl &F);

  bool isDispatch(const clang::FunctionDecl &F) const;
  /// The same, of WDM, and nothing but the I/O manager enters it: one that is
  /// only declared so and called here, or whose address is kept elsewhere, is a
  /// handler that somebody else's dispatch routine calls.
  bool isOnlyDispatch(const clang::FunctionDecl &F, bool Called) const;
  bool isCompletion(const clang::FunctionDecl &F) const;

  using Set = llvm::DenseSet<const clang::FunctionDecl *>; ///< Canonical.
  /// What this translation unit does with functions, wherever they are: those
  /// that it stores in MajorFunction[], or gives to KMDF; sets as completion
  /// routines; takes the address of.
  const Set &stored() const { return Stored; }
  const Set &ofKmdf() const { return OfKmdf; }
  const Set &completion() const { return Completion; }
  const Set &addressed() const { return Addressed; }
  /// What MajorFunction[] is filled from.
  const llvm::DenseSet<const clang::ValueDecl *> &holders() const {
    return Holders;
  }

  /// What is in From, a routine or a place for one, goes to To: parts of the
  /// way of a routine, which may lead through other translation units. To is
  /// null where it goes to MajorFunction[], or is another name of that.
  struct Passage {
    const clang::ValueDecl *From;
    const clang::ValueDecl *To;
  };
  const std::vector<Passage> &passages() const { return Passages; }

private:
  /// A function pointer is stored in \p Into; null: where it gets the role.
  struct Flow {
    const clang::ValueDecl *Into;
    const clang::Expr *Value;
  };
  void noteStore(const clang::Expr &To, const clang::Expr &Value);
  void noteAssignment(const clang::Expr &To, const clang::Expr &Value);
  void noteCall(const clang::FunctionDecl &In, const clang::CallExpr &Call);
  void noteForwarding(const clang::FunctionDecl &In,
                      const clang::CallExpr &Call,
                      const clang::FunctionDecl &Callee);
  /// What is passed goes to the parameters of \p Definition: into \p To.
  void noteArguments(const clang::CallExpr &Call,
                     const clang::FunctionDecl &Definition,
                     std::vector<Flow> &To);
  /// A function that cannot be seen may copy tables.
  void noteCopy(const clang::CallExpr &Call);
  void findPassages();
  using WorkList = llvm::SmallVectorImpl<const clang::Expr *>;
  void take(const clang::Expr *Value, const clang::FieldDecl *Only = nullptr);
  /// The same; what is still to be taken goes to \p Work.
  void take(const clang::Expr &E, const clang::FieldDecl *Only, WorkList &Work);
  /// True when \p E is a closure: its function is taken.
  bool takeClosure(const clang::Expr &E);
  void takeMember(const clang::MemberExpr &E);
  void take(const clang::ValueDecl &Holder,
            const clang::FieldDecl *Only = nullptr);
  void take(const clang::FunctionDecl &F);
  bool TakesForKmdf = false;

  std::vector<Flow> Flows;
  std::vector<Flow> Given; ///< to parameters of functions without a body here
  std::vector<Passage> Passages;
  std::vector<const clang::VarDecl *> Globals; ///< That hold routines.
  /// What MajorFunction[] is filled from, and other names of it.
  llvm::DenseSet<const clang::ValueDecl *> Holders;
  Set Stored, Completion, Addressed;
  Set OfKmdf;                ///< Those of Stored that KMDF calls.
  Set Declared, DeclaredWdm; ///< In other translation units.
  /// Those that pass on what they are given as KMDF callbacks do.
  llvm::SmallVector<const clang::FunctionDecl *, 2> Forwarding;
};

} // namespace wdm::model

#endif // WDM_MODEL_DRIVERROLES_H
