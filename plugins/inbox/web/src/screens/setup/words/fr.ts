import type { Widened } from '../../../words/words';
import type en from './en';

const fr: Widened<typeof en> = {
  palette: 'Configurer pas à pas',
  title: 'Bienvenue dans Amends',
  steps: { brand: 'Marque', mailbox: 'Boîte', history: 'Historique', done: 'Terminé' },
  progress: (at, of) => `Étape ${at} sur ${of}`,
  brandTitle: (name) => `Bonjour, ${name}`,
  brandLead: 'Trois étapes, et la boîte de réception se remplit toute seule. Voici la marque de départ :',
  brandNone: 'Il n’y a pas encore de marque. Ajoutez-en une dans amends.toml et redémarrez le programme :',
  brandFile: 'Le nom, la langue et la signature sont dans amends.toml. Vous pouvez les y changer à tout moment.',
  name: 'Nom',
  language: 'Langue',
  signature: 'Signature',
  signatureNone: 'aucune encore',
  mailboxTitle: 'Votre première boîte',
  mailboxLead: 'L’adresse à laquelle les clients écrivent. Ce qui arrive est copié, jamais modifié ni supprimé dans la boîte.',
  mailboxDone: (name) => `${name} est connectée.`,
  another: 'Connecter plutôt autre chose',
  historyTitle: 'Ce qu’il y avait avant',
  historyLead: 'Apportez d’anciens courriels et avis, pour que chaque client ait son histoire dès le début. Cela peut aussi attendre.',
  doneTitle: 'Tout est prêt',
  doneLead: 'Les nouveaux messages arrivent seuls. Sur chaque page, la barre d’espace fait la bonne chose suivante.',
  toInbox: 'Ouvrir la boîte de réception',
  invite: 'Inviter des collègues',
  more: 'Connecter d’autres canaux',
  next: 'Continuer',
  skip: 'Pas maintenant',
};
export default fr;
