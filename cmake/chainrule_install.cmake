# Install rules and the package that find_package(chainrule) finds.

include(CMakePackageConfigHelpers)

set(chainrule_package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/chainrule")

install(TARGETS chainrule EXPORT chainrule_targets FILE_SET HEADERS FILE_SET headers_alone)
if(TARGET chainrule_cli)
  install(TARGETS chainrule_cli)
endif()
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${CMAKE_INSTALL_DOCDIR}")

install(EXPORT chainrule_targets
  FILE chainrule-targets.cmake
  NAMESPACE chainrule::
  DESTINATION "${chainrule_package_dir}")
configure_package_config_file(
  "${PROJECT_SOURCE_DIR}/cmake/chainrule-config.cmake.in"
  "${PROJECT_BINARY_DIR}/chainrule-config.cmake"
  INSTALL_DESTINATION "${chainrule_package_dir}")
# Before version 1.0 a minor version may change the interface.
write_basic_package_version_file(
  "${PROJECT_BINARY_DIR}/chainrule-config-version.cmake"
  COMPATIBILITY SameMinorVersion)
install(FILES
  "${PROJECT_BINARY_DIR}/chainrule-config.cmake"
  "${PROJECT_BINARY_DIR}/chainrule-config-version.cmake"
  DESTINATION "${chainrule_package_dir}")
