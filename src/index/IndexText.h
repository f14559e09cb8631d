//===- IndexText.h - Lines of summaries and indexes -------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What writing and reading the two kinds of files (IndexFile.h) have in
/// common.
///
//===----------------------------------------------------------------------===//

#ifndef WDM_INDEX_INDEXTEXT_H
#define WDM_INDEX_INDEXTEXT_H

#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"
#include <string>

namespace wdm::index {

inline constexpr llvm::StringLiteral UnitFormat = "wdm unit summary";
inline constexpr llvm::StringLiteral IndexFormat = "wdm driver index";
inline constexpr llvm::StringLiteral RunAgain =
    "; make it again (wdm-lint --whole-driver does)";

/// `hash offset length`, in a line of its own: they are searched as they stand.
inline constexpr size_t HashWidth = 16, NumberWidth = 10;
inline constexpr size_t RowWidth = 1 + HashWidth + 2 * (1 + NumberWidth) + 3;

/// On one line.
std::string compact(const llvm::json::Value &V);

std::string quoted(llvm::StringRef Text);

llvm::Error wrong(const llvm::Twine &What);

/// The first members of a file.
llvm::json::Object headerOf(llvm::StringRef Format);

/// Says what is wrong with them, if anything is.
std::string checkHeader(const llvm::json::Object &Header,
                        llvm::StringRef Format);

/// What is nested deeper than any of ours gives an error: llvm's parser would
/// recurse into it.
llvm::Expected<llvm::json::Value> parseLine(llvm::StringRef Text);

} // namespace wdm::index

#endif // WDM_INDEX_INDEXTEXT_H
