//===- Resources.cpp - What is acquired and given back --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "fixits/Resources.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Regex.h"
#include <utility>
#include <vector>

using llvm::StringRef;

namespace wdm::fixits {

namespace {

struct Row {
  const char *Acquire;
  const char *Release;
};

/// The kernel's.
constexpr Row Known[] = {
    {"^IoAcquireRemoveLock", "^IoReleaseRemoveLock"},
    {"^(Ke|Kf|Ex)(Try)?(To)?Acquire[A-Za-z]*SpinLock|^IoAcquireCancelSpinLock",
     "^(Ke|Kf|Ex|Io)Release[A-Za-z]*SpinLock"},
    {"^(Ex|Ke)(Try)?(To)?Acquire[A-Za-z]*Mutex|^KeWaitForMutexObject",
     "^(Ex|Ke)Release[A-Za-z]*Mutex"},
    {"^Ex(Try)?(To)?Acquire(Resource|Shared)", "^ExReleaseResource"},
    {"^Ex(Try)?(To)?Acquire(Rundown|PushLock|FastResource)",
     "^ExRelease(Rundown|PushLock|FastResource)"},
    {"^(Ke|FsRtl|Ex)Enter", "^(Ke|FsRtl|Ex)(Leave|Exit)"},
    {"^(Ke|Kf)RaiseIrql", "^(Ke|Kf)LowerIrql"},
    {"^Obf?Reference|^IoGet(AttachedDevice|DeviceObject)(Reference|Pointer)",
     "^Obf?Dereference"},
    {"^MmProbeAndLock", "^MmUnlockPages"},
    {"^Ke(Stack)?AttachProcess", "^Ke(Unstack)?DetachProcess"},
    {"^KeSetTimer", "^KeCancelTimer"},
    {"^(Zw|Nt)(Open|Create|Duplicate)|^(Io|Flt)CreateFile|^ObOpenObjectBy|"
     "^PsCreateSystemThread|^IoOpenDevice",
     "^(Zw|Nt)Close|^ObCloseHandle|^FltClose"},
    {"^(Io|Wdmlib)(Io)?CreateDevice", "^IoDeleteDevice"},
    {"^IoAttachDevice", "^IoDetachDevice"},
    {"^IoSetTopLevelIrp", "^IoSetTopLevelIrp"},
    {"^FltAcquire|^FltObjectReference", "^FltRelease|^FltObjectDereference"},
    {"^Rtl(Ansi|Oem|Unicode)StringTo|^RtlCreateUnicodeString",
     "^RtlFree(Unicode|Ansi|Oem)String"},
    {"^(Ex)?(Interlocked)?Insert(Head|Tail)List|^(Ex)?(Interlocked)?"
     "PushEntryList",
     "^(Ex)?(Interlocked)?(Remove(Head|Tail|Entry)List|PopEntryList)"},
    {"^KeWaitForSemaphoreObject", "^KeReleaseSemaphore"},
    {"^Exp?(Interlocked)?(Allocate|PopEntrySList)|^MmAllocate|^MmMap|"
     "^IoAllocate(Mdl|WorkItem)|^malloc$",
     "^Exp?(Interlocked)?(Free|PushEntrySList)|^MmFree|^MmUnmap|"
     "^IoFree(Mdl|WorkItem)|^free$"},
    {"^_?InterlockedIncrement", "^_?InterlockedDecrement"},
};
constexpr unsigned NumKnown = sizeof(Known) / sizeof(Known[0]);
constexpr unsigned KnownMemory = NumKnown - 2;
constexpr unsigned KnownCounter = NumKnown - 1;
constexpr unsigned KnownSemaphore = NumKnown - 3;
constexpr unsigned KnownList = NumKnown - 4;
constexpr unsigned KnownSpinLock = 1;
constexpr unsigned KnownMutex = 2;

/// The verbs of a driver's own.
constexpr Row Verbs[] = {
    {"Acquire", "Release"},
    {"Lock", "Unlock"},
    {"Enter", "Leave|Exit"},
    {"Reference|AddRef", "Dereference|Deref|Release"},
    {"Allocate|Alloc", "Free"},
    {"Increment", "Decrement"},
};
constexpr unsigned NumVerbs = sizeof(Verbs) / sizeof(Verbs[0]);
constexpr unsigned VerbAllocate = NumKnown + 4;

/// The rows of Known, compiled once.
struct Patterns {
  Patterns() {
    for (const Row &R : Known)
      Rows.push_back({llvm::Regex(R.Acquire), llvm::Regex(R.Release)});
  }
  std::vector<std::pair<llvm::Regex, llvm::Regex>> Rows;
};
const Patterns &patterns() {
  static const Patterns All;
  return All;
}

bool isAcquire(unsigned Kind, StringRef Name) {
  return patterns().Rows[Kind].first.match(Name);
}
bool isRelease(unsigned Kind, StringRef Name) {
  return patterns().Rows[Kind].second.match(Name);
}

/// True for the kernel's routines, which are all known.
bool isKernelName(StringRef Name) {
  static const llvm::Regex Prefix(
      "^(_?Interlocked|Io|Iof|Ke|Kf|Ex|Exp|Ob|Obf|Mm|Rtl|Zw|Nt|Po|Ps|Se|Cc|"
      "FsRtl|Flt|Wdf|Hal|KeInitialize)[A-Z]");
  return Prefix.match(Name);
}

/// What is left of \p Name without one of the verbs, in small letters; nothing
/// when it has none of them as a word.
std::optional<std::string> stemOf(StringRef Name, const char *VerbList) {
  llvm::SmallVector<StringRef, 4> Each;
  StringRef(VerbList).split(Each, '|');
  for (StringRef Verb : Each) {
    // A word begins with a capital, behind an underscore, or the name.
    size_t At = Name.find(Verb);
    if (At == StringRef::npos) {
      std::string Small = Verb.lower();
      At = Name.find(Small);
      if (At == StringRef::npos || (At != 0 && Name[At - 1] != '_'))
        continue;
    }
    std::string Stem =
        (Name.take_front(At) + Name.drop_front(At + Verb.size())).str();
    // FatAcquireExclusiveVcb and FatReleaseVcb are about the same thing.
    static const llvm::Regex Noise("Exclusive|Shared|WithTag|ForRead|ForWrite|"
                                   "To|_|Ex$|Lite$");
    while (Noise.match(Stem))
      Stem = Noise.sub("", Stem);
    return StringRef(Stem).lower();
  }
  return std::nullopt;
}

bool haveSameStem(StringRef A, StringRef B) {
  return A.starts_with(B) || B.starts_with(A);
}

} // namespace

bool Resource::isMemory() const {
  return Kind == KnownMemory || Kind == VerbAllocate;
}

bool Resource::isCounter() const { return Kind == KnownCounter; }
bool Resource::isSpinLock() const { return Kind == KnownSpinLock; }
bool Resource::isKernels() const { return Kind < NumKnown; }
unsigned Resource::objectArgument() const { return Kind == KnownList ? 1 : 0; }

Resource Resource::memory() { return {KnownMemory, std::string()}; }
Resource Resource::mutex() { return {KnownMutex, std::string()}; }
Resource Resource::semaphore() { return {KnownSemaphore, std::string()}; }

/// Macros of the kernel's headers have a meaning of their own, whatever they
/// are made of.
static bool isOtherMacro(StringRef Name, StringRef Written) {
  if (Name == Written || !isKernelName(Written))
    return false;
  for (unsigned I = 0; I != NumKnown; ++I)
    if (isAcquire(I, Written) || isRelease(I, Written))
      return false;
  return true;
}

std::optional<Resource> acquiredBy(StringRef Name, StringRef Written) {
  if (isOtherMacro(Name, Written))
    return std::nullopt;
  for (unsigned I = 0; I != NumKnown; ++I)
    if (isAcquire(I, Name))
      return Resource{I, std::string()};
  static const llvm::Regex Asks("^(Is|is|Has|has|Can|can|Needs|needs)[A-Z_]");
  if (Written.empty() || isKernelName(Written) || Asks.match(Written))
    return std::nullopt;
  for (unsigned I = 0; I != NumVerbs; ++I) {
    // `Unlock` has a `lock` in it, and `Dereference` a `reference`.
    if (stemOf(Written, Verbs[I].Release))
      return std::nullopt;
    if (auto Stem = stemOf(Written, Verbs[I].Acquire))
      return Resource{NumKnown + I, *Stem};
  }
  return std::nullopt;
}

bool givesBack(StringRef Name, StringRef Written, const Resource &What) {
  if (What.Kind < NumKnown)
    return isRelease(What.Kind, Name);
  auto Stem = stemOf(Written, Verbs[What.Kind - NumKnown].Release);
  return Stem && haveSameStem(*Stem, What.Stem);
}

std::optional<Resource> givenBackBy(StringRef Name, StringRef Written) {
  if (isOtherMacro(Name, Written))
    return std::nullopt;
  for (unsigned I = 0; I != NumKnown; ++I)
    if (isRelease(I, Name))
      return Resource{I, std::string()};
  if (Written.empty() || isKernelName(Written))
    return std::nullopt;
  for (unsigned I = 0; I != NumVerbs; ++I)
    if (auto Stem = stemOf(Written, Verbs[I].Release))
      return Resource{NumKnown + I, *Stem};
  return std::nullopt;
}

} // namespace wdm::fixits
