import { plural } from '../../words/speech.svelte';

export default {
  held: (count: number) => plural(count, { one: '# image externe n’est pas chargée : son expéditeur n’apprend rien.', other: '# images externes ne sont pas chargées : leur expéditeur n’apprend rien.' }, 'fr'),
  show: 'Afficher les images',
  quoted: 'Messages précédents',
};
