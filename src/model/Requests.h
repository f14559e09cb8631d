//===- Requests.h - Which requests a driver may fail ------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The major and minor functions of IRPs, as far as it matters whether a driver
/// may complete such a request with a failure.
///
/// Source: the WDK reference of the IRPs ("a driver must not fail this IRP",
/// "must set STATUS_SUCCESS and pass the IRP down"); for CLOSE, CLEANUP and
/// SHUTDOWN nobody looks at the status, and the lower drivers would never hear
/// of it; for paging I/O the memory manager's needs.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_MODEL_REQUESTS_H
#define WDM_MODEL_REQUESTS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <optional>

namespace clang {
class FieldDecl;
class QualType;
} // namespace clang

namespace wdm::model {

constexpr int64_t MajorPower = 0x16;

/// What a major function says of a failure.
enum class MayFail : uint8_t {
  Yes,
  No,
  ByMinor, ///< IRP_MJ_PNP and IRP_MJ_POWER.
};
MayFail mayFailMajor(int64_t Major);
/// Those that must not, or not always.
llvm::ArrayRef<int64_t> majorsThatMustNotFail();
/// The name of a major function that must not, or need not be able to, fail.
llvm::StringRef nameOfMajor(int64_t Major);

/// The value of a major function's name; those that may fail have one value.
/// Nothing for a name that is none.
std::optional<int64_t> majorByName(llvm::StringRef Name);

/// A minor function as it stands in the source. \p Spelled is the name that it
/// is written with, or empty; \p Major its major function, or -1: not known.
/// Where nothing tells PNP and POWER apart, a value counts for both.
bool mayFailMinor(int64_t Minor, llvm::StringRef Spelled, int64_t Major);
/// The name of a minor function that must not fail; empty: several have the
/// value, or none.
llvm::StringRef nameOfMinor(int64_t Minor, int64_t Major);
/// The minor functions that must not fail, by value; \p Major -1: of both.
llvm::ArrayRef<int64_t> minorsThatMustNotFail(int64_t Major);

/// True for the flags of an IRP that say it is paging I/O.
bool isPagingFlag(int64_t Bits);

/// The fields in which a request says what it is.
enum class RequestField : uint8_t { None, Major, Minor, IrpFlags };
RequestField roleOfRequestField(const clang::FieldDecl &F);

/// True when a routine's name speaks of a request that must not fail, and is
/// all that tells. (A name is weak: it counts only against a failure.)
bool soundsUnfailable(llvm::StringRef RoutineName);

/// True when it says that all sorts of requests come here.
bool soundsForAll(llvm::StringRef RoutineName);

/// The same the other way round: a query, a start, a transfer.
bool soundsFailable(llvm::StringRef RoutineName);

/// True for the type of a framework's callback that is given a WDM IRP, and has
/// to complete it before it may return an error.
bool isFrameworkIrpCallback(clang::QualType T);

} // namespace wdm::model

#endif // WDM_MODEL_REQUESTS_H
