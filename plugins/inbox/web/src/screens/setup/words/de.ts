import type { Widened } from '../../../words/words';
import type en from './en';

const de: Widened<typeof en> = {
  palette: 'Schritt für Schritt einrichten',
  title: 'Willkommen bei Amends',
  steps: { brand: 'Marke', mailbox: 'Postfach', history: 'Vorgeschichte', done: 'Fertig' },
  progress: (at, of) => `Schritt ${at} von ${of}`,
  brandTitle: (name) => `Hallo, ${name}`,
  brandLead: 'Drei Schritte, und der Eingang füllt sich von selbst. Mit dieser Marke beginnst du:',
  brandNone: 'Noch gibt es keine Marke. Trage eine in amends.toml ein und starte das Programm neu:',
  brandFile: 'Name, Sprache und Unterschrift stehen in amends.toml. Du kannst sie dort jederzeit ändern.',
  name: 'Name',
  language: 'Sprache',
  signature: 'Unterschrift',
  signatureNone: 'noch keine',
  mailboxTitle: 'Dein erstes Postfach',
  mailboxLead: 'Die Adresse, an die Kunden schreiben. Was hereinkommt, wird kopiert, im Postfach aber nie geändert oder gelöscht.',
  mailboxDone: (name) => `${name} ist verbunden.`,
  another: 'Stattdessen etwas anderes verbinden',
  historyTitle: 'Was vorher war',
  historyLead: 'Bring alte Mails und Bewertungen herein, damit jeder Kunde von Anfang an seine Geschichte hat. Das geht auch später.',
  doneTitle: 'Alles ist bereit',
  doneLead: 'Neue Nachrichten kommen von selbst. Drück auf jeder Seite die Leertaste: Sie tut das nächste Richtige.',
  toInbox: 'Eingang öffnen',
  invite: 'Kollegen einladen',
  more: 'Mehr Kanäle verbinden',
  next: 'Weiter',
  skip: 'Jetzt nicht',
};
export default de;
