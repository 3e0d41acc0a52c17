// What everybody tries first, in lower case and in the order of its bytes: well-known passwords and the words they are
// made of. passwords.cc looks a password up whole, and without the digits and signs around its letters.
#include <algorithm>
#include <iterator>

#include "core/people/passwords.h"

namespace amends::people {
namespace {

// clang-format off
constexpr std::string_view kWords[] = {
    "000000", "00000000", "0987654321", "111111", "11111111", "112233", "121212", "123123", "123321", "12341234",
    "12345", "123456", "1234567", "12345678", "123456789", "1234567890", "131313", "1337", "147258", "147258369",
    "159357", "159753", "1q2w3e", "1q2w3e4r", "1q2w3e4r5t", "1qaz2wsx", "1qaz2wsx3edc", "1qazxsw2", "222222", "31337",
    "654321", "666666", "696969", "69696969", "777777", "888888", "88888888", "987654321", "999999", "a123456",
    "a12345678", "a1b2c3", "a1b2c3d4", "aa123456", "aaaaaa", "aaaaaaaa", "abc123", "abc12345", "abc123456", "abcabc",
    "abcd1234", "abcdef", "abcdefg", "abcdefgh", "access", "admin", "admin123", "admin1234", "adminadmin",
    "administrator", "alexander", "alexandra", "amanda", "amazon", "america", "andrew", "android", "angel", "angelo",
    "angels", "anthony", "apple", "april", "arsenal", "asdf", "asdfasdf", "asdfgh", "asdfghjkl",
    "asdfghjklqwertyuiop", "asdfjkl", "asdqwe", "ashley", "asshole", "august", "autumn", "azerty", "azertyuiop",
    "baby", "babyboy", "babygirl", "backdoor", "bailey", "banana", "barcelona", "baseball", "basketball", "batman",
    "bayern", "bear", "beatles", "benvenuto", "berlin", "bible", "bienvenido", "bienvenue", "bigdick", "bitch",
    "bitcoin", "black", "blessed", "blink182", "blue", "bonjour", "brasil", "brother", "business", "buster",
    "butterfly", "canada", "champion", "change", "changeme", "changeme123", "changethis", "charlie", "cheese",
    "chelsea", "china", "chocolate", "christ", "christian", "christina", "church", "ciao", "cisco", "coffee",
    "company", "computer", "console", "contrasena", "contraseña", "cookie", "correcthorsebatterystaple", "corvette",
    "counterstrike", "cowboys", "crypto", "crystal", "customer", "daddy", "daniel", "database", "debian", "december",
    "default", "demo", "desktop", "deutschland", "diamond", "dienstag", "dollar", "donald", "donnerstag", "dragon",
    "dragon123", "eagle", "eagles", "elite", "elizabeth", "email", "eminem", "facebook", "faith", "falcon", "familia",
    "family", "father", "february", "ferrari", "flower", "football", "forever", "fortnite", "france", "freedom",
    "freitag", "friday", "fruehling", "fuckme", "fuckoff", "fuckyou", "gamer", "gaming", "garfield", "george",
    "germany", "ginger", "gmail", "god", "goku", "golden", "goodbye", "goodluck", "google", "grace", "green", "guest",
    "guest123", "guitar", "h4x0r", "hacked", "hacker", "halflife", "hallo", "hannah", "happiness", "happy", "harley",
    "haslo", "heaven", "hello", "hellohello", "helloworld", "helpdesk", "herbst", "heslo", "hockey", "hola", "honey",
    "hope", "hotmail", "hunter", "hunter2", "ilovegod", "iloveu", "iloveyou", "iloveyou1", "india", "instagram",
    "internet", "iphone", "jackson", "january", "jennifer", "jessica", "jesus", "jesuschrist", "jordan", "joshua",
    "july", "june", "juventus", "keyboard", "killer", "kundenservice", "ladygaga", "lakers", "laptop", "leet",
    "letmein", "letmein123", "letmeinnow", "letmeinplease", "liberty", "linkedin", "linkinpark", "linux", "lion",
    "liverpool", "login", "login123", "london", "love", "lovely", "loveme", "lover", "loveyou", "lozinka", "lucky",
    "lucky7", "maggie", "manchester", "manutd", "march", "mario", "martin", "master", "master123", "matrix",
    "matthew", "may", "mercedes", "metallica", "mexico", "michael", "michelle", "mickey", "microsoft", "million",
    "minecraft", "mittwoch", "mnbvcxz", "mobile", "mommy", "monday", "money", "monitor", "monkey", "monkey123",
    "montag", "motdepasse", "mother", "mouse", "music", "mustang", "mypass", "mypassw0rd", "mypassword", "mysql",
    "naruto", "netflix", "nicole", "ninja", "nintendo", "nirvana", "nopassword", "nothing", "november", "noway",
    "number1", "numberone", "october", "office", "onepiece", "onetwothree", "onetwothreefour", "opensesame", "oracle",
    "orange", "outlook", "panther", "paris", "parola", "pass123", "pass1234", "passord", "passpass", "passphrase",
    "passw0rd", "password", "password1", "password12", "password123", "password1234", "passwordpassword", "passwort",
    "patrick", "pepper", "phoenix", "phone", "pikachu", "pizza", "platinum", "playboy", "playstation", "please",
    "poiuytrewq", "pokemon", "porsche", "postgres", "princess", "printer", "private", "purple", "pussy", "q1w2e3",
    "q1w2e3r4", "q1w2e3r4t5", "qazwsx", "qazwsxedc", "qwe123", "qweasd", "qweasdzxc", "qweqwe", "qwert", "qwerty",
    "qwerty1", "qwerty123", "qwerty12345", "qwertyu", "qwertyui", "qwertyuiop", "qwertyuiop123", "qwertz",
    "qwertzuiop", "rainbow", "rangers", "realmadrid", "red", "richard", "robert", "roblox", "rockstar", "root",
    "root123", "rootroot", "router", "russia", "sakura", "salasana", "samantha", "samstag", "samsung", "sasuke",
    "saturday", "scooby", "secret", "secret123", "secure", "security", "senha", "september", "server", "service",
    "sesame", "sexsex", "sexy", "shadow", "silver", "sister", "slipknot", "snoopy", "soccer", "sommer", "sonic",
    "sonntag", "sorry", "spiderman", "spotify", "spring", "starcraft", "start123", "startup", "starwars", "steelers",
    "steven", "success", "summer", "sunday", "sunshine", "superadmin", "superman", "supersecret", "superstar",
    "superuser", "support", "sweetheart", "sysadmin", "telephone", "temp", "temporary", "temppass", "terminal",
    "test", "test123", "test1234", "tester", "testing", "testtest", "tetris", "thankyou", "thisismypassword",
    "thomas", "thursday", "tiger", "tigger", "toor", "topsecret", "trustno1", "tuesday", "tupac", "twitter", "ubuntu",
    "user", "user123", "vegeta", "victoria", "wachtwoord", "warcraft", "wasd", "wednesday", "welcome", "welcome1",
    "welcome123", "welkom", "whatever", "whiskey", "white", "william", "willkommen", "windows", "winner", "winter",
    "wolf", "xbox", "yahoo", "yamaha", "yankees", "yellow", "yourpassword", "youtube", "zaq12wsx", "zaq1zaq1",
    "zelda", "zxcvbn", "zxcvbn123", "zxcvbnm"
};
// clang-format on

constexpr bool in_order() {
  for (std::size_t i = 1; i < std::size(kWords); ++i) {
    if (kWords[i - 1] >= kWords[i]) return false;
  }
  return true;
}
static_assert(in_order(), "the list is searched by halves");

}  // namespace

bool is_common_password(std::string_view word) {
  return std::binary_search(std::begin(kWords), std::end(kWords), word);
}

}  // namespace amends::people
