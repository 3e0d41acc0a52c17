#include "connectors/file/fields.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "core/base/text.h"

namespace amends::connectors::file {
namespace {

struct FieldRow {
  Field field;
  std::string_view name;
  std::string_view known_as;  // folded, space separated; the first fitting column in this order wins
};

// Names seen in exports of Google, Trustpilot, Tripadvisor, app stores, shops and survey tools, in five languages.
constexpr FieldRow kTable[] = {
    {Field::id, "id",
     "id reviewid externalid commentid mentionid postid tweetid statusid messageid responseid uuid guid ticketid"},
    {Field::kind, "kind", "kind itemtype itemkind"},
    {Field::source, "source", "source site platform network channel quelle plattform plateforme plataforma"},
    {Field::author, "author",
     "author authorname reviewer reviewername name fullname displayname customer customername username user consumer "
     "consumername profilename nickname autor autorin verfasser kunde auteur nomdelauteur client nombre cliente autore "
     "nom"},
    {Field::handle, "handle",
     "handle authorid authorhandle userid userhandle screenname reviewerid customerid consumerid acct profileurl "
     "authorurl accounturl email mail reviewereemail revieweremail customeremail emailaddress"},
    {Field::at, "at",
     "at date createdat created createtime createdtime reviewdate datecreated datepublished publishedat publishdate "
     "published postedat posted time timestamp datetime submittedat submitted submissiondate reviewtime "
     "reviewcreatedat "
     "reviewcreateddateutc datum zeitpunkt erstellt erstelltam fecha data dateavis"},
    {Field::updated, "updated",
     "updated updatedat updatetime modified modifiedat lastmodified editedat lastupdated datemodified geandertam"},
    {Field::rating, "rating",
     "rating stars starrating star score reviewrating reviewstars overallrating ratingvalue sterne bewertung sternzahl "
     "etoiles estrellas puntuacion calificacion valutazione voto stelle note notesur5"},
    {Field::rating_max, "rating_max", "ratingmax maxrating bestrating scale outof ratingscale"},
    {Field::title, "title",
     "title subject headline reviewtitle summary titel betreff uberschrift titre objet titulo asunto titolo oggetto"},
    {Field::text, "text",
     "text reviewtext review body content comment reviewbody reviewcontent message description feedback fulltext "
     "posttext tweettext snippet remarks comments kommentar bewertungstext rezension nachricht avis commentaire "
     "texteavis resena comentario opinion texto mensaje testo recensione commento"},
    {Field::permalink, "permalink", "permalink url link reviewurl reviewlink posturl sourceurl weblink webpage"},
    {Field::location, "location",
     "location locationname place branch store storename shop business businessname product productname venue filiale "
     "standort produkt magasin lieu produit sucursal tienda producto negozio luogo prodotto"},
    {Field::language, "language", "language lang locale languagecode sprache langue idioma lingua"},
    {Field::reply_to, "reply_to", "replyto inreplyto inreplytoid parentid parent repliesto inreplytostatusid"},
    {Field::deleted, "deleted", "deleted isdeleted removed isremoved geloscht supprime eliminado"},
    {Field::visibility, "visibility", "visibility privacy audience"},
    {Field::date_order, "date_order", "dateorder"},
};
static_assert(std::size(kTable) == kFields);

// What folding leaves of an accented Latin letter, so that "Bewertung für", "Étoiles" and "reseña" have plain names.
char base_letter(char32_t c) {
  struct Run {
    char32_t from, to;
    char letter;
  };
  static constexpr Run kRuns[] = {{0xE0, 0xE5, 'a'}, {0xE7, 0xE7, 'c'}, {0xE8, 0xEB, 'e'}, {0xEC, 0xEF, 'i'},
                                  {0xF1, 0xF1, 'n'}, {0xF2, 0xF6, 'o'}, {0xF9, 0xFC, 'u'}};
  for (const Run& run : kRuns) {
    if (c >= run.from && c <= run.to) return run.letter;
  }
  return '\0';
}

std::optional<std::size_t> column_number(std::string_view wish) {
  if (wish.size() < 2 || wish.front() != '#') return {};
  std::size_t n = 0;
  const auto [end, error] = std::from_chars(wish.data() + 1, wish.data() + wish.size(), n);
  if (error != std::errc() || end != wish.data() + wish.size() || n == 0) return {};
  return n - 1;
}

// How early the table names a header for a field: 0 is best.
std::optional<std::size_t> rank_of(const FieldRow& row, std::string_view folded) {
  const auto names = text::split(row.known_as, ' ');
  const auto at = std::find(names.begin(), names.end(), folded);
  if (at == names.end()) return {};
  return static_cast<std::size_t>(at - names.begin());
}

}  // namespace

std::string_view name_of(Field field) { return kTable[static_cast<std::size_t>(field)].name; }

std::optional<Field> field_named(std::string_view name) {
  for (const FieldRow& row : kTable) {
    if (row.name == name) return row.field;
  }
  return {};
}

std::string fold_name(std::string_view name) {
  std::string out;
  const std::string folded = text::fold(name);
  for (std::size_t at = 0; at < folded.size();) {
    const char32_t c = text::next_utf8(folded, at);
    if (c < 0x80) {
      const char ascii = static_cast<char>(c);
      if (text::is_alpha(ascii) || text::is_digit(ascii)) out += ascii;
    } else if (const char letter = base_letter(c)) {
      out += letter;
    } else {
      text::append_utf8(out, c);
    }
  }
  return out;
}

std::optional<Field> field_known_as(std::string_view name) {
  const std::string folded = fold_name(name);
  if (folded.empty()) return {};
  for (const FieldRow& row : kTable) {
    if (rank_of(row, folded)) return row.field;
  }
  return {};
}

std::vector<std::size_t> ColumnMap::unused() const {
  std::set<std::size_t> used;
  for (const auto& [field, column] : column_of) used.insert(column);
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < headers.size(); ++i) {
    if (used.count(i) == 0) out.push_back(i);
  }
  return out;
}

