#include "core/channel/multipart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace amends::channel {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(MultipartForms, HoldTextsAndFilesByteForByte) {
  const std::string bytes("\0\r\n--x\xFF", 8);
  const MultipartForm form = multipart({{"description", "a cat"}, {"file", bytes, "cat.png", "image/png"}});
  EXPECT_THAT(form.content_type, StartsWith("multipart/form-data; boundary="));
  const std::string boundary = form.content_type.substr(form.content_type.find('=') + 1);
  EXPECT_EQ(form.body, "--" + boundary + "\r\nContent-Disposition: form-data; name=\"description\"\r\n\r\na cat\r\n--" +
                           boundary + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"cat.png\"\r\n" +
                           "Content-Type: image/png\r\n\r\n" + bytes + "\r\n--" + boundary + "--\r\n");
  EXPECT_EQ(multipart({{"a", "b"}}).body, multipart({{"a", "b"}}).body);
}

TEST(MultipartForms, NoNameBreaksOut) {
  const MultipartForm form = multipart({{"file", "x", "a\"\r\nX-Evil: 1.png", "image/png\r\nX-Evil: 2"}});
  EXPECT_THAT(form.body, Not(HasSubstr("\r\nX-Evil")));
  EXPECT_THAT(form.body, HasSubstr("filename=\"a%22%0D%0AX-Evil: 1.png\""));
  EXPECT_THAT(form.body, HasSubstr("application/octet-stream"));
}

}  // namespace
}  // namespace amends::channel
