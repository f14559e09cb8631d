// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What clangd does differently for our checks. clangd has no interface for it,
// so the linker sends some of its internal calls here (--wrap in
// CMakeLists.txt):
//
//  * our checks count as fast, since clangd drops every check that it has not
//    measured, without a word (`FastCheckFilter: Strict`);
//  * our checks join clangd's own list where no .clang-tidy and no .clangd
//    names any;
//  * the bodies of functions in headers are read, since our checks follow a
//    driver's helpers, and a driver's inline helpers are in its headers;
//  * of several fixes for one finding the first is the preferred one, and the
//    link to the page of a check goes to our page;
//  * on Windows the process ends when the editor says so.
//
// clangd's libraries are packaged and its headers are not: the declarations
// here repeat clangd's. A function that clangd no longer has is an error when
// linking; one that changed is found by the tests in test/roads.

#include "tools/Exit.h"
#include "tools/lint/Paths.h"

#include "clang-tidy/ClangTidyOptions.h"
#include "clang/Frontend/CompilerInvocation.h"
#include "clang/Frontend/PrecompiledPreamble.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/FunctionExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

#include <cstddef>
#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

// NOLINTBEGIN(misc-use-internal-linkage)
namespace clang::clangd {

enum JSONStreamStyle { Standard, Delimited };

class Transport {
public:
  class MessageHandler {
  public:
    virtual ~MessageHandler() = default;
    virtual bool onNotify(llvm::StringRef Method, llvm::json::Value Params) = 0;
    virtual bool onCall(llvm::StringRef Method, llvm::json::Value Params,
                        llvm::json::Value ID) = 0;
    virtual bool onReply(llvm::json::Value ID,
                         llvm::Expected<llvm::json::Value> Result) = 0;
  };
  virtual ~Transport() = default;
  virtual void notify(llvm::StringRef Method, llvm::json::Value Params) = 0;
  virtual void call(llvm::StringRef Method, llvm::json::Value Params,
                    llvm::json::Value ID) = 0;
  virtual void reply(llvm::json::Value ID,
                     llvm::Expected<llvm::json::Value> Result) = 0;
  virtual llvm::Error loop(MessageHandler &Handler) = 0;
};

} // namespace clang::clangd
// NOLINTEND(misc-use-internal-linkage)

