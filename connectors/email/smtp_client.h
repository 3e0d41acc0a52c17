// Message submission (RFC 6409, RFC 5321): one mail over one connection. Every recipient's reply is kept, and the final
// dot is a step of its own, because it is the byte after which the mail may have gone.
//
//   connect, EHLO, STARTTLS, EHLO, AUTH ── anything wrong ──► Error: nobody was served
//   MAIL, RCPT each                     ── lost ──► Error;   refused ──► outcome
//   DATA, 354, the text                 ── lost ──► Error;   refused ──► outcome
//   point_of_no_return()                ── fails ──► its Error; the connection is dropped without the dot
//   ".", reply                          ── 2xx accepted · 4xx deferred · 5xx refused
//                                       ── anything else: in_doubt for all whom RCPT had accepted
#pragma once

#include <string>
#include <vector>

#include "connectors/email/config.h"
#include "connectors/email/smtp_wire.h"
#include "core/channel/connector.h"
#include "core/net/stream.h"

namespace amends::connectors::email {

// `final_reply`: how long to wait for the reply to the dot.
Result<channel::Receipt> submit(const Server& server, const channel::Outbound& mail,
                                std::chrono::milliseconds final_reply, const net::Interrupt* interrupt);

// Connects and logs in, no more. What the server is and takes, for people.
Result<std::vector<std::string>> try_submission(const Server& server, const net::Interrupt* interrupt);

}  // namespace amends::connectors::email
