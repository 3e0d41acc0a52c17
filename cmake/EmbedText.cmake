# Turns text files into a C++ source that defines  std::string_view NAMESPACE::sample_text(std::string_view name). Run as
#   cmake -DFOLDER=packaging/sample -DOUT=sample_text.cc -P EmbedText.cmake
cmake_minimum_required(VERSION 3.25)
file(GLOB files ${FOLDER}/*.txt)
list(SORT files)
set(rows "")
foreach(file ${files})
  get_filename_component(name ${file} NAME_WE)
  file(READ ${file} text)
  string(APPEND rows "    {\"${name}\", R\"sample(${text})sample\"},\n")
endforeach()
file(WRITE ${OUT} "#include \"core/app/sample_text.h\"

namespace amends::app {

std::string_view sample_text(std::string_view name) {
  static constexpr struct {
    std::string_view name, text;
  } kTexts[] = {
${rows}  };
  for (const auto& one : kTexts) {
    if (one.name == name) return one.text;
  }
  return {};
}

}  // namespace amends::app
")
