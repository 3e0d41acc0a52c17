// WhatsApp's webhook payloads and messages, and ours. A message's raw is {"kind": "message" | "echo" | "failure",
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

// What a delivery says about our number: messages of customers, what our side wrote with the phone's own app, and
// messages of ours that could not be delivered. Other reports (sent, delivered, read) tell nothing that anybody here
// needs and are left out. corrupt: no payload of WhatsApp.
Result<std::vector<model::Item>> read_delivery(std::string_view body, std::string_view number, Timestamp received_at);

Result<model::Content> parse_item(const model::Item& item);

// The body of POST /<number>/messages: text within 24 hours, else the template that the post names ("name" or
// "name:en_US"). invalid: it goes to nobody.
Result<std::string> write_message(const channel::Post& post);

// "wamid.…" of the answer to it; "" when it says none.
std::string posted_id(std::string_view body);

}  // namespace amends::connectors::whatsapp
