// Generated from the program's OpenAPI document by `npm run types`. Don't edit.
/* eslint-disable */

export interface AcceptInvitation {
  /** From the link */
  token: string;
  /** At least 12 characters; kept exactly as typed */
  password: string;
  /** 2 to 40 of a-z 0-9 . _ - */
  login: string;
  display_name?: string;
  /** ISO 639-1 */
  language?: string | null;
}
export interface AccountChange {
  /** As the channel's form says; "" takes one away */
  settings?: Record<string, unknown>;
  /** 5 and more; 0: as the channel says */
  poll_seconds?: number;
  /** Pull everything once more: what is here stays once */
  start_over?: boolean;
}
export interface AccountTry {
  channel: string;
  /** As the channel's form says */
  settings?: Record<string, unknown>;
  /** An account whose settings stand for those left out, its secrets too */
  like?: number;
}
export interface AskReset {
  /** Login, or e-mail address */
  login: string;
}
export interface BrandChange {
  /** What customers read */
  name?: string;
  /** ISO 639-1 */
  language?: string;
  /** Of the draft check */
  strictness?: "advise" | "guard" | "strict";
  /** Under every mail; "" for none */
  signature?: string;
  /** All of them; the first one names our Message-IDs */
  domains?: string[];
}
export interface Bulk {
  /** Which */
  threads: number[];
  /** What to do with each */
  action: "assign" | "tag" | "untag" | "close" | "reopen" | "snooze" | "read" | "unread";
  /** assign: a login; null hands them back to everybody */
  owner?: string | null;
  /** tag, untag */
  tag?: string;
  /** snooze: when they wake */
  until?: string;
  /** Only say what would change, and give the confirmation that the change itself takes */
  dry_run?: boolean;
  /** From the preview */
  confirmation?: string;
}
export interface Code {
  /** What the device shows */
  code: string;
}
export interface Confirm {
  /** Once more */
  password: string;
}
export interface ConfirmSelf {
  /** Your own, once more */
  password: string;
}
export interface CustomerChange {
  name?: string;
  /** ISO 639-1 */
  language?: string | null;
}
export interface Dismiss {
  /** The other customer */
  other: number;
}
export interface Erase {
  /** Only say what would go, and give the confirmation that the erasure itself takes */
  dry_run?: boolean;
  /** From the preview */
  confirmation?: string;
}
export interface FirstAdmin {
  /** From the link */
  token: string;
  /** At least 12 characters; kept exactly as typed */
  password: string;
  /** 2 to 40 of a-z 0-9 . _ - */
  login: string;
  display_name?: string;
  email?: string;
}
export interface Join {
  /** Which goes into this one */
  other: number;
}
export interface JoinByInvitation {
  /** From the link */
  token: string;
}
export interface Merge {
  /** Who turns out to be the same; this one stays */
  from: number;
  /** For the record */
  reason?: string;
}
export interface NewAccount {
  channel: string;
  /** Lower-case letters, digits, - and _ */
  name: string;
  /** As the channel's form says; "" takes one away */
  settings?: Record<string, unknown>;
  /** 5 and more; 0: as the channel says */
  poll_seconds?: number;
}
export interface NewAdminInvitation {
  /** Whom it is for */
  email: string;
  /** How long it is good; 24 when left out */
  hours?: number;
}
export interface NewAnswer {
  /** What you wrote; leave it out with a step */
  text?: string;
  /** Wording by template instead of text */
  step?: "acknowledgement" | "apology" | "explanation" | "update" | "resolution" | "check_in" | "thanks" | "question_answer" | "auto_acknowledgement";
  /** The template's fields */
  values?: Record<string, unknown>;
  files?: OutgoingFile[];
  /** Which message is answered; the customer's last when left out */
  message?: number;
  /** The original below the answer; true when left out */
  quote?: boolean;
  /** The thread's version you read; refused when it has moved since */
  seen_version?: number;
  /** Send later */
  not_before?: string;
  /** Without the time to take it back */
  at_once?: boolean;
  /** Through which account; the thread's own when left out */
  account?: string;
  /** Through an account of another channel: which identity of the customer, in private */
  recipient?: number;
  /** Of a mail to somebody of another channel */
  subject?: string;
  /** Who its author believes will read it; refused when it is otherwise */
  visibility?: "private" | "public";
  /** A template that the site approved, when free text may not go any more */
  site_template?: string;
  /** What goes into it */
  site_values?: string[];
  /** Its author has seen what wants confirming */
  confirmed?: boolean;
}
export interface NewInvitation {
  /** Whom it is for */
  email: string;
  role: "agent" | "senior_agent" | "marketing" | "support_lead" | "curator" | "manager" | "director";
  /** How long it is good; 24 when left out */
  hours?: number;
}
export interface NewNote {
  /** Seen by colleagues, never by customers */
  text: string;
}
export interface NewTeam {
  name: string;
  /** Users with a role in the brand */
  members?: number[];
}
export interface NewTemplate {
  step: "acknowledgement" | "apology" | "explanation" | "update" | "resolution" | "check_in" | "thanks" | "question_answer" | "auto_acknowledgement";
  /** A channel's name, public, private or any */
  where: string;
  /** ISO 639-1 */
  language: string;
  /** Every value the words name */
  fields?: NewTemplateField[];
  /** Mustache; only for mails that begin a thread */
  subject?: string | null;
  /** Mustache: {{name}}, {{#name}}…{{/name}}, {{^name}}…{{/name}} */
  body: string;
}
export interface NewTemplateField {
  /** a-z, 0-9 and _ */
  name: string;
  kind: "text" | "name" | "date" | "time" | "money" | "url" | "number";
  /** What it is for, for whoever fills it */
  about: string;
  /** Left out: it must be given */
  fallback?: string | null;
}
export interface NewToken {
  /** What it is for */
  name: string;
  /** What it may at most */
  permissions: ("read" | "act" | "answer" | "settle" | "relate" | "bulk" | "templates" | "import" | "export_person" | "erase_person" | "quarantine" | "accounts" | "webhooks" | "people" | "settings" | "audit" | "installation" | "self" | "nobody_needed")[];
  /** Keys; all of yours when left out */
  brands?: string[];
  /** Never when left out */
  expires_at?: string | null;
}
export interface NewUser {
  /** 2 to 40 of a-z 0-9 . _ -; never given to somebody else */
  login: string;
  display_name: string;
  email?: string | null;
  /** ISO 639-1 */
  language?: string | null;
  /** Everything everywhere */
  admin?: boolean;
  /** At least 12 characters */
  password: string;
}
export interface OutgoingFile {
  /** As the customer will see it */
  name: string;
  /** image/png; plain bytes when left out */
  type?: string;
  /** The file, base64 */
  data: string;
  /** What it shows, where the channel has a place for it */
  alt?: string;
}
export interface Owner {
  /** A login; null hands it back to everybody */
  owner?: string | null;
}
export interface PasswordChange {
  current: string;
  /** At least 12 characters */
  fresh: string;
}
export interface Posted {
  /** Where it stands, if you know */
  permalink?: string;
}
export interface Presence {
  /** gone when the thread is left */
  state: "viewing" | "writing" | "gone";
}
export interface RemoveTotp {
  password: string;
  code: string;
}
export interface Rethread {
  /** Where it belongs; null for a thread of its own */
  thread?: number | null;
}
export interface Role {
  role: "agent" | "senior_agent" | "marketing" | "support_lead" | "curator" | "manager" | "director";
}
export interface SaveDraft {
  text: string;
  /** The thread's version you see */
  thread_version: number;
}
export interface Settle {
  /** sent: it went; resend: it goes again under the same Message-ID; cancel: it never will */
  as: "sent" | "resend" | "cancel";
}
export interface SignIn {
  /** Login, or e-mail address */
  login: string;
  /** Kept exactly as typed */
  password: string;
  /** Of the second factor, or a recovery code */
  code?: string;
}
export interface Snooze {
  /** When it wakes */
  until: string;
}
export interface Split {
  /** For the record */
  reason?: string;
}
export interface Tag {
  /** Without a comma */
  tag: string;
}
export interface TakeReset {
  /** From the link */
  token: string;
  /** At least 12 characters; kept exactly as typed */
  password: string;
}
export interface TeamChange {
  name?: string;
  /** All of them */
  members?: number[];
}
export interface TemplatePreview {
  step: "acknowledgement" | "apology" | "explanation" | "update" | "resolution" | "check_in" | "thanks" | "question_answer" | "auto_acknowledgement";
  /** For which channel; any when left out */
  channel?: string;
  /** private when left out */
  visibility?: "private" | "public";
  /** The customer's; the brand's when left out */
  language?: string;
  /** IANA name of their time zone; UTC when left out */
  zone?: string;
  values?: Record<string, unknown>;
  /** This wording, before it is saved */
  draft?: TemplateWording;
}
export interface TemplateWording {
  /** Every value the words name */
  fields?: NewTemplateField[];
  /** Mustache; only for mails that begin a thread */
  subject?: string | null;
  /** Mustache: {{name}}, {{#name}}…{{/name}}, {{^name}}…{{/name}} */
  body: string;
}
export interface Unread {
  unread: boolean;
}
export interface UserChange {
  display_name?: string;
  email?: string | null;
  /** ISO 639-1 */
  language?: string | null;
  admin?: boolean;
  /** Signed out everywhere at once */
  disabled?: boolean;
}
export interface WebhookReplay {
  /** The number of a change: everything behind it once more */
  from: number;
}
export interface WebhookSettings {
  /** https, and no address of a private network */
  url: string;
  /** Which changes; all when left out */
  kinds?: ("log.restarted" | "thread.changed" | "message.created" | "message.changed" | "update.changed" | "note.created" | "draft.changed" | "customer.changed" | "account.changed" | "import.progress" | "suggestion.created" | "settings.changed" | "user.changed" | "quarantine.changed" | "template.changed" | "webhook.changed" | "brand.changed")[];
  /** The words of messages too */
  include_text?: boolean;
}
export interface Account {
  id: number;
  channel: string;
  name: string;
  /** file: stands in amends.toml and is changed there; import: only holds items */
  origin: "file" | "database" | "import";
  /** It can be pulled from and sent through */
  connected: boolean;
  can_send: boolean;
  /** It waits for a person's consent: POST …/connect */
  must_connect: boolean;
  /** active or paused */
  state: string;
  last_success_at: string | null;
  last_error_at: string | null;
  last_error: string | null;
  /** In a row */
  failures: number;
  /** When it is pulled at the latest */
  next_pull_at: string | null;
  /** When a person agreed */
  connected_at: string | null;
  /** Of a connection that nobody but a person renews */
  access_ends_at: string | null;
  checked_at: string | null;
  check_error: string | null;
  /** What the last look found */
  facts?: string[];
  warnings?: string[];
  /** What the site counts */
  remote_count: number | null;
  /** What we hold of it */
  held_count: number | null;
  /** What the site told to wait */
  brakes?: AccountBrake[];
  /** Ours in it */
  handles?: string[];
}
export interface AccountBrake {
  /** What the site limits together */
  bucket: string;
  until: string;
}
export interface AccountCheck {
  facts?: string[];
  warnings?: string[];
  /** What the site counts */
  remote_count: number | null;
}
export interface AccountConnect {
  /** What a person opens to agree; null: nobody's consent is needed, it is connected */
  url: string | null;
  state: string | null;
}
export interface AccountHook {
  hook_path: string | null;
  hook_url: string | null;
}
export interface AccountSetting {
  key: string;
  secret: boolean;
  set: boolean;
  /** Never of a secret */
  value: string | null;
}
export interface AccountSetup {
  id: number;
  /** It stands in the configuration file */
  read_only: boolean;
  poll_seconds: number;
  settings?: AccountSetting[];
  /** What the site calls, below our address */
  hook_path: string | null;
  /** The same whole; null while no public address is configured */
  hook_url: string | null;
  /** What the site must know as the address it sends people back to */
  return_url: string | null;
}
export interface Accounts {
  items?: Account[];
}
export interface AllPresent {
  items?: Present[];
}
export interface Answer {
  /** Its number in the outbox; null in a preview */
  update: number | null;
  /** Its place on the timeline; null in a preview */
  message: number | null;
  thread: number;
  to?: Party[];
  cc?: Party[];
  subject: string;
  text: string;
  message_id: string | null;
  /** Until then it can be taken back */
  leaves_at: string;
  /** Through which */
  account: string;
  channel: string;
  /** Who will read it */
  visibility: "private" | "public";
  /** prepared: a person posts it at the link, then marks it as posted */
  grade: "none" | "prepared" | "api";
  /** Where a person posts it, or where what it answers stands */
  link: string | null;
  length: AnswerLength;
  /** Of a public answer */
  slot: AnswerSlot;
  /** Of a private answer */
  window: AnswerWindow;
  /** What there is to say of it */
  findings?: AnswerFinding[];
}
export interface AnswerFinding {
  /** too_long, window_closed, private_in_public, … */
  rule: string;
  /** note: only shown; confirm: goes with confirmed; stops: doesn't go */
  weight: "note" | "confirm" | "stops";
  /** A sentence for its author */
  text: string;
  /** What to do; of a text that is too long, one that fits */
  hint: string | null;
  /** The words it is about */
  excerpt: string | null;
}
export interface AnswerLength {
  /** Of this text, in the unit */
  count: number;
  limit: number | null;
  unit: "bytes" | "code_points" | "graphemes" | "utf16" | "weighted";
}
export interface AnswerSlot {
  /** How many public replies an item takes */
  per_item: number | null;
  /** By us */
  taken: number;
  /** Our earlier reply, whose place it takes */
  overwrites: Overwrites | null;
}
export interface AnswerWay {
  /** Without words: channel, account, grade, limits, time */
  answer: Answer;
  /** To be named with the account; null for the thread's own way */
  recipient: number | null;
  /** Why nothing can be answered there */
  why_not: string | null;
}
export interface AnswerWays {
  /** The thread's own way first */
  items?: AnswerWay[];
}
export interface AnswerWindow {
  /** always; open; person: no automation; templates: only what the site approved; closed */
  state: "always" | "open" | "person" | "templates" | "closed";
  closes_at: string | null;
}
export interface Attachment {
  /** Its number in the message */
  part: number;
  /** As its sender named it */
  filename: string | null;
  /** As its sender says; it is served as what it is */
  content_type: string;
  /** Bytes */
  size: number;
  sha256: string | null;
  /** What cid: links in the text mean */
  content_id: string | null;
  /** Shown inside the text */
  inline: boolean;
}
export interface AttachmentRule {
  /** What a person calls it: pictures */
  kind: string;
  /** Media types: image/png; a star for any */
  types?: string[];
  /** In one answer; all files of an answer are of one kind */
  count: number;
  /** Of each file */
  bytes: number;
  /** Characters of a file's description; 0: there is no place for one */
  alt: number;
  /** How long a text beside them may be; 0: as without */
  text: number;
  /** They are a message of their own: an answer has them or words, not both */
  alone?: boolean;
  /** With answers of this visibility alone; with any when left out */
  only?: "private" | "public";
}
export interface Attempt {
  number: number;
  started_at: string;
  /** Since then the peer may have acted */
  past_return_at: string | null;
  ended_at: string | null;
  outcome: string | null;
}
export interface AuditEntries {
  items?: AuditEntry[];
  /** Where the next page begins; null on the last one */
  next: string | null;
}
export interface AuditEntry {
  /** 1, 2, 3 … without a gap */
  number: number;
  at: string;
  /** A user; null for the program or its console */
  actor: number | null;
  login: string | null;
  action: string;
  brand: string | null;
  object: string | null;
  object_id: number;
  detail: unknown;
  /** The network address it came from */
  peer: string | null;
  /** Over this entry and the one before */
  digest: string;
}
export interface Brand {
  key: string;
  name: string;
  /** ISO 639-1 */
  language: string;
  /** Yours; null for an admin */
  role: "agent" | "senior_agent" | "marketing" | "support_lead" | "curator" | "manager" | "director" | null;
}
export interface BrandSettings {
  key: string;
  name: string;
  language: string;
  /** Of the draft check */
  strictness: "advise" | "guard" | "strict";
  /** Under every mail */
  signature: string | null;
  domains?: string[];
  /** What the configuration file states: changed there alone */
  in_file?: string[];
}
export interface Brands {
  items?: Brand[];
}
export interface BulkItem {
  thread: number;
  /** Or, in a preview, would change */
  changed: boolean;
  /** Why nothing happened to it */
  problem: string | null;
}
export interface BulkResult {
  items?: BulkItem[];
  /** How many */
  changed: number;
  /** Of a preview; good for ten minutes */
  confirmation: string | null;
}
export interface Changed {
  /** False when it was so already */
  changed: boolean;
}
export interface Channel {
  name: string;
  title: string;
  /** Channels that share it share their handles */
  handle_kind: string;
  visibility: "private" | "public";
  mail: boolean;
  pull: boolean;
  webhook: boolean;
  send: boolean;
  find: boolean;
  watch: boolean;
  check: boolean;
  html: boolean;
  attachments: boolean;
  subject: boolean;
  public_reply: boolean;
  chosen_recipients: boolean;
  /** 0: none */
  text_limit: number;
  limits: ChannelLimits;
  /** What goes with an answer that is no mail */
  attachment_rules?: AttachmentRule[];
  slots: ReplySlots;
  window: ReplyWindow;
  /** api: we post it; prepared: a person does, with what we wrote */
  reply: "none" | "prepared" | "api";
  /** How a send in doubt is settled */
  send_class: "none" | "keyed" | "named" | "lookable" | "blind";
  display: DisplayPolicy;
  /** oauth: a person agrees in a browser */
  sign_in: "none" | "settings" | "oauth";
  poll_seconds: number;
  /** How far back the site lets us read; 0: all of it */
  history_seconds: number;
  /** What a person does on the site first, a step a line */
  setup?: string[];
  /** The form of an account */
  settings?: ChannelSetting[];
}
export interface ChannelLimits {
  /** 0: none */
  text: number;
  /** What is counted */
  unit: "bytes" | "code_points" | "graphemes" | "utf16" | "weighted";
  /** 0: none */
  message_bytes: number;
  /** 0: none */
  recipients: number;
}
export interface ChannelSetting {
  key: string;
  kind: "text" | "secret" | "host" | "port" | "url" | "path" | "flag" | "choice" | "list" | "number";
  label: string;
  help: string;
  required: boolean;
  /** What counts when it is left out */
  fallback: string | null;
  /** What a choice takes */
  choices?: string[];
  /** Few need it */
  advanced: boolean;
  /** Set in the configuration file or at the console, not over the API */
  console_only: boolean;
}
export interface Channels {
  items?: Channel[];
}
export interface Customer {
  id: number;
  name: string;
  /** ISO 639-1 */
  language: string | null;
  identities?: Identity[];
}
export interface CustomerRow {
  id: number;
  name: string;
  /** ISO 639-1 */
  language: string | null;
  /** When they first wrote */
  created_at: string;
}
export interface CustomerSuggestion {
  /** Who may be the same */
  customer: Customer;
  /** Probability that both are one person */
  confidence: number;
  reasons?: SuggestionReason[];
}
export interface CustomerSuggestions {
  /** The likeliest first */
  items?: CustomerSuggestion[];
}
export interface Customers {
  items?: CustomerRow[];
  /** Where the next page begins; null on the last one */
  next: string | null;
}
export interface DisplayPolicy {
  /** What may be shown elsewhere, once its author agreed */
  display: "never" | "embed_only" | "quote";
  link_back: boolean;
  unaltered: boolean;
  attribution: boolean;
  /** Which terms say so */
  source: string | null;
}
export interface Draft {
  text: string;
  /** The thread's version when it was begun */
  thread_version: number;
  saved_at: string;
}
export interface Erased {
  identities: number;
  /** That go */
  messages: number;
  /** That stay with somebody else */
  shared_messages: number;
  /** That go whole */
  threads: number;
  updates: number;
  attachments: number;
  notes: number;
  /** In shared threads: for a person to look through */
  notes_kept: number;
  bytes: number;
  /** The name that stays in the audit log */
  pseudonym: string | null;
  /** Of a preview; good for ten minutes */
  confirmation: string | null;
}
export interface Event {
  id: number;
  /** merged, bounced, assigned, … */
  kind: string;
  at: string;
  /** A login, or amends */
  actor: string;
  thread: number | null;
  /** What the kind has to say */
  detail: unknown;
}
export interface Gap {
  /** "" when the whole text is meant */
  field: string;
  about: string;
  why: string;
}
export interface Hit {
  message: Message;
  /** The piece that shows best why */
  snippet: string;
  /** Where the words stand in it */
  marks?: Mark[];
  /** By relevance only */
  score: number;
}
export interface Hits {
  items?: Hit[];
  /** Where the next page begins; null on the last one */
  next: string | null;
  /** False: time ran out; the next page goes on from there */
  complete: boolean;
}
export interface Identity {
  id: number;
  /** email, … */
  kind: string;
  handle: string;
  name: string;
  /** Its channel has vouched for it */
  verified: boolean;
}
export interface Import {
  id: number;
  name: string;
  /** A login */
  by: string;
  state: "waiting" | "running" | "done" | "failed" | "cancelled";
  started_at: string;
  ended_at: string | null;
  done_bytes: number;
  total_bytes: number;
  /** Items read */
  delivered: number;
  /** New messages on timelines */
  placed: number;
  /** Were here already */
  known: number;
  /** Further copies of a message */
  copies: number;
  /** Edits of a message */
  versions: number;
  /** Could not be understood */
  quarantined: number;
  troubles?: string[];
  /** Why it failed */
  problem: string | null;
}
export interface Imports {
  /** Newest first */
  items?: Import[];
}
export interface Inbox {
  items?: ThreadRow[];
  /** Where the next page begins; null on the last one */
  next: string | null;
}
export interface InboxCounts {
  waiting: number;
  unowned: number;
  mine: number;
  open: number;
  snoozed: number;
  closed: number;
  everything: number;
  /** Who waits, asks something or gave four stars and more */
  questions_praise: number;
  /** May belong together with another */
  unthreaded: number;
  /** A view that holds more says this */
  counted_to: number;
}
export interface Installation {
  public_url: string | null;
  /** How long an answer can be taken back */
  undo_seconds: number;
  give_up_after_hours: number;
  session_idle_minutes: number;
  session_hours: number;
  /** Who must have a second factor */
  totp: "optional" | "admins" | "everybody";
  /** Updates, over all brands */
  scheduled: number;
  queued: number;
  retry: number;
  held: number;
  failed: number;
  uncertain: number;
}
export interface Invitation {
  id: number;
  email: string;
  brand: string | null;
  role: "agent" | "senior_agent" | "marketing" | "support_lead" | "curator" | "manager" | "director" | null;
  admin: boolean;
  created_at: string;
  expires_at: string;
}
export interface Invitations {
  items?: Invitation[];
}
export interface Link {
  /** To hand over; shown once. Without a configured public address only its path */
  url: string;
  expires_at: string;
}
export interface LinkEvent {
  /** What undo takes */
  id: number;
  kind: "merge" | "split";
  at: string;
  /** A login */
  by: string;
  reason: string;
  /** Who spoke for themselves before */
  from: number | null;
  /** Who speaks for them since */
  into: number | null;
  /** Of a split */
  identity: number | null;
  undone_at: string | null;
  undone_by: string | null;
}
export interface LinkEvents {
  /** Newest first */
  items?: LinkEvent[];
}
export interface LinkMade {
  /** What undo takes */
  event: number;
}
export interface Live {
  live: boolean;
}
export interface Mark {
  /** Byte of the text in UTF-8 */
  from: number;
  /** Behind the last byte */
  to: number;
}
export interface Me {
  id: number;
  login: string;
  display_name: string;
  language: string | null;
  /** Everything everywhere */
  admin: boolean;
  /** A second factor is in use */
  has_totp: boolean;
  /** Nothing else is allowed before */
  must_set_up_totp: boolean;
  signed_in_by: "none" | "session" | "token" | "console";
  memberships?: Membership[];
}
export interface Media {
  kind: "image" | "video" | "audio" | "link";
  /** Where it stands; a picture comes through remote-image */
  url: string;
  /** As its author described it */
  alt: string;
}
export interface Membership {
  /** Its key */
  brand: string;
  /** The brand's name */
  name: string;
  role: "agent" | "senior_agent" | "marketing" | "support_lead" | "curator" | "manager" | "director";
  /** What that allows */
  permissions?: ("read" | "act" | "answer" | "settle" | "relate" | "bulk" | "templates" | "import" | "export_person" | "erase_person" | "quarantine" | "accounts" | "webhooks" | "people" | "settings" | "audit" | "installation" | "self" | "nobody_needed")[];
}
export interface Message {
  /** Its number */
  id: number;
  thread: number | null;
  channel: string;
  /** When its author says it was, as far as that is possible */
  at: string;
  direction: "in" | "out";
  kind: "mail" | "review" | "mention" | "comment" | "direct_message" | "call" | "form" | "visit" | "letter";
  /** Who wrote it: only a personal one wants an answer */
  origin: "personal" | "auto_reply" | "bounce" | "list";
  visibility: "private" | "public";
  author: string;
  subject: string;
  /** Its first words */
  preview: string;
  /** The channel's own id */
  message_id: string | null;
  /** 1 to 5 */
  rating: number | null;
  /** Which shop, which product */
  location: string | null;
  /** Where it stands in public */
  permalink: string | null;
  /** ISO 639-1 */
  language: string | null;
  /** The update of ours it is */
  update: number | null;
  /** What the site thinks of our own */
  moderation: "none" | "pending" | "published" | "rejected";
  flags?: ("has_attachments" | "sender_verified" | "same_id_other_content" | "edited" | "deleted" | "auto_submitted" | "oddities" | "sender_not_verified" | "forward" | "replaced" | "from_notice")[];
}
export interface MessageVersion {
  /** When it came to us */
  at: string;
  /** What stands there now */
  current: boolean;
  subject: string;
  /** What is new in it: without quotes and signature */
  text: string;
  /** 1 to 5 */
  rating: number | null;
  /** Its author took it back */
  deleted: boolean;
}
export interface MessageVersions {
  /** Oldest first; one that can't be read is left out */
  items?: MessageVersion[];
}
export interface Note {
  id: number;
  /** A login */
  author: string;
  at: string;
  text: string;
}
export interface Notes {
  items?: Note[];
}
export interface OpenSuggestion {
  a: number;
  b: number;
  /** Probability that both are one person */
  confidence: number;
  reasons: unknown;
  at: string;
}
export interface OpenSuggestions {
  items?: OpenSuggestion[];
}
export interface Overwrites {
  message: number;
  external_id: string | null;
  /** What stands there now */
  text: string;
  at: string;
}
export interface Party {
  /** As the channel says */
  name: string;
  /** Address, account or author id */
  handle: string;
}
export interface Present {
  login: string;
  state: "viewing" | "writing" | "gone";
}
export interface Quarantine {
  items?: QuarantinedItem[];
  /** Where the next page begins; null on the last one */
  next: string | null;
}
export interface QuarantinedItem {
  id: number;
  account: number | null;
  /** Where in the account it lay */
  place: string | null;
  /** Bytes */
  size: number;
  received_at: string;
  /** Why it couldn't be understood */
  reason: string | null;
}
export interface Ready {
  ready: boolean;
  /** Why not */
  reasons?: string[];
}
export interface Recipient {
  /** "" for a public reply */
  address: string;
  state: "pending" | "accepted" | "deferred" | "refused" | "in_doubt" | "bounced";
  /** The peer's */
  code: number;
  /** The peer's own words */
  text: string | null;
}
export interface RecoveryCodes {
  /** Each works once; shown once */
  recovery_codes?: string[];
}
export interface Rendered {
  /** Which one fits */
  template: string;
  subject: string;
  /** Empty while there are gaps */
  text: string;
  /** What keeps it from leaving */
  gaps?: Gap[];
}
export interface ReplySlots {
  /** How many public replies an item takes; 0: any number */
  per_item: number;
  /** A new reply takes the place of the old one */
  overwrites: boolean;
  /** The site may hold back or refuse what it accepted */
  moderated: boolean;
}
export interface ReplyWindow {
  /** After the customer's last word; 0: always */
  open_seconds: number;
  /** So long a person may still write; 0: no longer */
  person_seconds: number;
  /** Afterwards a template that the site approved */
  template_after: boolean;
}
export interface Rerun {
  /** False: it stays in quarantine */
  understood: boolean;
}
export interface ResetAsked {

}
export interface RoleInBrand {
  /** Its key */
  brand: string;
  role: "agent" | "senior_agent" | "marketing" | "support_lead" | "curator" | "manager" | "director";
}
export interface Session {
  id: number;
  /** The one this request came by */
  this_one: boolean;
  /** Where it began */
  peer: string;
  /** What the browser calls itself */
  agent: string;
  created_at: string;
  seen_at: string;
  ends_at: string;
}
export interface Sessions {
  items?: Session[];
}
export interface SignedIn {
  /** The password was right: ask for the code and send all three */
  code_needed: boolean;
  me: Me | null;
  ends_at: string | null;
}
export interface SuggestionReason {
  /** surname, e-mail, order number, … */
  field: string;
  /** exact, near, … */
  level: string;
  /** Bits for (positive) or against */
  weight: number;
}
export interface Team {
  id: number;
  name: string;
  /** Users */
  members?: number[];
}
export interface Teams {
  items?: Team[];
}
export interface Template {
  id: string;
  step: "acknowledgement" | "apology" | "explanation" | "update" | "resolution" | "check_in" | "thanks" | "question_answer" | "auto_acknowledgement";
  /** A channel, public, private or any */
  where: string;
  language: string;
  fields?: TemplateField[];
  /** Mustache */
  subject: string | null;
  /** Mustache */
  body: string;
  /** The brand's own wording; else the program's */
  own: boolean;
  /** The program has one of this name */
  built_in: boolean;
  /** null: it is the program's */
  changed_at: string | null;
  changed_by: string | null;
}
export interface TemplateField {
  name: string;
  kind: "text" | "name" | "date" | "time" | "money" | "url" | "number";
  /** What it is for */
  about: string;
  /** null: it must be given */
  fallback: string | null;
}
export interface Templates {
  items?: Template[];
}
export interface Thread {
  thread: ThreadRow;
  /** Hand it back with an answer, as seen_version */
  version: number;
  customer: Customer | null;
  tags?: string[];
  /** Oldest first */
  messages?: ThreadMessage[];
  events?: Event[];
  notes?: Note[];
  /** What we sent in it, and what is on its way */
  updates?: Update[];
  /** Your own */
  draft: Draft | null;
}
export interface ThreadMessage {
  message: Message;
  /** What it says; null where it was not asked for or can't be read */
  words: Words | null;
}
export interface ThreadNote {
  thread: number;
  note: Note;
}
export interface ThreadOperation {
  /** What undo takes */
  operation: number;
}
export interface ThreadRow {
  /** Its number */
  thread: number;
  /** Who it is with */
  customer: number | null;
  /** As known by now; "" where nobody is known */
  customer_name: string;
  tags?: string[];
  status: "open" | "snoozed" | "closed";
  /** The customer's last word is unanswered */
  awaiting_answer: boolean;
  unread: boolean;
  /** A login; null for nobody */
  owner: string | null;
  snooze_until: string | null;
  /** When something last happened in it */
  last_at: string;
  /** When somebody last wrote to us in it: how long they wait */
  asked_at: string | null;
  last_message: number | null;
  channel: string;
  /** Of the last message */
  kind: "mail" | "review" | "mention" | "comment" | "direct_message" | "call" | "form" | "visit" | "letter";
  /** Of the last message */
  direction: "in" | "out";
  /** Of the last message */
  visibility: "private" | "public";
  /** Of the last message */
  author: string;
  subject: string;
  /** The first words of the last message */
  preview: string;
  /** Stars of a review */
  rating: number | null;
}
export interface ThreadSuggestion {
  thread: number;
  /** Why it may belong with this one */
  reason: "reference" | "reply_address" | "subject" | "same_id" | "settled";
  /** Which one raised it */
  message: number | null;
}
export interface ThreadSuggestions {
  items?: ThreadSuggestion[];
}
export interface Timeline {
  items?: TimelineEntry[];
  /** Where the next page begins; null on the last one */
  next: string | null;
  /** Of the threads on this page */
  notes?: ThreadNote[];
  /** Those that are messages on this page */
  updates?: Update[];
}
export interface TimelineEntry {
  /** Either this */
  message: Message | null;
  /** or that */
  event: Event | null;
  /** What the message says; null where it was not asked for or can't be read */
  words: Words | null;
}
export interface Token {
  id: number;
  name: string;
  /** Its first characters */
  start: string;
  permissions?: ("read" | "act" | "answer" | "settle" | "relate" | "bulk" | "templates" | "import" | "export_person" | "erase_person" | "quarantine" | "accounts" | "webhooks" | "people" | "settings" | "audit" | "installation" | "self" | "nobody_needed")[];
  /** None: all of yours */
  brands?: string[];
  created_at: string;
  expires_at: string | null;
  used_at: string | null;
}
export interface TokenMade {
  id: number;
  /** Shown once: Authorization: Bearer … */
  secret: string;
}
export interface Tokens {
  items?: Token[];
}
export interface TotpSetup {
  /** otpauth://…, what a QR code holds; as secret as a password */
  uri: string;
}
export interface Update {
  id: number;
  account: number | null;
  thread: number | null;
  /** Its place on the timeline */
  message: number | null;
  state: "draft" | "scheduled" | "held" | "queued" | "sending" | "retry" | "sent" | "failed" | "uncertain" | "cancelled";
  /** Why it is where it is */
  reason: string | null;
  /** A login */
  author: string | null;
  message_id: string | null;
  recipients?: Recipient[];
  attempts: number;
  /** Not before; of an uncertain one the next look */
  due: string | null;
  created_at: string;
  sent_at: string | null;
  /** The message that answers it */
  answered_by: number | null;
  answered_at: string | null;
  /** Who reads it */
  visibility: "private" | "public";
  /** A person posts it where no program can, then marks it as posted */
  by_hand: boolean;
  /** Where a person posts it */
  link: string | null;
  /** What its site calls it */
  external_id: string | null;
  /** Where it stands in public */
  permalink: string | null;
  /** What its site thinks of it: accepted is not published */
  moderation: "none" | "pending" | "published" | "rejected";
  /** The site's words */
  moderation_reason: string | null;
  /** A pull or the Sent folder has shown it */
  seen_there: boolean;
  /** Until when a pull should show what a person says they posted */
  verify_by: string | null;
  /** The message of ours whose place it takes */
  replaces: number | null;
}
export interface Updates {
  items?: Update[];
  /** Where the next page begins; null on the last one */
  next: string | null;
}
export interface User {
  id: number;
  login: string;
  display_name: string;
  email: string | null;
  language: string | null;
  admin: boolean;
  disabled: boolean;
  has_totp: boolean;
  version: number;
  created_at: string;
  signed_in_at: string | null;
  roles?: RoleInBrand[];
}
export interface Users {
  items?: User[];
  /** Where the next page begins; null on the last one */
  next: string | null;
}
export interface Webhook {
  id: number;
  url: string;
  /** None: all */
  kinds?: ("log.restarted" | "thread.changed" | "message.created" | "message.changed" | "update.changed" | "note.created" | "draft.changed" | "customer.changed" | "account.changed" | "import.progress" | "suggestion.created" | "settings.changed" | "user.changed" | "quarantine.changed" | "template.changed" | "webhook.changed" | "brand.changed")[];
  include_text: boolean;
  state: "active" | "paused" | "disabled";
  /** Why it is not active, or what went wrong last */
  reason: string | null;
  /** The change up to which all was told */
  position: number;
  /** Of the delivery at hand */
  failures: number;
  next_try_at: string | null;
  created_at: string;
  /** A login */
  created_by: string;
}
export interface WebhookDeliveries {
  items?: WebhookDelivery[];
  /** Where the next page begins; null on the last one */
  next: string | null;
}
export interface WebhookDelivery {
  id: number;
  webhook: number;
  /** The same on every try */
  webhook_id: string;
  /** 0: a test */
  change: number;
  kind: string;
  outcome: "waiting" | "delivered" | "failed";
  attempts: number;
  created_at: string;
  delivered_at: string | null;
}
export interface WebhookMade {
  id: number;
  /** whsec_…: what the receiver checks signatures with; shown once */
  secret: string;
}
export interface WebhookSecret {
  /** The old one signs as well for a day */
  secret: string;
}
export interface WebhookTry {
  number: number;
  at: string;
  took_ms: number;
  /** 0: no answer */
  status: number;
  error: string | null;
}
export interface Webhooks {
  items?: Webhook[];
}
export interface WholeMessage {
  message: Message;
  /** null when its bytes can't be read any more */
  words: Words | null;
}
export interface WholeUpdate {
  update: Update;
  tries?: Attempt[];
}
export interface WholeWebhookDelivery {
  delivery: WebhookDelivery;
  tries?: WebhookTry[];
}
export interface Words {
  /** The whole text */
  text: string;
  /** What is new: without quotes and signature */
  reply_text: string;
  quoted_text: string;
  /** Cleaned: allowlisted tags only; remote images stand in data-remote-src */
  html: string | null;
  /** Held back */
  remote_images: number;
  from?: Party[];
  to?: Party[];
  cc?: Party[];
  reply_to?: Party[];
  attachments?: Attachment[];
  /** Shown with a post or review */
  media?: Media[];
  /** Their profile, in public */
  author_url: string | null;
  /** What the site itself verified to be theirs */
  author_links?: string[];
  /** The site's, of what can be edited */
  version: string | null;
  /** What the site thinks of our own reply */
  moderation: "none" | "pending" | "published" | "rejected";
  /** The site's words */
  moderation_reason: string | null;
  /** What was odd about it */
  notes?: string[];
}
export interface Problem {
  title: string;
  type: string;
  instance?: string;
  detail?: string | null;
  hint?: string | null;
  status: number;
  errors?: {
    field?: string;
    message?: string;
  }[];
}
export interface Operations {
  list_audit: {
    path: {  };
    query: { action?: string; actor?: number; limit?: number; cursor?: string };
    body: undefined;
    answer: AuditEntries;
  };
  list_brands: {
    path: {  };
    query: {  };
    body: undefined;
    answer: Brands;
  };
  list_accounts: {
    path: {  };
    query: {  };
    body: undefined;
    answer: Accounts;
  };
  create_account: {
    path: {  };
    query: {  };
    body: NewAccount;
    answer: Account;
  };
  try_account: {
    path: {  };
    query: {  };
    body: AccountTry;
    answer: AccountCheck;
  };
  read_account: {
    path: { account: number };
    query: {  };
    body: undefined;
    answer: Account;
  };
  change_account: {
    path: { account: number };
    query: {  };
    body: AccountChange;
    answer: Account;
  };
  remove_account: {
    path: { account: number };
    query: {  };
    body: undefined;
    answer: undefined;
  };
  check_account: {
    path: { account: number };
    query: {  };
    body: undefined;
    answer: AccountCheck;
  };
  connect_account: {
    path: { account: number };
    query: {  };
    body: undefined;
    answer: AccountConnect;
  };
  disconnect_account: {
    path: { account: number };
    query: {  };
    body: undefined;
    answer: Changed;
  };
  renew_account_hook: {
    path: { account: number };
    query: {  };
    body: undefined;
    answer: AccountHook;
  };
  pause_account: {
    path: { account: number };
    query: {  };
    body: undefined;
    answer: Changed;
  };
  pull_account: {
    path: { account: number };
    query: {  };
    body: undefined;
    answer: Changed;
  };
  resume_account: {
    path: { account: number };
    query: {  };
    body: undefined;
    answer: Changed;
  };
  read_account_setup: {
    path: { account: number };
    query: {  };
    body: undefined;
    answer: AccountSetup;
  };
  list_brand_audit: {
    path: {  };
    query: { action?: string; actor?: number; limit?: number; cursor?: string };
    body: undefined;
    answer: AuditEntries;
  };
  list_customers: {
    path: {  };
    query: { q?: string; limit?: number; cursor?: string };
    body: undefined;
    answer: Customers;
  };
  read_customer: {
    path: { customer: number };
    query: {  };
    body: undefined;
    answer: Customer;
  };
  change_customer: {
    path: { customer: number };
    query: {  };
    body: CustomerChange;
    answer: Customer;
  };
  dismiss_suggestion: {
    path: { customer: number };
    query: {  };
    body: Dismiss;
    answer: Changed;
  };
  erase_customer: {
    path: { customer: number };
    query: {  };
    body: Erase;
    answer: Erased;
  };
  export_customer: {
    path: { customer: number };
    query: {  };
    body: undefined;
    answer: undefined;
  };
  list_links: {
    path: { customer: number };
    query: {  };
    body: undefined;
    answer: LinkEvents;
  };
  merge_customers: {
    path: { customer: number };
    query: {  };
    body: Merge;
    answer: LinkMade;
  };
  list_customer_suggestions: {
    path: { customer: number };
    query: {  };
    body: undefined;
    answer: CustomerSuggestions;
  };
  read_timeline: {
    path: { customer: number };
    query: { words?: number; limit?: number; cursor?: string };
    body: undefined;
    answer: Timeline;
  };
  export_messages: {
    path: {  };
    query: { format?: "jsonl" | "csv"; from?: string; until?: string; words?: boolean };
    body: undefined;
    answer: undefined;
  };
  split_identity: {
    path: { identity: number };
    query: {  };
    body: Split;
    answer: LinkMade;
  };
  start_import: {
    path: {  };
    query: { name: string; own?: string; open?: boolean };
    body: Blob;
    answer: Import;
  };
  list_imports: {
    path: {  };
    query: {  };
    body: undefined;
    answer: Imports;
  };
  read_import: {
    path: { import: number };
    query: {  };
    body: undefined;
    answer: Import;
  };
  cancel_import: {
    path: { import: number };
    query: {  };
    body: undefined;
    answer: Changed;
  };
  list_inbox: {
    path: {  };
    query: { view?: "waiting" | "unowned" | "mine" | "open" | "snoozed" | "closed" | "everything" | "questions_praise" | "unthreaded"; tag?: string; limit?: number; cursor?: string };
    body: undefined;
    answer: Inbox;
  };
  count_inbox: {
    path: {  };
    query: {  };
    body: undefined;
    answer: InboxCounts;
  };
  list_invitations: {
    path: {  };
    query: {  };
    body: undefined;
    answer: Invitations;
  };
  invite: {
    path: {  };
    query: {  };
    body: NewInvitation;
    answer: Link;
  };
  revoke_invitation: {
    path: { invitation: number };
    query: {  };
    body: undefined;
    answer: undefined;
  };
  undo_link: {
    path: { event: number };
    query: {  };
    body: undefined;
    answer: Changed;
  };
  list_members: {
    path: {  };
    query: { owners?: boolean; limit?: number; cursor?: string };
    body: undefined;
    answer: Users;
  };
  set_role: {
    path: { user: number };
    query: {  };
    body: Role;
    answer: undefined;
  };
  remove_role: {
    path: { user: number };
    query: {  };
    body: undefined;
    answer: undefined;
  };
  read_message: {
    path: { message: number };
    query: {  };
    body: undefined;
    answer: WholeMessage;
  };
  download_attachment: {
    path: { message: number; part: number };
    query: {  };
    body: undefined;
    answer: undefined;
  };
  download_raw: {
    path: { message: number };
    query: {  };
    body: undefined;
    answer: undefined;
  };
  read_remote_image: {
    path: { message: number };
    query: { url: string };
    body: undefined;
    answer: undefined;
  };
  rethread_message: {
    path: { message: number };
    query: {  };
    body: Rethread;
    answer: ThreadOperation;
  };
  list_versions: {
    path: { message: number };
    query: {  };
    body: undefined;
    answer: MessageVersions;
  };
  list_quarantine: {
    path: {  };
    query: { limit?: number; cursor?: string };
    body: undefined;
    answer: Quarantine;
  };
  drop_quarantined: {
    path: { item: number };
    query: {  };
    body: undefined;
    answer: Changed;
  };
  download_quarantined: {
    path: { item: number };
    query: {  };
    body: undefined;
    answer: undefined;
  };
  rerun_quarantined: {
    path: { item: number };
    query: {  };
    body: undefined;
    answer: Rerun;
  };
  search: {
    path: {  };
    query: { q?: string; channel?: string; direction?: "in" | "out"; kind?: "mail" | "review" | "mention" | "comment" | "direct_message" | "call" | "form" | "visit" | "letter"; from?: string; until?: string; rating_from?: number; rating_to?: number; customer?: number; order?: "newest" | "relevance"; limit?: number; cursor?: string };
    body: undefined;
    answer: Hits;
  };
  read_brand_settings: {
    path: {  };
    query: {  };
    body: undefined;
    answer: BrandSettings;
  };
  change_brand_settings: {
    path: {  };
    query: {  };
    body: BrandChange;
    answer: BrandSettings;
  };
  list_open_suggestions: {
    path: {  };
    query: {  };
    body: undefined;
    answer: OpenSuggestions;
  };
  list_teams: {
    path: {  };
    query: {  };
    body: undefined;
    answer: Teams;
  };
  add_team: {
    path: {  };
    query: {  };
    body: NewTeam;
    answer: Team;
  };
  change_team: {
    path: { team: number };
    query: {  };
    body: TeamChange;
    answer: Team;
  };
  remove_team: {
    path: { team: number };
    query: {  };
    body: undefined;
    answer: undefined;
  };
  list_templates: {
    path: {  };
    query: { step?: "acknowledgement" | "apology" | "explanation" | "update" | "resolution" | "check_in" | "thanks" | "question_answer" | "auto_acknowledgement"; language?: string };
    body: undefined;
    answer: Templates;
  };
  create_template: {
    path: {  };
    query: {  };
    body: NewTemplate;
    answer: Template;
  };
  preview_template: {
    path: {  };
    query: {  };
    body: TemplatePreview;
    answer: Rendered;
  };
  read_template: {
    path: { template: string; where: string };
    query: { built_in?: boolean };
    body: undefined;
    answer: Template;
  };
  change_template: {
    path: { template: string; where: string };
    query: {  };
    body: TemplateWording;
    answer: Template;
  };
  remove_template: {
    path: { template: string; where: string };
    query: {  };
    body: undefined;
    answer: undefined;
  };
  undo_thread_operation: {
    path: { operation: number };
    query: {  };
    body: undefined;
    answer: Changed;
  };
  bulk: {
    path: {  };
    query: {  };
    body: Bulk;
    answer: BulkResult;
  };
  read_thread: {
    path: { thread: number };
    query: { words?: number };
    body: undefined;
    answer: Thread;
  };
  list_alike_threads: {
    path: { thread: number };
    query: {  };
    body: undefined;
    answer: ThreadSuggestions;
  };
  send_answer: {
    path: { thread: number };
    query: {  };
    body: NewAnswer;
    answer: Answer;
  };
  preview_answer: {
    path: { thread: number };
    query: {  };
    body: NewAnswer;
    answer: Answer;
  };
  list_answer_ways: {
    path: { thread: number };
    query: { message?: number };
    body: undefined;
    answer: AnswerWays;
  };
  close_thread: {
    path: { thread: number };
    query: {  };
    body: undefined;
    answer: Changed;
  };
  read_draft: {
    path: { thread: number };
    query: {  };
    body: undefined;
    answer: Draft;
  };
  save_draft: {
    path: { thread: number };
    query: {  };
    body: SaveDraft;
    answer: Draft;
  };
  discard_draft: {
    path: { thread: number };
    query: {  };
    body: undefined;
    answer: undefined;
  };
  join_threads: {
    path: { thread: number };
    query: {  };
    body: Join;
    answer: ThreadOperation;
  };
  list_notes: {
    path: { thread: number };
    query: {  };
    body: undefined;
    answer: Notes;
  };
  add_note: {
    path: { thread: number };
    query: {  };
    body: NewNote;
    answer: Changed;
  };
  assign_thread: {
    path: { thread: number };
    query: {  };
    body: Owner;
    answer: Changed;
  };
  read_presence: {
    path: { thread: number };
    query: {  };
    body: undefined;
    answer: AllPresent;
  };
  show_presence: {
    path: { thread: number };
    query: {  };
    body: Presence;
    answer: undefined;
  };
  reopen_thread: {
    path: { thread: number };
    query: {  };
    body: undefined;
    answer: Changed;
  };
  snooze_thread: {
    path: { thread: number };
    query: {  };
    body: Snooze;
    answer: Changed;
  };
  add_tag: {
    path: { thread: number };
    query: {  };
    body: Tag;
    answer: Changed;
  };
  remove_tag: {
    path: { thread: number };
    query: { tag: string };
    body: undefined;
    answer: Changed;
  };
  set_unread: {
    path: { thread: number };
    query: {  };
    body: Unread;
    answer: Changed;
  };
  list_updates: {
    path: {  };
    query: { state?: "draft" | "scheduled" | "held" | "queued" | "sending" | "retry" | "sent" | "failed" | "uncertain" | "cancelled"; limit?: number; cursor?: string };
    body: undefined;
    answer: Updates;
  };
  read_update: {
    path: { update: number };
    query: {  };
    body: undefined;
    answer: WholeUpdate;
  };
  mark_update_posted: {
    path: { update: number };
    query: {  };
    body: Posted;
    answer: Update;
  };
  release_update: {
    path: { update: number };
    query: {  };
    body: undefined;
    answer: Update;
  };
  settle_update: {
    path: { update: number };
    query: {  };
    body: Settle;
    answer: Update;
  };
  take_back_update: {
    path: { update: number };
    query: {  };
    body: undefined;
    answer: Update;
  };
  read_webhook_delivery: {
    path: { delivery: number };
    query: {  };
    body: undefined;
    answer: WholeWebhookDelivery;
  };
  replay_webhook_delivery: {
    path: { delivery: number };
    query: {  };
    body: undefined;
    answer: Changed;
  };
  list_webhooks: {
    path: {  };
    query: {  };
    body: undefined;
    answer: Webhooks;
  };
  make_webhook: {
    path: {  };
    query: {  };
    body: WebhookSettings;
    answer: WebhookMade;
  };
  read_webhook: {
    path: { webhook: number };
    query: {  };
    body: undefined;
    answer: Webhook;
  };
  change_webhook: {
    path: { webhook: number };
    query: {  };
    body: WebhookSettings;
    answer: Webhook;
  };
  remove_webhook: {
    path: { webhook: number };
    query: {  };
    body: undefined;
    answer: undefined;
  };
  list_webhook_deliveries: {
    path: { webhook: number };
    query: { limit?: number; cursor?: string };
    body: undefined;
    answer: WebhookDeliveries;
  };
  pause_webhook: {
    path: { webhook: number };
    query: {  };
    body: undefined;
    answer: Webhook;
  };
  ping_webhook: {
    path: { webhook: number };
    query: {  };
    body: undefined;
    answer: WebhookTry;
  };
  replay_webhook: {
    path: { webhook: number };
    query: {  };
    body: WebhookReplay;
    answer: Webhook;
  };
  resume_webhook: {
    path: { webhook: number };
    query: {  };
    body: undefined;
    answer: Webhook;
  };
  rotate_webhook: {
    path: { webhook: number };
    query: {  };
    body: undefined;
    answer: WebhookSecret;
  };
  list_channels: {
    path: {  };
    query: {  };
    body: undefined;
    answer: Channels;
  };
  stream_events: {
    path: {  };
    query: {  };
    body: undefined;
    answer: undefined;
  };
  list_all_invitations: {
    path: {  };
    query: {  };
    body: undefined;
    answer: Invitations;
  };
  invite_admin: {
    path: {  };
    query: {  };
    body: NewAdminInvitation;
    answer: Link;
  };
  accept_invitation: {
    path: {  };
    query: {  };
    body: AcceptInvitation;
    answer: Me;
  };
  join_by_invitation: {
    path: {  };
    query: {  };
    body: JoinByInvitation;
    answer: undefined;
  };
  revoke_any_invitation: {
    path: { invitation: number };
    query: {  };
    body: undefined;
    answer: undefined;
  };
  read_me: {
    path: {  };
    query: {  };
    body: undefined;
    answer: Me;
  };
  change_password: {
    path: {  };
    query: {  };
    body: PasswordChange;
    answer: undefined;
  };
  list_sessions: {
    path: {  };
    query: {  };
    body: undefined;
    answer: Sessions;
  };
  end_other_sessions: {
    path: {  };
    query: {  };
    body: undefined;
    answer: undefined;
  };
  end_session: {
    path: { session_number: number };
    query: {  };
    body: undefined;
    answer: undefined;
  };
  begin_totp: {
    path: {  };
    query: {  };
    body: Confirm;
    answer: TotpSetup;
  };
  confirm_totp: {
    path: {  };
    query: {  };
    body: Code;
    answer: RecoveryCodes;
  };
  remove_totp: {
    path: {  };
    query: {  };
    body: RemoveTotp;
    answer: undefined;
  };
  openapi: {
    path: {  };
    query: {  };
    body: undefined;
    answer: undefined;
  };
  reference: {
    path: {  };
    query: {  };
    body: undefined;
    answer: undefined;
  };
  link_script: {
    path: {  };
    query: {  };
    body: undefined;
    answer: undefined;
  };
  page_style: {
    path: {  };
    query: {  };
    body: undefined;
    answer: undefined;
  };
  reference_script: {
    path: {  };
    query: {  };
    body: undefined;
    answer: undefined;
  };
  ask_reset: {
    path: {  };
    query: {  };
    body: AskReset;
    answer: ResetAsked;
  };
  take_reset: {
    path: {  };
    query: {  };
    body: TakeReset;
    answer: undefined;
  };
  sign_in: {
    path: {  };
    query: {  };
    body: SignIn;
    answer: SignedIn;
  };
  sign_out: {
    path: {  };
    query: {  };
    body: undefined;
    answer: undefined;
  };
  read_settings: {
    path: {  };
    query: {  };
    body: undefined;
    answer: Installation;
  };
  set_up: {
    path: {  };
    query: {  };
    body: FirstAdmin;
    answer: Me;
  };
  list_tokens: {
    path: {  };
    query: {  };
    body: undefined;
    answer: Tokens;
  };
  make_token: {
    path: {  };
    query: {  };
    body: NewToken;
    answer: TokenMade;
  };
  revoke_token: {
    path: { token: number };
    query: {  };
    body: undefined;
    answer: undefined;
  };
  list_users: {
    path: {  };
    query: { limit?: number; cursor?: string };
    body: undefined;
    answer: Users;
  };
  add_user: {
    path: {  };
    query: {  };
    body: NewUser;
    answer: User;
  };
  read_user: {
    path: { user: number };
    query: {  };
    body: undefined;
    answer: User;
  };
  change_user: {
    path: { user: number };
    query: {  };
    body: UserChange;
    answer: User;
  };
  make_reset_link: {
    path: { user: number };
    query: {  };
    body: undefined;
    answer: Link;
  };
  remove_user_totp: {
    path: { user: number };
    query: {  };
    body: ConfirmSelf;
    answer: undefined;
  };
}
export const operations = {
  list_audit: 'GET /audit',
  list_brands: 'GET /brands',
  list_accounts: 'GET /brands/{brand}/accounts',
  create_account: 'POST /brands/{brand}/accounts',
  try_account: 'POST /brands/{brand}/accounts/check',
  read_account: 'GET /brands/{brand}/accounts/{account}',
  change_account: 'PATCH /brands/{brand}/accounts/{account}',
  remove_account: 'DELETE /brands/{brand}/accounts/{account}',
  check_account: 'POST /brands/{brand}/accounts/{account}/check',
  connect_account: 'POST /brands/{brand}/accounts/{account}/connect',
  disconnect_account: 'POST /brands/{brand}/accounts/{account}/disconnect',
  renew_account_hook: 'POST /brands/{brand}/accounts/{account}/hook',
  pause_account: 'POST /brands/{brand}/accounts/{account}/pause',
  pull_account: 'POST /brands/{brand}/accounts/{account}/pull',
  resume_account: 'POST /brands/{brand}/accounts/{account}/resume',
  read_account_setup: 'GET /brands/{brand}/accounts/{account}/setup',
  list_brand_audit: 'GET /brands/{brand}/audit',
  list_customers: 'GET /brands/{brand}/customers',
  read_customer: 'GET /brands/{brand}/customers/{customer}',
  change_customer: 'PATCH /brands/{brand}/customers/{customer}',
  dismiss_suggestion: 'POST /brands/{brand}/customers/{customer}/dismiss',
  erase_customer: 'POST /brands/{brand}/customers/{customer}/erase',
  export_customer: 'GET /brands/{brand}/customers/{customer}/export',
  list_links: 'GET /brands/{brand}/customers/{customer}/links',
  merge_customers: 'POST /brands/{brand}/customers/{customer}/merge',
  list_customer_suggestions: 'GET /brands/{brand}/customers/{customer}/suggestions',
  read_timeline: 'GET /brands/{brand}/customers/{customer}/timeline',
  export_messages: 'GET /brands/{brand}/export/messages',
  split_identity: 'POST /brands/{brand}/identities/{identity}/split',
  start_import: 'POST /brands/{brand}/imports',
  list_imports: 'GET /brands/{brand}/imports',
  read_import: 'GET /brands/{brand}/imports/{import}',
  cancel_import: 'DELETE /brands/{brand}/imports/{import}',
  list_inbox: 'GET /brands/{brand}/inbox',
  count_inbox: 'GET /brands/{brand}/inbox/counts',
  list_invitations: 'GET /brands/{brand}/invitations',
  invite: 'POST /brands/{brand}/invitations',
  revoke_invitation: 'DELETE /brands/{brand}/invitations/{invitation}',
  undo_link: 'POST /brands/{brand}/links/{event}/undo',
  list_members: 'GET /brands/{brand}/members',
  set_role: 'PUT /brands/{brand}/members/{user}',
  remove_role: 'DELETE /brands/{brand}/members/{user}',
  read_message: 'GET /brands/{brand}/messages/{message}',
  download_attachment: 'GET /brands/{brand}/messages/{message}/attachments/{part}',
  download_raw: 'GET /brands/{brand}/messages/{message}/raw',
  read_remote_image: 'GET /brands/{brand}/messages/{message}/remote-image',
  rethread_message: 'POST /brands/{brand}/messages/{message}/rethread',
  list_versions: 'GET /brands/{brand}/messages/{message}/versions',
  list_quarantine: 'GET /brands/{brand}/quarantine',
  drop_quarantined: 'POST /brands/{brand}/quarantine/{item}/drop',
  download_quarantined: 'GET /brands/{brand}/quarantine/{item}/raw',
  rerun_quarantined: 'POST /brands/{brand}/quarantine/{item}/rerun',
  search: 'GET /brands/{brand}/search',
  read_brand_settings: 'GET /brands/{brand}/settings',
  change_brand_settings: 'PATCH /brands/{brand}/settings',
  list_open_suggestions: 'GET /brands/{brand}/suggestions',
  list_teams: 'GET /brands/{brand}/teams',
  add_team: 'POST /brands/{brand}/teams',
  change_team: 'PATCH /brands/{brand}/teams/{team}',
  remove_team: 'DELETE /brands/{brand}/teams/{team}',
  list_templates: 'GET /brands/{brand}/templates',
  create_template: 'POST /brands/{brand}/templates',
  preview_template: 'POST /brands/{brand}/templates/preview',
  read_template: 'GET /brands/{brand}/templates/{template}/{where}',
  change_template: 'PUT /brands/{brand}/templates/{template}/{where}',
  remove_template: 'DELETE /brands/{brand}/templates/{template}/{where}',
  undo_thread_operation: 'POST /brands/{brand}/thread-operations/{operation}/undo',
  bulk: 'POST /brands/{brand}/threads/bulk',
  read_thread: 'GET /brands/{brand}/threads/{thread}',
  list_alike_threads: 'GET /brands/{brand}/threads/{thread}/alike',
  send_answer: 'POST /brands/{brand}/threads/{thread}/answers',
  preview_answer: 'POST /brands/{brand}/threads/{thread}/answers/preview',
  list_answer_ways: 'GET /brands/{brand}/threads/{thread}/answers/ways',
  close_thread: 'POST /brands/{brand}/threads/{thread}/close',
  read_draft: 'GET /brands/{brand}/threads/{thread}/draft',
  save_draft: 'PUT /brands/{brand}/threads/{thread}/draft',
  discard_draft: 'DELETE /brands/{brand}/threads/{thread}/draft',
  join_threads: 'POST /brands/{brand}/threads/{thread}/join',
  list_notes: 'GET /brands/{brand}/threads/{thread}/notes',
  add_note: 'POST /brands/{brand}/threads/{thread}/notes',
  assign_thread: 'PUT /brands/{brand}/threads/{thread}/owner',
  read_presence: 'GET /brands/{brand}/threads/{thread}/presence',
  show_presence: 'PUT /brands/{brand}/threads/{thread}/presence',
  reopen_thread: 'POST /brands/{brand}/threads/{thread}/reopen',
  snooze_thread: 'PUT /brands/{brand}/threads/{thread}/snooze',
  add_tag: 'POST /brands/{brand}/threads/{thread}/tags',
  remove_tag: 'DELETE /brands/{brand}/threads/{thread}/tags',
  set_unread: 'PUT /brands/{brand}/threads/{thread}/unread',
  list_updates: 'GET /brands/{brand}/updates',
  read_update: 'GET /brands/{brand}/updates/{update}',
  mark_update_posted: 'POST /brands/{brand}/updates/{update}/posted',
  release_update: 'POST /brands/{brand}/updates/{update}/release',
  settle_update: 'POST /brands/{brand}/updates/{update}/settle',
  take_back_update: 'POST /brands/{brand}/updates/{update}/undo',
  read_webhook_delivery: 'GET /brands/{brand}/webhook-deliveries/{delivery}',
  replay_webhook_delivery: 'POST /brands/{brand}/webhook-deliveries/{delivery}/replay',
  list_webhooks: 'GET /brands/{brand}/webhooks',
  make_webhook: 'POST /brands/{brand}/webhooks',
  read_webhook: 'GET /brands/{brand}/webhooks/{webhook}',
  change_webhook: 'PUT /brands/{brand}/webhooks/{webhook}',
  remove_webhook: 'DELETE /brands/{brand}/webhooks/{webhook}',
  list_webhook_deliveries: 'GET /brands/{brand}/webhooks/{webhook}/deliveries',
  pause_webhook: 'POST /brands/{brand}/webhooks/{webhook}/pause',
  ping_webhook: 'POST /brands/{brand}/webhooks/{webhook}/ping',
  replay_webhook: 'POST /brands/{brand}/webhooks/{webhook}/replay',
  resume_webhook: 'POST /brands/{brand}/webhooks/{webhook}/resume',
  rotate_webhook: 'POST /brands/{brand}/webhooks/{webhook}/rotate',
  list_channels: 'GET /channels',
  stream_events: 'GET /events',
  list_all_invitations: 'GET /invitations',
  invite_admin: 'POST /invitations',
  accept_invitation: 'POST /invitations/accept',
  join_by_invitation: 'POST /invitations/join',
  revoke_any_invitation: 'DELETE /invitations/{invitation}',
  read_me: 'GET /me',
  change_password: 'PUT /me/password',
  list_sessions: 'GET /me/sessions',
  end_other_sessions: 'POST /me/sessions/end-others',
  end_session: 'DELETE /me/sessions/{session_number}',
  begin_totp: 'POST /me/totp',
  confirm_totp: 'POST /me/totp/confirm',
  remove_totp: 'POST /me/totp/remove',
  openapi: 'GET /openapi.json',
  reference: 'GET /reference',
  link_script: 'GET /reference/link.js',
  page_style: 'GET /reference/page.css',
  reference_script: 'GET /reference/page.js',
  ask_reset: 'POST /resets',
  take_reset: 'POST /resets/take',
  sign_in: 'POST /session',
  sign_out: 'DELETE /session',
  read_settings: 'GET /settings',
  set_up: 'POST /setup',
  list_tokens: 'GET /tokens',
  make_token: 'POST /tokens',
  revoke_token: 'DELETE /tokens/{token}',
  list_users: 'GET /users',
  add_user: 'POST /users',
  read_user: 'GET /users/{user}',
  change_user: 'PATCH /users/{user}',
  make_reset_link: 'POST /users/{user}/reset-link',
  remove_user_totp: 'POST /users/{user}/totp/remove',
} as const satisfies Record<keyof Operations, string>;
