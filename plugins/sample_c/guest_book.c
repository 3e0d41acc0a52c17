/* The guest book of a small hotel as a channel, in C: the living example of core/channel/plugin_abi.h. The hub makes its
 * requests, reads its JSON and counts its letters; what is left to write is which path, and what the fields mean. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/channel/plugin_abi.h"

/* Text that grows. */
struct buffer {
  char *data;
  size_t size, room;
};

static void add(struct buffer *b, const char *data, size_t size) {
  if (b->size + size + 1 > b->room) {
    const size_t room = (b->size + size + 1) * 2;
    char *grown = realloc(b->data, room);
    if (grown == NULL) abort(); /* the hub starts us again */
    b->data = grown;
    b->room = room;
  }
  memcpy(b->data + b->size, data, size);
  b->size += size;
  b->data[b->size] = '\0';
}

static void add_text(struct buffer *b, amends_text text) { add(b, text.data == NULL ? "" : text.data, text.size); }
static void add_words(struct buffer *b, const char *words) { add(b, words, strlen(words)); }
static amends_text text_of(const struct buffer *b) {
  const amends_text text = {b->data, b->size};
  return text;
}
static amends_text words(const char *s) {
  const amends_text text = {s, strlen(s)};
  return text;
}
static int is(amends_text text, const char *s) { return text.size == strlen(s) && memcmp(text.data, s, text.size) == 0; }

struct account {
  const amends_host *host;
  struct buffer server, token;
};

static const char kHello[] =
    "{\"protocol\": 1, \"name\": \"guest_book_c\", \"title\": \"Guest book (C)\", \"visibility\": \"public\","
    " \"settings\": [{\"key\": \"server\", \"kind\": \"url\", \"required\": true, \"label\": \"Address\","
    "  \"help\": \"https://book.example.org\"},"
    "  {\"key\": \"token\", \"kind\": \"secret\", \"label\": \"Token\", \"help\": \"from the owner's page\"}],"
    " \"setup\": [\"Open the owner's page of your guest book and copy the token.\"],"
    " \"can\": {\"pull\": true, \"send\": true, \"check\": true, \"public_reply\": true},"
    " \"send_class\": \"keyed\", \"limits\": {\"text\": 500, \"unit\": \"graphemes\"}, \"poll\": 60}";

/* The frame's member as JSON: its quotes and escapes put back. */
static void add_quoted(const struct account *a, struct buffer *b, amends_text text) {
  add_text(b, a->host->quoted(a->host->self, text));
}

/* The body of an answer of 200 or 201; without one the call is answered with the reason. */
static amends_text ask(const struct account *a, const char *method, const struct buffer *path, const struct buffer *body,
                       amends_text key, amends_answer answer, void *to) {
  const amends_text nothing = {NULL, 0};
  const amends_host *h = a->host;
  struct buffer url = {0}, token = {0}, request = {0};
  add_text(&url, text_of(&a->server));
  add_text(&url, text_of(path));
  add_words(&token, "Bearer ");
  add_text(&token, text_of(&a->token));
  add_words(&request, "{\"repeatable\": true, \"method\": ");
  add_quoted(a, &request, words(method));
  add_words(&request, ", \"url\": ");
  add_quoted(a, &request, text_of(&url));
  add_words(&request, ", \"headers\": {\"Content-Type\": \"application/json\", \"Idempotency-Key\": ");
  add_quoted(a, &request, key);
  add_words(&request, ", \"Authorization\": ");
  add_quoted(a, &request, text_of(&token));
  add_words(&request, "}, \"body\": ");
  add_quoted(a, &request, body == NULL ? words("") : text_of(body));
  add_words(&request, "}");
  const amends_text heard = h->http(h->self, text_of(&request));
  free(url.data);
  free(token.data);
  free(request.data);

  const amends_text status = h->value(h->self, heard, "status");
  if (is(status, "200") || is(status, "201")) return h->value(h->self, heard, "body");
  if (is(status, "401") || is(status, "403")) {
    answer(to, 1, words("{\"kind\": \"unauthorized\", \"what\": \"the guest book doesn't know this token\"}"));
  } else if (is(status, "429")) {
    const amends_text wait = h->value(h->self, heard, "headers.retry-after");
    struct buffer error = {0};
    add_words(&error, "{\"kind\": \"rate_limited\", \"what\": \"the guest book asks us to wait\", \"retry_after\": ");
    add_quoted(a, &error, wait.data == NULL ? words("60") : wait);
    add_words(&error, "}");
    answer(to, 1, text_of(&error));
    free(error.data);
  } else {
    answer(to, 1, words("{\"kind\": \"unavailable\", \"what\": \"the guest book doesn't answer as it should\"}"));
  }
  return nothing;
}

