#include "core/app/placing.h"

#include <algorithm>
#include <iterator>

namespace amends::app {
namespace {

constexpr int kEverything = 1'000'000;
// Of a page kept in memory, and of what is placed in one commit.
constexpr std::size_t kPageBytes = 8u << 20;
// Pages that wait are placed together; see import.cc.
constexpr std::size_t kTogether = 500;

}  // namespace

PlacingBeside::PlacingBeside(Hub& hub) : hub_(hub), pipeline_(hub) {
  threads_.emplace_back([this] { understand(); });
  threads_.emplace_back([this] { place(); });
}

PlacingBeside::~PlacingBeside() {
  stored_.close();
  understood_.close();
}

void PlacingBeside::add(const HubAccount& account, std::vector<model::Item>&& items, std::span<const RawItemId> ids) {
  asked_ = false;
  Stored stored;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (!ids[i]) continue;
    ingest::RawItem row;
    row.id = ids[i];
    row.brand = account.brand;
    row.account = account.id;
    row.external_id = items[i].external_id;
    row.place = items[i].place;
    row.own = items[i].own;
    row.size = static_cast<std::int64_t>(items[i].raw.size());
    row.received_at = items[i].received_at;
    bytes += items[i].raw.size();
    if (bytes > kPageBytes) std::string().swap(items[i].raw);
    stored.rows.push_back(std::move(row));
    stored.items.push_back(std::move(items[i]));
  }
  if (!stored.rows.empty()) stored_.push(std::move(stored));
}

void PlacingBeside::understand() {
  while (auto stored = stored_.pop()) {
    Batch batch;
    std::size_t bytes = 0;
    const auto pass_on = [&] {
      bytes = 0;
      return understood_.push(std::exchange(batch, {}));
    };
    for (std::size_t i = 0; i < stored->rows.size(); ++i) {
      ingest::RawItem& row = stored->rows[i];
      const HubAccount* account = hub_.find_account(row.account);
      const bool at_hand = account != nullptr && stored->items[i].raw.size() == static_cast<std::size_t>(row.size);
      batch.items.push_back(at_hand ? pipeline_.understand(*account, std::move(stored->items[i]), 0)
                                    : pipeline_.understand_stored(row));
      if (hub_.guard().crashes(batch.items.back().digest) > 0) suspects_.push_back(batch.items.back().digest);
      bytes += static_cast<std::size_t>(row.size);
      batch.rows.push_back(std::move(row));
      if (bytes >= kPageBytes && !pass_on()) return;
    }
    if (!batch.rows.empty() && !pass_on()) return;
  }
  understood_.finish();
}

void PlacingBeside::place() {
  Batch batch;
  std::size_t bytes = 0;
  const auto gather = [&](Batch&& more) {
    for (const ingest::RawItem& row : more.rows) bytes += static_cast<std::size_t>(row.size);
    std::move(more.rows.begin(), more.rows.end(), std::back_inserter(batch.rows));
    std::move(more.items.begin(), more.items.end(), std::back_inserter(batch.items));
  };
  while (!error_) {
    while (batch.rows.size() < kTogether && bytes < kPageBytes) {
      auto more = batch.rows.empty() ? understood_.pop() : understood_.try_pop();
      if (!more && batch.rows.empty()) return;
      if (!more) break;
      gather(*std::move(more));
    }
    const auto placed = pipeline_.place(batch.rows, batch.items, sum_, [&] { return asked_.load(); });
    if (!placed) {
      error_ = placed.error();
      stored_.close();
      understood_.close();
      return;
    }
    const auto done = static_cast<std::ptrdiff_t>(*placed);
    for (std::ptrdiff_t i = 0; i < done; ++i)
      bytes -= static_cast<std::size_t>(batch.rows[static_cast<std::size_t>(i)].size);
    batch.rows.erase(batch.rows.begin(), batch.rows.begin() + done);
    batch.items.erase(batch.items.begin(), batch.items.begin() + done);
  }
}

Result<InReport> PlacingBeside::finish() {
  asked_ = false;
  stored_.finish();
  threads_.clear();  // joins
  if (error_) return std::move(*error_);
  for (const std::string& digest : suspects_) hub_.guard().forget(digest);
  TRY(const InReport rest, pipeline_.place_waiting(kEverything));
  sum_ += rest;
  return sum_;
}

}  // namespace amends::app
