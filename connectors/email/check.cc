// What `amends doctor` and the settings page say of an account: it's used once as it will be used later.
#include "connectors/email/session.h"
#include "connectors/email/smtp_client.h"

namespace amends::connectors::email {

Result<channel::Health> ImapSession::check(Timestamp now) {
  TRY_DO(ensure());
  channel::Health health;
  std::string login = "IMAP " + config_.imap.endpoint.host + ": logged in";
  if (const auto tls = connection_->stream().tls_facts()) {
    const auto days = (tls->not_after - now) / std::chrono::hours(24);
    login += " over " + tls->version + ", certificate good for " + std::to_string(days) + " days";
    if (days < 14) health.warnings.push_back("the IMAP server's certificate ends in " + std::to_string(days) + " days");
  } else {
    health.warnings.push_back("IMAP runs without encryption: everybody on the way can read password and mail");
  }
  health.facts.push_back(login);
  health.facts.push_back(std::to_string(folder_count_) + " folders" +
                         (sent_ ? ", sent mail in " + sent_->name : std::string()) +
                         (connection_->offers("IDLE") ? ", new mail is announced at once (IDLE)" : ""));
  if (!connection_->offers("IDLE"))
    health.warnings.push_back("the server has no IDLE: new mail is seen with the next pull only");
  if (!sent_ && config_.sent_copy == SentCopy::append) {
    health.warnings.push_back("no folder for sent mail found: set sent_folder, or sent_copy to none");
  }
  for (const auto& name : not_found_) health.warnings.push_back("the mailbox has no folder " + name);
  std::int64_t count = 0;
  for (const Folder& folder : folders_) {
    auto state = status_of(*connection_, folder.wire_name);
    if (!state) {
      if (connection_->broken()) return std::move(state).error();
      health.warnings.push_back("the folder " + folder.name + " can't be read: " + state.error().what);
      continue;
    }
    count += static_cast<std::int64_t>(state->exists);
    health.facts.push_back(folder.name + ": " + std::to_string(state->exists) + " mails");
  }
  health.remote_count = count;
  if (config_.smtp.endpoint.host.empty()) {
    health.warnings.push_back("no smtp_host: this account can't send");
    return health;
  }
  TRY(auto submission, try_submission(config_.smtp, &interrupt_));
  for (auto& fact : submission) health.facts.push_back(std::move(fact));
  if (!config_.dkim_in_dns.empty()) health.facts.push_back("signs what it sends; DNS needs " + config_.dkim_in_dns);
  return health;
}

}  // namespace amends::connectors::email
