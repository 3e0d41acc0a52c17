// A program by somebody else, at arm's length: its own process, with nothing of ours but its standard input and output,
// and lines of text going both ways. It gets no network, no home, no environment and a bounded share of the machine;
// with bubblewrap it also sees no files but its own folder, read-only, and the system's libraries. When it misbehaves
// it is killed, and everything it started with it.
//
// Threads: one at a time, but kill() may come from any.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/net/fd.h"
#include "core/net/wait.h"

namespace amends::channel {

// A frame is a line; longer ones end the conversation.
inline constexpr std::size_t kLongestLine = 8u << 20;

struct PluginCommand {
  std::string program;  // absolute path of an executable
  std::vector<std::string> arguments;
  std::vector<std::string> readable;  // further files or folders it may read: a shared object
  std::uint64_t memory = 512u << 20;  // bytes of address space
  std::uint32_t cpu_seconds = 600;    // of its whole life
};

enum class Confinement : std::uint8_t {
  bubblewrap,  // own view of files, own processes, no network
  no_network,  // the machine lacks bubblewrap: files that everybody may read stay readable
  none,        // neither works here: plugins are not started
};
// What this machine can do; tried once.
Confinement confinement();

class PluginProcess {
 public:
  // unsupported: this machine can't keep it from the network. unavailable: it could not be started.
  static Result<std::unique_ptr<PluginProcess>> start(const PluginCommand& command);
  ~PluginProcess();
  PluginProcess(const PluginProcess&) = delete;
  PluginProcess& operator=(const PluginProcess&) = delete;

  // unavailable: it ended, or takes nothing any more until the deadline.
  Result<Done> write_line(std::string_view line, net::Deadline deadline);
  // Without its line feed. unavailable: it ended or the deadline passed; corrupt: longer than kLongestLine.
  Result<std::string> read_line(net::Deadline deadline);

  void kill() noexcept;
  bool alive() const { return !killed_; }

 private:
  PluginProcess(pid_t pid, net::Fd line) : pid_(pid), line_(std::move(line)) {}

  const pid_t pid_;
  net::Fd line_;
  std::string heard_;
  std::atomic<bool> killed_{false};
};

}  // namespace amends::channel
