// Takes an mbox apart, line by line, from bytes that come in pieces.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace amends::mime {

// "From jane@example.org Tue Apr  1 12:00:00 2003" and its many variants: a sender and a time of day.
bool is_mbox_from_line(std::string_view line);
// A line that begins the header of a mail: a field every mail has, or its quoted "From " line.
bool begins_mail_header(std::string_view line);

class MboxSplitter {
 public:
  // `mail` answers whether to go on. Bytes beyond `max_mail` of one mail are left out.
  MboxSplitter(std::function<bool(std::string_view raw)> mail, std::size_t max_mail)
      : mail_(std::move(mail)), max_mail_(max_mail) {}

  // False once `mail` said so.
  bool add(std::string_view bytes);
  // The end of the file: what is left is the last mail.
  bool finish();

 private:
  void take_line(std::string_view line);
  void append(std::string_view line);
  void begin_mail();
  void end_mail();

  std::function<bool(std::string_view)> mail_;
  std::size_t max_mail_;
  std::string partial_;    // a line whose end has not come yet
  std::string candidate_;  // a "From " line about which the next line decides
  std::string current_;
  bool in_mail_ = false;
  bool after_blank_ = true;
  bool line_is_cut_ = false;  // partial_ is the rest of a line too long to keep
  bool go_on_ = true;
};

}  // namespace amends::mime