Result<std::vector<Wish>> parse_wishes(std::string_view map) {
  std::vector<Wish> wishes;
  for (const auto part : text::split(map, map.find('\n') == map.npos ? ',' : '\n')) {
    const std::string_view one = text::trim(part);
    if (one.empty()) continue;
    const auto equals = one.find('=');
    if (equals == one.npos) {
      return fail(Kind::invalid, "map takes FIELD=COLUMN, not \"" + std::string(one) + "\"");
    }
    const std::string name(text::trim(one.substr(0, equals)));
    const auto field = field_named(name);
    if (!field) {
      std::vector<std::string> names;
      for (const FieldRow& row : kTable) names.emplace_back(row.name);
      return fail(Kind::invalid, "map names a field \"" + name + "\" that is none of " + text::join(names, ", "));
    }
    std::string_view column = text::trim(one.substr(equals + 1));
    if (column.size() >= 2 && column.front() == '"' && column.back() == '"')
      column = column.substr(1, column.size() - 2);
    wishes.push_back({*field, std::string(column)});
  }
  return wishes;
}

Result<ColumnMap> map_columns(const std::vector<std::string>& first_record, const std::vector<Wish>& wishes) {
  ColumnMap out;
  const bool by_number = !wishes.empty() && std::all_of(wishes.begin(), wishes.end(), [](const Wish& wish) {
    return wish.column.empty() || column_number(wish.column).has_value();
  });
  const bool any_known = std::any_of(first_record.begin(), first_record.end(),
                                     [](const std::string& header) { return field_known_as(header).has_value(); });
  out.has_header = !by_number || any_known;
  for (std::size_t i = 0; i < first_record.size(); ++i) {
    const std::string header(text::trim(first_record[i]));
    out.headers.push_back(out.has_header && !header.empty() ? header : "column " + std::to_string(i + 1));
  }

  std::set<Field> decided;
  std::set<std::size_t> taken;
  for (const Wish& wish : wishes) {
    decided.insert(wish.field);
    if (wish.column.empty()) continue;
    std::size_t column = first_record.size();
    if (const auto number = column_number(wish.column)) {
      column = *number;
    } else {
      const std::string wanted = fold_name(wish.column);
      for (std::size_t i = first_record.size(); i-- > 0;) {
        if (fold_name(first_record[i]) == wanted) column = i;
      }
    }
    if (column >= first_record.size()) {
      return fail(Kind::invalid, "map: there is no column \"" + wish.column + "\"",
                  "the columns are " + text::excerpt(text::join(out.headers, ", "), 400));
    }
    out.column_of[wish.field] = column;
    taken.insert(column);
  }
  if (out.has_header) {
    for (const FieldRow& row : kTable) {
      if (decided.count(row.field) != 0) continue;
      std::optional<std::size_t> best;
      for (std::size_t i = 0; i < first_record.size(); ++i) {
        if (taken.count(i) != 0) continue;
        const auto rank = rank_of(row, fold_name(first_record[i]));
        if (rank && (!best || *rank < *best)) {
          best = rank;
          out.column_of[row.field] = i;
        }
      }
      if (best) taken.insert(out.column_of[row.field]);
    }
  }
  const auto has = [&](Field field) { return out.column_of.count(field) != 0; };
  if (!has(Field::text) && !has(Field::rating) && !has(Field::title)) {
    return fail(Kind::invalid, "no column was recognised as text, title or rating",
                "name it, for example map = [\"text=" + (out.headers.empty() ? "Review" : out.headers.front()) +
                    "\"]; the columns are " + text::excerpt(text::join(out.headers, ", "), 400));
  }
  return out;
}

}  // namespace amends::connectors::file
