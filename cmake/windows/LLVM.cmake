# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Trims the cross build of LLVM 19 to what the executables link, from outside:
#
#   cmake -S llvm -B build -DCMAKE_PROJECT_LLVM_INCLUDE=.../LLVM.cmake ...
#
# No source of LLVM is changed. The target wdm-llvm is all that has to be built.

# Which libraries LLVM's libraries name, and nothing of ours takes a member of.
# Where that is no longer true, linking fails with the name of the symbol.
#   * the optimiser: named by LLVMFrontendOpenMP for the code generator of OpenMP,
#     of which the front end calls one function (tools/TrimmedLLVM.cpp has it);
#   * the code generator: named by clangDependencyScanning, which looks for C++20
#     modules in clangd (tools/WdmClangd.cpp does without);
#   * symbolizer, PDB, CodeView: named by LLVMProfileData for one of its tools, and
#     by LLVMMC for a dump.
set(WDM_LLVM_UNLINKED
  LLVMAggressiveInstCombine LLVMAnalysis LLVMFrontendOffloading LLVMInstCombine
  LLVMScalarOpts LLVMTransformUtils
  clangCodeGen LLVMX86CodeGen LLVMX86Disassembler LLVMX86
  LLVMSymbolize LLVMDebugInfoBTF LLVMDebugInfoMSF LLVMDebugInfoPDB
  LLVMDebugInfoCodeView)

function(wdm_trim_llvm)
  # Every library that is in the link closure of what we link.
  set(open clangTidyMain clangdMain clangDaemon clangDaemonTweaks clangdSupport)
  set(closure)
  while(open)
    list(POP_FRONT open target)
    if(target IN_LIST closure OR NOT TARGET ${target})
      continue()
    endif()
    list(APPEND closure ${target})
    foreach(property LINK_LIBRARIES INTERFACE_LINK_LIBRARIES)
      get_target_property(libraries ${target} ${property})
      if(libraries)
        set(kept)
        foreach(library IN LISTS libraries)
          string(REGEX REPLACE "^\\$<LINK_ONLY:(.*)>$" "\\1" name "${library}")
          if(NOT name IN_LIST WDM_LLVM_UNLINKED)
            list(APPEND kept "${library}")
            list(APPEND open "${name}")
          endif()
        endforeach()
        set_property(TARGET ${target} PROPERTY ${property} ${kept})
      endif()
    endforeach()
  endwhile()
  add_custom_target(wdm-llvm DEPENDS ${closure} clang-resource-headers)

  # Most of the time goes into the same headers, over and over. One set for
  # each kind of library. Not for clangFrontend: with the AST's headers a name in
  # TextDiagnostic.cpp (CommentColor) is ambiguous.
  set(ast "<clang/AST/ASTContext.h>" "<clang/AST/DeclTemplate.h>"
    "<clang/AST/ExprCXX.h>" "<clang/AST/StmtVisitor.h>")
  set(sema ${ast} "<clang/AST/RecursiveASTVisitor.h>"
    "<clang/Sema/Initialization.h>" "<clang/Sema/SemaInternal.h>"
    "<clang/Sema/Template.h>")
  set(tidy ${ast} "<clang/ASTMatchers/ASTMatchFinder.h>"
    "<clang/ASTMatchers/ASTMatchers.h>" "<clang/Lex/Lexer.h>")
  foreach(target IN LISTS closure)
    # clang's libraries are compiled by a library of objects beside them.
    set(compiled ${target})
    if(TARGET obj.${target})
      set(compiled obj.${target})
    endif()
    if(target STREQUAL "clangTidyUtils")
      target_precompile_headers(${compiled} PRIVATE ${tidy})
    elseif(target MATCHES "^clangTidy.*Module$")
      target_precompile_headers(${compiled} REUSE_FROM obj.clangTidyUtils)
    elseif(target MATCHES
        "^clang(AnalysisFlowSensitive|Daemon|DaemonTweaks|Tidy|Transformer)$"
        OR target STREQUAL "clangIncludeCleaner")
      target_precompile_headers(${compiled} PRIVATE ${tidy})
    elseif(target MATCHES "^clang(Parse|Sema|Serialization)$")
      target_precompile_headers(${compiled} PRIVATE ${sema})
    elseif(target MATCHES "^clang(Analysis|AST|Index)$" OR
        target MATCHES "^clangTooling(Refactoring|Syntax)?$")
      target_precompile_headers(${compiled} PRIVATE ${ast})
    elseif(target MATCHES "^clangStaticAnalyzer(Core|Checkers)$")
      target_precompile_headers(${compiled} PRIVATE ${ast}
        "<clang/StaticAnalyzer/Core/PathSensitive/CheckerContext.h>")
    elseif(target STREQUAL "clangDriver")
      target_precompile_headers(${compiled} PRIVATE
        "<clang/Driver/Compilation.h>" "<clang/Driver/Driver.h>"
        "<clang/Driver/ToolChain.h>")
    elseif(target STREQUAL "LLVMCore")
      target_precompile_headers(${compiled} PRIVATE "<llvm/IR/IRBuilder.h>"
        "<llvm/IR/Module.h>")
    endif()
  endforeach()
endfunction()

cmake_language(DEFER CALL wdm_trim_llvm)
