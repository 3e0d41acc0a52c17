import { plural } from '../../words/speech.svelte';

export default {
  held: (count: number) => plural(count, { one: '# imagen externa no está cargada, para que el remitente no sepa nada.', other: '# imágenes externas no están cargadas, para que el remitente no sepa nada.' }, 'es'),
  show: 'Mostrar las imágenes',
  quoted: 'Mensajes anteriores',
};
