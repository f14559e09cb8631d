//===- Deeds.cpp - What lasts when a function has left --------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/proof/Deeds.h"
#include "src/model/OwnWords.h"
#include "src/proof/Walks.h"
#include "clang/AST/Decl.h"
#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/SaveAndRestore.h"
#include <utility>

using namespace clang;

namespace wdm::proof {

using namespace engine;

namespace {

constexpr unsigned MaxDepth = 4;
constexpr unsigned MaxHops = 3;

std::string keyOf(const void *Field) {
  return "=" + llvm::utohexstr(reinterpret_cast<uintptr_t>(Field));
}

/// Nobody but this function knows the memory yet.
bool isFresh(const FlowGraph &G, ExprId Pointer) {
  const FlowExpr &E = G.Exprs[Pointer];
  if (E.Kind != ExprKind::Load || G.Places[E.Place].Kind != PlaceKind::Variable)
    return false;
  auto Allocates = [&](const FlowEvent &Event) {
    if (Event.Kind != EventKind::Store ||
        !isVariable(G, Event.Place, G.Places[E.Place].Decl))
      return false;
    const FlowCall *Made = callMaking(G, Event.Value);
    return Made && Made->Handles && Made->Handles->Acquires &&
           Made->Handles->Acquires->isMemory();
  };
  return llvm::any_of(G.Blocks, [&](const FlowBlock &B) {
    return llvm::any_of(B.Events, Allocates);
  });
}

/// Memory is handed on in what an IRP brings back.
bool keepsMemory(const FlowGraph &G, const FlowEvent &E) {
  const FlowPlace &To = G.Places[E.Place];
  const auto *Field = dyn_cast_or_null<FieldDecl>(
      To.Kind == PlaceKind::Field ? static_cast<const Decl *>(To.Decl)
                                  : nullptr);
  if (E.Kind != EventKind::Store || !Field ||
      !model::isResultField(Field->getName()))
    return false;
  const FlowExpr &Value = G.Exprs[withoutCasts(G, E.Value)];
  if (Value.Kind != ExprKind::Load)
    return false;
  const FlowCall *Made = callMaking(G, E.Value);
  return Made ? Made->ReturnsPointer : G.Places[Value.Place].Pointer;
}

bool isConstant(const FlowGraph &G, ExprId E) {
  return G.Exprs[withoutCasts(G, E)].Kind == ExprKind::Constant;
}

/// One of a few constants, by way of variables and choices perhaps.
bool isOfConstants(const FlowGraph &G, ExprId Id, unsigned Hops = 0) {
  const FlowExpr &E = G.Exprs[withoutCasts(G, Id)];
  if (E.Kind == ExprKind::Constant)
    return true;
  if (E.Kind == ExprKind::Select)
    return isOfConstants(G, E.Args[1], Hops) &&
           isOfConstants(G, E.Args[2], Hops);
  if (E.Kind != ExprKind::Load || Hops == MaxHops ||
      G.Places[E.Place].Kind != PlaceKind::Variable ||
      G.Places[E.Place].Outlives)
    return false;
  bool Some = false;
  for (const FlowBlock &B : G.Blocks)
    for (const FlowEvent &Event : B.Events)
      if (Event.Place && isVariable(G, Event.Place, G.Places[E.Place].Decl)) {
        if (Event.Kind == EventKind::Unknown)
          continue; // It is declared.
        if (Event.Kind != EventKind::Store ||
            !isOfConstants(G, Event.Value, Hops + 1))
          return false;
        Some = true;
      }
  return Some;
}

/// The address of something that goes with the function.
bool isAddressOfLocal(const FlowGraph &G, ExprId Id) {
  const FlowExpr &E = G.Exprs[withoutCasts(G, Id)];
  PlaceId P = E.Kind == ExprKind::AddressOf ? E.Place : 0;
  while (P && G.Places[P].Kind != PlaceKind::Variable)
    P = G.Places[P].Base;
  return P && !G.Places[P].Outlives;
}

/// The number of the parameter that \p Id is; -1: none.
int parameterAt(const FlowGraph &G, ExprId Id) {
  const FlowExpr &E = G.Exprs[withoutCasts(G, Id)];
  if (E.Kind != ExprKind::Load || G.Places[E.Place].Kind != PlaceKind::Variable)
    return -1;
  const auto *Parameter = llvm::find(G.Params, G.Places[E.Place].Decl);
  return Parameter == G.Params.end()
             ? -1
             : static_cast<int>(Parameter - G.Params.begin());
}

bool isZeroOrLess(const FlowGraph &G, ExprId E) {
  return isConstant(G, E) && G.Exprs[withoutCasts(G, E)].Number <= 0;
}

/// What is stored counts down, or clears.
bool closes(const FlowGraph &G, const FlowEvent &E) {
  if (E.Kind == EventKind::StepPlace)
    return E.Number < 0;
  const FlowExpr &Value = G.Exprs[withoutCasts(G, E.Value)];
  if (Value.Kind != ExprKind::Binary)
    return isZeroOrLess(G, E.Value);
  return Value.Operator == Op::Sub || Value.Operator == Op::And ||
         (Value.Operator == Op::Add &&
          llvm::any_of(Value.Args,
                       [&](ExprId Arg) { return isZeroOrLess(G, Arg); }));
}

/// \p Id is made of what \p P holds, or held: `n = P; n--; ... = n`.
bool comesOf(const FlowGraph &G, ExprId Id, PlaceId P, unsigned Hops = 0) {
  return mentions(G, Id, [&](const FlowExpr &E) {
    if (E.Kind != ExprKind::Load)
      return false;
    if (E.Place == P)
      return true;
    const FlowPlace &From = G.Places[E.Place];
    if (Hops == MaxHops || From.Kind != PlaceKind::Variable || From.Outlives)
      return false;
    return llvm::any_of(G.Blocks, [&](const FlowBlock &B) {
      return llvm::any_of(B.Events, [&](const FlowEvent &Event) {
        return Event.Kind == EventKind::Store &&
               isVariable(G, Event.Place, From.Decl) &&
               comesOf(G, Event.Value, P, Hops + 1);
      });
    });
  });
}

} // namespace

/// The field or variable that \p P is, where it outlives the function and is
/// no part of an IRP; else null.
Deeds::Lasting Deeds::lasting(const FlowGraph &G, PlaceId P, unsigned Hops) {
  const void *Named = nullptr; // The innermost field.
  for (; P; P = G.Places[P].Base) {
    const FlowPlace &Place = G.Places[P];
    if (Place.OfRequest)
      return {};
    if (Place.Kind == PlaceKind::Field && !Named)
      Named = Place.Decl;
    if (Place.Kind == PlaceKind::Variable && !Place.Outlives)
      return {};
    if (Place.Kind == PlaceKind::Variable)
      return {Named ? Named : Place.Decl};
    if (Place.Kind != PlaceKind::Pointee)
      continue;
    if (isFresh(G, Place.Key))
      return {};
    return Named ? Lasting{Named} : lastingPointee(G, Place.Key, Hops);
  }
  return {};
}

/// The one value that a local variable ever gets; 0 where it gets several.
static ExprId onlyValueOf(const FlowGraph &G, const void *Variable) {
  ExprId Only = 0;
  for (const FlowBlock &B : G.Blocks)
    for (const FlowEvent &E : B.Events)
      if (E.Place && isVariable(G, E.Place, Variable)) {
        if (E.Kind != EventKind::Store || Only)
          return 0;
        Only = E.Value;
      }
  return Only;
}

/// The variable of an IRP that is completed and came neither as a parameter nor
/// from an allocation: from a queue, from a context.
static const void *foreignIrp(const FlowGraph &G, const FlowCall &Call) {
  const auto I = static_cast<size_t>(Call.Routine.Irp);
  if (Call.Routine.Irp < 0 || I >= Call.Args.size())
    return nullptr;
  const void *Variable = nullptr;
  ExprId Value = Call.Args[I];
  for (unsigned Hops = 0; Value && Hops < MaxHops; ++Hops) {
    const FlowExpr &E = G.Exprs[withoutCasts(G, Value)];
    if (E.Kind != ExprKind::Load ||
        G.Places[E.Place].Kind != PlaceKind::Variable)
      break;
    const void *Decl = G.Places[E.Place].Decl;
    if (llvm::is_contained(G.Params, Decl))
      return nullptr;
    if (!Variable)
      Variable = Decl;
    Value = onlyValueOf(G, Decl);
  }
  const FlowCall *Made = Value ? callMaking(G, Value) : nullptr;
  return Made && Made->Known && Made->Routine.Does == model::Effect::Allocate
             ? nullptr
             : Variable;
}

Deeds::Lasting Deeds::lastingPointee(const FlowGraph &G, ExprId Pointer,
                                     unsigned Hops) {
  const FlowExpr &E = G.Exprs[withoutCasts(G, Pointer)];
  if (E.Kind == ExprKind::AddressOf)
    return lasting(G, E.Place, Hops);
  if (E.Kind != ExprKind::Load)
    return {};
  // What a routine of the driver's own says.
  if (const FlowCall *Made = callMaking(G, Pointer))
    return Made->Callee && !model::isPlainQuestion(Made->Name)
               ? Lasting{Made->Callee}
               : Lasting();
  const FlowPlace &Place = G.Places[E.Place];
  if (Place.Kind != PlaceKind::Variable)
    return lasting(G, E.Place, Hops);
  const auto *Parameter = llvm::find(G.Params, Place.Decl);
  if (Parameter != G.Params.end())
    return {Place.Decl, static_cast<int>(Parameter - G.Params.begin())};
  // PLONG Count = &Extension->Count;
  const ExprId Value = Hops < MaxHops ? onlyValueOf(G, Place.Decl) : 0;
  if (!Value)
    return {};
  // What a routine of the driver's own says; data of the request do not last.
  if (const FlowCall *Made = callMaking(G, Value))
    return Made->Callee && !model::isPlainQuestion(Made->Name)
               ? Lasting{Place.Decl}
               : Lasting();
  return lastingPointee(G, Value, Hops + 1);
}

void Deeds::addStore(const FlowGraph &G, const FlowEvent &E, DeedList &To) {
  const bool Steps = E.Kind == EventKind::StepPlace;
  const FlowExpr &Value = G.Exprs[E.Value];
  const bool Sums = E.Kind == EventKind::Store &&
                    Value.Kind == ExprKind::Binary &&
                    (Value.Operator == Op::Add || Value.Operator == Op::Sub ||
                     Value.Operator == Op::Or);
  const bool OfItself =
      Sums || (E.Kind == EventKind::Store && comesOf(G, E.Value, E.Place));
  // (Of a whole record it is not seen what is set by it.)
  const bool Plain = E.Kind == EventKind::Store && !OfItself &&
                     !isOfConstants(G, E.Value) &&
                     !isAddressOfLocal(G, E.Value);
  Deed D;
  if (keepsMemory(G, E)) {
    D.Kind = Deed::Set;
    D.Key = D.Name = "Information";
    D.Loc = E.Loc;
    To.push_back(std::move(D));
    return;
  }
  const Lasting Field = lasting(G, E.Place);
  if (!Field.Decl)
    return;
  D.Kind = Plain ? Deed::Write : Steps || OfItself ? Deed::Step : Deed::Set;
  D.Closes = E.Kind != EventKind::CopyRecord && !Plain && closes(G, E);
  D.From = Plain ? parameterAt(G, E.Value) : -1;
  D.Key = keyOf(Field.Decl);
  D.Parameter = Field.Parameter;
  if (const auto *Named =
          dyn_cast<NamedDecl>(static_cast<const Decl *>(Field.Decl)))
    D.Name = Named->getNameAsString();
  D.Loc = E.Loc;
  To.push_back(std::move(D));
}

/// \p D, where it is done to what argument \p Argument points to, and that
/// lasts.
void Deeds::addDoneTo(const FlowGraph &G, const FlowCall &Call,
                      unsigned Argument, Deed D, DeedList &To) {
  if (Argument >= Call.Args.size() || isFresh(G, Call.Args[Argument]))
    return;
  const Lasting Field = lastingPointee(G, Call.Args[Argument], 0);
  if (!Field.Decl)
    return;
  D.Key = keyOf(Field.Decl);
  D.Parameter = Field.Parameter;
  To.push_back(std::move(D));
}

/// What this function has acquired is Holding's.
static bool givesBackForOthers(const FlowGraph &G, const FlowCall &Call) {
  const model::Resource &What = *Call.Handles->GivesBack;
  if (What.isMemory()) {
    const auto Back = static_cast<size_t>(What.givenBackArgument());
    return What.givenBackArgument() >= 0 && Back < Call.Args.size() &&
           !isFresh(G, Call.Args[Back]);
  }
  return llvm::none_of(G.Calls, [&](const FlowCall &Other) {
    return Other.Handles && Other.Handles->Acquires &&
           What.isSame(*Other.Handles->Acquires);
  });
}

/// A routine of the table.
void Deeds::addKnown(const FlowGraph &G, const FlowCall &Call, Deed D,
                     DeedList &To) {
  const void *Irp = Call.Routine.Does == model::Effect::Complete
                        ? foreignIrp(G, Call)
                        : nullptr;
  if (Irp)
    D.Key = "!" + keyOf(Irp);
  if (Irp || model::isSignal(Call.Name)) {
    To.push_back(std::move(D));
  } else if (Call.Routine.Does == model::Effect::Wait) {
    // An event that is waited for may be reset by that.
    D.Kind = Deed::Set;
    D.Tested = true;
    addDoneTo(G, Call, 0, std::move(D), To);
  }
}

/// A function whose body can be seen.
void Deeds::addCallee(const FlowGraph &G, const FlowCall &Call, Deed D,
                      bool Inside, DeedList &To) {
  const DeedList &Inner = in(*Call.Callee);
  if (!Inside) {
    if (!Inner.empty())
      To.push_back(std::move(D));
    return;
  }
  for (Deed Each : Inner) {
    Each.Loc = Call.Loc;
    const int Parameter = std::exchange(Each.Parameter, -1);
    if (const auto From = static_cast<size_t>(Each.From);
        Each.From >= 0 && From < Call.Args.size()) {
      if (isOfConstants(G, Call.Args[From])) {
        Each.Kind = Deed::Set;
        Each.Closes = isZeroOrLess(G, Call.Args[From]);
      }
      Each.From = parameterAt(G, Call.Args[From]);
    }
    if (Parameter >= 0)
      addDoneTo(G, Call, static_cast<unsigned>(Parameter), std::move(Each), To);
    else
      To.push_back(std::move(Each));
  }
}

/// What a routine is known to do to memory that lasts. False: it is called for
/// nothing else.
bool Deeds::addTouched(const FlowGraph &G, const FlowCall &Call, Deed D,
                       DeedList &To) {
  const std::optional<model::Touch> Done = model::touchedBy(Call.Name);
  // What the function itself waits for is its own.
  if (!Done || (Done->Makes && waits(G)))
    return !Done;
  const bool Signals = model::isSignal(Call.Name);
  D.Kind = (Done->Copies && !Done->Fills) || Signals ? Deed::Write : Deed::Set;
  D.Waited = Done->Makes || Signals;
  D.Closes = !D.Waited && Call.Args.size() > 1 && isZeroOrLess(G, Call.Args[1]);
  addDoneTo(G, Call, Done->Argument, std::move(D), To);
  return Signals;
}

void Deeds::addCall(const FlowGraph &G, const FlowCall &Call, bool Inside,
                    DeedList &To) {
  if (Call.OnlyPrints)
    return;
  Deed D;
  D.Key = D.Name = Call.Name;
  D.Loc = Call.Loc;
  const bool Up = model::countsUp(Call.Name);
  if (Up || model::countsDown(Call.Name)) {
    D.Kind = Deed::Step;
    D.Counted = Up;
    D.Closes = !Up;
    addDoneTo(G, Call, 0, std::move(D), To);
    return;
  }
  if (Call.Handles && Call.Handles->Acquires) {
    // Into a list: that it is in there is Holding's.
    if (!Call.Handles->Acquires->isMemory() && model::touchedBy(Call.Name)) {
      D.Kind = Deed::Write;
      addDoneTo(G, Call, 0, std::move(D), To);
    }
    return;
  }
  if (Call.Handles && Call.Handles->GivesBack) {
    // Out of a list: the entry is this function's from now on.
    if (!Call.Discarded && model::takesOut(Call.Name)) {
      Deed Taken = D;
      Taken.Kind = Deed::Set;
      Taken.Taken = true;
      addDoneTo(G, Call, 0, std::move(Taken), To);
    }
    if (givesBackForOthers(G, Call))
      To.push_back(std::move(D));
    return;
  }
  if (model::tellsHardware(Call.Name)) {
    D.Kind = Deed::Set;
    D.Key = "#hardware";
    To.push_back(std::move(D));
    return;
  }
  if (model::startsSomething(Call.Name)) {
    D.Kind = Deed::Start;
    To.push_back(std::move(D));
    return;
  }
  if (!addTouched(G, Call, D, To))
    return;
  if (Call.Known)
    return addKnown(G, Call, std::move(D), To);
  if (Call.Callee)
    return addCallee(G, Call, std::move(D), Inside, To);
  // An object that is made or goes is no deed of its author's.
  if ((!Call.Discarded && !model::soundsOpening(Call.Name)) ||
      Call.Name.empty() || model::isPlainKernelRoutine(Call.Name) ||
      model::isPlainQuestion(Call.Name) || model::soundsAsking(Call.Name))
    return;
  D.Tested = !Call.Discarded;
  To.push_back(std::move(D));
}

void Deeds::add(const FlowGraph &G, const FlowEvent &E, bool Inside,
                DeedList &To) {
  if (E.Kind == EventKind::Call)
    addCall(G, G.Calls[E.Call], Inside, To);
  else if (E.Kind == EventKind::Use && E.Number != 0)
    To.push_back({Deed::Call, "delete", "delete", E.Loc});
  else if (E.Kind == EventKind::Store || E.Kind == EventKind::StepPlace ||
           E.Kind == EventKind::CopyRecord)
    addStore(G, E, To);
}

bool isWait(const FlowCall &Call) {
  return Call.Known && Call.Routine.Does == model::Effect::Wait &&
         Call.Routine.How == model::Detail::WaitsForEvent;
}

bool waits(const FlowGraph &G) { return llvm::any_of(G.Calls, isWait); }

void keepLast(DeedList &List) {
  DeedList Last;
  for (Deed &D : llvm::reverse(List))
    if (!has(Last, D))
      Last.push_back(std::move(D));
  List = std::move(Last);
}

const DeedList &Deeds::in(const FunctionDecl &F) {
  std::unique_ptr<DeedList> &Here = Known[&F];
  static const DeedList None;
  if (Here)
    return *Here;
  // Recursion: what is being looked for is not there.
  Here = std::make_unique<DeedList>();
  const FlowGraph *G = Depth < MaxDepth ? Calls.graphOf(F) : nullptr;
  if (!G)
    return None;
  llvm::SaveAndRestore<unsigned> Deeper(Depth, Depth + 1);
  DeedList Found;
  for (const FlowBlock &B : G->Blocks)
    for (const FlowEvent &E : B.Events)
      add(*G, E, /*Inside=*/true, Found);
  return *(Known[&F] = std::make_unique<DeedList>(std::move(Found)));
}

DeedList Deeds::before(const FlowGraph &G, Position At) {
  std::vector<llvm::SmallVector<BlockId, 2>> Back(G.Blocks.size());
  for (BlockId B = 0; B != G.Blocks.size(); ++B)
    for (const FlowEdge &E : G.Blocks[B].Edges)
      Back[E.To].push_back(B);
  DeedList Found;
  for (uint32_t I = 0; I < At.Event && I < G.Blocks[At.Block].Events.size();
       ++I)
    add(G, G.Blocks[At.Block].Events[I], /*Inside=*/true, Found);
  llvm::BitVector Seen(G.Blocks.size());
  llvm::SmallVector<BlockId, 16> Work(Back[At.Block].begin(),
                                      Back[At.Block].end());
  while (!Work.empty()) {
    const BlockId B = Work.pop_back_val();
    if (Seen.test(B))
      continue;
    Seen.set(B);
    for (const FlowEvent &E : G.Blocks[B].Events)
      add(G, E, /*Inside=*/true, Found);
    Work.append(Back[B].begin(), Back[B].end());
  }
  return Found;
}

DeedList Deeds::from(const FlowGraph &G, BlockId From) {
  DeedList Found;
  llvm::BitVector Seen(G.Blocks.size());
  llvm::SmallVector<BlockId, 16> Work{From};
  while (!Work.empty()) {
    const BlockId B = Work.pop_back_val();
    if (Seen.test(B))
      continue;
    Seen.set(B);
    for (const FlowEvent &E : G.Blocks[B].Events) {
      add(G, E, /*Inside=*/true, Found);
      add(G, E, /*Inside=*/false, Found);
    }
    for (const FlowEdge &E : G.Blocks[B].Edges)
      Work.push_back(E.To);
  }
  return Found;
}

DeedList Deeds::onWay(const Solution &S, const PathEnd &End,
                      std::optional<Position> After, bool Inside) {
  llvm::SmallVector<BlockId, 32> Way = wayTo(S, End);
  std::reverse(Way.begin(), Way.end());
  size_t Begin = 0;
  uint32_t Event = 0;
  if (After)
    for (size_t I = Way.size(); I-- > 0;)
      if (Way[I] == After->Block) {
        Begin = I;
        Event = After->Event;
        break;
      }
  DeedList Found;
  for (size_t I = Begin; I != Way.size(); ++I, Event = 0)
    for (; Event < S.Graph->Blocks[Way[I]].Events.size(); ++Event)
      add(*S.Graph, S.Graph->Blocks[Way[I]].Events[Event], Inside, Found);
  return Found;
}

} // namespace wdm::proof
