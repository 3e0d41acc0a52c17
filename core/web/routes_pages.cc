#include "core/web/pages.h"
#include "core/web/problem.h"
#include "core/web/routes.h"
#include "core/web/services.h"

namespace amends::web {
namespace {

using people::Permission;

Reply page(std::string_view html) {
  Reply reply;
  reply.type = "text/html; charset=utf-8";
  reply.body = std::string(html);
  reply.headers.set("Content-Security-Policy", kPagePolicy);
  return reply;
}

Reply asset(std::string_view bytes, std::string_view type) {
  Reply reply;
  reply.type = type;
  reply.body = std::string(bytes);
  return reply;
}

Result<Reply> openapi(Call& call) { return Reply{.body = call.services.openapi}; }
Result<Reply> reference(Call&) { return page(kReferencePage); }
Result<Reply> reference_style(Call&) { return asset(kPageStyle, "text/css; charset=utf-8"); }
Result<Reply> reference_script(Call&) { return asset(kReferenceScript, "text/javascript; charset=utf-8"); }
Result<Reply> link_script(Call&) { return asset(kLinkScript, "text/javascript; charset=utf-8"); }
Result<Reply> setup_page(Call&) { return page(kSetupPage); }
Result<Reply> invitation_page(Call&) { return page(kInvitationPage); }
Result<Reply> reset_page(Call&) { return page(kResetPage); }

constexpr Route public_page(std::string_view path, std::string_view operation, Handle handle, std::string_view summary,
                            std::uint32_t traits) {
  return get(path, operation, Permission::nobody_needed, handle, summary).marked(traits);
}

constexpr Route kPagesRoutes[] = {
    public_page(AMENDS_API "/openapi.json", "openapi", openapi, "This document", kVersioned | kFile),
    public_page(AMENDS_API "/reference", "reference", reference, "A page to read it by", kHtml | kVersioned),
    public_page(AMENDS_API "/reference/page.css", "page_style", reference_style, "Its style", kFile | kVersioned),
    public_page(AMENDS_API "/reference/page.js", "reference_script", reference_script, "Its script",
                kFile | kVersioned),
    public_page(AMENDS_API "/reference/link.js", "link_script", link_script, "The script of the pages below",
                kFile | kVersioned),
    public_page("/setup", "setup_page", setup_page, "Where the first admin's link leads", kHtml),
    public_page("/join", "invitation_page", invitation_page, "Where an invitation leads", kHtml),
    public_page("/reset", "reset_page", reset_page, "Where a link for a new password leads", kHtml),
};

}  // namespace

std::span<const Route> page_routes() { return kPagesRoutes; }

}  // namespace amends::web
