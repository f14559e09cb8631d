//===- Resources.cpp - What is acquired and given back --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/model/Resources.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Regex.h"
#include <string_view>
#include <utility>
#include <vector>

using llvm::StringRef;

namespace wdm::model {

namespace {

/// One kind of thing. A new lock routine is a row here.
struct Row {
  const char *Acquire; ///< What acquires it: a regular expression over names.
  const char *Release;
  int Acquired = 0;  ///< Argument that says what is acquired.
  int GivenBack = 0; ///< The same for Release.
  bool ByResult = false;
  bool RaisesIrql = false;
  const char *Undo = ""; ///< A statement; $0 is the result, $1.. arguments.
};

constexpr int Result = Resource::Result, Nothing = Resource::Nothing;
constexpr bool Asks = true, Always = false, AtDispatch = true, Low = false;

/// The kernel's.
constexpr Row Known[] = {
    {"^IoAcquireRemoveLock", "^IoReleaseRemoveLock", 0, 0, Asks, Low,
     "IoReleaseRemoveLock($1, $2);"},
    {"^(Ke|Kf|Ex)(Try)?(To)?Acquire[A-Za-z]*SpinLock|^IoAcquireCancelSpinLock",
     "^(Ke|Kf|Ex|Io)Release[A-Za-z]*SpinLock", 0, 0, Always, AtDispatch},
    {"^Ndis(Dpr)?Acquire[A-Za-z]*(SpinLock|RWLock|ReadWriteLock)",
     "^Ndis(Dpr)?Release[A-Za-z]*(SpinLock|RWLock|ReadWriteLock)", 0, 0, Always,
     AtDispatch},
    {"^(Stor|Scsi)PortAcquireSpinLock", "^(Stor|Scsi)PortReleaseSpinLock",
     Nothing, Nothing, Always, AtDispatch},
    {"^WdfSpinLockAcquire|^WdfInterruptAcquireLock|^WdfObjectAcquireLock",
     "^WdfSpinLockRelease|^WdfInterruptReleaseLock|^WdfObjectReleaseLock", 0, 0,
     Always, AtDispatch},
    {"^WdfWaitLockAcquire", "^WdfWaitLockRelease"},
    {"^WdfDeviceStopIdle", "^WdfDeviceResumeIdle"},
    {"^WdfObjectReference", "^WdfObjectDereference"},
    {"^PoFxActivateComponent", "^PoFxIdleComponent"},
    {"^PoStartDeviceBusy", "^PoEndDeviceBusy"},
    {"^IoIncrementKeepAliveCount", "^IoDecrementKeepAliveCount"},
    {"^PoSetPowerRequest", "^PoClearPowerRequest"},
    {"^(Ex|Ke)(Try)?(To)?Acquire[A-Za-z]*Mutex|^KeWaitForMutexObject",
     "^(Ex|Ke)Release[A-Za-z]*Mutex"},
    {"^Ex(Try)?(To)?Acquire(Resource|Shared)", "^ExReleaseResource", 0, 0,
     Asks},
    {"^Ex(Try)?(To)?Acquire(Rundown|PushLock|FastResource)",
     "^ExRelease(Rundown|PushLock|FastResource)", 0, 0, Asks},
    {"^(Ke|FsRtl|Ex)Enter", "^(Ke|FsRtl|Ex)(Leave|Exit)", Nothing, Nothing},
    {"^(Ke|Kf)RaiseIrql", "^(Ke|Kf)LowerIrql", Nothing, Nothing, Always,
     AtDispatch},
    {"^ObReferenceObjectBy(Handle|Name)|^PsLookup|^IoGetDeviceObjectPointer",
     "^Obf?Dereference", Nothing, 0, Asks},
    {"^Obf?Reference", "^Obf?Dereference"},
    {"^IoGetAttachedDeviceReference", "^Obf?Dereference", Result},
    {"^MmProbeAndLock", "^MmUnlockPages"},
    {"^Ke(Stack)?AttachProcess", "^Ke(Unstack)?DetachProcess", Nothing,
     Nothing},
    {"^KeSetTimer", "^KeCancelTimer"},
    {"^(Zw|Nt)(Open|Create|Duplicate)|^(Io|Flt)CreateFile|^ObOpenObjectBy|"
     "^PsCreateSystemThread|^IoOpenDevice",
     "^(Zw|Nt)Close|^ObCloseHandle|^FltClose", 0, 0, Asks},
    {"^(Io|Wdmlib)(Io)?CreateDevice", "^IoDeleteDevice", Nothing, Nothing,
     Asks},
    {"^IoAttachDevice", "^IoDetachDevice", Nothing, Nothing, Asks},
    {"^IoSetTopLevelIrp", "^IoSetTopLevelIrp", Nothing, Nothing},
    {"^FltAcquire|^FltObjectReference", "^FltRelease|^FltObjectDereference"},
    {"^Rtl(Ansi|Oem|Unicode)StringTo|^RtlCreateUnicodeString",
     "^RtlFree(Unicode|Ansi|Oem)String", 0, 0, Asks},
    {"^(Ex)?(Interlocked)?Insert(Head|Tail)List|^(Ex)?(Interlocked)?"
     "PushEntryList",
     "^(Ex)?(Interlocked)?(Remove(Head|Tail|Entry)List|PopEntryList)", 1, 0},
    {"^KeWaitForSemaphoreObject", "^KeReleaseSemaphore"},
    {"^Exp?(Interlocked)?(Allocate|PopEntrySList)|^MmAllocate|^MmMap|"
     "^IoAllocate(Mdl|WorkItem)|^malloc$",
     "^Exp?(Interlocked)?(Free|PushEntrySList)|^MmFree|^MmUnmap|"
     "^IoFree(Mdl|WorkItem)|^free$",
     Result, 0, Asks},
    {"^_?InterlockedIncrement", "^_?InterlockedDecrement"},
};
constexpr unsigned NumKnown = sizeof(Known) / sizeof(Known[0]);
constexpr unsigned KnownMemory = NumKnown - 2;
constexpr unsigned KnownSemaphore = NumKnown - 3;
constexpr unsigned KnownMutex = 12;
static_assert(std::string_view(Known[KnownMutex].Release) ==
              "^(Ex|Ke)Release[A-Za-z]*Mutex");

/// The verbs of a driver's own.
constexpr Row Verbs[] = {
    {"Acquire", "Release", 0, 0, Asks},
    {"Lock", "Unlock", 0, 0, Asks},
    {"Enter", "Leave|Exit", 0, 0, Asks},
    {"Reference|AddRef", "Dereference|Deref|Release"},
    {"Allocate|Alloc", "Free", Result, 0, Asks},
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

bool Resource::isLock() const {
  if (!isKernels())
    return false;
  const StringRef Back = Known[Kind].Release;
  return Back.contains("Mutex") || Back.contains("Resource") ||
         Back.contains("WaitLock") || Back.contains("(Leave|Exit)");
}

bool Resource::isKernels() const { return Kind < NumKnown; }

static const Row &rowOf(unsigned Kind) {
  return Kind < NumKnown ? Known[Kind] : Verbs[Kind - NumKnown];
}

int Resource::acquiredArgument() const { return rowOf(Kind).Acquired; }
int Resource::givenBackArgument() const { return rowOf(Kind).GivenBack; }
bool Resource::isByResult(StringRef Name) const {
  return rowOf(Kind).ByResult || Name.contains("Try");
}
bool Resource::raisesIrql() const {
  return AtDispatch || rowOf(Kind).RaisesIrql;
}
bool Resource::isSame(const Resource &O) const {
  if (isKernels() && O.isKernels())
    return StringRef(rowOf(Kind).Release) == rowOf(O.Kind).Release;
  return Kind == O.Kind && haveSameStem(Stem, O.Stem);
}
StringRef Resource::undo(StringRef Name) const {
  if (Name == "ExAllocatePoolWithTag" || Name == "ExAllocatePoolZero" ||
      Name == "ExAllocatePool2" || Name == "ExAllocatePoolUninitialized")
    return "ExFreePoolWithTag($0, $3);";
  if (Name == "ExAllocatePool")
    return "ExFreePool($0);";
  if (Name == "IoAllocateMdl")
    return "IoFreeMdl($0);";
  return rowOf(Kind).Undo;
}

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

std::optional<Resource> takenByWaiting(StringRef RoutineName,
                                       StringRef RecordName) {
  if (RoutineName != "KeWaitForSingleObject")
    return std::nullopt;
  if (RecordName.contains("SEMAPHORE"))
    return Resource::semaphore();
  if (RecordName.contains("KMUTEX") || RecordName.contains("KMUTANT"))
    return Resource::mutex();
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

bool setsAndSetsBack(StringRef Name) {
  static const auto Both = [] {
    llvm::SmallVector<unsigned, 4> Kinds;
    for (unsigned I = 0; I != NumKnown; ++I)
      if (StringRef(Known[I].Acquire) == Known[I].Release)
        Kinds.push_back(I);
    return Kinds;
  }();
  return llvm::any_of(Both, [&](unsigned I) { return isAcquire(I, Name); });
}

} // namespace wdm::model