/* "key": the value at `path` of `json`, when there is one; a string or whatever JSON it is. */
static void copy(const struct account *a, struct buffer *b, const char *key, amends_text json, const char *path,
                 int is_string) {
  const amends_text value = a->host->value(a->host->self, json, path);
  if (value.data == NULL) return;
  add_words(b, ", \"");
  add_words(b, key);
  add_words(b, "\": ");
  if (is_string) {
    add_quoted(a, b, value);
  } else {
    add_text(b, value);
  }
}

static void pull(const struct account *a, amends_text frame, amends_answer answer, void *to) {
  const amends_host *h = a->host;
  struct buffer path = {0}, out = {0};
  add_words(&path, "/entries?after=");
  add_text(&path, h->value(h->self, frame, "cursor")); /* a number of the book's own */
  const amends_text page = ask(a, "GET", &path, NULL, words(""), answer, to);
  free(path.data);
  if (page.data == NULL) return;

  add_words(&out, "{\"items\": [");
  for (int i = 0;; ++i) {
    char place[32];
    snprintf(place, sizeof place, "entries.%d", i);
    const amends_text entry = h->value(h->self, page, place);
    if (entry.data == NULL) break;
    add_words(&out, i == 0 ? "{\"kind\": \"review\"" : ", {\"kind\": \"review\"");
    copy(a, &out, "id", entry, "id", 1);
    copy(a, &out, "text", entry, "text", 1);
    copy(a, &out, "at", entry, "at", 1);
    copy(a, &out, "rating", entry, "stars", 0);
    copy(a, &out, "version", entry, "version", 1);
    copy(a, &out, "deleted", entry, "deleted", 0);
    add_words(&out, ", \"author\": {\"verified\": true");
    copy(a, &out, "name", entry, "name", 1);
    copy(a, &out, "handle", entry, "guest", 1);
    add_words(&out, "}}");
  }
  add_words(&out, "]");
  copy(a, &out, "cursor", page, "next", 1);
  copy(a, &out, "more", page, "more", 0);
  add_words(&out, "}");
  answer(to, 0, text_of(&out));
  free(out.data);
}

static void send_reply(const struct account *a, amends_text frame, amends_answer answer, void *to) {
  const amends_host *h = a->host;
  struct buffer path = {0}, body = {0}, out = {0};
  add_words(&path, "/replies");
  add_words(&body, "{\"entry\": ");
  add_quoted(a, &body, h->value(h->self, frame, "post.answers"));
  copy(a, &body, "text", frame, "post.text", 1);
  add_words(&body, "}");
  const amends_text said = ask(a, "POST", &path, &body, h->value(h->self, frame, "key"), answer, to);
  free(path.data);
  free(body.data);
  if (said.data == NULL) return;
  add_words(&out, "{\"found\": \"yes\"");
  copy(a, &out, "id", said, "id", 1);
  add_words(&out, "}");
  answer(to, 0, text_of(&out));
  free(out.data);
}

static void check(const struct account *a, amends_answer answer, void *to) {
  struct buffer path = {0}, out = {0};
  add_words(&path, "/count");
  const amends_text said = ask(a, "GET", &path, NULL, words(""), answer, to);
  free(path.data);
  if (said.data == NULL) return;
  add_words(&out, "{\"facts\": []");
  copy(a, &out, "remote_count", said, "count", 0);
  add_words(&out, "}");
  answer(to, 0, text_of(&out));
  free(out.data);
}

static void *create(const amends_host *host) {
  struct account *a = calloc(1, sizeof *a);
  if (a != NULL) a->host = host;
  return a;
}

static void destroy(void *self) {
  struct account *a = self;
  free(a->server.data);
  free(a->token.data);
  free(a);
}

static void call(void *self, amends_text name, amends_text frame, amends_answer answer, void *to) {
  struct account *a = self;
  if (is(name, "hello")) {
    answer(to, 0, words(kHello));
  } else if (is(name, "open")) {
    a->server.size = a->token.size = 0;
    add_text(&a->server, a->host->value(a->host->self, frame, "settings.server"));
    add_text(&a->token, a->host->value(a->host->self, frame, "settings.token"));
    while (a->server.size > 0 && a->server.data[a->server.size - 1] == '/') --a->server.size;
    answer(to, 0, words("{}"));
  } else if (is(name, "pull")) {
    pull(a, frame, answer, to);
  } else if (is(name, "send")) {
    send_reply(a, frame, answer, to);
  } else if (is(name, "check")) {
    check(a, answer, to);
  } else {
    answer(to, 1, words("{\"kind\": \"unsupported\", \"what\": \"a guest book has no such thing\"}"));
  }
}

static const amends_plugin kPlugin = {sizeof(amends_plugin), AMENDS_PLUGIN_ABI, create, destroy, call};

const amends_plugin *amends_plugin_entry(uint32_t host_abi) { return host_abi >= 1 ? &kPlugin : NULL; }
