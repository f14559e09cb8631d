# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# cmake --install BUILD --prefix WHERE, and by cpack --config
# BUILD/CPackConfig.cmake a Debian package, or an archive and an installer for
# Windows. What is installed may be moved.

if(TARGET clangTidyWdmModule)
  install(TARGETS clangTidyWdmModule
    LIBRARY DESTINATION lib/wdm-tidy COMPONENT tools)
endif()
install(DIRECTORY checks/ DESTINATION "${WDM_INSTALL_DOCDIR}/checks"
  COMPONENT tools FILES_MATCHING PATTERN "*.md")
install(DIRECTORY docs/ DESTINATION "${WDM_INSTALL_DOCDIR}/docs"
  COMPONENT tools)
install(FILES README.md LICENSE DESTINATION "${WDM_INSTALL_DOCDIR}"
  COMPONENT tools)

set(CPACK_PACKAGE_NAME wdm-tidy)
set(CPACK_PACKAGE_VENDOR "The wdm module")
set(CPACK_PACKAGE_CONTACT "The wdm module <nobody@example.org>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY
  "clang-tidy checks for Windows WDM drivers, with a clangd for editors")
set(CPACK_RESOURCE_FILE_LICENSE "${PROJECT_SOURCE_DIR}/LICENSE")
set(CPACK_STRIP_FILES ON)
if(WIN32)
  include(cmake/windows/Package.cmake)
  include(CPack)
  return()
endif()
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_GENERATOR DEB)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
# Plugin and executables work with this LLVM only; the headers of clang are
# looked for in its package.
set(CPACK_DEBIAN_PACKAGE_VERSION
  "${PROJECT_VERSION}+llvm${LLVM_VERSION_MAJOR}.${LLVM_VERSION_MINOR}")
set(CPACK_DEBIAN_PACKAGE_DEPENDS
  "libclang-common-${LLVM_VERSION_MAJOR}-dev (>= 1:${LLVM_VERSION_MAJOR}.${LLVM_VERSION_MINOR})")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS
  "clang-tidy-${LLVM_VERSION_MAJOR}, clang-tools-${LLVM_VERSION_MAJOR}")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS mingw-w64-common)
# CPack works them out with these two (packages dpkg-dev and file).
find_program(WDM_SHLIBDEPS dpkg-shlibdeps)
find_program(WDM_FILE file)
if(WDM_SHLIBDEPS AND WDM_FILE)
  set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
else()
  string(APPEND CPACK_DEBIAN_PACKAGE_DEPENDS
    ", libclang-cpp${LLVM_VERSION_MAJOR}, libllvm${LLVM_VERSION_MAJOR}")
endif()
include(CPack)
