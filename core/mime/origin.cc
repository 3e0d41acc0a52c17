#include "core/mime/origin.h"

#include <algorithm>
#include <string>

#include "core/base/text.h"
#include "core/mime/encoded_word.h"

namespace amends::mime {

namespace {

bool has_any(std::string_view s, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view w) { return text::find_ignoring_case(s, w) != s.npos; });
}

// Subjects that vacation programs write, in the languages our users get mail in. Weak: people write them too.
bool is_vacation_subject(std::string_view subject) {
  static constexpr std::string_view kStarts[] = {"out of office",
                                                 "out of the office",
                                                 "automatic reply",
                                                 "auto reply",
                                                 "autoreply",
                                                 "auto-reply",
                                                 "automated reply",
                                                 "auto response",
                                                 "autoresponse",
                                                 "away from my mail",
                                                 "vacation",
                                                 "on vacation",
                                                 "abwesenheit",
                                                 "automatische antwort",
                                                 "abwesend",
                                                 "réponse automatique",
                                                 "absence du bureau",
                                                 "absent du bureau",
                                                 "message d'absence",
                                                 "respuesta automática",
                                                 "fuera de la oficina",
                                                 "ausente",
                                                 "automatisch antwoord",
                                                 "afwezig",
                                                 "risposta automatica",
                                                 "fuori sede",
                                                 "resposta automática",
                                                 "ausência temporária",
                                                 "fora do escritório",
                                                 "autosvar",
                                                 "automatisk svar",
                                                 "automatiskt svar",
                                                 "frånvaro",
                                                 "fravær",
                                                 "自動応答",
                                                 "自动答复",
                                                 "自动回复",
                                                 "automatyczna odpowiedź",
                                                 "автоответ",
                                                 "automatická odpověď"};
  const std::string_view s = text::trim(subject);
  for (const auto start : kStarts) {
    if (text::starts_with_ignoring_case(s, start)) return true;
  }
  return false;
}

}  // namespace

Verdict judge_origin(const Header& header, std::string_view subject, bool null_sender, bool bounced,
                     bool machine_report) {
  bool list = false, bulk = false, replied = false, generated = false, declared_human = false;
  for (const auto& field : header.fields) {
    const std::string name = text::ascii_lower(field.name);
    const std::string_view value = text::trim(field.value);
    if (name == "auto-submitted") {
      // RFC 3834 section 5: a keyword, then parameters and comments.
      const std::string_view word = text::trim(value.substr(0, value.find_first_of(" \t;(\r\n")));
      if (text::equals_ignoring_case(word, "no")) {
        declared_human = true;
      } else if (text::starts_with_ignoring_case(word, "auto-replied")) {
        replied = true;
      } else if (!word.empty()) {
        generated = true;
      }
    } else if (name == "precedence") {
      if (has_any(value, {"auto_reply", "auto-reply", "autoreply"})) {
        replied = true;
      } else if (has_any(value, {"list", "bulk", "junk"})) {
        bulk = true;
      }
    } else if (name == "list-id" || name == "list-unsubscribe" || name == "list-post" || name == "x-mailing-list" ||
               name == "mailing-list") {
      list = list || !value.empty();
    } else if (name == "x-autoreply" || name == "x-autorespond" || name == "x-autoresponse" ||
               name == "x-autoresponder" || name == "x-autoreply-from" || name == "x-mail-autoreply" ||
               name == "x-auto-reply" || name == "auto-reply") {
      replied = replied || (!value.empty() && !text::equals_ignoring_case(value, "no") &&
                            !text::equals_ignoring_case(value, "false"));
    } else if (name == "x-autogenerated" || name == "x-auto-response-suppress" || name == "x-fc-machinegenerated") {
      // Set by machines on what they write, so that no machine answers.
      if (has_any(value, {"reply", "all", "oof", "true", "forward", "group", "letter", "mirror", "redirect"}))
        generated = true;
    } else if (name == "x-post-messageclass" && has_any(value, {"autoresponder"})) {
      replied = true;
    } else if (name == "delivered-to" && has_any(value, {"autoresponder"})) {
      replied = true;
    }
  }
  Verdict verdict;
  if (bounced) {
    verdict = {model::Origin::bounce, true};
  } else if (machine_report) {
    verdict = {model::Origin::auto_reply, true};
  } else if (replied) {
    verdict = {model::Origin::auto_reply, true};
  } else if (list || bulk) {
    // A vacation program of old marks its answer as bulk.
    const bool vacation = !list && is_vacation_subject(subject);
    verdict = {vacation ? model::Origin::auto_reply : model::Origin::list, generated || vacation};
  } else if (generated) {
    verdict = {model::Origin::auto_reply, true};
  } else if (null_sender && !declared_human) {
    // Nobody can answer the null path: a machine sent it.
    verdict = {model::Origin::auto_reply, true};
  }
  return verdict;
}

}  // namespace amends::mime
