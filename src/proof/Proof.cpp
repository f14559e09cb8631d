//===- Proof.cpp - What speaks against a fix ------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/proof/Parts.h"
#include "src/rules/Registration.h"
#include "src/rules/Rules.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/Basic/Diagnostic.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Path.h"

using namespace clang;

namespace wdm::proof {

using namespace engine;

namespace {

/// Steps for all proofs of a translation unit.
constexpr uint64_t MaxSpent = 1000000;

constexpr char NotFollowed[] = "the function cannot be followed";
constexpr char TooLarge[] = "the file is too large to be sure";
constexpr char TooUnusual[] = "the way out is too unusual";

} // namespace

bool completes(const Patch &What) {
  return llvm::any_of(What.Acts,
                      [](const Act &A) { return A.Kind == Act::Complete; });
}

Proof::Proof(ASTContext &Context, const Program &Whole)
    : Context(Context), Whole(Whole), Calls(*Whole.Calls), AllDeeds(Calls) {
  Calls.NoteHandled = [this](FlowGraph &G) { noteHandled(G); };
}

Proof::~Proof() = default;

std::string Proof::placeOf(SourceLocation Loc) const {
  const SourceManager &Sources = Context.getSourceManager();
  const FileID File = Sources.getFileID(Sources.getExpansionLoc(Loc));
  std::string Line =
      "line " + std::to_string(Sources.getExpansionLineNumber(Loc));
  // Other units' files are not included.
  if (File == Sources.getMainFileID() || Sources.getIncludeLoc(File).isValid())
    return Line;
  return Line + " of " +
         llvm::sys::path::filename(
             Sources.getFilename(Sources.getExpansionLoc(Loc)))
             .str();
}

// --- The functions on the way -----------------------------------------------

bool Proof::isSpent() const { return Spent > MaxSpent; }

void Proof::use(const Automaton &Rule, const Chain &C) {
  Spent += Calls.steps();
  const bool AnyIrp = Rule.Opens == Opening::AtAnyIrp;
  Calls.use(Rule);
  Calls.setThing(nullptr);
  Calls.setAttended(llvm::DenseSet<const FunctionDecl *>(C.Functions.begin(),
                                                         C.Functions.end()));
  Calls.setInvolved(AnyIrp ? Whole.Ending : Whole.Registering);
  Calls.RoleOf = [this, AnyIrp](const FunctionDecl &F) {
    using Role = Summaries::Role;
    if (AnyIrp && Whole.Roles.isCompletion(F))
      return Role::Completion;
    const DriverFacts *Facts = Whole.elsewhere(F);
    const bool IsCalled = Whole.Callers.count(F.getCanonicalDecl()) != 0 ||
                          (Facts && Facts->Called);
    if (AnyIrp ? Whole.Roles.isOnlyDispatch(F, IsCalled)
               : Whole.Roles.isDispatch(F))
      return Role::Dispatch;
    return Role::Plain;
  };
}

Proof::Before &Proof::before(const FunctionDecl &F) {
  std::unique_ptr<Before> &B = Known[&F];
  if (B)
    return *B;
  B = std::make_unique<Before>();
  if (!Addresses)
    Addresses.emplace(Context);
  B->Way = chainOf(F, Whole, *Addresses);
  if (Context.getDiagnostics().hasErrorOccurred() && !Whole.Roles.isDispatch(F))
    B->Way.Why = "a caller may be in code that does not parse";
  use(wdm::rules::CustodyOfIrp, B->Way);
  B->Subjects = subjectsOf(B->Way);
  for (const Subject &S : B->Subjects)
    B->Habits.push_back(habitOf(S));
  return *B;
}

// --- The rules --------------------------------------------------------------

std::vector<std::pair<FaultId, unsigned>>
Proof::faultsIn(const Chain &C, const Automaton &Rule) {
  std::vector<std::pair<FaultId, unsigned>> All;
  use(Rule, C);
  // Where it registers, the callers are not asked.
  llvm::ArrayRef<const FunctionDecl *> Functions = C.Functions;
  if (Rule.Opens == Opening::AtRegistration)
    Functions = Functions.take_front(1);
  for (const FunctionDecl *F : Functions)
    for (const SubjectStory &S : Calls.storyOf(*F).Subjects)
      for (const auto &[Found, End] : S.Faults) {
        const PathEnd &E = Found->Ends[End];
        // At a registration it is where that is that counts.
        const SourceLocation At =
            S.Call >= 0 && Rule.Opens == Opening::AtRegistration
                ? Found->OpeningLoc
                : E.Loc;
        All.push_back({E.Broken, At.getRawEncoding()});
      }
  return All;
}

MaybeObjection Proof::rules(const FunctionDecl &F, Before &B,
                            bool OnlyRegistrations) {
  for (const Automaton *Rule : wdm::rules::automata()) {
    if (OnlyRegistrations && Rule->Opens != Opening::AtRegistration)
      continue;
    auto Old = llvm::find_if(
        B.Faults, [&](const auto &Entry) { return Entry.first == Rule; });
    if (Old == B.Faults.end()) {
      Calls.pretend(F, nullptr);
      B.Faults.push_back({Rule, faultsIn(B.Way, *Rule)});
      Old = B.Faults.end() - 1;
    }
    Calls.pretend(F, Patched.get());
    for (const auto &Fault : faultsIn(B.Way, *Rule)) {
      if (llvm::is_contained(Old->second, Fault))
        continue;
      if (Fault.first == id(wdm::rules::Verdict::LeakAfterSuccess))
        return because("after success the IRP is not sent on every path");
      if (Fault.first == id(wdm::rules::Verdict::RegisteredTwice))
        return because("another completion routine was registered before");
      return because("the checks would warn of it");
    }
  }
  return std::nullopt;
}

// --- The questions ----------------------------------------------------------

MaybeObjection Proof::standingObjection(const FunctionDecl &F,
                                        const Patch &Where) {
  const FlowGraph *G = graphOf(F);
  if (!G)
    return because(NotFollowed);
  // Also of what follows its callers for the first time.
  if (isSpent())
    return because(TooLarge);
  Before &B = before(F);
  if (B.Way.Why)
    return because(B.Way.Why);
  const auto Key =
      std::tuple(Where.Block, Where.Event, Where.Edge, Where.Asked);
  const auto Old = B.Standing.find(Key);
  if (Old != B.Standing.end())
    return Old->second;
  Patched = withPatch(*G, Where, Calls.sites());
  if (!Patched)
    return B.Standing[Key] = because(TooUnusual);
  const Pretending There(Calls, F, Patched.get());
  return B.Standing[Key] = custody(F, B, Where, /*OnlyBefore=*/true);
}

MaybeObjection Proof::objectionTo(const FunctionDecl &F, const Patch &What) {
  const FlowGraph *G = graphOf(F);
  if (!G)
    return because(NotFollowed);
  Before &B = before(F);
  if (isSpent())
    return because(TooLarge);
  if (B.Way.Why)
    return because(B.Way.Why);
  if (llvm::any_of(B.Way.Roots, [&](const Chain::Root &R) {
        return R.Function == &F && R.As == Entry::Completion;
      }))
    return because(
        "the result of a completion routine is no status of its IRP");
  // What callers do with the status is not seen then.
  if (What.OtherStatus && B.Way.Functions.size() > 1)
    return because("its callers may tell the status from others");
  Patched = withPatch(*G, What, Calls.sites());
  if (!Patched)
    return because(TooUnusual);
  const DeedList Instead = AllDeeds.from(*Patched, beginOf(*Patched));
  // The cheap questions first; those behind them follow the patched function.
  if (MaybeObjection Why = deeds(F, B, Instead, What))
    return Why;
  if (MaybeObjection Why = routine(F, B, What, Instead))
    return Why;
  if (MaybeObjection Why = waitLeftOut(*G, *Patched, What))
    return Why;
  if (MaybeObjection Why = contextOfOthers(F, B.Way, *G, *Patched, What))
    return Why;
  if (MaybeObjection Why = keptOfOthers(*G, *Patched, What))
    return Why;
  if (MaybeObjection Why = toldApart(F, B.Way, *Patched))
    return Why;
  const Pretending There(Calls, F, Patched.get());
  if (MaybeObjection Why = custody(F, B, What))
    return Why;
  if (MaybeObjection Why = unset(F, *Patched, What))
    return Why;
  if (MaybeObjection Why = holding(F, B.Way, What.Registration))
    return Why;
  return rules(F, B);
}

MaybeObjection Proof::objectionToGoingOn(const FunctionDecl &F,
                                         const Patch &What) {
  const FlowGraph *G = graphOf(F);
  if (!G || isSpent())
    return std::nullopt; // All goes on as before.
  Before &B = before(F);
  Patched = withPatch(*G, What, Calls.sites());
  if (!Patched)
    return std::nullopt;
  const Pretending There(Calls, F, Patched.get());
  return rules(F, B, /*OnlyRegistrations=*/true);
}

MaybeObjection Proof::objectionToSkipping(const FunctionDecl &F,
                                          const Patch &What) {
  const FlowGraph *G = graphOf(F);
  if (!G)
    return because(NotFollowed);
  Before &B = before(F);
  if (B.Way.Why)
    return because(B.Way.Why);
  if (isSpent())
    return because(TooLarge);
  if (MaybeObjection Why = skipped(F, *G, B, What))
    return Why;
  Patched = withPatch(*G, What, Calls.sites());
  if (!Patched)
    return because(TooUnusual);
  if (MaybeObjection Why = contextOfOthers(F, B.Way, *G, *Patched, What))
    return Why;
  if (MaybeObjection Why = keptOfOthers(*G, *Patched, What))
    return Why;
  const Pretending There(Calls, F, Patched.get());
  if (MaybeObjection Why = untouched(F, B))
    return Why;
  return rules(F, B);
}

} // namespace wdm::proof
