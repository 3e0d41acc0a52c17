import type { Widened } from '../../../words/words';
import type en from './en';

const es: Widened<typeof en> = {
  palette: 'Configurar paso a paso',
  title: 'Te damos la bienvenida a Amends',
  steps: { brand: 'Marca', mailbox: 'Buzón', history: 'Historia', done: 'Listo' },
  progress: (at, of) => `Paso ${at} de ${of}`,
  brandTitle: (name) => `Hola, ${name}`,
  brandLead: 'Tres pasos y la bandeja se llena sola. Empiezas con esta marca:',
  brandNone: 'Todavía no hay ninguna marca. Añade una a amends.toml y vuelve a iniciar el programa:',
  brandFile: 'Nombre, idioma y firma están en amends.toml. Puedes cambiarlos allí cuando quieras.',
  name: 'Nombre',
  language: 'Idioma',
  signature: 'Firma',
  signatureNone: 'todavía ninguna',
  mailboxTitle: 'Tu primer buzón',
  mailboxLead: 'La dirección a la que escriben los clientes. Lo que llega se copia; en el buzón nunca se cambia ni se borra nada.',
  mailboxDone: (name) => `${name} está conectado.`,
  another: 'Conectar otra cosa',
  historyTitle: 'Lo que hubo antes',
  historyLead: 'Trae correos y reseñas antiguos, para que cada cliente tenga su historia desde el principio. También puede ser más tarde.',
  doneTitle: 'Todo está listo',
  doneLead: 'Los mensajes nuevos llegan solos. En cualquier página, la barra espaciadora hace lo siguiente que conviene.',
  toInbox: 'Abrir la bandeja',
  invite: 'Invitar a compañeros',
  more: 'Conectar más canales',
  next: 'Seguir',
  skip: 'Ahora no',
};
export default es;
