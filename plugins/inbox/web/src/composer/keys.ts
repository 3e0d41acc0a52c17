import type { KeyRow } from '../keys/table';
import { composerWords } from './words';

const w = () => composerWords.now.keys;
const group = () => w().group;
export const composerKeys: KeyRow[] = [
  { id: 'composer.send', press: 'Ctrl+Enter', label: () => w().send, group, whileTyping: true },
  { id: 'composer.templates', press: 'Alt+W', label: () => w().templates, group, whileTyping: true },
  { id: 'composer.preview', press: 'Alt+P', label: () => w().preview, group, whileTyping: true },
  { id: 'composer.attach', press: 'Alt+A', label: () => w().attach, group, whileTyping: true },
];
