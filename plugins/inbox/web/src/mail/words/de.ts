import { plural } from '../../words/speech.svelte';

export default {
  held: (count: number) => plural(count, { one: '# Bild von anderswo ist nicht geladen, damit der Absender nichts erfährt.', other: '# Bilder von anderswo sind nicht geladen, damit der Absender nichts erfährt.' }, 'de'),
  show: 'Bilder zeigen',
  quoted: 'Frühere Nachrichten',
};
