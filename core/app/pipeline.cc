#include "core/app/pipeline.h"

#include <algorithm>

#include "core/app/changes.h"
#include "core/app/early.h"
#include "core/app/notice.h"
#include "core/app/place.h"
#include "core/app/was_erased.h"
#include "core/base/log.h"
#include "core/base/text.h"
#include "core/identity/suggest.h"
#include "core/ingest/content_key.h"

namespace amends::app {
namespace {

constexpr int kPlacedTogether = 200;

// What stays of an item that cannot be understood: its place in quarantine, with the reason.
void quarantine(store::Tx& tx, RawItemId raw, const Error& why, InReport& report) {
  ingest::set_state(tx, raw, ingest::RawState::quarantined, why.what);
  ++report.quarantined;
  log::warning("quarantined", {{"raw", raw.value}, {"kind", row_of(why.kind).name}});
}

// What a batch of an import came to, in one row for all of it.
void tell_import(store::Tx& tx, const HubAccount& account, Timestamp now, const InReport& report) {
  if (report.placed + report.copies + report.versions + report.quarantined == 0) return;
  tell_subject(tx, events::What::import_progress, {account.brand, now}, {}, account.id.value,
               {{"placed", report.placed},
                {"copies", report.copies},
                {"versions", report.versions},
                {"quarantined", report.quarantined}});
}

bool any_in_public(const Hub& hub) {
  const auto accounts = hub.accounts();
  return std::any_of(accounts.begin(), accounts.end(), [](const HubAccount* account) {
    return account->channel->visibility == model::Visibility::public_;
  });
}

// What a message says of its author beside their handle.
void read_hints(Understood& out, bool also_in_public) {
  const model::Content& content = *out.content;
  const bool in_public = content.visibility == model::Visibility::public_;
  if (!content.auth.from_verified && !in_public) return;
  out.phones = identity::phones_in(content.signature);
  out.orders = identity::order_numbers_in(content.reply_text);
  out.profile = ingest::bare_link(content.author_url);
  for (const std::string& link : content.author_links) out.verified_links.push_back(ingest::bare_link(link));
  constexpr std::size_t kLongest = 4000;
  const std::string& words = content.reply_text.empty() ? content.text : content.reply_text;
  const bool telling = words.size() >= identity::kTellingWords && words.size() <= kLongest;
  if (telling && also_in_public) out.words = ingest::bare_words(words);
}

}  // namespace

Pipeline::Pipeline(Hub& hub, std::size_t slot) : hub_(hub), slot_(slot), also_in_public_(any_in_public(hub)) {}

InReport& InReport::operator+=(const InReport& o) {
  delivered += o.delivered;
  known += o.known;
  placed += o.placed;
  copies += o.copies;
  versions += o.versions;
  quarantined += o.quarantined;
  flagged += o.flagged;
  erased += o.erased;
  early += o.early;
  return *this;
}

Result<InReport> Pipeline::take(const HubAccount& account, const channel::Page& page, std::vector<RawItemId>* fresh) {
  std::vector<crypto::Sha256> digests;
  digests.reserve(page.items.size());
  for (const model::Item& item : page.items) digests.push_back(crypto::sha256(item.raw));
  return hub_.db().write([&](store::Tx& tx) -> Result<InReport> {
    InReport report;
    if (fresh != nullptr) fresh->assign(page.items.size(), {});
    for (std::size_t i = 0; i < page.items.size(); ++i) {
      ++report.delivered;
      if (erased_bytes(hub_, tx, account, crypto::bytes_of(digests[i]))) {
        ++report.erased;
        continue;
      }
      const ingest::Stored stored =
          ingest::store_item(tx, hub_.codec(), account.brand, account.id, page.items[i], crypto::bytes_of(digests[i]));
      if (!stored.fresh) ++report.known;
      if (stored.fresh && fresh != nullptr) (*fresh)[i] = stored.id;
    }
    ingest::set_cursor(tx, account.id, page.cursor);
    return report;
  });
}

Understood Pipeline::understand(const HubAccount& account, model::Item&& item, std::size_t slot) const {
  Understood out;
  out.item = std::move(item);
  const crypto::Sha256 digest = crypto::sha256(out.item.raw);
  out.digest = crypto::bytes_of(digest);
  if (out.item.external_id.empty()) out.item.external_id = "sha256:" + text::to_base64url(out.digest);
  if (hub_.guard().crashes(out.digest) >= CrashGuard::kMaxCrashes) {
    out.content =
        fail(Kind::corrupt, "reading it ended the program " + std::to_string(hub_.guard().crashes(out.digest)) +
                                " times; it was left unread");
    return out;
  }
  const CrashGuard::Parsing parsing(hub_.guard(), slot, out.digest, hub_.clock().ticks());
  out.content = account.channel->parse(out.item, {*account.settings, account.name});
  if (out.content && !out.item.own && account.channel->can.mail) {
    if (auto notice = hub_.notices().find(*out.content)) {
      out.notice = notice->channel;
      out.content = std::move(notice->content);
    }
  }
  if (out.content) {
    out.content_key = ingest::content_key(hub_.content_sip(), *out.content, out.digest);
    out.content_digest = ingest::content_digest(*out.content);
    read_hints(out, also_in_public_);
  }
  return out;
}

Result<InReport> Pipeline::take_and_place(const HubAccount& account, std::vector<Understood>& batch, bool history) {
  const auto work = [&](std::span<Understood> items) {
    return hub_.db().write([&](store::Tx& tx) -> Result<InReport> {
      InReport report;
      Placer placer(hub_, tx, history, true);
      for (const Understood& one : items) {
        ++report.delivered;
        if (erased_bytes(hub_, tx, account, one.digest)) {
          ++report.erased;
          continue;
        }
        const ingest::Stored stored = ingest::store_item(tx, hub_.codec(), account.brand, account.id, one.item,
                                                         one.digest, ingest::RawState::placed);
        if (!stored.fresh) {
          ++report.known;
        } else if (!one.content) {
          quarantine(tx, stored.id, one.content.error(), report);
        } else {
          placer.place(account, stored.id, one, report);
        }
      }
      placer.finish();
      tell_import(tx, account, hub_.clock().now(), report);
      return report;
    });
  };

  auto report = work(batch);
  if (report || row_of(report.error().kind).retry || report.error().kind == Kind::corrupt) return report;
  // Something in the batch cannot be stored: one by one, so that only that one stays behind.
  InReport sum;
  for (Understood& one : batch) {
    auto single = work({&one, 1});
    if (!single && !row_of(single.error().kind).retry) {
      one.content = std::move(single).error().within("placing it");
      single = work({&one, 1});
    }
    TRY(const InReport in, std::move(single));
    sum += in;
  }
  return sum;
}

Result<InReport> Pipeline::place_waiting(int limit) {
  InReport sum;
  TRY_DO(recall_early(hub_.db(), hub_.clock().now()));
  for (int done = 0; done < limit;) {
    const int size = std::min(kPlacedTogether, limit - done);
    TRY(std::vector<ingest::RawItem> waiting,
        hub_.db().read([&](store::Reader& reader) -> Result<std::vector<ingest::RawItem>> {
          return ingest::items_in(reader, ingest::RawState::waiting, {}, size);
        }));
    if (waiting.empty()) break;
    // Whoever is suspected of having ended the program goes last: if it does so again, the others are through.
    std::stable_partition(waiting.begin(), waiting.end(),
                          [&](const ingest::RawItem& item) { return hub_.guard().crashes(item.digest) == 0; });
    for (std::size_t at = 0; at < waiting.size();) {
      TRY(const std::size_t placed, place_some(std::span(waiting).subspan(at), sum));
      at += placed;
    }
    done += static_cast<int>(waiting.size());
  }
  return sum;
}

// Reads and parses items until a few megabytes are in hand, then places them in one commit. How many.
Result<std::size_t> Pipeline::place_some(std::span<const ingest::RawItem> rows, InReport& sum) {
  constexpr std::size_t kBytes = 8u << 20;
  std::vector<Understood> batch;
  std::size_t bytes = 0;
  for (const ingest::RawItem& row : rows) {
    batch.push_back(understand_stored(row));
    bytes += static_cast<std::size_t>(row.size);
    if (bytes >= kBytes) break;
  }
  TRY_DO(place(rows.first(batch.size()), batch, sum));
  for (const Understood& one : batch) hub_.guard().forget(one.digest);
  return batch.size();
}

Result<std::size_t> Pipeline::place(std::span<const ingest::RawItem> rows, std::span<Understood> batch, InReport& sum,
                                    const std::function<bool()>& enough) {
  std::size_t placed = 0;
  const auto work = [&](std::size_t from, std::size_t count) {
    return hub_.db().write([&](store::Tx& tx) -> Result<InReport> {
      InReport report;
      Placer placer(hub_, tx, false);
      placed = from;
      for (std::size_t i = from; i < from + count; ++i, ++placed) {
        if (i > from && enough && enough()) break;
        const HubAccount* account = hub_.find_account(rows[i].account);
        if (!batch[i].content || rows[i].state == ingest::RawState::quarantined) {
          tell_subject(tx, events::What::quarantine_changed, {rows[i].brand, hub_.clock().now()}, {}, rows[i].id.value,
                       {{"how", batch[i].content ? "placed" : "quarantined"}});
        }
        if (!batch[i].content) {
          quarantine(tx, rows[i].id, batch[i].content.error(), report);
          continue;
        }
        ingest::set_state(tx, rows[i].id, ingest::RawState::placed);
        placer.place(*account, rows[i].id, batch[i], report);
      }
      placer.finish();
      return report;
    });
  };
  auto report = work(0, batch.size());
  if (report) {
    sum += *report;
  } else if (row_of(report.error().kind).retry) {
    return std::move(report).error();
  } else {
    for (std::size_t i = 0; i < batch.size(); ++i) {
      auto single = work(i, 1);
      if (!single && !row_of(single.error().kind).retry) {
        batch[i].content = std::move(single).error().within("placing it");
        single = work(i, 1);
      }
      TRY(const InReport in, std::move(single));
      sum += in;
    }
  }
  return placed;
}

Understood Pipeline::understand_stored(const ingest::RawItem& row) const {
  const HubAccount* account = hub_.find_account(row.account);
  auto raw =
      hub_.db().read([&](store::Reader& reader) -> Result<std::string> { return hub_.codec().get(reader, row.id); });
  if (account == nullptr || !raw) {
    Understood out;
    out.content = account == nullptr ? fail(Kind::unsupported, "this program has no channel for it any more")
                                     : std::move(raw).error().within("its bytes");
    return out;
  }
  return understand(*account, {row.external_id, *std::move(raw), row.place, row.own, row.received_at}, slot_);
}

Result<InReport> Pipeline::run_again(RawItemId id) {
  TRY(const ingest::RawItem row, hub_.db().read([&](store::Reader& reader) -> Result<ingest::RawItem> {
    auto item = ingest::find_item(reader, id);
    if (!item) return fail(Kind::not_found, "there is no raw item " + std::to_string(id.value));
    if (item->state != ingest::RawState::quarantined) {
      return fail(Kind::conflict, "raw item " + std::to_string(id.value) + " is not in quarantine");
    }
    return *std::move(item);
  }));
  InReport report;
  TRY([[maybe_unused]] const std::size_t one, place_some({&row, 1}, report));
  return report;
}

}  // namespace amends::app
