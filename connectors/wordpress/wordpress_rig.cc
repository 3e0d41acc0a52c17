#include "connectors/wordpress/fake_wordpress.h"
#include "connectors/wordpress/wire.h"
#include "tests/support/rig.h"

namespace amends::connectors::wordpress {
extern const channel::Descriptor descriptor;

namespace {

class WordpressRig final : public test::Rig {
 public:
  std::map<std::string, std::string> settings() override {
    return {{"server", fake_.site.base()},
            {"username", FakeWordpress::kUser},
            {"application_password", FakeWordpress::kPassword}};
  }
  std::string customer_writes(std::string_view text) override {
    FakeComment comment;
    comment.name = "Guest Person";
    comment.mail = "guest@example.net";
    comment.raw = markup_of_text(text);
    return external_id_of(fake_.write(std::move(comment)));
  }
  bool customer_edits(const std::string& external_id, std::string_view text) override {
    fake_.edit(*id_in(external_id), markup_of_text(text));
    return true;
  }
  bool customer_deletes(const std::string& external_id) override {
    fake_.set_status(*id_in(external_id), "trash");
    return true;
  }
  std::vector<std::string> our_words() override {
    std::vector<std::string> out;
    for (const auto& one : fake_.all()) {
      if (one.author == FakeWordpress::kUs && one.status != "trash") out.push_back(text_of_markup(one.raw));
    }
    return out;
  }
  int writes() override { return static_cast<int>(fake_.site.count("POST", "/")); }
  void lock_out() override { fake_.lock_out(); }
  test::SiteFake* site() override { return &fake_.site; }

 private:
  FakeWordpress fake_;
};

const test::RegisterRig kRegistered(descriptor, [] { return std::make_unique<WordpressRig>(); });

}  // namespace
}  // namespace amends::connectors::wordpress
