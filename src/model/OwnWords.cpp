//===- OwnWords.cpp - What a driver's own routines say --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/model/OwnWords.h"
#include "llvm/Support/Regex.h"

namespace wdm::model {

bool soundsCompleting(llvm::StringRef Name) {
  return Name.contains("omplete") && !Name.contains("ompletion");
}

bool isSignal(llvm::StringRef Name) {
  static const llvm::Regex Signals(
      "^(Ke|Zw|Nt)(Set|Pulse)Event|^KeReleaseSemaphore$|^IoStartNextPacket|"
      "^IoSignal|^ExNotifyCallback$|^PoSetPowerState$|^IoInvalidate|"
      "^IoSetDeviceInterfaceState$|^PoRegister|^IoRequestDeviceEject");
  return Signals.match(Name);
}

bool startsNextPowerIrp(llvm::StringRef Name) {
  return Name == "PoStartNextPowerIrp";
}

bool isOfPower(llvm::StringRef Name) {
  return Name == "PoCallDriver" || startsNextPowerIrp(Name);
}

bool countsUp(llvm::StringRef Name) {
  return Name.trim('_').starts_with("InterlockedIncrement");
}

bool countsDown(llvm::StringRef Name) {
  return Name.trim('_').starts_with("InterlockedDecrement");
}

bool tellsHardware(llvm::StringRef Name) {
  return Name.starts_with("WRITE_PORT_") || Name.starts_with("WRITE_REGISTER_");
}

bool takesOut(llvm::StringRef Name) {
  static const llvm::Regex Takes(
      "^(Ex)?(Interlocked)?(Remove(Head|Tail)List|PopEntryList)$");
  return Takes.match(Name);
}

int argumentThatKeeps(llvm::StringRef Name) {
  return Name == "IoAllocateMdl" ? 4 : -1;
}

bool isForMdl(llvm::StringRef Name) {
  return Name.starts_with("MmProbeAndLock");
}

bool startsNextPacket(llvm::StringRef Name) {
  return Name.starts_with("IoStartNextPacket") ||
         Name.starts_with("KeRemoveDeviceQueue") ||
         Name.starts_with("KeRemoveByKeyDeviceQueue");
}

bool soundsOpening(llvm::StringRef Name) {
  static const llvm::Regex Opens(
      "(^|[a-z_])(Begin|Bump|Start|Stop|Add|Ref|Hold|Suspend|Disable|Enable|"
      "Activate|Block|Pause|Insert|Queue|Enqueue|Register|Push|Mark|Reserve|"
      "Claim|Take|Grab|Inc|Wake|Busy|Disarm|Arm|Consume|Charge|Engage|Pin|"
      "Connect|Attach|Mount|Admit|Mask|Inhibit|Assign|Bind|Keep|Turn|Own|Up|"
      "Increase|Select|Started|Arrived|Create|Submit|Boost|Kick|Init)"
      "([A-Z_0-9]|$)");
  return Opens.match(Name);
}

bool soundsMaking(llvm::StringRef Name) {
  static const llvm::Regex Makes(
      "(^|[a-z_])(Alloc|Allocate|New|Create|Make|Build|Acquire|Reserve|Claim|"
      "Take|Open|Dup|Duplicate|Clone|Copy|Pop|Ref|Map)([A-Z_0-9]|$)|"
      "(^|_)(alloc|new|create|make|acquire|reserve|open|dup|clone)(_|$)");
  return Makes.match(Name);
}

bool soundsLikeSpinLock(llvm::StringRef Name) {
  return Name.contains_insensitive("spin");
}

bool isResultField(llvm::StringRef Name) { return Name == "Information"; }

bool soundsLower(llvm::StringRef Name) {
  static const llvm::Regex Lower("lower|next|target|attached|under|below|pdo|"
                                 "physical|top",
                                 llvm::Regex::IgnoreCase);
  return Lower.match(Name);
}

bool asksForOwn(llvm::StringRef Name) {
  static const llvm::Regex Own("Get[A-Za-z]*(Ext|Dev|Context|Data|Global|Fdo|"
                               "Pdo)|Extension$|^(Wdf|Flt)[A-Za-z]*Get");
  return Own.match(Name);
}

bool soundsAsking(llvm::StringRef Name) {
  static const llvm::Regex Asks("^(Is|is|Has|has|Can|can|Needs|needs|Get|get|"
                                "Find|find|Lookup|Check|Query)[A-Z_]|"
                                "_(is|has|get)_");
  return Asks.match(Name);
}

} // namespace wdm::model
