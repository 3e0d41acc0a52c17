#!/usr/bin/env python3
"""Writes entity_table.cc: the named character references of the HTML Standard (section 13.5) as a sorted table."""
import html.entities

names = {}
for name, text in html.entities.html5.items():
    bare = name.rstrip(";")
    names.setdefault(bare, [text, False])
    if not name.endswith(";"):
        names[bare][1] = True

rows = []
for name in sorted(names, key=lambda n: n.encode()):
    text, bare = names[name]
    quoted = "".join("\\x%02X" % b for b in text.encode())
    rows.append('{"%s", "%s", %s},' % (name, quoted, "true" if bare else "false"))

print("""// Written by make_entities.py; not edited by hand.
#include "core/html/entities.h"

namespace amends::html {

// clang-format off
const Entity kEntities[] = {""")
line = ""
for row in rows:
    if len(line) + len(row) > 116:
        print("  " + line.strip())
        line = ""
    line += row + " "
print("  " + line.strip())
print("""};
// clang-format on
const std::size_t kEntityCount = sizeof kEntities / sizeof kEntities[0];

}  // namespace amends::html""")
