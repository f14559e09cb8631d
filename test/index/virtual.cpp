// RUN: %driver_one
//
// Virtual methods that other files define: followed where only one can be meant.
//--- dev.h
#pragma once
extern "C" {
#include "wdm.h"
}
class Device {
public:
  virtual NTSTATUS finish(PIRP Irp) = 0;
  virtual NTSTATUS leave(PIRP Irp);
};
class Pdo : public Device {
public:
  NTSTATUS finish(PIRP Irp) override;
};
class Child : public Pdo {
public:
  NTSTATUS finish(PIRP Irp) override;
};
class Fdo final : public Device {
public:
  NTSTATUS finish(PIRP Irp) override;
  Pdo Own;
};
//--- dev.cpp
#include "dev.h"
static NTSTATUS end(PIRP Irp) {
  Irp->IoStatus.Status = STATUS_SUCCESS;
  IoCompleteRequest(Irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
}
NTSTATUS Device::leave(PIRP Irp) { return Irp->IoStatus.Status; }
NTSTATUS Pdo::finish(PIRP Irp) { return end(Irp); }
NTSTATUS Fdo::finish(PIRP Irp) { return end(Irp); }
//--- child.cpp
#include "dev.h"
NTSTATUS Child::finish(PIRP Irp) { return leave(Irp); }
//--- use.cpp
#include "dev.h"
void byName(PIRP Irp) {
  Pdo Local;
  Local.finish(Irp);
  Irp->IoStatus.Information = 0;
  // finds: IRP is written here although it was completed at dev.cpp:4 [wdm-irp-used-after-completion]
}
void byMember(Fdo &F, PIRP Irp) {
  F.Own.finish(Irp);
  Irp->IoStatus.Information = 0;
  // finds: IRP is written here although it was completed at dev.cpp:4 [wdm-irp-used-after-completion]
}
void ofAFinalClass(Fdo *F, PIRP Irp) {
  F->finish(Irp);
  Irp->IoStatus.Information = 0;
  // finds: IRP is written here although it was completed at dev.cpp:4 [wdm-irp-used-after-completion]
}
void byItsClass(Pdo *P, PIRP Irp) {
  P->Pdo::finish(Irp);
  Irp->IoStatus.Information = 0;
  // finds: IRP is written here although it was completed at dev.cpp:4 [wdm-irp-used-after-completion]
}
/* it may be a Child */
void byReference(Pdo &P, PIRP Irp) {
  P.finish(Irp);
  Irp->IoStatus.Information = 0;
}
void ofAnyKind(Device *D, PIRP Irp) {
  D->finish(Irp);
  Irp->IoStatus.Information = 0;
}
