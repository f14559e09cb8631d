//===- Rules.cpp - The rules and their faults -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/rules/Rules.h"
#include "src/rules/IrpEnd.h"
#include "src/rules/Registration.h"
#include "llvm/Support/ErrorHandling.h"

namespace wdm::rules {

llvm::ArrayRef<const engine::Automaton *> automata() {
  static constexpr const engine::Automaton *All[] = {&Registration, &IrpEnd};
  return All;
}

const engine::Automaton &automatonOf(Rule R) {
  for (const engine::Automaton *A : automata())
    for (const engine::FaultKind &Kind : A->Faults)
      if (Kind.Rule == static_cast<uint8_t>(R))
        return *A;
  llvm_unreachable("each rule has a fault");
}

Rule ruleOf(Verdict V) {
  for (const engine::Automaton *A : automata())
    if (const engine::FaultKind *Kind = A->faultKind(id(V)))
      return static_cast<Rule>(Kind->Rule);
  return Rule::None;
}

} // namespace wdm::rules
