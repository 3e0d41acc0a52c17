// The outbox's rows, loaded and saved whole. Private to this folder: everything else goes by outbox.h and tracking.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/ids.h"
#include "core/model/update.h"
#include "core/outbox/posts.h"
#include "core/outbox/retry.h"
#include "core/outbox/shipment.h"
#include "core/store/database.h"

namespace amends::outbox {

struct Stored {
  UpdateId id;
  BrandId brand;
  AccountId account;
  ThreadId thread;
  MessageId message;
  model::Purpose purpose = model::Purpose::deliver;
  UpdateId depends_on;
  bool wants_copy = false;
  std::string author, key, mail_id, sender, in_reply_to, external_id;
  MessageId answered_by;
  std::optional<Timestamp> answered_at;
  Timestamp created_at;
  Shipment shipment;
  PostState post;
};

std::optional<Stored> load(store::Reader& reader, UpdateId id);
// Of the purpose `deliver`.
std::optional<Stored> load_by_mail_id(store::Reader& reader, BrandId brand, std::string_view mail_id);
// All columns of a Stored but its recipients, in the order read_stored() wants them.
std::string_view stored_columns();
Stored read_stored(store::Row row);
std::vector<Recipient> load_recipients(store::Reader& reader, UpdateId id);

// Writes delivery and recipients of `stored` as `after`. Becoming sent puts the wanted copy into the outbox.
void save(store::Tx& tx, const Stored& stored, const Shipment& after, Timestamp now);

// Every account that ever had something to send has a gate: it is how workers find it.
void open_gate(store::Tx& tx, BrandId brand, AccountId account, model::Purpose purpose);
Gate load_gate(store::Reader& reader, AccountId account, model::Purpose purpose);
void save_gate(store::Tx& tx, BrandId brand, AccountId account, model::Purpose purpose, const Gate& gate);

}  // namespace amends::outbox
