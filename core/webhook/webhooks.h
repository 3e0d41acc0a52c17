// Webhooks out, as rows: the endpoints of a brand, and what was delivered to each. core/app/webhooks.h delivers.
//
// Every endpoint has a position in the change log (core/events): everything up to it was delivered, or isn't for this
// endpoint. It moves in the commit that writes a success down, so nothing is left out; a program that dies between the
// answer and that commit delivers once more, under the same webhook id.
//
// Tables: webhook_endpoint, webhook_delivery, webhook_attempt. Threads: none of its own; everything takes the caller's
// Tx or Reader.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/base/result.h"
#include "core/model/words.h"
#include "core/store/database.h"

namespace amends::webhook {

using EndpointId = Id<struct WebhookEndpointTag>;
using DeliveryId = Id<struct WebhookDeliveryTag>;

// Stored: never renumber.
enum class State : std::uint8_t {
  active = 0,
  paused = 1,    // by a person, or because nothing got through for days; goes on where it stopped
  disabled = 2,  // the receiver said 410 Gone
};
inline constexpr model::Word<State> kStates[] = {
    {State::active, "active"}, {State::paused, "paused"}, {State::disabled, "disabled"}};
constexpr std::string_view name_of(State v) { return model::name_in(kStates, v); }

// Stored: never renumber.
enum class Outcome : std::uint8_t { waiting = 0, delivered = 1, failed = 2 };
inline constexpr model::Word<Outcome> kOutcomes[] = {
    {Outcome::waiting, "waiting"}, {Outcome::delivered, "delivered"}, {Outcome::failed, "failed"}};
constexpr std::string_view name_of(Outcome v) { return model::name_in(kOutcomes, v); }

// What a person sets.
struct Settings {
  std::string url;
  std::vector<std::string> kinds;  // of changes, by their word; none: all
  bool include_text = false;       // the words of messages too
};

struct Endpoint {
  EndpointId id;
  BrandId brand;
  Settings settings;
  std::string sealed_secret, sealed_previous;  // 32 bytes each, sealed to this row; previous: "" for none
  std::optional<Timestamp> previous_until;     // the one before signs too until then
  State state = State::active;
  std::string reason;  // why it is not active, or what went wrong last; for the person at the screen
  std::int64_t position = 0;
  std::int64_t failures = 0;  // of the delivery at hand
  std::optional<Timestamp> next_try_at;
  Timestamp created_at;
  std::string created_by;

  bool wants(std::string_view kind) const;
};

// The secret is put in by set_secret(), for it is sealed to the row's number.
EndpointId add(store::Tx& tx, BrandId brand, const Settings& settings, std::int64_t position, std::string_view by,
               Timestamp now);
// The one in force becomes the previous one, good until `previous_until`; none: it ends at once.
void set_secret(store::Tx& tx, EndpointId id, std::string_view sealed, std::string_view sealed_previous,
                std::optional<Timestamp> previous_until);
void change(store::Tx& tx, EndpointId id, const Settings& settings);
// With all that is known of its deliveries.
void remove(store::Tx& tx, EndpointId id);
// Active: the count of failures begins anew, and it is tried at once.
void set_state(store::Tx& tx, EndpointId id, State state, std::string_view reason);
void move_to(store::Tx& tx, EndpointId id, std::int64_t position);

std::optional<Endpoint> find(store::Reader& reader, BrandId brand, EndpointId id);
std::optional<Endpoint> find(store::Reader& reader, EndpointId id);
std::vector<Endpoint> of_brand(store::Reader& reader, BrandId brand);
// All that are active.
std::vector<Endpoint> active(store::Reader& reader);

struct Delivery {
  DeliveryId id;  // none: not written down yet
  EndpointId endpoint;
  BrandId brand;
  std::string webhook_id;
  std::int64_t change = 0;  // 0: a test
  std::string kind;
  std::string body;   // without any words of a message
  MessageId message;  // whose words an endpoint with include_text gets
  Outcome outcome = Outcome::waiting;
  std::int64_t attempts = 0;
  Timestamp created_at;
  std::optional<Timestamp> delivered_at;
};
struct Attempt {
  std::int64_t number = 0;
  Timestamp at;
  std::chrono::milliseconds took{0};
  int status = 0;     // 0: no answer
  std::string error;  // "" when it was delivered
};

// The delivery as it stands, or as it was found when it is known by its webhook id.
Delivery known(store::Reader& reader, Delivery fresh);
// Writes an attempt down, and the delivery when it is new. The delivery afterwards.
Delivery record(store::Tx& tx, Delivery delivery, const Attempt& attempt, Outcome outcome);
// What the attempt means for its endpoint: success moves it from `from` to `position`, unless a person has moved it
// meanwhile; a failure waits until `next_try_at`.
void succeeded(store::Tx& tx, EndpointId id, std::int64_t from, std::int64_t position);
void failed(store::Tx& tx, EndpointId id, Timestamp next_try_at, std::string_view reason);

// Newest first, before `before` (none: from the newest).
std::vector<Delivery> deliveries(store::Reader& reader, BrandId brand, EndpointId id, DeliveryId before, int limit);
std::optional<Delivery> find_delivery(store::Reader& reader, BrandId brand, DeliveryId id);
std::vector<Attempt> attempts(store::Reader& reader, BrandId brand, DeliveryId id);

// Once more, whatever became of it; out of its order. False when the brand has no such delivery.
bool ask_again(store::Tx& tx, BrandId brand, DeliveryId id);
std::optional<Delivery> asked_again(store::Reader& reader, EndpointId id);

// Deliveries written down before `before`; at most `limit`. How many went.
std::int64_t trim(store::Tx& tx, Timestamp before, std::int64_t limit);

}  // namespace amends::webhook
