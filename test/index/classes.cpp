// RUN: %driver_one
//
// Classes over several files: methods, constructors and destructors, wrappers of an
// IRP, results by value and by reference, namespaces, overloads.
//--- dev.h
#pragma once
#include "oracle_wdm.h"
namespace flt {
class Irp {
public:
  explicit Irp(PIRP I);
  ~Irp();
  PIRP get() const;
  PIRP release();
  NTSTATUS hook(PDEVICE_OBJECT Dev);
  bool ok() const { return NT_SUCCESS(m_Status); }
  bool okFar() const;
  NTSTATUS m_Status;
private:
  PIRP m_Irp;
};
class Device {
public:
  NTSTATUS send(PIRP I);
  NTSTATUS sendOver(PIRP I, int N);
  NTSTATUS sendOver(PIRP I);
  virtual NTSTATUS vsend(PIRP I);
  static NTSTATUS Complete(PIRP I, NTSTATUS S);
  NTSTATUS reg(PIRP I);
  NTSTATUS read(PIRP I);
  NTSTATUS write(PIRP I);
  PDEVICE_OBJECT self() const;
  PDEVICE_OBJECT m_Self, m_Lower;
  NTSTATUS m_Last;
};
template <class T> NTSTATUS Twice(T *D, PIRP I) { return D->send(I); }
struct Guard { Guard(PIRP I); ~Guard(); PIRP I; };
}
namespace { struct Anon { int x; }; }
struct Result { NTSTATUS Status; PIRP I; };
Result MakeResult(PDEVICE_OBJECT D, PIRP I);
void RefOut(PDEVICE_OBJECT D, PIRP I, NTSTATUS &S);
extern "C" NTSTATUS CSend(PDEVICE_OBJECT D, PIRP I);
//--- irp.cpp
#include "dev.h"
using namespace flt;
Irp::Irp(PIRP I) : m_Status(0), m_Irp(I) {}
Irp::~Irp() { if (m_Irp) IoFreeIrp(m_Irp); }
PIRP Irp::get() const { return m_Irp; }
PIRP Irp::release() { PIRP I = m_Irp; m_Irp = nullptr; return I; }
NTSTATUS Irp::hook(PDEVICE_OBJECT Dev) {
  m_Status = IoSetCompletionRoutineEx(Dev, m_Irp, DrvDone, nullptr, TRUE, TRUE, TRUE);
  return m_Status;
}
bool Irp::okFar() const { return NT_SUCCESS(m_Status); }
Guard::Guard(PIRP I) : I(I) {}
Guard::~Guard() { IoCompleteRequest(I, 0); }
Result MakeResult(PDEVICE_OBJECT D, PIRP I) {
  Result R;
  R.Status = IoSetCompletionRoutineEx(D, I, DrvDone, nullptr, TRUE, TRUE, TRUE);
  R.I = I;
  return R;
}
void RefOut(PDEVICE_OBJECT D, PIRP I, NTSTATUS &S) {
  S = IoSetCompletionRoutineEx(D, I, DrvDone, nullptr, TRUE, TRUE, TRUE);
}
//--- dev.cpp
#include "dev.h"
using namespace flt;
static NTSTATUS down(PDEVICE_OBJECT L, PIRP I) { return IoCallDriver(L, I); }
namespace { NTSTATUS hidden(PDEVICE_OBJECT L, PIRP I) { return down(L, I); } }
NTSTATUS Device::send(PIRP I) { return hidden(m_Lower, I); }
NTSTATUS Device::sendOver(PIRP I, int N) { if (N) return down(m_Lower, I); return 0; }
NTSTATUS Device::sendOver(PIRP I) { return sendOver(I, 1); }
NTSTATUS Device::vsend(PIRP I) { return down(m_Lower, I); }
NTSTATUS Device::Complete(PIRP I, NTSTATUS S) { I->IoStatus.Status = S; IoCompleteRequest(I, 0); return S; }
NTSTATUS Device::reg(PIRP I) { m_Last = IoSetCompletionRoutineEx(m_Self, I, DrvDone, nullptr, TRUE, TRUE, TRUE); return m_Last; }
PDEVICE_OBJECT Device::self() const { return m_Self; }
extern "C" NTSTATUS CSend(PDEVICE_OBJECT D, PIRP I) { return IoCallDriver(D, I); }
//--- use.cpp
#include "dev.h"
using namespace flt;
NTSTATUS u1(Device *D, PIRP I) { D->reg(I); return D->send(I); }
// finds: result of 'reg' is discarded; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// note: use.cpp:3: in the call to 'reg'
// note: dev.cpp:10: completion routine is registered here
// note: use.cpp:3: in the call to 'send'
// note: dev.cpp:5: in the call to 'hidden'
// note: dev.cpp:4: in the call to 'down'
// note: dev.cpp:3: IRP sent here
NTSTATUS u2(Device *D, PIRP I) { if (!NT_SUCCESS(D->reg(I))) return Device::Complete(I, D->m_Last); return D->send(I); }
NTSTATUS u3(Device *D, PIRP I) { D->reg(I); if (!NT_SUCCESS(D->m_Last)) return Device::Complete(I, D->m_Last); return D->sendOver(I); }
NTSTATUS u4(Device *D, PIRP I) { NTSTATUS s = D->reg(I); if (!NT_SUCCESS(s)) return s; return D->sendOver(I, 0); }
// finds: 'reg' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
// note: use.cpp:6: in the call to 'reg'
// note: dev.cpp:10: completion routine is registered here
// note: use.cpp:6: 'NT_SUCCESS(s)' is true here
// note: use.cpp:6: function returns here with the IRP not sent
NTSTATUS u5(Device *D, PIRP I) { NTSTATUS s = D->reg(I); if (!NT_SUCCESS(s)) return s; return D->sendOver(I, 1); }
NTSTATUS u6(Device *D, PIRP I) { NTSTATUS s = D->reg(I); return Twice(D, I); }
// finds: result of 'reg' is stored in 's' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// note: use.cpp:8: in the call to 'reg'
// note: dev.cpp:10: completion routine is registered here
// note: use.cpp:8: in the call to 'Twice'
// note: dev.h:31: in the call to 'send'
// note: dev.cpp:5: in the call to 'hidden'
// note: dev.cpp:4: in the call to 'down'
// note: dev.cpp:3: IRP sent here
NTSTATUS u7(Device *D, PIRP I) { Irp W(I); W.hook(D->self()); return D->send(W.release()); }
// finds: result of 'hook' is stored in 'W.m_Status' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// note: use.cpp:9: in the call to 'hook'
// note: irp.cpp:8: completion routine is registered here
// note: use.cpp:9: in the call to 'send'
// note: dev.cpp:5: in the call to 'hidden'
// note: dev.cpp:4: in the call to 'down'
// note: dev.cpp:3: IRP sent here
NTSTATUS u8(Device *D, PIRP I) { Irp W(I); W.hook(D->self()); if (!W.ok()) return 1; return D->send(W.release()); }
NTSTATUS u9(Device *D, PIRP I) { Irp W(I); W.hook(D->self()); if (!W.okFar()) return 1; return D->send(W.release()); }
NTSTATUS u10(Device *D, PIRP I) { Irp W(I); W.hook(D->self()); if (W.okFar()) return 1; return D->send(W.release()); }
// finds: 'hook' succeeded, but the IRP is not sent on every path, which leaks memory; register the completion routine last, when nothing can fail any more [wdm-completion-routine-registered]
// note: use.cpp:12: in the call to 'hook'
// note: irp.cpp:8: completion routine is registered here
// note: use.cpp:12: 'W.okFar()' is true here
// note: use.cpp:12: in the call to '~Irp'
// note: irp.cpp:4: IRP freed here without being sent
// finds: 'hook' can fail, and the IRP is then sent without a completion routine [wdm-io-set-completion-ex-complete-irp]
// note: use.cpp:12: in the call to 'hook'
// note: irp.cpp:8: completion routine is registered here
// note: use.cpp:12: 'W.okFar()' is false here
// note: use.cpp:12: in the call to 'send'
// note: dev.cpp:5: in the call to 'hidden'
// note: dev.cpp:4: in the call to 'down'
// note: dev.cpp:3: IRP sent here
NTSTATUS u11(Device *D, PIRP I) { { Guard G(I); } return I->IoStatus.Status; }
// finds: IRP is read here although it was completed at irp.cpp:13 [wdm-irp-used-after-completion]
// note: use.cpp:13: in the call to '~Guard'
// note: irp.cpp:13: IRP completed here
NTSTATUS u12(Device *D, PIRP I) { Result R = MakeResult(D->m_Self, I); if (!NT_SUCCESS(R.Status)) return R.Status; return CSend(D->m_Lower, I); }
NTSTATUS u13(Device *D, PIRP I) { Result R = MakeResult(D->m_Self, I); return CSend(D->m_Lower, R.I); }
// finds: result of 'MakeResult' is never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// note: use.cpp:15: in the call to 'MakeResult'
// note: irp.cpp:16: completion routine is registered here
// note: use.cpp:15: in the call to 'CSend'
// note: dev.cpp:12: IRP sent here
NTSTATUS u14(Device *D, PIRP I) { NTSTATUS s; RefOut(D->m_Self, I, s); return CSend(D->m_Lower, I); }
// finds: result of 'RefOut' is stored in 's' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// note: use.cpp:16: in the call to 'RefOut'
// note: irp.cpp:21: completion routine is registered here
// note: use.cpp:16: in the call to 'CSend'
// note: dev.cpp:12: IRP sent here
NTSTATUS u15(Device *D, PIRP I) { NTSTATUS s; RefOut(D->m_Self, I, s); if (s < 0) return s; return CSend(D->m_Lower, I); }
NTSTATUS u16(Device *D, PIRP I) { NTSTATUS s = D->reg(I); return D->vsend(I); }
NTSTATUS u17(Device *D, PIRP I) { NTSTATUS s = D->reg(I); return D->Device::vsend(I); }
// finds: result of 'reg' is stored in 's' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// note: use.cpp:19: in the call to 'reg'
// note: dev.cpp:10: completion routine is registered here
// note: use.cpp:19: in the call to 'vsend'
// note: dev.cpp:8: in the call to 'down'
// note: dev.cpp:3: IRP sent here
NTSTATUS u18(Device *D, PIRP I) { auto f = [&](PIRP X) { return D->send(X); }; NTSTATUS s = D->reg(I); return f(I); }
// finds: result of 'reg' is stored in 's' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// note: use.cpp:20: in the call to 'reg'
// note: dev.cpp:10: completion routine is registered here
// note: use.cpp:20: in the call to 'operator()'
// note: use.cpp:20: in the call to 'send'
// note: dev.cpp:5: in the call to 'hidden'
// note: dev.cpp:4: in the call to 'down'
// note: dev.cpp:3: IRP sent here
NTSTATUS u19(Device *D, PIRP I) { NTSTATUS (*p)(PDEVICE_OBJECT, PIRP) = CSend; NTSTATUS s = D->reg(I); return p(D->m_Lower, I); }
NTSTATUS Device::read(PIRP I) { NTSTATUS s = reg(I); if (s == STATUS_PENDING) return s; return send(I); }
// finds: result of 'reg' is stored in 's' but never tested; check it with NT_SUCCESS before the IRP is sent [wdm-io-set-completion-routine-ex]
// note: use.cpp:22: in the call to 'reg'
// note: dev.cpp:10: completion routine is registered here
// note: use.cpp:22: 's == STATUS_PENDING' is false here
// note: use.cpp:22: in the call to 'send'
// note: dev.cpp:5: in the call to 'hidden'
// note: dev.cpp:4: in the call to 'down'
// note: dev.cpp:3: IRP sent here
NTSTATUS Device::write(PIRP I) { NTSTATUS s = IoSetCompletionRoutineEx(m_Lower, I, DrvDone, nullptr, TRUE, TRUE, TRUE); if (!NT_SUCCESS(s)) return s; return send(I); }
// finds: 'IoSetCompletionRoutineEx' is given the device object that the IRP is sent to; pass the driver's own device object [wdm-io-set-completion-routine-ex-device-object]
// note: use.cpp:23: 'NT_SUCCESS(s)' is true here
// note: use.cpp:23: in the call to 'send'
// note: dev.cpp:5: in the call to 'hidden'
// note: dev.cpp:4: in the call to 'down'
// note: dev.cpp:3: IRP sent to the same device object here
