#include "core/mime/reply_words.h"

#include <algorithm>
#include <bitset>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/base/text.h"

namespace amends::mime::words {
namespace {

constexpr Attribution kAttributions[] = {
    // English
    {"on", "wrote", Place::last},
    {"on", "writes", Place::last},
    {"on", "said", Place::last},
    {"on", "wrote", Place::inside},
    {"at", "wrote", Place::last},
    {"in article", "writes", Place::last},
    {"in article", "wrote", Place::last},
    {"", "wrote", Place::last},
    {"", "wrote on", Place::inside},
    {"", "writes", Place::last},
    {"quoting", "", Place::inside},
    // German
    {"am", "schrieb", Place::inside},
    {"am", "hat", Place::inside},
    {"am", "geschrieben", Place::last},
    {"", "schrieb am", Place::inside},
    {"", "schrieb", Place::last},
    {"", "hat am", Place::inside},
    {"zitat von", "", Place::inside},
    // French
    {"le", "a écrit", Place::last},
    {"le", "a ecrit", Place::last},
    {"le", "écrit", Place::last},
    {"le", "écrivait", Place::last},
    {"", "a écrit", Place::last},
    {"", "a écrit le", Place::inside},
    // Spanish
    {"el", "escribió", Place::last},
    {"el", "escribio", Place::last},
    {"el", "escribió", Place::inside},
    {"en", "escribió", Place::last},
    {"a", "escribió", Place::last},
    {"", "escribió", Place::last},
    {"", "escribió el", Place::inside},
    {"citando a", "", Place::inside},
    // Dutch
    {"op", "schreef", Place::inside},
    {"op", "geschreven", Place::last},
    {"", "schreef op", Place::inside},
    {"", "schreef", Place::last},
    // Italian
    {"il", "ha scritto", Place::last},
    {"in data", "ha scritto", Place::last},
    {"il", "scrive", Place::last},
    {"il", "ha scritto", Place::inside},
    {"", "ha scritto", Place::last},
    {"", "ha scritto il", Place::inside},
    // Portuguese
    {"em", "escreveu", Place::last},
    {"em", "escreveu", Place::inside},
    {"a", "escreveu", Place::last},
    {"no dia", "escreveu", Place::last},
    {"", "escreveu", Place::last},
    {"", "escreveu em", Place::inside},
    {"", "escreveu no dia", Place::inside},
    {"citando", "", Place::inside},
    // Swedish, Danish, Norwegian
    {"den", "skrev", Place::inside},
    {"den", "skrev", Place::last},
    {"på", "skrev", Place::inside},
    {"på", "skrev", Place::last},
    {"d", "skrev", Place::inside},
    {"fra", "skrev", Place::last},
    {"", "skrev", Place::inside},
    {"", "skrev", Place::last},
    {"", "skrev den", Place::inside},
    {"", "har skrevet", Place::last},
    // Japanese
    {"", "のメール", Place::last},
    {"", "のメッセージ", Place::last},
    {"", "書きました", Place::last},
    {"", "が書きました", Place::last},
    {"", "は書きました", Place::last},
    {"", "写道", Place::last},
    {"", "wrote", Place::last},
    // Chinese
    {"在", "写道", Place::last},
    {"在", "寫道", Place::last},
    {"於", "寫道", Place::last},
    {"于", "写道", Place::last},
    {"", "写道", Place::last},
    {"", "寫道", Place::last},
    {"", "写到", Place::last},
    // Further neighbours
    {"dnia", "napisał", Place::last},
    {"dnia", "napisał(a)", Place::last},
    {"dnia", "napisała", Place::last},
    {"dnia", "pisze", Place::last},
    {"w dniu", "pisze", Place::last},
    {"w dniu", "napisał", Place::inside},
    {"w dniu", "napisał(a)", Place::last},
    {"", "napisał(a)", Place::last},
    {"", "kirjoitti", Place::inside},
    {"", "kirjoitti", Place::last},
    {"dne", "napsal", Place::last},
    {"dne", "napsal(a)", Place::last},
    {"dňa", "napísal(a)", Place::last},
    {"", "napsal(a)", Place::last},
    {"", "napsal", Place::last},
    {"", "napsala", Place::last},
    {"", "пишет", Place::last},
    {"", "написал", Place::last},
    {"", "написал(а)", Place::last},
    {"", "写道", Place::last},
    {"", "작성", Place::last},
    {"", "님이 작성", Place::last},
    {"", "tarihinde şunu yazdı", Place::last},
    {"", "şunları yazdı", Place::last},
    {"", "a scris", Place::last},
    {"în", "a scris", Place::last},
    {"pe", "a scris", Place::last},
    {"", "ezt írta", Place::last},
    {"", "ezt írta", Place::inside},
    {"", "írta", Place::last},
    {"vào", "đã viết", Place::last},
    {"el", "va escriure", Place::last},
};

struct LabelRow {
  std::string_view word;
  Field field;
};
constexpr LabelRow kLabels[] = {
    // English
    {"from", Field::from},
    {"sent", Field::date},
    {"date", Field::date},
    {"date sent", Field::date},
    {"sent on", Field::date},
    {"sent at", Field::date},
    {"to", Field::to},
    {"cc", Field::other},
    {"bcc", Field::other},
    {"subject", Field::subject},
    {"reply-to", Field::other},
    {"reply to", Field::other},
    {"importance", Field::other},
    {"attachments", Field::other},
    {"attachment", Field::other},
    {"message-id", Field::other},
    {"on behalf of", Field::other},
    {"sender", Field::other},
    {"priority", Field::other},
    {"sensitivity", Field::other},
    {"organization", Field::other},
    {"resent-from", Field::other},
    {"newsgroups", Field::other},
    // German
    {"von", Field::from},
    {"gesendet", Field::date},
    {"gesendet am", Field::date},
    {"datum", Field::date},
    {"an", Field::to},
    {"kopie", Field::other},
    {"kopie (cc)", Field::other},
    {"blindkopie", Field::other},
    {"betreff", Field::subject},
    {"antwort an", Field::other},
    {"antwort-an", Field::other},
    {"priorität", Field::other},
    {"wichtigkeit", Field::other},
    {"anlagen", Field::other},
    {"anlage", Field::other},
    // French
    {"de", Field::from},
    {"expéditeur", Field::from},
    {"envoyé", Field::date},
    {"envoyé le", Field::date},
    {"envoyé par", Field::other},
    {"date d'envoi", Field::date},
    {"à", Field::to},
    {"a", Field::to},
    {"destinataire", Field::to},
    {"destinataires", Field::to},
    {"pour", Field::to},
    {"copie à", Field::other},
    {"cci", Field::other},
    {"objet", Field::subject},
    {"sujet", Field::subject},
    {"répondre à", Field::other},
    {"pièces jointes", Field::other},
    // Spanish
    {"enviado", Field::date},
    {"enviado el", Field::date},
    {"enviada el", Field::date},
    {"fecha", Field::date},
    {"para", Field::to},
    {"cco", Field::other},
    {"asunto", Field::subject},
    {"responder a", Field::other},
    {"datos adjuntos", Field::other},
    // Dutch
    {"van", Field::from},
    {"verzonden", Field::date},
    {"verzonden op", Field::date},
    {"aan", Field::to},
    {"onderwerp", Field::subject},
    {"antwoord aan", Field::other},
    {"beantwoorden", Field::other},
    {"bijlagen", Field::other},
    // Italian
    {"da", Field::from},
    {"mittente", Field::from},
    {"inviato", Field::date},
    {"inviato il", Field::date},
    {"data", Field::date},
    {"oggetto", Field::subject},
    {"rispondi a", Field::other},
    {"ccn", Field::other},
    {"allegati", Field::other},
    // Portuguese
    {"enviada", Field::date},
    {"enviada em", Field::date},
    {"enviado em", Field::date},
    {"data de envio", Field::date},
    {"assunto", Field::subject},
    {"responder para", Field::other},
    {"anexos", Field::other},
    // Swedish
    {"från", Field::from},
    {"skickat", Field::date},
    {"till", Field::to},
    {"kopia", Field::other},
    {"ämne", Field::subject},
    {"svar till", Field::other},
    {"bifogade filer", Field::other},
    // Danish and Norwegian
    {"fra", Field::from},
    {"sendt", Field::date},
    {"dato", Field::date},
    {"til", Field::to},
    {"emne", Field::subject},
    {"svar til", Field::other},
    {"kopi", Field::other},
    {"vedhæftede filer", Field::other},
    // Japanese
    {"差出人", Field::from},
    {"送信者", Field::from},
    {"送信元", Field::from},
    {"発信者", Field::from},
    {"送信日時", Field::date},
    {"送信日", Field::date},
    {"日時", Field::date},
    {"日付", Field::date},
    {"宛先", Field::to},
    {"件名", Field::subject},
    {"返信先", Field::other},
    {"添付ファイル", Field::other},
    // Chinese, simplified and traditional
    {"发件人", Field::from},
    {"寄件人", Field::from},
    {"寄件者", Field::from},
    {"发送时间", Field::date},
    {"发送日期", Field::date},
    {"发件时间", Field::date},
    {"寄件日期", Field::date},
    {"傳送時間", Field::date},
    {"时间", Field::date},
    {"日期", Field::date},
    {"收件人", Field::to},
    {"收件者", Field::to},
    {"抄送", Field::other},
    {"抄送人", Field::other},
    {"副本", Field::other},
    {"密送", Field::other},
    {"主题", Field::subject},
    {"主題", Field::subject},
    {"主旨", Field::subject},
    {"回复", Field::other},
    {"附件", Field::other},
    // Further neighbours
    {"od", Field::from},
    {"wysłano", Field::date},
    {"do", Field::to},
    {"dw", Field::other},
    {"temat", Field::subject},
    {"lähettäjä", Field::from},
    {"lähetetty", Field::date},
    {"päivämäärä", Field::date},
    {"vastaanottaja", Field::to},
    {"aihe", Field::subject},
    {"odesláno", Field::date},
    {"komu", Field::to},
    {"předmět", Field::subject},
    {"predmet", Field::subject},
    {"от", Field::from},
    {"отправлено", Field::date},
    {"дата", Field::date},
    {"кому", Field::to},
    {"копия", Field::other},
    {"тема", Field::subject},
    {"보낸 사람", Field::from},
    {"보낸사람", Field::from},
    {"보낸 날짜", Field::date},
    {"날짜", Field::date},
    {"받는 사람", Field::to},
    {"받는사람", Field::to},
    {"참조", Field::other},
    {"제목", Field::subject},
    {"kimden", Field::from},
    {"gönderen", Field::from},
    {"gönderildi", Field::date},
    {"tarih", Field::date},
    {"kime", Field::to},
    {"konu", Field::subject},
    {"de la", Field::from},
    {"trimis", Field::date},
    {"către", Field::to},
    {"subiect", Field::subject},
};

struct MarkRow {
  std::string_view words;
  Mark mark;
};
constexpr MarkRow kMarks[] = {
    {"original message", Mark::original},
    {"original mail", Mark::original},
    {"original email", Mark::original},
    {"original appointment", Mark::original},
    {"reply message", Mark::original},
    {"ursprüngliche nachricht", Mark::original},
    {"ursprüngliche mail", Mark::original},
    {"originalnachricht", Mark::original},
    {"original-nachricht", Mark::original},
    {"originalmail", Mark::original},
    {"message d'origine", Mark::original},
    {"message original", Mark::original},
    {"message initial", Mark::original},
    {"courriel original", Mark::original},
    {"mensaje original", Mark::original},
    {"mensaje de origen", Mark::original},
    {"oorspronkelijk bericht", Mark::original},
    {"origineel bericht", Mark::original},
    {"messaggio originale", Mark::original},
    {"messaggio originario", Mark::original},
    {"mensagem original", Mark::original},
    {"mensagem de origem", Mark::original},
    {"ursprungligt meddelande", Mark::original},
    {"originalmeddelande", Mark::original},
    {"ursprungligt mail", Mark::original},
    {"oprindelig meddelelse", Mark::original},
    {"oprindelig besked", Mark::original},
    {"original besked", Mark::original},
    {"opprinnelig melding", Mark::original},
    {"original melding", Mark::original},
    {"元のメッセージ", Mark::original},
    {"元のメール", Mark::original},
    {"オリジナルメッセージ", Mark::original},
    {"オリジナル メッセージ", Mark::original},
    {"original message / 元のメッセージ", Mark::original},
    {"原始邮件", Mark::original},
    {"原始郵件", Mark::original},
    {"邮件原件", Mark::original},
    {"原邮件", Mark::original},
    {"原始訊息", Mark::original},
    {"回复的原邮件", Mark::original},
    {"wiadomość oryginalna", Mark::original},
    {"oryginalna wiadomość", Mark::original},
    {"alkuperäinen viesti", Mark::original},
    {"původní zpráva", Mark::original},
    {"пересылаемое сообщение", Mark::forward},
    {"исходное сообщение", Mark::original},
    {"원본 메시지", Mark::original},
    {"original ileti", Mark::original},
    {"orijinal ileti", Mark::original},
    {"mesaj original", Mark::original},
    {"eredeti üzenet", Mark::original},

    {"forwarded message", Mark::forward},
    {"forwarded mail", Mark::forward},
    {"forwarded email", Mark::forward},
    {"original message (forwarded)", Mark::forward},
    {"begin forwarded message", Mark::forward},
    {"begin forwarded mail", Mark::forward},
    {"start of forwarded message", Mark::forward},
    {"start of forwarded mail", Mark::forward},
    {"end forwarded message", Mark::forward_end},
    {"end of forwarded message", Mark::forward_end},
    {"weitergeleitete nachricht", Mark::forward},
    {"weitergeleitete mail", Mark::forward},
    {"weitergeleitete e-mail", Mark::forward},
    {"weitergeleitet", Mark::forward},
    {"anfang der weitergeleiteten nachricht", Mark::forward},
    {"anfang der weitergeleiteten e-mail", Mark::forward},
    {"beginn der weitergeleiteten nachricht", Mark::forward},
    {"ende der weitergeleiteten nachricht", Mark::forward_end},
    {"message transféré", Mark::forward},
    {"mail transféré", Mark::forward},
    {"courriel transféré", Mark::forward},
    {"message réexpédié", Mark::forward},
    {"message suivi", Mark::forward},
    {"début du message transféré", Mark::forward},
    {"début du message réexpédié", Mark::forward},
    {"fin du message transféré", Mark::forward_end},
    {"mensaje reenviado", Mark::forward},
    {"correo reenviado", Mark::forward},
    {"inicio del mensaje reenviado", Mark::forward},
    {"principio del mensaje reenviado", Mark::forward},
    {"comienzo del mensaje reenviado", Mark::forward},
    {"fin del mensaje reenviado", Mark::forward_end},
    {"doorgestuurd bericht", Mark::forward},
    {"doorgestuurde bericht", Mark::forward},
    {"doorgezonden bericht", Mark::forward},
    {"begin doorgestuurd bericht", Mark::forward},
    {"begin van doorgestuurd bericht", Mark::forward},
    {"einde doorgestuurd bericht", Mark::forward_end},
    {"messaggio inoltrato", Mark::forward},
    {"messaggio inoltrato inizio", Mark::forward},
    {"inizio messaggio inoltrato", Mark::forward},
    {"inizio del messaggio inoltrato", Mark::forward},
    {"fine messaggio inoltrato", Mark::forward_end},
    {"mensagem encaminhada", Mark::forward},
    {"mensagem reencaminhada", Mark::forward},
    {"início da mensagem encaminhada", Mark::forward},
    {"início da mensagem reencaminhada", Mark::forward},
    {"início de mensagem encaminhada", Mark::forward},
    {"fim da mensagem encaminhada", Mark::forward_end},
    {"vidarebefordrat meddelande", Mark::forward},
    {"vidarebefordrat mail", Mark::forward},
    {"vidarebefordrat brev", Mark::forward},
    {"början på vidarebefordrat meddelande", Mark::forward},
    {"börja vidarebefordrat meddelande", Mark::forward},
    {"påbörja vidarebefordrat meddelande", Mark::forward},
    {"videresendt", Mark::forward},
    {"videresendt meddelelse", Mark::forward},
    {"videresendt besked", Mark::forward},
    {"videresendt melding", Mark::forward},
    {"videresendt mail", Mark::forward},
    {"videresendt e-mail", Mark::forward},
    {"start på videresendt besked", Mark::forward},
    {"start på videresendt meddelelse", Mark::forward},
    {"begynd videresendt besked", Mark::forward},
    {"påbegynt videresendt besked", Mark::forward},
    {"starten på videresendt melding", Mark::forward},
    {"転送メッセージ", Mark::forward},
    {"転送されたメッセージ", Mark::forward},
    {"転送されたメール", Mark::forward},
    {"転送メール", Mark::forward},
    {"forwarded message / 転送メッセージ", Mark::forward},
    {"以下に転送されたメッセージ", Mark::forward},
    {"転送メッセージ ここから", Mark::forward},
    {"转发的邮件", Mark::forward},
    {"转发邮件", Mark::forward},
    {"转发邮件信息", Mark::forward},
    {"转发的消息", Mark::forward},
    {"已转发邮件", Mark::forward},
    {"被转发邮件", Mark::forward},
    {"被转发的邮件", Mark::forward},
    {"开始转发的邮件", Mark::forward},
    {"下面是被转发的邮件", Mark::forward},
    {"以下是转发的邮件", Mark::forward},
    {"轉寄的郵件", Mark::forward},
    {"轉寄郵件", Mark::forward},
    {"轉寄信件", Mark::forward},
    {"已轉寄的郵件", Mark::forward},
    {"已轉寄郵件", Mark::forward},
    {"開始轉寄郵件", Mark::forward},
    {"以下是轉寄的郵件", Mark::forward},
    {"wiadomość przekazana dalej", Mark::forward},
    {"przekazana wiadomość", Mark::forward},
    {"treść przekazanej wiadomości", Mark::forward},
    {"välitetty viesti", Mark::forward},
    {"edelleenlähetetty viesti", Mark::forward},
    {"přeposlaná zpráva", Mark::forward},
    {"přeposlaný e-mail", Mark::forward},
    {"пересланное сообщение", Mark::forward},
    {"начало пересылаемого сообщения", Mark::forward},
    {"конец пересылаемого сообщения", Mark::forward_end},
    {"전달된 메시지", Mark::forward},
    {"전달된 이메일", Mark::forward},
    {"yönlendirilen ileti", Mark::forward},
    {"iletilen mesaj", Mark::forward},
    {"mesaj redirecționat", Mark::forward},
    {"továbbított üzenet", Mark::forward},
    {"missatge reenviat", Mark::forward},
};

// Marks that go on with a name: "Forwarded message from …", "Forwarded by … on …".
constexpr MarkRow kMarkPrefixes[] = {
    {"forwarded message from ", Mark::forward},
    {"forwarded by ", Mark::forward},
    {"weitergeleitete nachricht von ", Mark::forward},
    {"weitergeleitet von ", Mark::forward},
    {"message transféré de ", Mark::forward},
    {"transféré par ", Mark::forward},
    {"réexpédié par ", Mark::forward},
    {"mensaje reenviado de ", Mark::forward},
    {"reenviado por ", Mark::forward},
    {"doorgestuurd bericht van ", Mark::forward},
    {"doorgestuurd door ", Mark::forward},
    {"messaggio inoltrato da ", Mark::forward},
    {"inoltrato da ", Mark::forward},
    {"mensagem encaminhada de ", Mark::forward},
    {"encaminhado por ", Mark::forward},
    {"vidarebefordrat meddelande från ", Mark::forward},
    {"vidarebefordrat av ", Mark::forward},
    {"videresendt af ", Mark::forward},
    {"videresendt av ", Mark::forward},
    {"end forwarded message from ", Mark::forward_end},
    {"original message from ", Mark::original},
};

// What help desks write above the copy of the conversation: the answer belongs above it.
constexpr std::string_view kAnswerAbove[] = {
    "above this line",
    "oberhalb dieser zeile",
    "über dieser zeile",
    "über dieser linie",
    "au-dessus de cette ligne",
    "encima de esta línea",
    "boven deze regel",
    "boven deze lijn",
    "sopra questa riga",
    "sopra questa linea",
    "al di sopra di questa",
    "acima desta linha",
    "ovanför denna rad",
    "över denna rad",
    "over denne linje",
    "ovenfor denne linje",
    "この行より上",
    "この線より上",
    "在此行之上",
    "在此线上方",
    "在這行之上",
    "powyżej tej linii",
};

// Apple Mail and some others write these without dashes.
constexpr std::string_view kUndashedForwards[] = {
    "begin forwarded message",
    "anfang der weitergeleiteten nachricht",
    "anfang der weitergeleiteten e-mail",
    "beginn der weitergeleiteten nachricht",
    "début du message transféré",
    "début du message réexpédié",
    "inicio del mensaje reenviado",
    "principio del mensaje reenviado",
    "comienzo del mensaje reenviado",
    "begin doorgestuurd bericht",
    "begin van doorgestuurd bericht",
    "inizio messaggio inoltrato",
    "inizio del messaggio inoltrato",
    "início da mensagem encaminhada",
    "início da mensagem reencaminhada",
    "início de mensagem encaminhada",
    "början på vidarebefordrat meddelande",
    "börja vidarebefordrat meddelande",
    "påbörja vidarebefordrat meddelande",
    "vidarebefordrat brev",
    "start på videresendt besked",
    "start på videresendt meddelelse",
    "begynd videresendt besked",
    "starten på videresendt melding",
    "転送されたメッセージ",
    "以下に転送されたメッセージ",
    "开始转发的邮件",
    "下面是被转发的邮件",
    "以下是转发的邮件",
    "開始轉寄郵件",
    "以下是轉寄的郵件",
    "treść przekazanej wiadomości",
    "välitetty viesti alkaa",
    "начало пересылаемого сообщения",
};

struct MonthRow {
  std::string_view word;
  int month;
};
constexpr MonthRow kMonths[] = {
    {"january", 1},    {"jan", 1},        {"januar", 1},    {"jänner", 1},    {"janvier", 1},   {"janv", 1},
    {"enero", 1},      {"ene", 1},        {"januari", 1},   {"gennaio", 1},   {"gen", 1},       {"janeiro", 1},
    {"february", 2},   {"feb", 2},        {"februar", 2},   {"février", 2},   {"févr", 2},      {"fév", 2},
    {"fevr", 2},       {"febrero", 2},    {"februari", 2},  {"febbraio", 2},  {"fevereiro", 2}, {"fev", 2},
    {"march", 3},      {"mar", 3},        {"märz", 3},      {"mär", 3},       {"mars", 3},      {"marzo", 3},
    {"maart", 3},      {"mrt", 3},        {"março", 3},     {"marts", 3},     {"mrz", 3},       {"april", 4},
    {"apr", 4},        {"avril", 4},      {"avr", 4},       {"abril", 4},     {"abr", 4},       {"aprile", 4},
    {"may", 5},        {"mai", 5},        {"mayo", 5},      {"mei", 5},       {"maggio", 5},    {"mag", 5},
    {"maio", 5},       {"maj", 5},        {"june", 6},      {"jun", 6},       {"juni", 6},      {"juin", 6},
    {"junio", 6},      {"giugno", 6},     {"giu", 6},       {"junho", 6},     {"july", 7},      {"jul", 7},
    {"juli", 7},       {"juillet", 7},    {"juil", 7},      {"julio", 7},     {"luglio", 7},    {"lug", 7},
    {"julho", 7},      {"august", 8},     {"aug", 8},       {"août", 8},      {"agosto", 8},    {"ago", 8},
    {"augustus", 8},   {"augusti", 8},    {"september", 9}, {"sep", 9},       {"sept", 9},      {"septembre", 9},
    {"septiembre", 9}, {"settembre", 9},  {"set", 9},       {"setembro", 9},  {"october", 10},  {"oct", 10},
    {"oktober", 10},   {"okt", 10},       {"octobre", 10},  {"octubre", 10},  {"ottobre", 10},  {"ott", 10},
    {"outubro", 10},   {"out", 10},       {"november", 11}, {"nov", 11},      {"novembre", 11}, {"noviembre", 11},
    {"novembro", 11},  {"december", 12},  {"dec", 12},      {"dezember", 12}, {"dez", 12},      {"décembre", 12},
    {"déc", 12},       {"diciembre", 12}, {"dic", 12},      {"dicembre", 12}, {"dezembro", 12}, {"desember", 12},
    {"des", 12},
};

// Lines that a client adds by itself. The rest of the line is a device or an app: `prefix` … `suffix`.
struct ClientRow {
  std::string_view prefix;
  std::string_view suffix;
};
constexpr ClientRow kClients[] = {
    {"sent from ", ""},
    {"sent by my ", ""},
    {"sent via ", ""},
    {"sent using ", ""},
    {"sent with ", ""},
    {"sent on the go", ""},
    {"get outlook for ", ""},
    {"download outlook for ", ""},
    {"get bluemail for ", ""},
    {"typed on my ", ""},
    {"written on my ", ""},
    {"von meinem ", "gesendet"},
    {"von meiner ", "gesendet"},
    {"von unterwegs gesendet", ""},
    {"von mobile gesendet", ""},
    {"mobil gesendet", ""},
    {"gesendet von ", ""},
    {"gesendet mit ", ""},
    {"gesendet aus ", ""},
    {"gesendet über ", ""},
    {"diese nachricht wurde von ", "gesendet"},
    {"diese nachricht wurde mit ", "gesendet"},
    {"holen sie sich outlook für ", ""},
    {"outlook für android herunterladen", ""},
    {"outlook für ios herunterladen", ""},
    {"outlook für ios beziehen", ""},
    {"outlook für android beziehen", ""},
    {"envoyé de mon ", ""},
    {"envoyé de ma ", ""},
    {"envoyé depuis ", ""},
    {"envoyé à partir ", ""},
    {"envoyé avec ", ""},
    {"envoyé via ", ""},
    {"envoyé par mon ", ""},
    {"envoyé de l", ""},
    {"provenance : courrier pour ", ""},
    {"obtenir outlook pour ", ""},
    {"obtenez outlook pour ", ""},
    {"télécharger outlook pour ", ""},
    {"téléchargez outlook pour ", ""},
    {"enviado desde ", ""},
    {"enviado con ", ""},
    {"enviado a través de ", ""},
    {"obtener outlook para ", ""},
    {"obtenga outlook para ", ""},
    {"descargar outlook para ", ""},
    {"verstuurd vanaf ", ""},
    {"verstuurd vanuit ", ""},
    {"verstuurd met ", ""},
    {"verstuurd via ", ""},
    {"verzonden vanaf ", ""},
    {"verzonden vanuit ", ""},
    {"verzonden met ", ""},
    {"verzonden via ", ""},
    {"download outlook voor ", ""},
    {"outlook voor android downloaden", ""},
    {"outlook voor ios downloaden", ""},
    {"outlook voor ios ophalen", ""},
    {"inviato da", ""},
    {"inviato dal", ""},
    {"inviato con ", ""},
    {"inviato tramite ", ""},
    {"ottieni outlook per ", ""},
    {"scarica outlook per ", ""},
    {"enviado do ", ""},
    {"enviado da ", ""},
    {"enviado de ", ""},
    {"enviado pelo ", ""},
    {"enviado por meu ", ""},
    {"enviado via ", ""},
    {"enviada do ", ""},
    {"obter o outlook para ", ""},
    {"obtenha o outlook para ", ""},
    {"obter outlook para ", ""},
    {"baixar outlook para ", ""},
    {"skickat från ", ""},
    {"skickat via ", ""},
    {"skickat med ", ""},
    {"skickades från ", ""},
    {"hämta outlook för ", ""},
    {"sendt fra ", ""},
    {"sendt med ", ""},
    {"sendt via ", ""},
    {"hent outlook til ", ""},
    {"få outlook til ", ""},
    {"få outlook for ", ""},
    {"skaff deg outlook for ", ""},
    {"iphoneから送信", ""},
    {"ipadから送信", ""},
    {"", "から送信"},
    {"", "から送信されました"},
    {"", "を入手"},
    {"", "を使用して送信"},
    {"outlook for ios を入手", ""},
    {"发自我的", ""},
    {"发自", ""},
    {"從我的", "傳送"},
    {"从我的", "发送"},
    {"从我的", "发出"},
    {"從我的", "寄出"},
    {"由我的", "发送"},
    {"傳送自", ""},
    {"寄自我的", ""},
    {"获取", "outlook for ios"},
    {"获取", "outlook for android"},
    {"获取适用于", "的 outlook"},
    {"取得", "outlook for ios"},
    {"取得", "outlook for android"},
    {"wysłane z ", ""},
    {"wysłano z ", ""},
    {"pobierz outlook", ""},
    {"lähetetty ", "stani"},
    {"lähetetty ", "ista"},
    {"lähetetty ", "sta"},
    {"lähetetty ", "stä"},
    {"отправлено с ", ""},
    {"отправлено из ", ""},
    {"odesláno z ", ""},
    {"나의 ", "에서 보냄"},
    {"", "에서 보냄"},
    {"iphone'umdan gönderildi", ""},
    {"trimis de pe ", ""},
    {"enviat des ", ""},
};

// What makes "Sent from my …" surely a device, even when a sentence goes on after it.
constexpr std::string_view kDevices[] = {
    "iphone",  "ipad",    "ipod",   "android", "samsung", "galaxy",     "blackberry", "windows",   "outlook",
    "yahoo",   "huawei",  "xiaomi", "nokia",   "mobile",  "smartphone", "handy",      "mobil",     "móvil",
    "mobiel",  "telefon", "phone",  "mail",    "gmail",   "proton",     "htc",        "lg ",       "pixel",
    "oneplus", "tablet",  "gmx",    "web.de",  "hotmail", "cellulare",  "celular",    "téléphone", "手机",
    "本机",    "macbook", "imac",   "mac",     "watch",   "spark",
};

constexpr std::string_view kListFooters[] = {
    "you received this message because you are subscribed to",
    "you received this email because you are subscribed to",
    "you are receiving this because",
    "you are receiving this email because",
    "to unsubscribe from this group",
    "to unsubscribe, send",
    "to unsubscribe, e-mail",
    "to unsubscribe from this list",
    "reply to this email directly or view it on github",
    "reply to this email directly, view it on github",
    "sie erhalten diese nachricht, weil sie",
    "sie haben diese nachricht erhalten, weil sie",
    "vous recevez ce message, car vous êtes abonné",
    "vous avez reçu ce message car vous êtes abonné",
    "has recibido este mensaje porque estás suscrito",
    "u hebt dit bericht ontvangen omdat u",
    "hai ricevuto questo messaggio perché",
    "você recebeu essa mensagem porque",
    "du får det här meddelandet eftersom du",
    "du modtager denne meddelelse, fordi du",
    "このメールは google グループ",
    "您收到此邮件是因为您订阅了",
};

constexpr std::string_view kClosings[] = {
    "best",
    "best regards",
    "kind regards",
    "warm regards",
    "regards",
    "many thanks",
    "thanks",
    "thank you",
    "cheers",
    "sincerely",
    "yours sincerely",
    "yours faithfully",
    "best wishes",
    "all the best",
    "yours truly",
    "thanks again",
    "respectfully",
    "cordially",
    "with kind regards",
    "thanks and regards",
    "thanks & regards",
    "yours",
    "br",
    "rgds",
    "mit freundlichen grüßen",
    "freundliche grüße",
    "viele grüße",
    "beste grüße",
    "liebe grüße",
    "schöne grüße",
    "herzliche grüße",
    "mit besten grüßen",
    "mit freundlichem gruß",
    "gruß",
    "grüße",
    "mfg",
    "vg",
    "lg",
    "hochachtungsvoll",
    "mit vielen grüßen",
    "danke und gruß",
    "cordialement",
    "bien cordialement",
    "bien à vous",
    "salutations",
    "meilleures salutations",
    "sincères salutations",
    "merci",
    "amicalement",
    "bonne journée",
    "cdlt",
    "saludos",
    "un saludo",
    "saludos cordiales",
    "un cordial saludo",
    "atentamente",
    "cordialmente",
    "gracias",
    "muchas gracias",
    "met vriendelijke groet",
    "met vriendelijke groeten",
    "vriendelijke groet",
    "vriendelijke groeten",
    "groet",
    "groeten",
    "mvg",
    "hartelijke groet",
    "alvast bedankt",
    "bedankt",
    "cordiali saluti",
    "distinti saluti",
    "saluti",
    "grazie",
    "un saluto",
    "cordialità",
    "atenciosamente",
    "att",
    "abraços",
    "abraço",
    "obrigado",
    "obrigada",
    "cumprimentos",
    "com os melhores cumprimentos",
    "melhores cumprimentos",
    "med vänlig hälsning",
    "med vänliga hälsningar",
    "vänliga hälsningar",
    "vänlig hälsning",
    "hälsningar",
    "mvh",
    "tack",
    "med venlig hilsen",
    "venlig hilsen",
    "de bedste hilsner",
    "hilsen",
    "mange tak",
    "vh",
    "よろしくお願いします",
    "よろしくお願いいたします",
    "敬具",
    "此致",
    "敬礼",
    "祝好",
    "谢谢",
    "謝謝",
};

std::unordered_map<std::string, Mark> folded_marks() {
  std::unordered_map<std::string, Mark> out;
  for (const auto& row : kMarks) out.emplace(text::fold(row.words), row.mark);
  return out;
}

std::unordered_map<std::string, Field> folded_labels() {
  std::unordered_map<std::string, Field> out;
  for (const auto& row : kLabels) out.emplace(text::fold(row.word), row.field);
  return out;
}

template <class Table>
std::vector<std::string> folded(const Table& table) {
  std::vector<std::string> out;
  for (const std::string_view word : table) out.push_back(text::fold(word));
  return out;
}

bool starts_with(std::string_view line, std::string_view start) {
  return !line.empty() && !start.empty() && line[0] == start[0] && line.substr(0, start.size()) == start;
}

// Whether any of a table's phrases, each of two bytes at least, stands somewhere in a line: one pass over the line
// instead of one a phrase, as every line of every mail is asked.
class Phrases {
 public:
  template <class Table>
  explicit Phrases(const Table& table) : phrases_(folded(table)) {
    for (const std::string& phrase : phrases_) starts_.set(pair_at(phrase, 0));
  }
  bool any_in(std::string_view line) const {
    for (std::size_t at = 0; at + 1 < line.size(); ++at) {
      if (!starts_[pair_at(line, at)]) continue;
      for (const std::string& phrase : phrases_) {
        if (line.compare(at, phrase.size(), phrase) == 0) return true;
      }
    }
    return false;
  }

