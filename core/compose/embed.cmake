# Turns templates/<step>/<where>.<language>.mustache into builtin_files.cc, which defines
# amends::compose::builtin_files(). Run as cmake -DFOLDER=templates -DOUT=builtin_files.cc -P embed.cmake
cmake_minimum_required(VERSION 3.25)
file(GLOB files RELATIVE ${FOLDER} ${FOLDER}/*/*.mustache)
list(SORT files)
set(rows "")
foreach(file ${files})
  file(READ ${FOLDER}/${file} text)
  string(REGEX REPLACE "\\.mustache$" "" name ${file})
  string(APPEND rows "    {\"${name}\", R\"wording(${text})wording\"},\n")
endforeach()
file(CONFIGURE OUTPUT ${OUT} @ONLY CONTENT "#include \"core/compose/templates.h\"

namespace amends::compose {

std::span<const std::pair<std::string_view, std::string_view>> builtin_files() {
  static constexpr std::pair<std::string_view, std::string_view> kFiles[] = {
@rows@  };
  return kFiles;
}

}  // namespace amends::compose
")
