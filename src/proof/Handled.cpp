//===- Handled.cpp - What calls acquire and give back ---------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/engine/Written.h"
#include "src/model/OwnWords.h"
#include "src/proof/Parts.h"
#include "src/proof/Walks.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Expr.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace wdm::proof {

using namespace engine;

namespace {

/// A routine of the driver's own that completes what it is given.
void guessCompletion(FlowCall &Call, const CallWords &Words) {
  if (Call.Known || Call.Callee || Words.Irp < 0 ||
      !model::soundsCompleting(Call.Name))
    return;
  Call.Routine.Irp = Words.Irp;
  Call.StatusArgument = Words.Status;
  Call.Known = Call.Guessed = true;
  Call.Routine.Does = model::Effect::Complete;
}

} // namespace

Handling Proof::handlingOf(const FlowCall &Call, const CallWords &Words) {
  Handling Found;
  // What can be seen says itself what it acquires.
  if (!Call.Callee) {
    auto [It, New] = Handled.try_emplace(Call.Name + '|' + Words.Written);
    if (New) {
      It->second.Acquires = model::acquiredBy(Call.Name, Words.Written);
      It->second.GivesBack = model::givenBackBy(Call.Name, Words.Written);
    }
    Found = It->second;
  }
  std::optional<model::Resource> &Acquires = Found.Acquires;
  if (!Acquires && !Words.Object.empty())
    Acquires = model::takenByWaiting(Call.Name, Words.Object);
  // A spin lock of a driver's own gives the IRQL back that it has raised.
  if (Acquires && !Acquires->isKernels())
    Acquires->AtDispatch =
        model::soundsLikeSpinLock(Call.Name) || Words.TakesIrql;
  // One routine sets it, and sets it back.
  if (Acquires && Found.GivesBack && !Call.Args.empty())
    (Words.OfNothing ? Acquires : Found.GivesBack).reset();
  Found.ByResult =
      Acquires && !Call.Discarded && Acquires->isByResult(Call.Name) &&
      (Call.ReturnsBool || Call.ReturnsPointer || Call.ReturnsNumber);
  return Found;
}

/// What \p Call makes goes with an IRP that the function was given: whoever
/// completes that gives it back.
static bool goesWithRequest(const FlowGraph &G, const FlowCall &Call) {
  const int Argument = model::argumentThatKeeps(Call.Name);
  if (Argument < 0 || static_cast<size_t>(Argument) >= Call.Args.size())
    return false;
  const FlowExpr &E =
      G.Exprs[withoutCasts(G, Call.Args[static_cast<size_t>(Argument)])];
  return E.Kind == ExprKind::Load &&
         llvm::is_contained(G.Params, G.Places[E.Place].Decl);
}

void Proof::noteHandled(FlowGraph &G) {
  G.KnowsHandled = true;
  const bool HasMdl = llvm::any_of(
      G.Calls, [&](const FlowCall &Call) { return goesWithRequest(G, Call); });
  for (FlowCall &Call : G.Calls) {
    if (Call.Name.empty())
      continue;
    CallWords Words = Call.Words    ? *Call.Words
                      : Call.Origin ? wordsOf(*Call.Origin, Context)
                                    : CallWords();
    if (Words.Written.empty())
      Words.Written = Call.Name;
    Handling Found = handlingOf(Call, Words);
    if (HasMdl && (model::isForMdl(Call.Name) || goesWithRequest(G, Call)))
      Found.Acquires.reset();
    if (Found.Acquires || Found.GivesBack)
      Call.Handles = std::make_shared<Handling>(std::move(Found));
    Call.OnlyPrints |= model::isAssertion(Words.Written) ||
                       (!Call.Known && !Call.Callee && Call.ReturnsNumber &&
                        model::soundsAsking(Call.Name));
    guessCompletion(Call, Words);
  }
}

} // namespace wdm::proof
