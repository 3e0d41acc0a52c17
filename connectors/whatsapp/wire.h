// WhatsApp's webhook payloads and messages, and ours. A message's raw is {"kind": "message" | "echo" | "status",
// "number": the phone number's id, "name": the customer's profile name, "message": {…} as WhatsApp gave it}.
// Sources: the Cloud API's OpenAPI file v23.0 and developers.facebook.com/docs/whatsapp/cloud-api (2026-11-21).
//
// Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/channel/connector.h"
#include "core/channel/post.h"
#include "core/model/content.h"
#include "core/model/item.h"

namespace amends::connectors::whatsapp {

// What a delivery says about our number: messages of customers, what our side wrote with the phone's own app, and what
// became of messages of ours (delivered, read, failed; "sent" of what bears a key of ours). corrupt: no payload of
// WhatsApp.
Result<std::vector<model::Item>> read_delivery(std::string_view body, std::string_view number, Timestamp received_at);

Result<model::Content> parse_item(const model::Item& item);

// The kind of message that carries a file of this type: "image", "video" or "document".
std::string_view kind_of_file(std::string_view content_type);

// The body of POST /<number>/messages: text within 24 hours, or a file with it as its caption (`media`: what its upload
// was named; "" for none), else the template that the post names ("name" or "name:en_US"). invalid: it goes to nobody,
// or is a template with a file. `key`: what every report about it repeats, at most 512 characters; "" for none.
Result<std::string> write_message(const channel::Post& post, const std::string& key = {},
                                  const std::string& media = {});

// "wamid.…" of the answer to it; "" when it says none.
std::string posted_id(std::string_view body);

}  // namespace amends::connectors::whatsapp
