// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "tools/lint/Process.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/Signals.h"
#include <atomic>
#include <chrono>
#include <optional>
#include <thread>

#if LLVM_ON_UNIX
#include <csignal>
#endif

using namespace llvm;

namespace wdm::lint {

static std::atomic<bool> Interrupted{false};

bool isInterrupted() {
  static const bool Listening = [] {
    sys::SetInterruptFunction([] { Interrupted = true; });
    return true;
  }();
  (void)Listening;
  return Interrupted;
}

namespace {

using Clock = std::chrono::steady_clock;

struct Running {
  size_t Number;
  sys::ProcessInfo Info;
  Clock::time_point Started;
};

void end(const sys::ProcessInfo &Info) {
  std::string Ignored;
#if LLVM_ON_UNIX
  ::kill(Info.Pid, SIGKILL);
  sys::Wait(Info, std::nullopt, &Ignored);
#else
  // The shortest wait that ends the process.
  sys::Wait(Info, 1, &Ignored);
#endif
}

std::optional<Ended> poll(const sys::ProcessInfo &Info) {
  std::string Message;
  std::optional<sys::ProcessStatistics> Statistics;
  const sys::ProcessInfo Now =
      sys::Wait(Info, 0, &Message, &Statistics, /*Polling=*/true);
  if (Now.Pid == sys::ProcessInfo::InvalidPid && Message.empty())
    return std::nullopt;
  Ended Result;
  Result.Status = Now.ReturnCode;
  Result.Message = Message;
  if (Statistics)
    Result.Memory = Statistics->PeakMemory;
  // Windows gives the status of an exception.
  const bool Crash = Now.ReturnCode < 0 || Now.ReturnCode > 0xffff;
  Result.Why = Crash ? Ended::How::Crashed : Ended::How::Exited;
  return Result;
}

/// \p Folder, or the nearest above it that a program may run in: on Windows the
/// path has less than the 260 characters of MAX_PATH. In a longer one Wine 8
/// starts nothing. UTF-8 never has fewer bytes than UTF-16 has characters.
StringRef folderToStartIn(StringRef Folder) {
#ifdef _WIN32
  // Without the backslash and the zero at the end.
  const size_t Longest = 260 - 2;
  while (Folder.size() > Longest)
    Folder = sys::path::parent_path(Folder);
#endif
  return Folder;
}

/// Starts \p J in its folder.
/// \returns no process, and why in \p Message, if that does not work.
std::optional<sys::ProcessInfo> start(const Job &J, std::string &Message) {
  const SmallVector<StringRef, 32> Arguments(J.Arguments.begin(),
                                             J.Arguments.end());
  const std::optional<StringRef> Redirects[] = {StringRef(""), StringRef(J.Out),
                                                StringRef(J.Err)};
  bool Failed = false;
  SmallString<256> Here;
  const StringRef Folder = folderToStartIn(J.Folder);
  const bool Moves = !Folder.empty() && !sys::fs::current_path(Here) &&
                     !sys::fs::set_current_path(Folder);
  const sys::ProcessInfo Info =
      sys::ExecuteNoWait(Arguments.front(), Arguments, std::nullopt, Redirects,
                         0, &Message, &Failed);
  if (Moves)
    (void)sys::fs::set_current_path(Here);
  if (Failed || Info.Pid == sys::ProcessInfo::InvalidPid)
    return std::nullopt;
  return Info;
}

/// How \p R ended, if it did or has had its \p Seconds (0: any time).
std::optional<Ended> endOf(const Running &R, unsigned Seconds) {
  std::optional<Ended> E = poll(R.Info);
  if (!E && Seconds &&
      Clock::now() - R.Started > std::chrono::seconds(Seconds)) {
    end(R.Info);
    E.emplace();
    E->Why = Ended::How::TimedOut;
  }
  return E;
}

/// Takes those that have ended out of \p Live.
/// \returns true if there was one.
bool takeEnded(std::vector<Running> &Live, unsigned Seconds,
               function_ref<void(size_t, const Ended &)> Done) {
  bool Any = false;
  for (size_t I = 0; I < Live.size();) {
    const std::optional<Ended> E = endOf(Live[I], Seconds);
    if (!E) {
      ++I;
      continue;
    }
    const size_t Which = Live[I].Number;
    Live.erase(Live.begin() + static_cast<ptrdiff_t>(I));
    Done(Which, *E);
    Any = true;
  }
  return Any;
}

} // namespace

void runAll(function_ref<bool(size_t, Job &)> Next,
            function_ref<void(size_t, const Ended &)> Done, unsigned Parallel,
            unsigned Seconds) {
  std::vector<Running> Live;
  size_t Number = 0;
  bool More = true;
  while (!isInterrupted() && (More || !Live.empty())) {
    while (More && Live.size() < Parallel) {
      Job J;
      More = Next(Number, J);
      if (!More)
        break;
      Ended NotStarted;
      if (const auto Info = start(J, NotStarted.Message))
        Live.push_back({Number, *Info, Clock::now()});
      else
        Done(Number, NotStarted);
      ++Number;
    }
    if (!takeEnded(Live, Seconds, Done))
      std::this_thread::sleep_for(std::chrono::milliseconds(3));
  }
  for (const Running &R : Live)
    end(R.Info);
}

std::string contents(StringRef Path) {
  auto Buffer = MemoryBuffer::getFile(Path, /*IsText=*/false,
                                      /*RequiresNullTerminator=*/false);
  return Buffer ? (*Buffer)->getBuffer().str() : "";
}

Ended runOne(std::vector<std::string> Arguments, StringRef Folder,
             std::string &Out, std::string &Err, unsigned Seconds) {
  SmallString<256> OutFile(Folder);
  sys::path::append(OutFile, "one.out");
  SmallString<256> ErrFile(Folder);
  sys::path::append(ErrFile, "one.err");
  Ended Result;
  runAll(
      [&](size_t Number, Job &Next) {
        if (Number)
          return false;
        Next = {Arguments, std::string(OutFile), std::string(ErrFile), ""};
        return true;
      },
      [&](size_t, const Ended &End) { Result = End; }, 1, Seconds);
  Out = contents(OutFile);
  Err = contents(ErrFile);
  return Result;
}

TemporaryFolder::TemporaryFolder() {
  SmallString<256> Folder;
  if (!sys::fs::createUniqueDirectory("wdm-lint", Folder))
    Path = std::string(Folder);
}

TemporaryFolder::~TemporaryFolder() {
  if (!Path.empty())
    (void)sys::fs::remove_directories(Path);
}

std::string TemporaryFolder::file(const Twine &Name) const {
  SmallString<256> Result(Path);
  sys::path::append(Result, Name);
  return std::string(Result);
}

} // namespace wdm::lint
