// The rows of core/thread, read and written; no decisions here.
#pragma once

#include <optional>
#include <vector>

#include "core/store/database.h"
#include "core/thread/node.h"
#include "core/thread/threads.h"

namespace amends::thread::tables {

struct Met {
  Node node;
  Role role;
};
// Who stands under a key, in the order of their roles.
std::vector<Met> bearing(store::Reader& reader, BrandId brand, Hash key);             // Role::bears, kMaxBearers
std::vector<Met> bearing_or_naming(store::Reader& reader, BrandId brand, Hash key);   // … to names, kMaxMeeting
std::vector<Met> speaking_or_asking(store::Reader& reader, BrandId brand, Hash key);  // speaks and asks, kMaxMeeting
std::vector<Met> asking(store::Reader& reader, BrandId brand, Hash key);              // asks, kMaxMeeting

std::optional<Node> node(store::Reader& reader, std::int64_t message);
std::vector<Node> nodes_in(store::Reader& reader, std::int64_t thread, int limit);
void insert_node(store::Tx& tx, BrandId brand, const Node& n);
void update_flags(store::Tx& tx, const Node& n);
// It bears another id.
void rename(store::Tx& tx, BrandId brand, Node& n, Hash id);
// The message stands under everything it names from now on, wherever that is.
void forget_whole(store::Tx& tx, BrandId brand, Node& n);
void set_thread(store::Tx& tx, std::int64_t message, std::int64_t thread);
void insert_key(store::Tx& tx, BrandId brand, Hash key, Role role, std::int64_t message);

bool takes_part(store::Reader& reader, BrandId brand, std::int64_t thread, Hash person);
// Message 0: the person takes part. False when the row was there.
bool insert_person(store::Tx& tx, BrandId brand, std::int64_t thread, Hash person, std::int64_t message);
struct Person {
  Hash person;
  std::int64_t message;
};
std::vector<Person> people(store::Reader& reader, BrandId brand, std::int64_t thread);
// Who waits for this person, taken off the list.
std::vector<std::int64_t> take_waiting(store::Tx& tx, BrandId brand, std::int64_t thread, Hash person,
                                       std::size_t limit);
void delete_people(store::Tx& tx, BrandId brand, std::int64_t thread);
// Takes part: made anew from what the thread's messages let in. Who waits stays.
void rebuild_people(store::Tx& tx, BrandId brand, std::int64_t thread, const std::vector<Node>& nodes);

std::int64_t insert_thread(store::Tx& tx, BrandId brand, AccountId account, std::string_view subject,
                           const Node& first);
// The thread with one more message.
Summary count_in(store::Tx& tx, const Node& n);
void store(store::Tx& tx, const Summary& s);
// Times and counts made anew from the thread's messages; the version moves on.
Summary recount(store::Tx& tx, Summary s, const std::vector<Node>& nodes);

void insert_link(store::Tx& tx, BrandId brand, const Suggestion& s);
void move_links(store::Tx& tx, BrandId brand, std::int64_t from, std::int64_t to);

}  // namespace amends::thread::tables
