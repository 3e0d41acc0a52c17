/* A channel plugin as a shared object, in C99. `amends plugin-host` loads it in a process of its own and speaks for it
 * (plugin_channel.h); nothing here ever runs inside the hub.
 *
 * Append-only: a struct says its own size first, fields are added at the end, none is removed or changes its meaning.
 * AMENDS_PLUGIN_ABI grows when something is added.
 *
 * Text is UTF-8, not ended by a zero; JSON is text. What the host hands over lives until the call it came with returns.
 * Threads: one; the host calls and is called on the thread that loaded the plugin.
 */
#ifndef AMENDS_PLUGIN_ABI_H
#define AMENDS_PLUGIN_ABI_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define AMENDS_PLUGIN_ABI 1

#if defined(__GNUC__)
#define AMENDS_PLUGIN_EXPORT __attribute__((visibility("default")))
#else
#define AMENDS_PLUGIN_EXPORT
#endif

typedef struct amends_text {
  const char* data;
  size_t size;
} amends_text;

/* What the host does for a plugin. `self` is handed back as it came. */
typedef struct amends_host {
  size_t size;
  uint32_t abi;
  void* self;

  /* The value at `path` ("author.name", "items.0.id") of a JSON text: a string without its quotes and escapes, anything
   * else as JSON. Data is NULL when there is nothing there. */
  amends_text (*value)(void* self, amends_text json, const char* path);

  /* The text as a JSON string, quotes included. */
  amends_text (*quoted)(void* self, amends_text text);

  /* A request made by the hub, which checks where it goes: {"method", "url", "headers", "body", "repeatable"}. The
   * answer is {"status", "headers", "body"} or {"error", "uncertain"}. */
  amends_text (*http)(void* self, amends_text request);
} amends_host;

/* How a call is answered: once, before it returns. `failed` is 0 with the result, or 1 with an error as JSON:
 * {"kind": "rate_limited", "what": "…", "hint": "…", "retry_after": 60}. */
typedef void (*amends_answer)(void* to, int failed, amends_text json);

typedef struct amends_plugin {
  size_t size;
  uint32_t abi; /* the newest one it knows */

  /* One account. NULL: out of memory. The host stays until destroy. */
  void* (*create)(const amends_host* host);
  void (*destroy)(void* account);

  /* "hello", "open", "pull", "send", "find", "check", "webhook", with the whole frame as JSON; plugins/README.md says
   * what each brings and what it wants to hear. A call it doesn't know is answered with the kind "unsupported". */
  void (*call)(void* account, amends_text name, amends_text frame, amends_answer answer, void* to);
} amends_plugin;

/* The one symbol a plugin exports. NULL when it can't work with a host of this number. */
AMENDS_PLUGIN_EXPORT const amends_plugin* amends_plugin_entry(uint32_t host_abi);

#ifdef __cplusplus
}
#endif

#endif
