// The sample workspace: some six weeks of a made-up café chain with a webshop, as files that `amends import` and the
// demo read like anybody's own. Kestrel & Crumb, its customers and every address (all under .example, RFC 2606) are
// invented; only the sites whose mails tell of a review write under their own name, since that is what they are known
// by.
//
//     FOLDER/mail/            a Maildir: cur, new, and .Sent with what the company answered
//     FOLDER/reviews.csv      reviews of five made-up sites
//     FOLDER/mentions.jsonl   mentions of a made-up network
//
// What is in it on purpose: conversations in six languages with every client's way to quote, old charsets, HTML,
// attachments; complaints, praise and questions, answered and waiting; automatic replies, a bounce, a mailing list;
// mail without Message-ID or with an impossible date; a forged sender; the same people in several places, namesakes,
// a person with two addresses; and mails of seven review sites, which are reviews on those sites' timelines.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/result.h"

namespace amends::app {

inline constexpr std::string_view kSampleBrand = "kestrel";
inline constexpr std::string_view kSampleBrandName = "Kestrel & Crumb";
inline constexpr std::string_view kSampleDomain = "kestrel.example";
inline constexpr std::string_view kSampleAddress = "hello@kestrel.example";
// Writes the Authentication-Results that may be believed.
inline constexpr std::string_view kSampleAuthservId = "mx.kestrel.example";

struct SampleWorkspace {
  std::string mail, reviews_file, mentions_file;  // paths
  std::int64_t mails = 0;                         // files under `mail`, `sent` of them in .Sent
  std::int64_t sent = 0;
  std::int64_t reviews = 0, mentions = 0;  // rows
};

// Everything happened in the 45 days before `now`; the same `now` gives the same bytes. The folder is made when it is
// missing, files of an earlier run are written over. unavailable when the disk doesn't take them.
Result<SampleWorkspace> write_sample(const std::string& folder, Timestamp now);

}  // namespace amends::app
