import { plural } from '../../words/speech.svelte';

export default {
  held: (count: number) => plural(count, { one: '# picture from elsewhere is not loaded, so that its sender learns nothing.', other: '# pictures from elsewhere are not loaded, so that their sender learns nothing.' }, 'en'),
  show: 'Show pictures',
  quoted: 'Earlier messages',
};
