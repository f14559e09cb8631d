//===- Requests.cpp - Which request a fix would fail ----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "src/proof/Requests.h"
#include "src/model/Requests.h"
#include "src/proof/Walks.h"
#include "clang/AST/Decl.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"

using namespace clang;

namespace wdm::proof {

using namespace engine;
using model::FieldRole;

namespace {

constexpr char MayBe[] = "it may be a request that must not fail";

Failable yes() { return {Failable::Yes, {}, false}; }
Failable no(const llvm::Twine &Why) { return {Failable::No, Why.str()}; }
/// It is not known to be one of those.
Failable mayBe() { return {Failable::No, MayBe, true}; }

/// What the path knows of the numbers that say which request it is.
struct Known {
  Range Major, Minor;
  bool HasMajor = false, HasMinor = false;
  bool Paging = false;
};

/// A parameter that its author calls the minor function.
bool isNamedMinor(const CellInfo &Cell) {
  const auto *P =
      Cell.Kind == CellKind::Variable
          ? dyn_cast_or_null<ParmVarDecl>(static_cast<const Decl *>(Cell.Decl))
          : nullptr;
  return P && P->getDeclName().isIdentifier() &&
         P->getName().contains_insensitive("minor");
}

Known knownIn(const SymbolTable &Symbols, const State &S) {
  Known K;
  auto RoleOf = [&](Scalar X) {
    if (X.isConstant())
      return FieldRole::None;
    const SymInfo &I = Symbols.symbol(X.Sym);
    return I.Kind == SymKind::Initial
               ? static_cast<FieldRole>(Symbols.cell(I.A).Role)
               : FieldRole::None;
  };
  for (const auto &[Sym, Fact] : S.Facts) {
    const SymInfo &I = Symbols.symbol(Sym);
    FieldRole Role = RoleOf(Scalar::symbol(Sym));
    if (Role == FieldRole::None && I.Kind == SymKind::Initial &&
        isNamedMinor(Symbols.cell(I.A)))
      Role = FieldRole::Minor;
    if (Role == FieldRole::Major) {
      K.Major = Fact;
      K.HasMajor = true;
    } else if (Role == FieldRole::Minor) {
      K.Minor = Fact;
      K.HasMinor = true;
    } else if (I.Kind == SymKind::Binary && I.Operator == Op::And &&
               I.R.isConstant() && model::isPagingFlag(I.R.Num) &&
               RoleOf(I.L) == FieldRole::Flags) {
      K.Paging |= !(Fact.isSingle() && Fact.Low == 0);
    }
  }
  return K;
}

Failable byMinor(const Known &K, int64_t Major) {
  for (int64_t Minor : model::minorsThatMustNotFail(Major)) {
    if (!K.Minor.contains(Minor))
      continue;
    if (K.HasMinor && K.Minor.isSingle()) {
      const llvm::StringRef Name = model::nameOfMinor(Minor, Major);
      return Name.empty() ? mayBe() : no(Name + " must not fail");
    }
    return no(MayBe);
  }
  return yes();
}

Failable byMajor(const Known &K, int64_t Major) {
  switch (model::mayFailMajor(Major)) {
  case model::MayFail::Yes:
    return yes();
  case model::MayFail::No:
    return no(model::nameOfMajor(Major) + " must not fail");
  case model::MayFail::ByMinor:
    return byMinor(K, Major);
  }
  return {};
}

/// The function tells requests apart, and several come here.
Failable byRange(const Known &K) {
  for (int64_t Major : model::majorsThatMustNotFail())
    if (K.Major.contains(Major))
      return mayBe();
  return yes();
}

bool isRole(const FlowGraph &G, PlaceId P) {
  const FieldRole Role = G.Places[P].Role;
  return Role == FieldRole::Major || Role == FieldRole::Minor;
}

/// \p Id is made of the number that says which request it is.
bool asksFor(const FlowGraph &G, ExprId Id) {
  return touches(G, Id, [&](const FlowExpr &E, PlaceId P) {
    return E.Kind == ExprKind::Load && isRole(G, P);
  });
}

/// What is done depends on the request.
bool tellsApart(const FlowGraph &G) {
  return llvm::any_of(G.Blocks, [&](const FlowBlock &B) {
    return llvm::any_of(B.Events,
                        [&](const FlowEvent &E) {
                          return E.Kind == EventKind::Store &&
                                 G.Places[E.Place].Kind ==
                                     PlaceKind::Variable &&
                                 asksFor(G, E.Value);
                        }) ||
           llvm::any_of(B.Edges, [&](const FlowEdge &E) {
             return llvm::any_of(E.If, [&](const Assumption &A) {
               return asksFor(G, A.Condition);
             });
           });
  });
}

} // namespace

Failable mayFail(const SymbolTable &Symbols, const State &S,
                 llvm::ArrayRef<int64_t> Majors) {
  const Known K = knownIn(Symbols, S);
  if (K.Paging)
    return no("paging I/O must not fail");
  if (K.HasMajor && K.Major.isSingle())
    return byMajor(K, K.Major.Low);
  Failable Result;
  for (int64_t Major : Majors) {
    if (!K.Major.contains(Major))
      continue;
    Failable One = byMajor(K, Major);
    if (One.Says == Failable::No)
      return One;
    Result = std::move(One);
  }
  if (Majors.empty() && K.HasMajor)
    return byRange(K);
  // A minor function that is known is asked for by those who tell them apart.
  if (Majors.empty() && K.HasMinor && K.Minor.isSingle())
    return byMinor(K, -1);
  return Result;
}

bool isOfSomeRequest(const SymbolTable &Symbols, const State &S) {
  const Known K = knownIn(Symbols, S);
  return K.HasMajor || K.HasMinor || K.Paging;
}

/// True when \p E tells a request that must not fail from others.
static bool asksForUnfailable(const FlowGraph &G, const FlowExpr &E) {
  if (E.Kind != ExprKind::Binary || E.Operator != Op::Eq || E.Args.size() != 2)
    return false;
  const FlowExpr &Left = G.Exprs[withoutCasts(G, E.Args[0])];
  const FlowExpr &Right = G.Exprs[withoutCasts(G, E.Args[1])];
  if (Left.Kind != ExprKind::Load || Right.Kind != ExprKind::Constant)
    return false;
  const FieldRole Role = G.Places[Left.Place].Role;
  return (Role == FieldRole::Major &&
          model::mayFailMajor(Right.Number) != model::MayFail::Yes) ||
         (Role == FieldRole::Minor &&
          !model::mayFailMinor(Right.Number, "", -1));
}

Failable soundsFailable(const FunctionDecl &F, const FlowGraph &G) {
  const std::string Name =
      F.getDeclName().isIdentifier() ? F.getName().str() : std::string();
  if (model::soundsUnfailable(Name) ||
      llvm::any_of(G.Exprs,
                   [&](const FlowExpr &E) { return asksForUnfailable(G, E); }))
    return no(MayBe);
  if (model::soundsFailable(Name))
    return yes();
  if (model::soundsForAll(Name))
    return no(MayBe);
  if (tellsApart(G))
    return mayBe();
  return {};
}

llvm::SmallVector<int64_t, 4> annotatedMajors(const FunctionDecl &F) {
  llvm::SmallVector<int64_t, 4> Found;
  for (const FunctionDecl *D : F.redecls()) {
    const llvm::StringRef Declaration = model::textBefore(*D);
    for (llvm::StringRef Word : {"_Dispatch_type_", "__drv_dispatchType"}) {
      llvm::StringRef Rest = Declaration;
      for (size_t At; (At = Rest.find(Word)) != llvm::StringRef::npos;) {
        Rest = Rest.drop_front(At + Word.size()).ltrim();
        if (!Rest.consume_front("("))
          continue;
        const llvm::StringRef Major =
            Rest.take_until([](char C) { return C == ')'; });
        if (std::optional<int64_t> Value = model::majorByName(Major.trim()))
          Found.push_back(*Value);
      }
    }
  }
  return Found;
}

} // namespace wdm::proof
