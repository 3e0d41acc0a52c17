#include "core/app/zip.h"

#include <archive.h>
#include <archive_entry.h>

#include <optional>

namespace amends::app {

struct Zip::Impl {
  Sink sink;
  archive* out = nullptr;
  std::optional<Error> stopped;

  static la_ssize_t write(archive*, void* self, const void* bytes, std::size_t size) {
    auto& impl = *static_cast<Impl*>(self);
    if (impl.stopped) return -1;
    if (auto done = impl.sink({static_cast<const char*>(bytes), size}); !done) {
      impl.stopped = std::move(done).error();
      return -1;
    }
    return static_cast<la_ssize_t>(size);
  }
  Result<Done> answer(bool good) {
    if (stopped) return *stopped;
    if (good) return Done{};
    const char* why = archive_error_string(out);
    return fail(Kind::internal, std::string("making the ZIP: ") + (why != nullptr ? why : "unknown"));
  }
};

Zip::Zip(Sink sink) : impl_(std::make_unique<Impl>()) {
  impl_->sink = std::move(sink);
  impl_->out = archive_write_new();
  archive_write_set_format_zip(impl_->out);
  // No padding behind the end.
  archive_write_set_bytes_in_last_block(impl_->out, 1);
  archive_write_open(impl_->out, impl_.get(), nullptr, &Impl::write, nullptr);
}

// Freeing would write an end; the sink hears no more of a ZIP that wasn't finished.
Zip::~Zip() {
  impl_->stopped = fail(Kind::internal, "unfinished");
  archive_write_free(impl_->out);
}

Result<Done> Zip::begin(const std::string& name, Timestamp at) {
  archive_entry* const entry = archive_entry_new();
  archive_entry_set_pathname(entry, name.c_str());
  archive_entry_set_filetype(entry, AE_IFREG);
  archive_entry_set_perm(entry, 0600);
  archive_entry_set_mtime(entry, at.ms / 1000, 0);
  const int code = archive_write_header(impl_->out, entry);
  archive_entry_free(entry);
  return impl_->answer(code >= ARCHIVE_WARN);
}

Result<Done> Zip::add(std::string_view bytes) {
  if (bytes.empty()) return Done{};
  const la_ssize_t written = archive_write_data(impl_->out, bytes.data(), bytes.size());
  return impl_->answer(written == static_cast<la_ssize_t>(bytes.size()));
}

Result<Done> Zip::finish() { return impl_->answer(archive_write_close(impl_->out) == ARCHIVE_OK); }

}  // namespace amends::app
