// What makes two deliveries the same message. The Message-ID (or, without one, the bytes themselves) says which
// messages to compare; a digest of what a person would call the message - author, date, subject, words, attachments -
// says whether they are the same. Received lines, folder and transport encoding don't count, so the same mail in two
// folders is one; a different mail that re-uses a known Message-ID is another.
//
// Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/crypto/digest.h"
#include "core/model/content.h"

namespace amends::ingest {

// `raw_digest`: the SHA-256 of the bytes as they came.
std::int64_t content_key(crypto::SipKey key, const model::Content& content, std::string_view raw_digest);
// 16 bytes.
std::string content_digest(const model::Content& content);

}  // namespace amends::ingest
