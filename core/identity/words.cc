// The small tables behind fold.h: nicknames, common names, street words.
#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "core/base/text.h"
#include "core/identity/fold.h"

namespace amends::identity {

namespace {

// Words that may stand for one another; a word may stand on several lines. Folded when loaded.
constexpr std::string_view kNicknames[] = {
    // English
    "robert bob bobby rob robbie bert robin",
    "william bill billy will willy willie liam",
    "richard rick ricky dick rich",
    "james jim jimmy jamie jimmie",
    "john jack johnny jon johnnie",
    "joseph joe joey jo",
    "thomas tom tommy thom",
    "michael mike mick micky mikey",
    "edward ed eddie ted teddy ned",
    "charles charlie chuck chas charley",
    "david dave davy davie",
    "daniel dan danny dannie",
    "matthew matt matty",
    "andrew andy drew",
    "anthony tony ant",
    "christopher chris kit topher",
    "stephen steve steven stevie",
    "nicholas nick nicky nic nicolas",
    "benjamin ben benny benji",
    "samuel sam sammy",
    "alexander alex alec sandy sasha xander",
    "patrick pat paddy",
    "peter pete",
    "philip phil phillip",
    "timothy tim timmy",
    "kenneth ken kenny",
    "ronald ron ronnie",
    "donald don donny",
    "lawrence larry lorry laurence",
    "gregory greg gregg",
    "jeffrey jeff geoffrey geoff",
    "gerald gerry jerry",
    "frederick fred freddie freddy",
    "francis frank frankie",
    "raymond ray",
    "leonard len lenny leo",
    "albert al bertie",
    "arthur art artie",
    "walter walt wally",
    "harold harry hal",
    "henry hank harry",
    "george georgie",
    "theodore theo ted",
    "vincent vince vinny",
    "victor vic",
    "zachary zach zack zak",
    "joshua josh",
    "jonathan jon jonny jonathon",
    "nathaniel nathan nate nat",
    "jacob jake",
    "isaac ike zac",
    "maximilian max maxi",
    "douglas doug",
    "stanley stan",
    "eugene gene",
    "clifford cliff",
    "bradley brad",
    "jeremy jerry jez",
    "terence terry",
    "dominic dom",
    "tobias toby tobi",
    "elizabeth liz beth betty lizzie eliza elsie libby bess lisa",
    "margaret maggie meg peggy marge margie rita greta",
    "catherine kate katie kathy cathy katherine kathryn kit kitty cat",
    "patricia pat patty tricia trish",
    "jennifer jen jenny jenn",
    "susan sue susie suzy susanna",
    "barbara barb babs barbie",
    "deborah deb debbie debra",
    "rebecca becky becca bex",
    "jessica jess jessie",
    "victoria vicky vicki tori vic",
    "christina chris tina chrissy christine",
    "alexandra alex sandra sandy lexi sasha",
    "samantha sam sammy",
    "kimberly kim",
    "pamela pam",
    "sandra sandy",
    "dorothy dot dolly dottie",
    "eleanor ellie nell nora elen",
    "frances fran franny",
    "abigail abby gail",
    "amanda mandy",
    "angela angie",
    "judith judy judi",
    "jacqueline jackie",
    "josephine josie jo",
    "virginia ginny",
    "theresa terry tess tessa",
    "veronica ronnie roni",
    "valerie val",
    "stephanie steph steffi",
    "natalie nat",
    "melissa mel missy",
    "madeline maddie",
    "isabella bella izzy isabel isabelle",
    "charlotte lottie charlie",
    "emily em emmy",
    "caroline carrie caro carolyn",
    "joanna jo joanne",
    "lucille lucy",
    "mary molly polly mae",
    "martha marty",
    "nancy nan",
    "olivia liv livvy",
    "penelope penny",
    "philippa pippa",
    "rachel rach",
    "sarah sally sadie sara",
    "sophia sophie",
    "harriet hattie",
    "gabriel gabe",
    "gabriella gabby ella",
    "georgina gina georgie",
    "florence flo",
    "lillian lily lilly",
    "margaret daisy madge",
    "edward teddie",
    "thomas tommie",
    "sarah sallie sal",
    "ann annie nancy nan hannah",
    "anne annie nancy",
    "henry harry hal hank",
    "harry harold",
    "jacob james jake",
    "alfred alf alfie fred",
    "agnes aggie nessie",
    "eric rick",
    // German
    "johannes hans hannes johann jo",
    "joseph josef sepp josi jupp beppi",
    "friedrich fritz fredi",
    "heinrich heinz heiner",
    "wilhelm willi willy helmi",
    "karl carl kalle",
    "ludwig lutz wiggerl",
    "andreas andi andy",
    "michael michi michel",
    "matthias matze hias mathias matti",
    "stefan steffen stephan",
    "sebastian basti wastl",
    "thomas tommi",
    "wolfgang wolf wolfi",
    "gunther gunter gunti",
    "jurgen jogi",
    "ulrich uli ulli",
    "rudolf rudi rolf",
    "alfred fred fredi",
    "manfred manni mani",
    "siegfried sigi",
    "reinhard reini",
    "bernhard bernd",
    "gerhard gerd gert hardy",
    "eberhard ebi",
    "leopold poldi leo",
    "franz franzl",
    "georg schorsch jorg",
    "maximilian max maxl",
    "nikolaus klaus nik niko",
    "dietrich dieter",
    "christian chris christl",
    "dominik domi",
    "florian flo",
    "benedikt bene",
    "valentin valti",
    "konrad kurt conrad",
    "katharina kathi kati kathrin katrin katja",
    "elisabeth lisa liesl elli sissi lisbeth elise",
    "margarete grete gretel greta margarethe margarita",
    "magdalena lena leni magda",
    "helene lena leni helena",
    "johanna hanna hanni jo",
    "susanne susi sanne",
    "gertrud trude traudl gerti",
    "edeltraud traudl traudi",
    "brigitte gitte gitti",
    "angelika geli",
    "veronika vroni",
    "franziska franzi sissi",
    "barbara babsi barbl",
    "theresia resi res theres",
    "anna anni nan",
    "maria mitzi mia marie",
    "josefine josefa pepi fini",
    "ursula uschi ulla",
    "waltraud traudl walli",
    "christine christl tine christina",
    "stefanie steffi stephanie",
    "alexandra alex sandra",
    "jaqueline jackie",
    // French
    "jean jeannot",
    "jacques jacquot",
    "antoine toine",
    "alexandre alex",
    "sebastien seb",
    "nicolas nico",
    "frederic fred",
    "christophe chris",
    "guillaume guy",
    "emmanuel manu",
    "laurent lolo",
    "mathieu matt matthieu",
    "catherine cathy",
    "elisabeth babette lise",
    "marguerite margot",
    "genevieve ginette",
    "jacqueline jacotte",
    "francoise fanchon",
    "stephane steph",
    "dominique dom",
    "veronique vero",
    "valerie val",
    "benoit ben",
    // Spanish
    "jose pepe chepe",
    "francisco paco pancho curro kiko fran",
    "manuel manolo manu",
    "ignacio nacho",
    "jesus chus chuy",
    "enrique quique kike",
    "alejandro alex jandro",
    "roberto beto",
    "alberto beto",
    "eduardo edu lalo",
    "antonio tono toni",
    "rafael rafa",
    "guillermo guille memo",
    "gregorio goyo",
    "luis lucho",
    "miguel migue",
    "santiago santi",
    "vicente chente",
    "fernando nando",
    "dolores lola",
    "concepcion concha conchita",
    "maria mari",
    "mercedes merche",
    "rosario charo",
    "isabel isa chabela",
    "consuelo chelo",
    "francisca paca paqui",
    "josefa pepa",
    "teresa tere",
    "guadalupe lupe lupita",
    "pilar pili",
    "cristina cris",
    "beatriz bea",
    "patricia patri",
    "montserrat montse",
    "ana anita",
    "carmen mamen",
    // One name in several languages
    "john jean juan johann johannes giovanni ivan jan ian evan sean joao",
    "william wilhelm guillaume guillermo gwilym willem",
    "james jacques jaime diego jakob jacob giacomo",
    "peter pierre pedro pietro piotr petr",
    "michael michel miguel michele mikhail",
    "francis francois francisco franz francesco",
    "alexander alejandro alexandre alessandro aleksandr",
    "robert roberto",
    "george georg georges jorge giorgio",
    "henry henri heinrich enrique hendrik",
    "lewis louis luis ludwig luigi",
    "stephen etienne esteban stefan stefano",
    "andrew andre andreas andres andrea",
    "paul pablo paolo pavel",
    "charles carlos carl karl carlo",
    "anthony antonio antoine anton",
    "joseph jose josef giuseppe",
    "frederick friedrich frederic federico",
    "nicholas nikolaus nicolas nikolai",
    "mary marie maria",
    "ann anna anne ana",
    "catherine katharina caterina ekaterina catalina",
    "elizabeth elisabeth isabel",
    "helen helene elena",
    "margaret margarete marguerite margarita",
    "johanna jeanne juana giovanna",
    "matthew matthias mathieu mateo matteo",
    "dmitri dmitrij dmitry",
};

constexpr std::string_view kCommonGivenNames =
    "mary maria anna john james robert michael william david richard joseph thomas charles daniel peter paul mark "
    "susan "
    "karen linda "
    "elizabeth sarah jennifer jessica emily emma olivia sophia jack harry oliver george noah leo lucas luke jan tim "
    "hans klaus "
    "jurgen wolfgang thomas andreas stefan christian martin frank uwe ralf ursula monika petra sabine claudia heike "
    "andrea julia "
    "laura lisa lena leon felix max jean pierre michel marie jeanne philippe nicolas isabelle nathalie sophie camille "
    "jose antonio "
    "juan manuel francisco carlos carmen ana isabel laura marta lucia mohamed muhammad ahmed ali fatima chen wei li";

constexpr std::string_view kOtherGivenNames =
    "amy ann anne alice adam aaron alan amelia amina anja antje anton ayse barry ben bernd birgit bjorn boris brian "
    "bruno carla carlo "
    "carol cem chloe clara colin craig dana dennis diana dirk elena elias ella elke erik eric erika esther eva fabian "
    "finn frederik "
    "gabriela gary gisela grace graham hamza hannah harald hasan heidi helen helga helmut henrik holger horst hugo ian "
    "ingrid irina "
    "irene ivan jana jane janet jason joan joel jonas joyce judy julian julie jutta kai karin karsten katja keith "
    "kevin kirsten kurt "
    "lara lars laurie lea leila lewis lina logan louis louise lukas malte manula marc marcel marco marcus maren marina "
    "mario marion "
    "markus maya mehmet mia mila mina miriam moritz nadia nadine neil nicole nigel nina noor norbert olaf olga omar "
    "oscar otto owen "
    "pablo paula pavel pia ralph rafael ravi regina rene rita rolf roland rosa roy russell ruth ryan sam sandra sean "
    "silke silvia simon "
    "sina sonja stella sven tanja tara tina tom toni udo ulrike ute vera viktor wendy werner yasmin yusuf yvonne zoe";

constexpr std::string_view kCommonSurnames =
    "smith jones williams brown taylor davies wilson evans johnson miller davis garcia rodriguez martinez hernandez "
    "lopez gonzalez "
    "anderson thomas moore martin jackson white harris thompson clark lewis robinson walker hall young allen king "
    "wright scott "
    "green baker adams nelson hill murphy kelly oconnor obrien muller schmidt schneider fischer weber meyer meier "
    "mayer maier "
    "wagner becker schulz hoffmann schafer koch bauer richter klein wolf schroder neumann schwarz zimmermann braun "
    "kruger hofmann "
    "bernard dubois durand moreau laurent simon michel lefebvre leroy petit fernandez sanchez perez gomez ruiz diaz "
    "moreno "
    "nguyen kim lee li wang chen zhang patel singh khan ali ahmed yilmaz kaya rossi russo ferrari silva santos";

struct WordPair {
  std::string_view from, to;
};
constexpr WordPair kStreetWords[] = {
    {"st", "street"},      {"str", "strasse"},    {"rd", "road"},      {"av", "avenue"},      {"ave", "avenue"},
    {"blv", "boulevard"},  {"blvd", "boulevard"}, {"bd", "boulevard"}, {"boul", "boulevard"}, {"dr", "drive"},
    {"ln", "lane"},        {"pl", "place"},       {"plz", "platz"},    {"sq", "square"},      {"ct", "court"},
    {"crt", "court"},      {"cct", "circuit"},    {"cir", "circle"},   {"cr", "crescent"},    {"cres", "crescent"},
    {"cresc", "crescent"}, {"tce", "terrace"},    {"ter", "terrace"},  {"terr", "terrace"},   {"hwy", "highway"},
    {"pkwy", "parkway"},   {"pde", "parade"},     {"cl", "close"},     {"gr", "grove"},       {"gdns", "gardens"},
    {"gdn", "gardens"},    {"hts", "heights"},    {"mt", "mount"},     {"n", "north"},        {"s", "south"},
    {"e", "east"},         {"w", "west"},         {"ne", "northeast"}, {"nw", "northwest"},   {"se", "southeast"},
    {"sw", "southwest"},   {"apt", "apartment"},  {"fl", "floor"},     {"flr", "floor"},      {"ste", "suite"},
    {"hse", "house"},      {"bldg", "building"},  {"rte", "route"},    {"all", "allee"},      {"chem", "chemin"},
    {"imp", "impasse"},    {"fg", "faubourg"},    {"avda", "avenida"}, {"ctra", "carretera"}, {"pza", "plaza"},
    {"pso", "paseo"},
};

using Words = std::unordered_set<std::string>;
Words set_of(std::string_view words) {
  Words out;
  for (const std::string_view word : text::split(words, ' ')) out.insert(fold_words(word, true));
  return out;
}
bool has(const Words& words, std::string_view word) { return words.find(std::string(word)) != words.end(); }

// The lines of kNicknames that a word stands on, ascending.
using Lines = std::vector<std::uint16_t>;
const std::unordered_map<std::string, Lines>& nicknames() {
  static const std::unordered_map<std::string, Lines> table = [] {
    std::unordered_map<std::string, Lines> out;
    for (std::uint16_t i = 0; i < static_cast<std::uint16_t>(std::size(kNicknames)); ++i) {
      for (const std::string_view word : text::split(kNicknames[i], ' ')) {
        Lines& lines = out[fold_words(word, true)];
        if (lines.empty() || lines.back() != i) lines.push_back(i);
      }
    }
    return out;
  }();
  return table;
}

}  // namespace

std::string nickname_lines(std::string_view folded) {
  const auto it = nicknames().find(std::string(folded));
  std::string out;
  if (it == nicknames().end()) return out;
  for (const std::uint16_t line : it->second) {
    out += static_cast<char>(1 + line / 120);
    out += static_cast<char>(1 + line % 120);
  }
  return out;
}

bool share_nickname(std::string_view lines_a, std::string_view lines_b) {
  for (std::size_t i = 0; i + 1 < lines_a.size(); i += 2) {
    for (std::size_t j = 0; j + 1 < lines_b.size(); j += 2) {
      if (lines_a[i] == lines_b[j] && lines_a[i + 1] == lines_b[j + 1]) return true;
    }
  }
  return false;
}

bool is_known_given_name(std::string_view folded) {
  static const Words common = set_of(kCommonGivenNames);
  static const Words other = set_of(kOtherGivenNames);
  return has(common, folded) || has(other, folded) || nicknames().count(std::string(folded)) > 0;
}

double usual_share_of_given_name(std::string_view folded) {
  static const Words common = set_of(kCommonGivenNames);
  if (has(common, folded)) return 0.012;
  return is_known_given_name(folded) ? 0.004 : 0.001;
}

double usual_share_of_surname(std::string_view folded) {
  static const Words common = set_of(kCommonSurnames);
  return has(common, folded) ? 0.005 : 0.0004;
}

std::string plain_street_word(std::string_view folded) {
  for (const WordPair& pair : kStreetWords) {
    if (pair.from == folded) return std::string(pair.to);
  }
  if (folded.size() > 5 && folded.substr(folded.size() - 3) == "str") return std::string(folded) + "asse";
  if (folded.size() > 6 && folded.substr(folded.size() - 4) == "strs")
    return std::string(folded.substr(0, folded.size() - 1)) + "asse";
  return std::string(folded);
}

}  // namespace amends::identity
