// What a template is called, where it is used, and how its address becomes the path of the API.
import type { Template } from '../../../api/types';
import { settingsWords } from '../words';

export const stepName = (step: string) => settingsWords.now.templates.steps[step] ?? step.replaceAll('_', ' ').replace(/^./, (c) => c.toUpperCase());
export const placeName = (where: string) => ({ any: settingsWords.now.templates.anywhere, public: settingsWords.now.templates.inPublic, private: settingsWords.now.templates.inPrivate })[where] ?? where;
/** "apology/any.en" -> what the operations take. */
export function pathOf(id: string): { template: string; where: string } {
  const [template, ...where] = id.split('/');
  return { template, where: where.join('/') };
}
export const wordingOf = ({ fields, subject, body }: Template) => ({ fields: fields ?? [], subject, body });
