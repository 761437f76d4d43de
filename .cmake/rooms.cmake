# A room is a folder, a namespace and a static library of the same name.
#
#   trunkline_room(gateway_h2
#     SOURCES server_session.cpp client_session.cpp
#     LINKS   gateway_http            # what its public headers include
#     PRIVATE PkgConfig::nghttp2)     # what only its sources include
#
# A room without SOURCES is headers alone.
function(trunkline_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;LINKS;PRIVATE" ${ARGN})
  if(ROOM_SOURCES)
    add_library(${name} STATIC ${ROOM_SOURCES})
    target_link_libraries(${name} PUBLIC ${ROOM_LINKS} PRIVATE ${ROOM_PRIVATE})
  else()
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE ${ROOM_LINKS})
  endif()
endfunction()

# Builds every test that needs nothing but itself: what runs under the sanitizers.
add_custom_target(unit_tests)

# A test program of one room; its cases become ctest's, one each.
#
#   trunkline_test(gateway_h2_test SOURCES session_test.cpp LINKS gateway_h2)
function(trunkline_test name)
  cmake_parse_arguments(T "" "TIMEOUT" "SOURCES;LINKS;LABELS;ENVIRONMENT" ${ARGN})
  if(NOT T_TIMEOUT)
    set(T_TIMEOUT 120)
  endif()
  if(NOT T_LABELS)
    set(T_LABELS unit)
  endif()
  add_executable(${name} ${T_SOURCES})
  target_link_libraries(${name} PRIVATE ${T_LINKS} GTest::gmock GTest::gtest_main)
  target_precompile_headers(${name} REUSE_FROM test_precompiled)
  if("unit" IN_LIST T_LABELS)
    add_dependencies(unit_tests ${name})
  endif()
  gtest_discover_tests(${name}
    DISCOVERY_MODE PRE_TEST
    PROPERTIES TIMEOUT ${T_TIMEOUT} LABELS "${T_LABELS}" ENVIRONMENT "${T_ENVIRONMENT}")
endfunction()
