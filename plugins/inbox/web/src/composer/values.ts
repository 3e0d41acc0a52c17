// A template's fields: what is known already, and what the program takes of what a form gives. Pure.
import type { TemplateField } from '../api/types';

export interface Known {
  customer: string;
  agent: string;
  brand: string;
}
export function filled(fields: readonly TemplateField[], known: Known): Record<string, string> {
  const by: Record<string, string> = { customer_name: known.customer, agent_name: known.agent, brand_name: known.brand };
  const out: Record<string, string> = {};
  for (const field of fields) {
    const value = by[field.name];
    // A name with an address or markup in it is none.
    if (value && (field.kind !== 'name' || !/[<>{}[\]|\\@]|:\/\//.test(value))) out[field.name] = value;
  }
  return out;
}
/** As the program reads it: times with their zone, everything else as typed. */
export function valueFor(kind: string, typed: string): string {
  const value = typed.trim();
  if (kind === 'time') {
    const at = new Date(value);
    return Number.isNaN(at.getTime()) ? value : at.toISOString();
  }
  return value;
}
