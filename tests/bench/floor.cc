// The least that importing mail can cost with these libraries: `bench_floor MAILDIR DATABASE`. GMime reads every file
// and decodes every part to UTF-8; SQLite stores the listed columns in 4 tables with 8 indexes and FTS5 (unicode61)
// indexes the whole text, in transactions of 500 at synchronous=FULL. No identity, no threads of its own, no raw copy,
// no reply extraction: whatever Amends does beyond this must fit into the bar of 1.25 times its CPU time.
#include <gmime/gmime.h>
#include <sqlite3.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace {

double cpu_seconds() {
  rusage use = {};
  getrusage(RUSAGE_SELF, &use);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return seconds(use.ru_utime) + seconds(use.ru_stime);
}

struct Mail {
  std::string subject, from, to, id, in_reply_to, text, html;
  std::int64_t date = 0, size = 0;
  int parts = 0;
};

void take_part(GMimeObject*, GMimeObject* part, gpointer data) {
  auto& mail = *static_cast<Mail*>(data);
  ++mail.parts;
  if (GMIME_IS_TEXT_PART(part)) {
    char* text = g_mime_text_part_get_text(GMIME_TEXT_PART(part));
    if (text == nullptr) return;
    const bool html = g_mime_content_type_is_type(g_mime_object_get_content_type(part), "text", "html");
    (html ? mail.html : mail.text) += text;
    g_free(text);
  } else if (GMIME_IS_PART(part)) {
    GMimeDataWrapper* content = g_mime_part_get_content(GMIME_PART(part));
    if (content == nullptr) return;
    GMimeStream* memory = g_mime_stream_mem_new();
    g_mime_data_wrapper_write_to_stream(content, memory);
    g_object_unref(memory);
  }
}

std::string or_empty(const char* s) { return s != nullptr ? s : ""; }

Mail parse(const std::string& bytes) {
  Mail mail;
  mail.size = static_cast<std::int64_t>(bytes.size());
  GMimeStream* stream = g_mime_stream_mem_new_with_buffer(bytes.data(), bytes.size());
  GMimeParser* parser = g_mime_parser_new_with_stream(stream);
  GMimeMessage* message = g_mime_parser_construct_message(parser, nullptr);
  if (message != nullptr) {
    mail.subject = or_empty(g_mime_message_get_subject(message));
    mail.id = or_empty(g_mime_message_get_message_id(message));
    mail.in_reply_to = or_empty(g_mime_object_get_header(GMIME_OBJECT(message), "In-Reply-To"));
    for (auto [type, text] : {std::pair{GMIME_ADDRESS_TYPE_FROM, &mail.from}, {GMIME_ADDRESS_TYPE_TO, &mail.to}}) {
      char* all = internet_address_list_to_string(g_mime_message_get_addresses(message, type), nullptr, FALSE);
      *text = or_empty(all);
      g_free(all);
    }
    if (GDateTime* date = g_mime_message_get_date(message)) mail.date = g_date_time_to_unix(date);
    g_mime_message_foreach(message, take_part, &mail);
    g_object_unref(message);
  }
  g_object_unref(parser);
  g_object_unref(stream);
  if (mail.text.empty()) mail.text = mail.html;
  return mail;
}

void check(int code, sqlite3* db) {
  if (code == SQLITE_OK || code == SQLITE_DONE || code == SQLITE_ROW) return;
  std::fprintf(stderr, "%s\n", sqlite3_errmsg(db));
  std::exit(1);
}

constexpr const char* kSchema = R"sql(
PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;
CREATE TABLE customer(id INTEGER PRIMARY KEY, address TEXT NOT NULL UNIQUE, name TEXT, seen INTEGER);
CREATE TABLE thread(id INTEGER PRIMARY KEY, customer_id INTEGER, subject TEXT, last_at INTEGER, status INTEGER);
CREATE INDEX thread_inbox ON thread(status, last_at);
CREATE INDEX thread_customer ON thread(customer_id, last_at);
CREATE TABLE message(id INTEGER PRIMARY KEY, customer_id INTEGER, thread_id INTEGER, channel INTEGER, direction INTEGER,
  at INTEGER, sender TEXT, recipient TEXT, subject TEXT, body TEXT, size INTEGER);
CREATE INDEX message_ca ON message(customer_id, at);
CREATE INDEX message_ta ON message(thread_id, at);
CREATE INDEX message_at ON message(at);
CREATE TABLE message_key(channel INTEGER, msgid TEXT, message_id INTEGER, PRIMARY KEY(channel, msgid));
CREATE INDEX message_key_message ON message_key(message_id);
CREATE INDEX customer_seen ON customer(seen);
CREATE VIRTUAL TABLE fts USING fts5(subject, body, content='message', content_rowid='id', tokenize='unicode61');
)sql";

