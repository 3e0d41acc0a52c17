# Turns core/app/schema/NNNN_name.sql into migrations.cc, which defines amends::app::migrations(). Run as
#   cmake -DFOLDER=core/app/schema -DOUT=migrations.cc -P EmbedSql.cmake
cmake_minimum_required(VERSION 3.25)
file(GLOB files ${FOLDER}/[0-9][0-9][0-9][0-9]_*.sql)
list(SORT files)
set(rows "")
foreach(file ${files})
  get_filename_component(stem ${file} NAME_WE)
  string(REGEX MATCH "^0*([0-9]+)_(.*)$" _ ${stem})
  set(version ${CMAKE_MATCH_1})
  set(name ${CMAKE_MATCH_2})
  file(READ ${file} sql)
  string(APPEND rows "    {${version}, \"${name}\", R\"sql(${sql})sql\"},\n")
endforeach()
file(CONFIGURE OUTPUT ${OUT} @ONLY CONTENT "#include \"core/app/migrations.h\"

namespace amends::app {

std::span<const store::Migration> migrations() {
  static constexpr store::Migration kMigrations[] = {
@rows@  };
  return kMigrations;
}

}  // namespace amends::app
")