namespace {

using clang::clangd::JSONStreamStyle;
using clang::clangd::Transport;
using TidyProvider = llvm::unique_function<void(clang::tidy::ClangTidyOptions &,
                                                llvm::StringRef) const>;

const char Prefix[] = "wdm-";

/// The page of a check: installed beside this executable, or in the sources
/// of the build. Empty if it is in neither.
std::string pageOf(llvm::StringRef Check) {
  static int Anchor;
  const std::string Name = (Check.drop_front(sizeof(Prefix) - 1) + ".md").str();
  llvm::SmallString<256> Installed(
      llvm::sys::path::parent_path(llvm::sys::path::parent_path(
          llvm::sys::fs::getMainExecutable(nullptr, &Anchor))));
  llvm::sys::path::append(Installed, WDM_DOC_DIR, "checks", Name);
  llvm::SmallString<256> Source(WDM_SOURCE_DIR);
  llvm::sys::path::append(Source, "checks", Name);
  for (llvm::StringRef Path : {Installed.str(), Source.str()})
    if (llvm::sys::fs::exists(Path))
      return wdm::lint::fileUri(Path);
  return "";
}

/// The check that a diagnostic of LSP comes from, if it is one of ours.
std::optional<llvm::StringRef> ourCheck(const llvm::json::Object *Diagnostic) {
  if (!Diagnostic)
    return std::nullopt;
  auto Code = Diagnostic->getString("code");
  if (!Code || !Code->starts_with(Prefix))
    return std::nullopt;
  return llvm::StringRef(*Code);
}

void linkOurPages(llvm::json::Value &Params) {
  llvm::json::Object *Object = Params.getAsObject();
  llvm::json::Array *Diagnostics =
      Object ? Object->getArray("diagnostics") : nullptr;
  if (!Diagnostics)
    return;
  for (llvm::json::Value &Diagnostic : *Diagnostics) {
    auto Check = ourCheck(Diagnostic.getAsObject());
    if (!Check)
      continue;
    std::string Page = pageOf(*Check);
    // LLVM's own site has no page of ours.
    if (Page.empty())
      Diagnostic.getAsObject()->erase("codeDescription");
    else
      (*Diagnostic.getAsObject())["codeDescription"] =
          llvm::json::Object{{"href", std::move(Page)}};
  }
}

/// What a fix does, from the end of the warning: "...; check it with
/// NT_SUCCESS". clangd itself makes "insert '    if (!NT_SU…'" of it.
std::string titleOf(const llvm::json::Object &Diagnostic,
                    llvm::StringRef Check) {
  llvm::StringRef Message = Diagnostic.getString("message").value_or("");
  Message = Message.take_until([](char C) { return C == '\n'; });
  for (llvm::StringRef Suffix : {" (fix available)", " (fixes available)"})
    Message.consume_back(Suffix);
  const auto [Fault, Advice] = Message.rsplit("; ");
  if (Advice.empty())
    return ("apply the fix of " + Check).str();
  return Advice.str();
}

/// clangd calls a fix preferred only if it is the only one. Ours come with
/// alternatives, and the first is the one that clang-tidy --fix applies.
void preferFirstFix(llvm::json::Value &Result) {
  llvm::json::Array *Actions = Result.getAsArray();
  if (!Actions)
    return;
  std::map<std::string, bool> Seen;
  for (llvm::json::Value &Action : *Actions) {
    llvm::json::Object *Object = Action.getAsObject();
    if (!Object || Object->getString("kind") != llvm::StringRef("quickfix"))
      continue;
    llvm::json::Array *Diagnostics = Object->getArray("diagnostics");
    if (!Diagnostics || Diagnostics->empty())
      continue;
    llvm::json::Object *Diagnostic = Diagnostics->front().getAsObject();
    auto Check = ourCheck(Diagnostic);
    if (!Check)
      continue;
    std::string Key(*Check);
    llvm::raw_string_ostream Stream(Key);
    if (const llvm::json::Value *Range = Diagnostic->get("range"))
      Stream << *Range;
    Stream.flush();
    bool &Known = Seen[Key];
    if (!Known) {
      (*Object)["isPreferred"] = true;
      auto Title = Object->getString("title");
      if (Title &&
          (Title->starts_with("insert '") || Title->starts_with("change '") ||
           Title->starts_with("remove '")))
        (*Object)["title"] = titleOf(*Diagnostic, *Check);
    }
    Known = true;
  }
}

/// clangd's transport, with what is ours seen to on the way out.
#ifdef _WIN32
/// Passes everything on, and knows whether the editor has asked for the end.
class Watcher : public Transport::MessageHandler {
public:
  explicit Watcher(MessageHandler &Real) : Real(Real) {}

  bool onNotify(llvm::StringRef Method, llvm::json::Value Params) override {
    return Real.onNotify(Method, std::move(Params));
  }
  bool onCall(llvm::StringRef Method, llvm::json::Value Params,
              llvm::json::Value ID) override {
    WasShutDown |= Method == "shutdown";
    return Real.onCall(Method, std::move(Params), std::move(ID));
  }
  bool onReply(llvm::json::Value ID,
               llvm::Expected<llvm::json::Value> Result) override {
    return Real.onReply(std::move(ID), std::move(Result));
  }

  bool WasShutDown = false;

private:
  MessageHandler &Real;
};
#endif

class WdmTransport : public Transport {
public:
  explicit WdmTransport(std::unique_ptr<Transport> Real)
      : Real(std::move(Real)) {}

  void notify(llvm::StringRef Method, llvm::json::Value Params) override {
    if (Method == "textDocument/publishDiagnostics")
      linkOurPages(Params);
    Real->notify(Method, std::move(Params));
  }
  void call(llvm::StringRef Method, llvm::json::Value Params,
            llvm::json::Value ID) override {
    Real->call(Method, std::move(Params), std::move(ID));
  }
  void reply(llvm::json::Value ID,
             llvm::Expected<llvm::json::Value> Result) override {
    if (Result)
      preferFirstFix(*Result);
    Real->reply(std::move(ID), std::move(Result));
  }
  llvm::Error loop(MessageHandler &Handler) override {
#ifdef _WIN32
    // clangd would wait for the file that it indexes, 20 s on a busy machine.
    // What it has indexed is on the disk.
    Watcher Watching(Handler);
    llvm::Error Failed = Real->loop(Watching);
    const bool Clean = !Failed && Watching.WasShutDown;
    if (Failed)
      llvm::errs() << llvm::toString(std::move(Failed)) << '\n';
    wdm::endNow(Clean ? 0 : 1);
#else
    return Real->loop(Handler);
#endif
  }

private:
  const std::unique_ptr<Transport> Real;
};

} // namespace