class Store {
 public:
  explicit Store(const char* path) {
    check(sqlite3_open(path, &db_), db_);
    check(sqlite3_exec(db_, kSchema, nullptr, nullptr, nullptr), db_);
    customer_ = prepare(
        "INSERT INTO customer(address, name, seen) VALUES(?,?,?) ON CONFLICT(address) DO UPDATE SET seen=excluded.seen "
        "RETURNING id");
    parent_ = prepare(
        "SELECT m.thread_id FROM message_key k JOIN message m ON m.id = k.message_id WHERE k.channel=1 AND k.msgid=?");
    thread_ = prepare("INSERT INTO thread(customer_id, subject, last_at, status) VALUES(?,?,?,1) RETURNING id");
    touch_ = prepare("UPDATE thread SET last_at=? WHERE id=? RETURNING id");
    message_ = prepare(
        "INSERT INTO message(customer_id, thread_id, channel, direction, at, sender, recipient, subject, body, size) "
        "VALUES(?,?,1,1,?,?,?,?,?,?) RETURNING id");
    key_ = prepare("INSERT OR IGNORE INTO message_key VALUES(1,?,?)");
    fts_ = prepare("INSERT INTO fts(rowid, subject, body) VALUES(?,?,?)");
  }
  ~Store() {
    for (auto* s : {customer_, parent_, thread_, touch_, message_, key_, fts_}) sqlite3_finalize(s);
    sqlite3_close(db_);
  }
  Store(const Store&) = delete;

  void exec(const char* sql) { check(sqlite3_exec(db_, sql, nullptr, nullptr, nullptr), db_); }
  void put(const Mail& mail) {
    const auto customer = run(customer_, mail.from, mail.from, mail.date);
    auto thread = mail.in_reply_to.empty() ? 0 : run(parent_, trimmed(mail.in_reply_to));
    if (thread == 0) {
      thread = run(thread_, customer, mail.subject, mail.date);
    } else {
      run(touch_, mail.date, thread);
    }
    const auto id = run(message_, customer, thread, mail.date, mail.from, mail.to, mail.subject, mail.text, mail.size);
    if (!mail.id.empty()) run(key_, mail.id, id);
    run(fts_, id, mail.subject, mail.text);
  }

 private:
  static std::string trimmed(const std::string& id) {
    const auto from = id.find('<'), to = id.find('>');
    return from == std::string::npos || to == std::string::npos ? id : id.substr(from + 1, to - from - 1);
  }
  sqlite3_stmt* prepare(const char* sql) {
    sqlite3_stmt* statement = nullptr;
    check(sqlite3_prepare_v3(db_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr), db_);
    return statement;
  }
  void bind(sqlite3_stmt* s, int at, const std::string& text) {
    sqlite3_bind_text(s, at, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
  }
  void bind(sqlite3_stmt* s, int at, std::int64_t number) { sqlite3_bind_int64(s, at, number); }
  template <class... Args>
  std::int64_t run(sqlite3_stmt* s, const Args&... args) {
    int at = 0;
    (bind(s, ++at, args), ...);
    std::int64_t id = 0;
    for (int code; (code = sqlite3_step(s)) != SQLITE_DONE;) {
      check(code, db_);
      id = sqlite3_column_int64(s, 0);
    }
    sqlite3_reset(s);
    return id;
  }

  sqlite3* db_ = nullptr;
  sqlite3_stmt *customer_, *parent_, *thread_, *touch_, *message_, *key_, *fts_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "bench_floor MAILDIR DATABASE\n");
    return 2;
  }
  g_mime_init();
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(argv[1])) {
    if (entry.is_regular_file()) files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  std::filesystem::remove(argv[2]);
  Store store(argv[2]);
  double parsing = 0;
  std::size_t count = 0;
  store.exec("BEGIN");
  for (const auto& file : files) {
    const double before = cpu_seconds();
    std::ifstream in(file, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    const Mail mail = parse(bytes);
    parsing += cpu_seconds() - before;
    store.put(mail);
    if (++count % 500 == 0) store.exec("COMMIT; BEGIN");
  }
  store.exec("COMMIT");
  const double all = cpu_seconds();
  std::printf("{\"messages\":%zu,\"cpu_s\":%.3f,\"parse_us\":%.1f,\"store_us\":%.1f}\n", count, all,
              parsing / static_cast<double>(count) * 1e6, (all - parsing) / static_cast<double>(count) * 1e6);
}