 private:
  static std::size_t pair_at(std::string_view s, std::size_t at) {
    return static_cast<std::size_t>(static_cast<unsigned char>(s[at])) << 8 | static_cast<unsigned char>(s[at + 1]);
  }
  std::vector<std::string> phrases_;
  std::bitset<65536> starts_;
};

// The part of a client's line that may be a device: before the first sentence mark.
bool names_device(std::string_view folded_line) {
  static const auto kFolded = folded(kDevices);
  const std::string_view head = folded_line.substr(0, folded_line.find_first_of(",.;"));
  return std::any_of(kFolded.begin(), kFolded.end(),
                     [&](const std::string& device) { return head.find(device) != head.npos; });
}

}  // namespace

std::span<const Attribution> attributions() {
  // The rows with their words folded; the strings live as long as the program.
  static const auto kFolded = [] {
    static std::vector<std::string> words;
    std::vector<Attribution> out;
    words.reserve(std::size(kAttributions) * 2);
    for (const auto& row : kAttributions) {
      const std::string_view lead = words.emplace_back(text::fold(row.lead));
      const std::string_view verb = words.emplace_back(text::fold(row.verb));
      out.push_back({lead, verb, row.place});
    }
    return out;
  }();
  return kFolded;
}

std::optional<Field> field_of(std::string_view folded_label) {
  static const auto kFolded = folded_labels();
  const auto found = kFolded.find(std::string(folded_label));
  if (found == kFolded.end()) return std::nullopt;
  return found->second;
}

std::optional<Mark> mark_of(std::string_view folded_words) {
  static const auto kFolded = folded_marks();
  if (const auto found = kFolded.find(std::string(folded_words)); found != kFolded.end()) return found->second;
  for (const auto& row : kMarkPrefixes) {
    if (starts_with(folded_words, row.words)) return row.mark;
  }
  static const Phrases kAbove(kAnswerAbove);
  if (kAbove.any_in(folded_words)) return Mark::original;
  return std::nullopt;
}

bool is_undashed_forward(std::string_view folded_words) {
  static const auto kFolded = folded(kUndashedForwards);
  return std::find(kFolded.begin(), kFolded.end(), folded_words) != kFolded.end();
}

int month_of(std::string_view folded_word) {
  static const auto kFolded = [] {
    std::unordered_map<std::string, int> out;
    for (const auto& row : kMonths) out.emplace(text::fold(row.word), row.month);
    return out;
  }();
  const auto found = kFolded.find(std::string(folded_word));
  return found == kFolded.end() ? 0 : found->second;
}

bool is_client_signature(std::string_view line) {
  static const auto kFolded = [] {
    std::vector<std::pair<std::string, std::string>> out;
    for (const auto& row : kClients) out.emplace_back(text::fold(row.prefix), text::fold(row.suffix));
    return out;
  }();
  if (line.size() > 160) return false;
  while (!line.empty() && (line.back() == '.' || line.back() == '!')) line.remove_suffix(1);
  for (const auto& [prefix, suffix] : kFolded) {
    if ((!prefix.empty() && !starts_with(line, prefix)) || line.size() < prefix.size() + suffix.size()) continue;
    if (line.substr(line.size() - suffix.size()) != suffix) continue;
    // "Sent from my desk, is much easier" is a sentence; "Sent from my iPhone, sorry for typos" is not one to read.
    const auto words = std::count(line.begin(), line.end(), ' ') + 1;
    if (names_device(line.substr(prefix.empty() ? 0 : prefix.size() - 1))) return words <= 16;
    return words <= 8 && line.find_first_of(",.;?") == line.npos;
  }
  return false;
}

bool is_list_footer(std::string_view line) {
  static const auto kFolded = folded(kListFooters);
  return std::any_of(kFolded.begin(), kFolded.end(),
                     [&](const std::string& start) { return starts_with(line, start); });
}

bool is_closing(std::string_view line) {
  static const auto kFolded = [] {
    const auto words = folded(kClosings);
    return std::unordered_set<std::string>(words.begin(), words.end());
  }();
  while (!line.empty() && (line.back() == ',' || line.back() == '.' || line.back() == '!')) line.remove_suffix(1);
  return line.size() < 64 && kFolded.count(std::string(line)) != 0;
}

}  // namespace amends::mime::words
