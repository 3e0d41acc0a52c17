#include "core/thread/node.h"

#include <algorithm>
#include <cstring>

namespace amends::thread {
namespace {

void put(std::string& out, std::int64_t number) {
  char bytes[sizeof number];
  std::memcpy(bytes, &number, sizeof number);
  out.append(bytes, sizeof bytes);
}

std::int64_t take(std::string_view& packed) {
  std::int64_t number = 0;
  if (packed.size() < sizeof number) return 0;
  std::memcpy(&number, packed.data(), sizeof number);
  packed.remove_prefix(sizeof number);
  return number;
}

void take_list(std::string_view& packed, std::size_t count, std::vector<Hash>& into) {
  into.clear();
  for (count = std::min(count, packed.size() / sizeof(Hash)); count > 0; --count) into.push_back(take(packed));
}

}  // namespace

std::int64_t Node::flags() const {
  return own << 0 | vouched << 1 | verified << 2 | claims_us << 3 | asks << 4 | bare << 5 | whole << 6 | unsaid << 7;
}

void Node::set_flags(std::int64_t flags) {
  own = (flags & 1) != 0;
  vouched = (flags & 2) != 0;
  verified = (flags & 4) != 0;
  claims_us = (flags & 8) != 0;
  asks = (flags & 16) != 0;
  bare = (flags & 32) != 0;
  whole = (flags & 64) != 0;
  unsaid = (flags & 128) != 0;
}

// Five counts of one byte (every list is capped below 256), then the numbers.
std::string Node::links() const {
  std::string out;
  out.reserve(5 + sizeof(Hash) * (1 + references.size() + recipients.size() + subjects.size()));
  for (const std::size_t count :
       {references.size(), parent, recipients.size(), subjects.size(), static_cast<std::size_t>(anchor != 0)}) {
    out += static_cast<char>(count);
  }
  put(out, id);
  for (const auto* list : {&references, &recipients, &subjects}) {
    for (const Hash hash : *list) put(out, hash);
  }
  if (anchor != 0) put(out, anchor);
  return out;
}

void Node::set_links(std::string_view packed) {
  if (packed.size() < 5) return;
  const auto count = [&](std::size_t i) { return static_cast<std::size_t>(static_cast<unsigned char>(packed[i])); };
  const std::size_t refs = count(0), people = count(2), words = count(3), anchors = count(4);
  parent = count(1);
  packed.remove_prefix(5);
  id = take(packed);
  take_list(packed, refs, references);
  take_list(packed, people, recipients);
  take_list(packed, words, subjects);
  anchor = anchors != 0 ? take(packed) : 0;
}

std::vector<Hash> lets_in(const Node& n) {
  std::vector<Hash> out;
  if (!n.own && !is_impostor(n) && n.sender != 0) out.push_back(n.sender);
  if (n.own || n.vouched || n.verified) {
    for (const Hash person : n.recipients) {
      if (std::find(out.begin(), out.end(), person) == out.end()) out.push_back(person);
    }
  }
  return out;
}

}  // namespace amends::thread
