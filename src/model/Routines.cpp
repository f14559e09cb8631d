//===- Routines.cpp - What WDM routines do to IRPs and statuses -----------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/model/Routines.h"
#include "src/Compat.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Attr.h"
#include "clang/AST/Decl.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/Expr.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Regex.h"

using namespace clang;

namespace wdm::model {

namespace {

struct Row {
  const char *Name;
  Effect Does;
  int16_t Irp = -1;
  int16_t Device = -1;
  Detail How = Detail::None;
  int16_t Completion = -1;
};

constexpr Row Table[] = {
    {"IoSetCompletionRoutineEx", Effect::Register, 1, 0, Detail::SetsRoutine,
     2},

    {"IoCallDriver", Effect::Send, 1, 0},
    {"IofCallDriver", Effect::Send, 1, 0},
    {"PoCallDriver", Effect::Send, 1, 0},
    {"IoCallDriverStackSafeDefault", Effect::Send, 1, 0},
    {"IoSynchronousCallDriver", Effect::Send, 1, 0, Detail::WaitsForIrp},
    {"IoForwardIrpSynchronously", Effect::Send, 1, 0, Detail::WaitsForIrp},
    {"IoForwardAndCatchIrp", Effect::Send, 1, 0, Detail::WaitsForIrp},
    {"WdfDeviceWdmDispatchPreprocessedIrp", Effect::Send, 1, -1,
     Detail::ForGood},
    {"WdfDeviceWdmDispatchIrp", Effect::Send, 1, -1, Detail::ForGood},
    {"WdfDeviceWdmDispatchIrpToIoQueue", Effect::Send, 1, -1, Detail::ForGood},

    {"IoSkipCurrentIrpStackLocation", Effect::Recover, 0, -1, Detail::Skips},
    {"IoSetCompletionRoutine", Effect::Recover, 0, -1, Detail::SetsRoutine, 1},

    {"IoCompleteRequest", Effect::Complete, 0},
    {"IofCompleteRequest", Effect::Complete, 0},
    {"IoFreeIrp", Effect::Free, 0},
    {"IoReuseIrp", Effect::Reuse, 0},
    {"IoInitializeIrp", Effect::Harmless, 0},

    {"IoAllocateIrp", Effect::Allocate},
    {"IoAllocateIrpEx", Effect::Allocate},
    {"IoBuildAsynchronousFsdRequest", Effect::Allocate},
    {"IoBuildSynchronousFsdRequest", Effect::Allocate},
    {"IoBuildDeviceIoControlRequest", Effect::Allocate},
    {"IoMakeAssociatedIrp", Effect::Allocate},

    {"IoGetNextIrpStackLocation", Effect::NextStack, 0},
    {"IoSetNextIrpStackLocation", Effect::HandOn, 0},
    {"IoCsqInsertIrp", Effect::HandOn, 1, -1, Detail::Marks},
    {"IoCsqInsertIrpEx", Effect::HandOn, 1, -1, Detail::MayMark},
    {"IoStartPacket", Effect::HandOn, 1},
    {"IoQueueWorkItem", Effect::HandOn},
    {"IoQueueWorkItemEx", Effect::HandOn},
    {"ExQueueWorkItem", Effect::HandOn},
    {"IoTryQueueWorkItem", Effect::HandOn},
    {"KeInsertQueueDpc", Effect::HandOn},
    {"KeInsertQueue", Effect::HandOn},
    {"KeInsertHeadQueue", Effect::HandOn},
    {"PoRequestPowerIrp", Effect::HandOn},
    {"InsertTailList", Effect::HandOn},
    {"InsertHeadList", Effect::HandOn},
    {"ExInterlockedInsertTailList", Effect::HandOn},
    {"ExInterlockedInsertHeadList", Effect::HandOn},
    {"RemoveHeadList", Effect::Harmless, -1, -1, Detail::Unlinks},
    {"RemoveTailList", Effect::Harmless, -1, -1, Detail::Unlinks},
    {"RemoveEntryList", Effect::Harmless, -1, -1, Detail::Unlinks},
    {"IsListEmpty", Effect::Harmless},
    {"PopEntryList", Effect::Harmless, -1, -1, Detail::Unlinks},
    {"PushEntryList", Effect::HandOn},
    {"ExInterlockedRemoveHeadList", Effect::Harmless, -1, -1, Detail::Unlinks},
    {"KeInsertDeviceQueue", Effect::HandOn},
    {"KeInsertByKeyDeviceQueue", Effect::HandOn},

    // Everyday calls with an IRP that leave it where it is.
    {"IoGetCurrentIrpStackLocation", Effect::Harmless, 0, -1,
     Detail::CurrentStack},
    {"IoCopyCurrentIrpStackLocationToNext", Effect::Harmless, 0, -1,
     Detail::CopiesStack},
    {"IoMarkIrpPending", Effect::Harmless, 0, -1, Detail::Marks},
    {"IoAcquireRemoveLock", Effect::Harmless},
    {"IoAcquireRemoveLockEx", Effect::Harmless},
    {"IoReleaseRemoveLock", Effect::Harmless},
    {"IoReleaseRemoveLockEx", Effect::Harmless},
    {"IoReleaseRemoveLockAndWait", Effect::Wait},
    {"IoReleaseRemoveLockAndWaitEx", Effect::Wait},
    {"IoSetCancelRoutine", Effect::Harmless, 0, -1, Detail::SetsCancel},
    {"IoAcquireCancelSpinLock", Effect::Harmless},
    {"IoReleaseCancelSpinLock", Effect::Harmless},
    {"IoCancelIrp", Effect::Harmless},
    {"IoGetRequestorProcess", Effect::Harmless, 0},
    {"IoGetRequestorProcessId", Effect::Harmless, 0},
    {"IoGetRequestorSessionId", Effect::Harmless, 0},
    {"IoIs32bitProcess", Effect::Harmless, 0},
    {"IoIsOperationSynchronous", Effect::Harmless, 0},
    {"IoIsErrorUserInduced", Effect::Pure},
    {"IoGetTopLevelIrp", Effect::Harmless},
    {"IoSetTopLevelIrp", Effect::Harmless},
    {"IoGetDriverObjectExtension", Effect::Harmless},
    {"IoGetIoPriorityHint", Effect::Harmless, 0},
    {"IoSetIoPriorityHint", Effect::Harmless, 0},
    {"IoGetActivityIdIrp", Effect::Harmless, 0},
    {"IoSetActivityIdIrp", Effect::Harmless, 0},
    {"IoPropagateActivityIdToThread", Effect::Harmless, 0},
    {"IoSizeofWorkItem", Effect::Harmless},
    {"IoFreeMdl", Effect::Harmless},
    {"IoAllocateMdl", Effect::Harmless},
    {"IoBuildPartialMdl", Effect::Harmless},
    {"MmGetSystemAddressForMdl", Effect::Harmless},
    {"MmGetSystemAddressForMdlSafe", Effect::Harmless},
    {"MmBuildMdlForNonPagedPool", Effect::Harmless},
    {"MmUnlockPages", Effect::Harmless},
    {"PoStartNextPowerIrp", Effect::Harmless, 0},
    {"PoSetPowerState", Effect::Harmless},
    {"PoGetSystemWake", Effect::Harmless, 0},
    {"PoSetSystemWake", Effect::Harmless, 0},
    {"KeInitializeEvent", Effect::Harmless},
    {"KeSetEvent", Effect::Harmless},
    {"KeClearEvent", Effect::Harmless},
    {"KeResetEvent", Effect::Harmless},
    {"KeReadStateEvent", Effect::Harmless},
    {"KeInitializeSpinLock", Effect::Harmless},
    {"KeAcquireSpinLock", Effect::Harmless},
    {"KeAcquireSpinLockRaiseToDpc", Effect::Harmless},
    {"KeReleaseSpinLock", Effect::Harmless},
    {"KfAcquireSpinLock", Effect::Harmless},
    {"KfReleaseSpinLock", Effect::Harmless},
    {"KeGetCurrentIrql", Effect::Harmless},
    {"KeRaiseIrql", Effect::Harmless},
    {"KeLowerIrql", Effect::Harmless},
    {"KfRaiseIrql", Effect::Harmless},
    {"KfLowerIrql", Effect::Harmless},
    {"KeEnterCriticalRegion", Effect::Harmless},
    {"KeLeaveCriticalRegion", Effect::Harmless},
    {"ExAcquireFastMutex", Effect::Harmless},
    {"ExReleaseFastMutex", Effect::Harmless},
    {"ExAllocatePool", Effect::Harmless},
    {"ExAllocatePool2", Effect::Harmless},
    {"ExAllocatePoolWithTag", Effect::Harmless},
    {"ExAllocatePoolZero", Effect::Harmless},
    {"ExAllocatePoolUninitialized", Effect::Harmless},
    {"ExFreePool", Effect::FreeMemory},
    {"ExFreePoolWithTag", Effect::FreeMemory},
    {"ObReferenceObject", Effect::Harmless},
    {"ObfReferenceObject", Effect::Harmless},
    {"ObDereferenceObject", Effect::Harmless},
    {"ObfDereferenceObject", Effect::Harmless},
    {"InterlockedIncrement", Effect::Harmless},
    {"InterlockedDecrement", Effect::Harmless},
    {"_InterlockedIncrement", Effect::Harmless},
    {"_InterlockedDecrement", Effect::Harmless},
    {"InitializeListHead", Effect::Harmless},
    {"FsRtlEnterFileSystem", Effect::Harmless},
    {"FsRtlExitFileSystem", Effect::Harmless},

    {"KeWaitForSingleObject", Effect::Wait, -1, -1, Detail::WaitsForEvent},
    {"KeWaitForMultipleObjects", Effect::Wait, -1, -1, Detail::WaitsForEvent},
    {"KeWaitForMutexObject", Effect::Wait, -1, -1, Detail::WaitsForEvent},
    {"KeDelayExecutionThread", Effect::Wait},

    {"ProbeForRead", Effect::Raise},
    {"ProbeForWrite", Effect::Raise},
    {"MmProbeAndLockPages", Effect::Raise},
    {"ExAllocatePoolWithQuota", Effect::Raise},
    {"ExAllocatePoolWithQuotaTag", Effect::Raise},

    {"ExRaiseStatus", Effect::RaiseAlways},
    {"ExRaiseAccessViolation", Effect::RaiseAlways},
    {"ExRaiseDatatypeMisalignment", Effect::RaiseAlways},
    {"RtlRaiseStatus", Effect::RaiseAlways},
    {"RtlRaiseException", Effect::RaiseAlways},
    {"FsRtlRaiseStatus", Effect::RaiseAlways},

    {"KeBugCheck", Effect::NoReturn},
    {"KeBugCheckEx", Effect::NoReturn},
    {"RtlFailFast", Effect::NoReturn},
    {"__fastfail", Effect::NoReturn},
    {"PsTerminateSystemThread", Effect::NoReturn},

    {"_abnormal_termination", Effect::Abnormal},
    {"__abnormal_termination", Effect::Abnormal},
    {"AbnormalTermination", Effect::Abnormal},

    {"__noop", Effect::Nothing},
    {"__assume", Effect::Nothing},
    {"__analysis_assume", Effect::Nothing},
    {"_Analysis_assume_", Effect::Nothing},
    {"__pfx_assume", Effect::Nothing},
    {"__pfx_assert", Effect::Nothing},
    {"__builtin_assume", Effect::Nothing},
    {"__builtin_constant_p", Effect::Nothing},
    {"__builtin_object_size", Effect::Nothing},
    {"__builtin_dynamic_object_size", Effect::Nothing},
    {"__builtin_classify_type", Effect::Nothing},

    {"RtlNtStatusToDosError", Effect::Pure},
    {"RtlNtStatusToDosErrorNoTeb", Effect::Pure},
    {"FsRtlNormalizeNtstatus", Effect::Pure},
    {"FsRtlIsNtstatusExpected", Effect::Pure},

    {"DbgPrint", Effect::Prints},
    {"DbgPrintEx", Effect::Prints},
    {"vDbgPrintEx", Effect::Prints},
    {"KdPrint", Effect::Prints},
    {"KdPrintEx", Effect::Prints},
    {"RtlAssert", Effect::Prints},
    {"EtwWrite", Effect::Prints},
    {"EtwWriteTransfer", Effect::Prints},
    {"IoWriteErrorLogEntry", Effect::Prints},
    {"SeReportSecurityEvent", Effect::Prints},
    {"WppAutoLogTrace", Effect::Prints},
    {"memset", Effect::Harmless, -1, -1, Detail::Fills},
    {"memcpy", Effect::Harmless, -1, -1, Detail::Copies},
    {"memmove", Effect::Harmless, -1, -1, Detail::Copies},
    {"RtlZeroMemory", Effect::Harmless, -1, -1, Detail::Zeroes},
    {"RtlSecureZeroMemory", Effect::Harmless, -1, -1, Detail::Zeroes},
    {"RtlCopyMemory", Effect::Harmless, -1, -1, Detail::Copies},
    {"RtlMoveMemory", Effect::Harmless, -1, -1, Detail::Copies},
    {"RtlFillMemory", Effect::Harmless, -1, -1, Detail::Copies},
};

bool isGlobal(const FunctionDecl &F) {
  return F.getDeclContext()->getRedeclContext()->isTranslationUnit();
}

} // namespace

std::vector<UserEntry> parseUserList(StringRef OptionName, StringRef List,
                                     std::vector<std::string> &Errors) {
  static const llvm::Regex Form(
      "^(::)?[A-Za-z_$][A-Za-z0-9_$]*(::~?[A-Za-z_$][A-Za-z0-9_$]*)*$");
  std::vector<UserEntry> Entries;
  llvm::SmallVector<StringRef, 8> Parts;
  List.split(Parts, ';', -1, /*KeepEmpty=*/false);
  for (StringRef Part : Parts) {
    Part = Part.trim();
    if (Part.empty())
      continue;
    UserEntry Entry;
    StringRef Name = Part, Position;
    size_t Colon = Part.rfind(':');
    // The last colon of `a::b` is no separator.
    if (Colon != StringRef::npos && Colon > 0 && Part[Colon - 1] != ':') {
      Name = Part.take_front(Colon).rtrim();
      Position = Part.drop_front(Colon + 1).trim();
      unsigned N = 0;
      if (Position.getAsInteger(10, N) || N == 0 || N > 64) {
        Errors.push_back(("option '" + OptionName + "': '" + Part +
                          "' is not understood; write 'Name' or 'Name:N', "
                          "where N is the position of the IRP parameter, "
                          "counted from 1")
                             .str());
        continue;
      }
      Entry.IrpPosition = static_cast<int>(N);
    }
    if (!Form.match(Name)) {
      Errors.push_back(("option '" + OptionName + "': '" + Name +
                        "' is not the name of a function; separate the "
                        "entries with ';'")
                           .str());
      continue;
    }
    Name.consume_front("::");
    Entry.Name = Name.str();
    Entries.push_back(std::move(Entry));
  }
  return Entries;
}

RoutineTable::RoutineTable() {
  for (const Row &R : Table) {
    BuiltIn[R.Name] = {R.Does, R.Irp, R.Device, R.How, R.Completion};
    if (R.Does == Effect::Register)
      Registrations.push_back(R.Name);
    if (R.Does == Effect::Send || R.Does == Effect::Complete ||
        R.Does == Effect::Free)
      Endings.push_back(R.Name);
  }
}

void RoutineTable::add(llvm::ArrayRef<UserEntry> Entries, Effect Does) {
  for (const UserEntry &E : Entries) {
    User[E.Name] = {Does, static_cast<int16_t>(E.IrpPosition - 1), -1,
                    Does == Effect::Send       ? Detail::Somehow
                    : Does == Effect::Register ? Detail::SetsRoutine
                                               : Detail::None};
    if (Does == Effect::Register)
      Registrations.push_back(E.Name);
    if (Does == Effect::Send)
      Endings.push_back(E.Name);
  }
}

const Routine *RoutineTable::find(const FunctionDecl &F,
                                  Routine &Scratch) const {
  if (!F.getDeclName().isIdentifier())
    return nullptr;
  if (isGlobal(F)) {
    auto It = BuiltIn.find(F.getName());
    if (It != BuiltIn.end())
      return &It->second;
  }
  auto It = User.empty()
                ? User.end()
                : User.find(isGlobal(F) ? F.getNameAsString()
                                        : F.getQualifiedNameAsString());
  if (It != User.end()) {
    if (It->second.Irp >= 0)
      return &It->second;
    Scratch = It->second;
    Scratch.Irp = static_cast<int16_t>(irpParameter(F));
    return &Scratch;
  }
  if (isDeclaredAsRegistration(F) &&
      !(HasBodyElsewhere && HasBodyElsewhere(F))) {
    Scratch = {Effect::Register, static_cast<int16_t>(irpParameter(F)), -1,
               Detail::SetsRoutine};
    return &Scratch;
  }
  return nullptr;
}

bool RoutineTable::looksLikePrinting(StringRef Name) {
  static constexpr const char *Words[] = {
      "print",     "trace",  "log",    "dbg",        "debug",
      "dump",      "wpp",    "etw",    "eventwrite", "event_write",
      "telemetry", "report", "record", "verbose",    "message"};
  std::string Small = Name.lower();
  // Words that only have one of these inside.
  for (StringRef Other : {"prolog", "epilog", "dialog", "catalog", "analog",
                          "logic", "logon", "logoff"})
    for (size_t At = Small.find(Other.str()); At != std::string::npos;
         At = Small.find(Other.str(), At))
      Small.erase(At, Other.size());
  return llvm::any_of(
      Words, [&](StringRef Word) { return StringRef(Small).contains(Word); });
}

bool RoutineTable::looksLikePrinting(const FunctionDecl &F) {
  if (F.hasAttr<FormatAttr>())
    return true;
  return F.getDeclName().isIdentifier() && looksLikePrinting(F.getName());
}

namespace {

bool hasInspectAnnotation(const FunctionDecl &F) {
  if (F.hasAttr<WarnUnusedResultAttr>())
    return true;
  const StringRef Declaration = textBefore(F);
  return Declaration.contains("_Must_inspect_result_") ||
         Declaration.contains("_Check_return_") ||
         Declaration.contains("__checkReturn");
}

bool isCompletionRoutine(QualType T) {
  if (const auto *Pointer = T->getAs<PointerType>())
    if (const auto *Typedef = Pointer->getPointeeType()->getAs<TypedefType>())
      if (Typedef->getDecl()->getName() == "IO_COMPLETION_ROUTINE")
        return true;
  const auto *Typedef = T->getAs<TypedefType>();
  return Typedef && Typedef->getDecl()->getName() == "PIO_COMPLETION_ROUTINE";
}

} // namespace

StringRef textBefore(const FunctionDecl &F) {
  const SourceManager &Sources = F.getASTContext().getSourceManager();
  SourceLocation Begin = Sources.getFileLoc(F.getBeginLoc());
  SourceLocation End = Sources.getFileLoc(F.getLocation());
  if (Begin.isInvalid() || Sources.getFileID(Begin) != Sources.getFileID(End))
    return {};
  bool Invalid = false;
  StringRef Text = Sources.getBufferData(Sources.getFileID(Begin), &Invalid);
  if (Invalid)
    return {};
  constexpr size_t MaxBefore = 400;
  size_t To = Sources.getFileOffset(End), From = Sources.getFileOffset(Begin);
  size_t Stop = From > MaxBefore ? From - MaxBefore : 0;
  while (From > Stop && Text[From - 1] != ';' && Text[From - 1] != '}' &&
         Text[From - 1] != '{' && Text[From - 1] != '/')
    --From;
  return Text.slice(From, To);
}

bool isDeclaredAsRegistration(const FunctionDecl &F) {
  QualType Result = F.getReturnType();
  if (F.getNumParams() < 2 || Result.isNull() ||
      !Result->isIntegralOrEnumerationType() || F.getBuiltinID() ||
      irpParameter(F) < 0 || F.hasBody())
    return false;
  bool Routine = false;
  for (const ParmVarDecl *Param : F.parameters())
    Routine |= isCompletionRoutine(Param->getType());
  if (!Routine)
    return false;
  for (const FunctionDecl *D : F.redecls())
    if (hasInspectAnnotation(*D))
      return true;
  return false;
}

bool isRegistrationItself(const CallExpr &Call) {
  const FunctionDecl *Callee = Call.getDirectCallee();
  return Callee && Callee->getDeclName().isIdentifier() &&
         Callee->getName() == "IoSetCompletionRoutineEx" &&
         Call.getNumArgs() == 7;
}

bool isFreedAlone(StringRef RoutineName) {
  return RoutineName == "IoAllocateIrp" || RoutineName == "IoAllocateIrpEx" ||
         RoutineName == "IoMakeAssociatedIrp";
}

bool isAssertion(StringRef Macro) {
  return Macro.contains_insensitive("assert") ||
         Macro.contains_insensitive("assume");
}

bool startsSomething(StringRef RoutineName) {
  static const llvm::Regex Starts(
      "^(Ke|Ex|Zw|Nt|Flt|Wdf)Set(Coalescable)?Timer(Ex)?$|^IoStartTimer$|"
      "^WdfTimerStart$|^KeInsertQueue(Apc|Dpc)$|^WdfDpcEnqueue$|"
      "^WdfWorkItemEnqueue$|^IoQueueWorkItem(Ex)?$|^IoTryQueueWorkItem$|"
      "^ExQueueWorkItem(ToIoPool)?$|^IoRequestDpc$|^KeInsertQueue$|"
      "^PsCreateSystemThread(Ex)?$|^IoCreateSystemThread$|"
      "^FltQueue(Generic|DeferredIo)WorkItem$|^PoRequestPowerIrp$");
  return Starts.match(RoutineName);
}

std::optional<Touch> touchedBy(StringRef RoutineName) {
  static const llvm::Regex Sets(
      "[Ii]nterlocked(Compare)?Exchange|[Ii]nterlocked[Bb]it[Tt]est[Aa]nd|"
      "Interlocked(Or|And|Xor|Add|PushEntrySList|PopEntrySList|FlushSList)|"
      "TestAndSet|^Ke(Clear|Reset|Set|Pulse)Event|"
      "^Ke(Insert|Remove)[A-Za-z]*DeviceQueue|"
      "^Rtl(Set|Clear)(All)?Bits?$|^RtlFind(Clear|Set)BitsAnd(Set|Clear)$|"
      "^(Ex)?(Interlocked)?(Push|Pop)Entry(S?List)|"
      "^(Ex)?(Interlocked)?(Insert|Remove|Append)(Head|Tail|Entry)?[A-Za-z]*"
      "List");
  static const llvm::Regex Copies(
      "^Rtl(Copy|Move|Zero|Fill|SecureZero)(Device|Volatile)?(Memory|Bytes)|"
      "^(__builtin_)?mem(cpy|move|set)");
  static const llvm::Regex Fills("Zero|Fill|memset");
  if (Sets.match(RoutineName))
    return Touch{0, false};
  if (Copies.match(RoutineName))
    return Touch{0, true, false, Fills.match(RoutineName)};
  if (RoutineName == "KeInitializeEvent")
    return Touch{0, true, true};
  return std::nullopt;
}

bool isPlainQuestion(StringRef RoutineName) {
  static const llvm::Regex Asks(
      "^Io(GetCurrentIrpStackLocation|GetNextIrpStackLocation)$|"
      "^U?Long(Long)?ToPtr$|^U?IntToPtr$|^Wdf[A-Za-z]+GetTypedContext"
      "(Worker)?$|^WdfDeviceWdmGet|^WdfObjectContextGetObject$");
  return Asks.match(RoutineName);
}

bool isPlainKernelRoutine(StringRef RoutineName) {
  static const llvm::Regex Plain(
      "^(Rtl|Ke(Init|Query|Get|Read|Stall|Delay|Memory)|Mm(Get|Is|Build)|"
      "Io(Get|Is|Init|Copy)|Ps(Get|Is)|Ex(Get|Init)|memset$|memcpy$|memmove$|"
      "str|wcs|_?snprintf|__)");
  return Plain.match(RoutineName);
}

namespace {

StringRef nameOf(const RecordDecl &Record) {
  StringRef Name = Record.getName();
  if (Name.empty())
    if (const TypedefNameDecl *Typedef = Record.getTypedefNameForAnonDecl())
      Name = Typedef->getName();
  return Name;
}

/// IO_STATUS_BLOCK has the status in a union, with a name in some headers.
bool isInStatusBlock(const RecordDecl &Record) {
  for (const DeclContext *D = &Record; D && D->isRecord(); D = D->getParent()) {
    StringRef Name = nameOf(*cast<RecordDecl>(D));
    if (Name == "_IO_STATUS_BLOCK" || Name == "IO_STATUS_BLOCK")
      return true;
  }
  return false;
}

} // namespace

FieldRole roleOfField(const FieldDecl &F) {
  if (!F.getDeclName().isIdentifier())
    return FieldRole::None;
  StringRef Name = F.getName();
  if (Name == "CurrentLocation")
    return FieldRole::StackPosition;
  if (Name == "CurrentStackLocation")
    return FieldRole::StackPointer;
  if (Name == "CompletionRoutine")
    return FieldRole::Completion;
  if (Name == "Control")
    return FieldRole::Control;
  if (Name == "MajorFunction" && isRequestRecord(*F.getParent()))
    return FieldRole::Major;
  if (Name == "MinorFunction" && isRequestRecord(*F.getParent()))
    return FieldRole::Minor;
  if (Name == "Flags" && isRequestRecord(*F.getParent()) &&
      nameOf(*F.getParent()).contains("IRP"))
    return FieldRole::Flags;
  if (Name == "IoStatus" && isRequestRecord(*F.getParent()))
    return FieldRole::Outcome;
  if (Name == "DriverContext" || Name == "ListEntry")
    return FieldRole::Own;
  if (Name == "Status" && isInStatusBlock(*F.getParent()))
    return FieldRole::Status;
  return FieldRole::None;
}

bool isRequestRecord(const RecordDecl &Record) {
  StringRef Name = nameOf(Record);
  return Name == "_IRP" || Name == "IRP" || Name == "_IO_STACK_LOCATION" ||
         Name == "IO_STACK_LOCATION" || Name == "_IO_STATUS_BLOCK" ||
         Name == "IO_STATUS_BLOCK";
}

bool isTypedefOf(QualType T, StringRef Name) {
  while (!T.isNull()) {
    const auto *Typedef = T->getAs<TypedefType>();
    if (!Typedef)
      return false;
    if (Typedef->getDecl()->getName() == Name)
      return true;
    T = Typedef->getDecl()->getUnderlyingType();
  }
  return false;
}

bool isStatusType(QualType T) { return isTypedefOf(T, "NTSTATUS"); }

bool isIrqlPointer(QualType T) {
  return isTypedefOf(T, "PKIRQL") ||
         (T->isPointerType() && isTypedefOf(T->getPointeeType(), "KIRQL"));
}

bool isIrpPointer(QualType T) {
  if (T.isNull())
    return false;
  const auto *Pointer = T->getAs<PointerType>();
  if (!Pointer)
    return false;
  const RecordDecl *Record = Pointer->getPointeeType()->getAsRecordDecl();
  if (!Record)
    return false;
  StringRef Name = nameOf(*Record);
  return Name == "_IRP" || Name == "IRP";
}

bool isDevicePointer(QualType T) {
  const auto *Pointer = T.isNull() ? nullptr : T->getAs<PointerType>();
  const RecordDecl *Record =
      Pointer ? Pointer->getPointeeType()->getAsRecordDecl() : nullptr;
  if (!Record)
    return false;
  const StringRef Name = nameOf(*Record);
  return Name == "_DEVICE_OBJECT" || Name == "DEVICE_OBJECT";
}

bool looksLikeDispatch(const FunctionDecl &F) {
  return F.getNumParams() == 2 && isIrpPointer(F.getParamDecl(1)->getType()) &&
         F.getParamDecl(0)->getType()->isPointerType() &&
         F.getReturnType()->isIntegralOrEnumerationType();
}

DeviceField roleOfDeviceField(const ValueDecl &Field) {
  if (!Field.getDeclName().isIdentifier())
    return DeviceField::None;
  const StringRef Name = Field.getName();
  return Name == "DeviceExtension" ? DeviceField::Extension
         : Name == "AttachedDevice" || Name == "NextDevice" || Name == "Vpb"
             ? DeviceField::Other
             : DeviceField::None;
}

bool takesIrp(const FunctionDecl &F) {
  return llvm::any_of(F.parameters(), [](const ParmVarDecl *Param) {
    return isIrpPointer(Param->getType());
  });
}

int irpParameter(const FunctionDecl &F) {
  int Found = -1;
  for (unsigned I = 0, N = F.getNumParams(); I != N; ++I)
    if (isIrpPointer(F.getParamDecl(I)->getType())) {
      if (Found >= 0)
        return -1;
      Found = static_cast<int>(I);
    }
  return Found;
}

} // namespace wdm::model