/// The types of a function, since those of PrecompiledPreamble::Build are not
/// the same in every LLVM.
template <typename Function> struct TypesOf;
template <typename R, typename... A> struct TypesOf<R (*)(A...)> {
  using Function = R(A...);
  using Result = R;
  template <std::size_t N>
  using Argument = std::tuple_element_t<N, std::tuple<A...>>;
};
using BuildTypes = TypesOf<decltype(&clang::PrecompiledPreamble::Build)>;

// NOLINTBEGIN(misc-use-internal-linkage)
std::optional<bool>
realIsFast(llvm::StringRef Check) __asm__("__real_" WDM_IS_FAST);
std::optional<bool>
wrapIsFast(llvm::StringRef Check) __asm__("__wrap_" WDM_IS_FAST);
TidyProvider
realDisable(llvm::ArrayRef<std::string> Checks) __asm__("__real_" WDM_DISABLE);
TidyProvider
wrapDisable(llvm::ArrayRef<std::string> Checks) __asm__("__wrap_" WDM_DISABLE);
std::unique_ptr<Transport>
realTransport(std::FILE *In, llvm::raw_ostream &Out, llvm::raw_ostream *Mirror,
              bool Pretty,
              JSONStreamStyle Style) __asm__("__real_" WDM_TRANSPORT);
std::unique_ptr<Transport>
wrapTransport(std::FILE *In, llvm::raw_ostream &Out, llvm::raw_ostream *Mirror,
              bool Pretty,
              JSONStreamStyle Style) __asm__("__wrap_" WDM_TRANSPORT);
BuildTypes::Function realBuild __asm__("__real_" WDM_BUILD);
BuildTypes::Result
wrapBuild(BuildTypes::Argument<0> Invocation, BuildTypes::Argument<1> Buffer,
          BuildTypes::Argument<2> Bounds, BuildTypes::Argument<3> Diagnostics,
          BuildTypes::Argument<4> Files, BuildTypes::Argument<5> Containers,
          BuildTypes::Argument<6> InMemory, BuildTypes::Argument<7> Path,
          BuildTypes::Argument<8> Callbacks) __asm__("__wrap_" WDM_BUILD);
// NOLINTEND(misc-use-internal-linkage)

/// Whether clangd runs the check under `FastCheckFilter: Strict`, its default.
std::optional<bool> wrapIsFast(llvm::StringRef Check) {
  return Check.starts_with(Prefix) ? true : realIsFast(Check);
}

/// The last of the providers that decide which checks run on a file.
TidyProvider wrapDisable(llvm::ArrayRef<std::string> Checks) {
  return [Real = realDisable(Checks)](clang::tidy::ClangTidyOptions &Options,
                                      llvm::StringRef File) {
    // The beginning of clangd's own list.
    if (Options.Checks && llvm::StringRef(*Options.Checks)
                              .starts_with("readability-misleading-"
                                           "indentation,"))
      *Options.Checks += ",wdm-*";
    Real(Options, File);
  };
}

std::unique_ptr<Transport> wrapTransport(std::FILE *In, llvm::raw_ostream &Out,
                                         llvm::raw_ostream *Mirror, bool Pretty,
                                         JSONStreamStyle Style) {
  return std::make_unique<WdmTransport>(
      realTransport(In, Out, Mirror, Pretty, Style));
}

/// Builds what the headers at the top of a file come to. clangd does so without
/// the bodies of functions.
BuildTypes::Result
wrapBuild(BuildTypes::Argument<0> Invocation, BuildTypes::Argument<1> Buffer,
          BuildTypes::Argument<2> Bounds, BuildTypes::Argument<3> Diagnostics,
          BuildTypes::Argument<4> Files, BuildTypes::Argument<5> Containers,
          BuildTypes::Argument<6> InMemory, BuildTypes::Argument<7> Path,
          BuildTypes::Argument<8> Callbacks) {
  clang::CompilerInvocation Whole(Invocation);
  Whole.getFrontendOpts().SkipFunctionBodies = false;
  return realBuild(
      Whole, Buffer, Bounds, std::forward<BuildTypes::Argument<3>>(Diagnostics),
      std::move(Files), std::move(Containers), InMemory, Path, Callbacks);
}
