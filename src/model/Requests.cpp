//===- Requests.cpp - Which requests a driver may fail --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/model/Requests.h"
#include "clang/AST/Decl.h"
#include "clang/AST/Type.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Regex.h"

using namespace clang;
using llvm::StringRef;

namespace wdm::model {

namespace {

constexpr int64_t Pnp = 0x1b;
constexpr int64_t Power = MajorPower;

struct MajorRow {
  int64_t Value;
  const char *Name;
  MayFail Fails;
};
constexpr MajorRow Majors[] = {
    {0x02, "IRP_MJ_CLOSE", MayFail::No},
    {0x10, "IRP_MJ_SHUTDOWN", MayFail::No},
    {0x12, "IRP_MJ_CLEANUP", MayFail::No},
    {Power, "IRP_MJ_POWER", MayFail::ByMinor},
    {Pnp, "IRP_MJ_PNP", MayFail::ByMinor},
};

struct MinorRow {
  const char *Name;
  int64_t Value;
  int64_t Major;
};
constexpr MinorRow Minors[] = {
    {"IRP_MN_REMOVE_DEVICE", 0x02, Pnp},
    {"IRP_MN_CANCEL_REMOVE_DEVICE", 0x03, Pnp},
    {"IRP_MN_STOP_DEVICE", 0x04, Pnp},
    {"IRP_MN_CANCEL_STOP_DEVICE", 0x06, Pnp},
    {"IRP_MN_SURPRISE_REMOVAL", 0x17, Pnp},
    {"IRP_MN_SET_POWER", 0x02, Power},
};

constexpr int64_t PnpMinors[] = {0x02, 0x03, 0x04, 0x06, 0x17};
constexpr int64_t PowerMinors[] = {0x02};

} // namespace

MayFail mayFailMajor(int64_t Major) {
  for (const MajorRow &Row : Majors)
    if (Row.Value == Major)
      return Row.Fails;
  return MayFail::Yes;
}

llvm::ArrayRef<int64_t> majorsThatMustNotFail() {
  static constexpr int64_t All[] = {0x02, 0x10, 0x12, Power, Pnp};
  return All;
}

StringRef nameOfMajor(int64_t Major) {
  for (const MajorRow &Row : Majors)
    if (Row.Value == Major)
      return Row.Name;
  return StringRef();
}

std::optional<int64_t> majorByName(StringRef Name) {
  constexpr int64_t AnyOther = 0x03; // IRP_MJ_READ
  for (const MajorRow &Row : Majors)
    if (Row.Name == Name)
      return Row.Value;
  if (!Name.starts_with("IRP_MJ_") || Name == "IRP_MJ_OTHER")
    return std::nullopt;
  return AnyOther;
}

bool mayFailMinor(int64_t Minor, StringRef Spelled, int64_t Major) {
  // IRP_MN_START_DEVICE and IRP_MN_WAIT_WAKE have one value: the name decides.
  const bool Named = Spelled.starts_with("IRP_MN_");
  return llvm::none_of(Minors, [&](const MinorRow &Row) {
    return Named ? Spelled == Row.Name
                 : Row.Value == Minor && (Major < 0 || Row.Major == Major);
  });
}

llvm::ArrayRef<int64_t> minorsThatMustNotFail(int64_t Major) {
  if (Major == Power)
    return PowerMinors;
  return PnpMinors; // Those of POWER are among them.
}

StringRef nameOfMinor(int64_t Minor, int64_t Major) {
  StringRef Name;
  for (const MinorRow &Row : Minors) {
    if (Row.Value != Minor || (Major >= 0 && Row.Major != Major))
      continue;
    if (!Name.empty())
      return StringRef();
    Name = Row.Name;
  }
  return Name;
}

bool isPagingFlag(int64_t Bits) {
  constexpr int64_t PagingIo = 0x02;
  constexpr int64_t SynchronousPagingIo = 0x40;
  return (Bits & (PagingIo | SynchronousPagingIo)) != 0;
}

RequestField roleOfRequestField(const FieldDecl &F) {
  if (!F.getDeclName().isIdentifier() || F.getType()->isArrayType())
    return RequestField::None;
  StringRef Name = F.getName();
  if (Name == "MajorFunction")
    return RequestField::Major;
  if (Name == "MinorFunction")
    return RequestField::Minor;
  StringRef Record = F.getParent()->getName();
  if (Name == "Flags" && (Record == "_IRP" || Record == "IRP"))
    return RequestField::IrpFlags;
  return RequestField::None;
}

bool soundsUnfailable(StringRef RoutineName) {
  // Words: `DispatchPnp`, `dispatch_clean_up`, `FDOPower`.
  static const llvm::Regex Unfailable(
      "(^|[a-z0-9_])(Close|Clean_?[Uu]p|Cln_?[Uu]p|Stop|Shut_?[Dd]own|Power|P["
      "Nn]P|Pnp|"
      "Plug_?(And_?)?Play|Surprise|Remov(al|ing)|Paging)|"
      "(^|[a-z0-9_])Remove([^L]|$)|"
      "(^|_)(close|clean_?up|stop|shut_?down|power|pnp|plug_?(and_?)?play|"
      "surprise|remove|removal)(_|[A-Z]|$)|[A-Z](Power|Pnp|Close|Remove)$");
  static const llvm::Regex Query("[Qq]uery|QUERY");
  return Unfailable.match(RoutineName) && !Query.match(RoutineName);
}

bool soundsForAll(StringRef RoutineName) {
  static const llvm::Regex All(
      "(^|[a-z0-9_])(Pass|PassThrough|PassThru|PassDown|PassOn|All|Any|Default|"
      "Generic|Unhandled|SendToNext|SendDown|Hook)(Irp|Request|Through|Thru|"
      "Down|On|Driver)?[0-9]*(_|$)|"
      "(^|_)(pass|all|any|default|generic)(_|$)");
  return All.match(RoutineName);
}

bool soundsFailable(StringRef RoutineName) {
  static const llvm::Regex Failable(
      "[Qq]uery|(^|[a-z0-9_])(Start|Create|Open|Read|Write|Ioctl|DeviceControl)"
      "([A-Z_]|$)|(^|_)(start|create|open|read|write|ioctl)(_|$)");
  return Failable.match(RoutineName) && !soundsUnfailable(RoutineName);
}

bool isFrameworkIrpCallback(QualType T) {
  while (!T.isNull()) {
    if (const auto *Typedef = T->getAs<TypedefType>()) {
      StringRef Name = Typedef->getDecl()->getName();
      if (Name == "EVT_WDFDEVICE_WDM_IRP_PREPROCESS" ||
          Name == "EVT_WDFDEVICE_WDM_IRP_DISPATCH" ||
          Name == "PFN_WDFDEVICE_WDM_IRP_PREPROCESS" ||
          Name == "PFN_WDFDEVICE_WDM_IRP_DISPATCH")
        return true;
      T = Typedef->getDecl()->getUnderlyingType();
    } else if (const auto *Pointer = T->getAs<PointerType>()) {
      T = Pointer->getPointeeType();
    } else {
      return false;
    }
  }
  return false;
}

} // namespace wdm::model
