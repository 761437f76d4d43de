# Puts a file into a program, as a constant that the sources declare:
#
#   trunkline_embed(gateway_openapi trunkline::openapi::kPage docs/page.html)
#
#   namespace trunkline::openapi { extern const std::string_view kPage; }
#
# Run as a script (IN, OUT, SYMBOL), it writes the source.
if(CMAKE_SCRIPT_MODE_FILE)
  string(REGEX MATCH "^(.*)::([^:]+)$" unused ${SYMBOL})
  set(space ${CMAKE_MATCH_1})
  set(name ${CMAKE_MATCH_2})
  file(READ ${IN} bytes HEX)
  string(LENGTH "${bytes}" digits)
  math(EXPR size "${digits} / 2")
  string(REGEX REPLACE "(..)" "'\\\\x\\1'," bytes "${bytes}")
  file(WRITE ${OUT} "#include <string_view>
namespace ${space} {
namespace {
constexpr char kBytes[] = {${bytes}'\\0'};
}
extern const std::string_view ${name};
const std::string_view ${name}{kBytes, ${size}};
}
")
  return()
endif()

set(TRUNKLINE_EMBED ${CMAKE_CURRENT_LIST_FILE} CACHE INTERNAL "Writes a file as a C++ source")

function(trunkline_embed target symbol file)
  string(MAKE_C_IDENTIFIER ${symbol} stem)
  cmake_path(ABSOLUTE_PATH file)
  set(source ${CMAKE_CURRENT_BINARY_DIR}/embedded/${stem}.cpp)
  add_custom_command(
    OUTPUT ${source}
    COMMAND ${CMAKE_COMMAND} -DIN=${file} -DOUT=${source} -DSYMBOL=${symbol} -P ${TRUNKLINE_EMBED}
    DEPENDS ${file} ${TRUNKLINE_EMBED}
    COMMENT "Embedding ${symbol}"
    VERBATIM)
  target_sources(${target} PRIVATE ${source})
endfunction()
