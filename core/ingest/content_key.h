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
#include <vector>

#include "core/crypto/digest.h"
#include "core/model/content.h"

namespace amends::ingest {

// `raw_digest`: the SHA-256 of the bytes as they came.
std::int64_t content_key(crypto::SipKey key, const model::Content& content, std::string_view raw_digest);
// 16 bytes.
std::string content_digest(const model::Content& content);

// By what two accounts of one review may meet, the site's own and the mail in which it tells of it: keys of its link,
// and of who gave how many stars. None when it has neither. Whether it is the same one says same_review().
// `by_mail`: the keys of an account by mail, which are others, for the site's own accounts never look for each other.
std::vector<std::int64_t> meeting_keys(crypto::SipKey key, std::string_view channel, const model::Content& content,
                                       bool by_mail);
// The same link, and the author on the same day or the next, or the same words: a link may lead to a page of many
// reviews. Or without it the same author and stars, on the same day or the next, at the same place as far as both name
// one, with the same words, of which a mail may show only the beginning; without words the place has to be named.
bool same_review(const model::Content& a, const model::Content& b);
// A link as it is compared: without scheme, "www.", fragment, and a slash at its end.
std::string bare_link(std::string_view url);
// Words as they are compared: folded, letters and digits only.
std::string bare_words(std::string_view text);

}  // namespace amends::ingest
