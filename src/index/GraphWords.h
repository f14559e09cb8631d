//===- GraphWords.h - The words of a graph in an index ----------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What GraphWriter.cpp and GraphReader.cpp have to agree on: words and flags.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_INDEX_GRAPHWORDS_H
#define WDM_INDEX_GRAPHWORDS_H

#include "src/engine/Flow.h"
#include "src/model/Routines.h"
#include "llvm/ADT/StringRef.h"
#include <iterator>
#include <optional>

namespace wdm::index::words {

// In the order of the enumerations.
inline constexpr const char *EffectWords[] = {
    "harmless",   "prints",      "register", "send",         "recover",
    "complete",   "free",        "reuse",    "hand-on",      "alloc",
    "next-stack", "wait",        "raise",    "raise-always", "no-return",
    "abnormal",   "free-memory", "pure",     "nothing"};
static_assert(std::size(EffectWords) ==
              static_cast<size_t>(model::Effect::Nothing) + 1);
inline constexpr const char *DetailWords[] = {"",
                                              "waits-for-irp",
                                              "for-good",
                                              "somehow",
                                              "skips",
                                              "sets-routine",
                                              "marks",
                                              "may-mark",
                                              "current-stack",
                                              "copies-stack",
                                              "sets-cancel",
                                              "waits-for-event",
                                              "unlinks",
                                              "zeroes",
                                              "fills",
                                              "copies"};
static_assert(std::size(DetailWords) ==
              static_cast<size_t>(model::Detail::Copies) + 1);
inline constexpr const char *OperatorWords[] = {
    "+",   "-",  "*",  "/",  "%", "and",  "or",
    "xor", "<<", ">>", "==", "<", "next", "current"};
static_assert(std::size(OperatorWords) ==
              static_cast<size_t>(engine::Op::CurrentStack) + 1);
inline constexpr const char *PlaceWords[] = {"", "v", "t", ".", "*", "[]"};
static_assert(std::size(PlaceWords) ==
              static_cast<size_t>(engine::PlaceKind::Element) + 1);

template <size_t N>
std::optional<unsigned> numberOf(const char *const (&Words)[N],
                                 std::optional<llvm::StringRef> Word) {
  for (unsigned I = 0; Word && I != N; ++I)
    if (*Word == Words[I])
      return I;
  return std::nullopt;
}

enum PlaceFlag { Outlives = 1, Pointer = 2, Volatile = 4, OfRequest = 8 };
enum CallFlag {
  OnlyPrints = 1,
  IsMethod = 2,
  ReturnsBool = 4,
  ReturnsPointer = 8,
  ReturnsNumber = 16,
  DiscardedResult = 32,
  NoOrigin = 64,
  Zeroes = 128,
  ZeroesPointer = 256,
  TakesIrp = 512,
};
enum BlockFlag { LoopTest = 1, Counts = 2 };
enum EdgeFlag { Decision = 1, Default = 2 };

inline constexpr model::FieldRole LastRole = model::FieldRole::Own;

} // namespace wdm::index::words

#endif // WDM_INDEX_GRAPHWORDS_H
