// The XML families of feeds. Internal to this connector.
#pragma once

#include <string_view>

#include "connectors/feed/wire.h"

namespace amends::connectors::feed {

// `xml` in UTF-8. corrupt: not well-formed, no feed, or it declares entities.
Result<Feed> read_xml_feed(std::string_view xml);

}  // namespace amends::connectors::feed
