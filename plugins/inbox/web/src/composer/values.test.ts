import { describe, expect, it } from 'vitest';
import { filled, valueFor } from './values';

describe('fields of a template', () => {
  const field = (name: string, kind: 'name' | 'text') => ({ name, kind, about: '', fallback: null });
  it('are filled with what is known', () => {
    expect(filled([field('customer_name', 'name'), field('agent_name', 'name'), field('what', 'text')], { customer: 'Maya', agent: 'Noor', brand: 'Kestrel' })).toEqual({ customer_name: 'Maya', agent_name: 'Noor' });
  });
  it('are not filled with what is no name', () => {
    expect(filled([field('customer_name', 'name')], { customer: '<img src=x>', agent: '', brand: '' })).toEqual({});
    expect(filled([field('customer_name', 'name')], { customer: 'a@b.example', agent: '', brand: '' })).toEqual({});
  });
  it('give times with their zone', () => {
    expect(valueFor('time', '2026-03-12T18:00')).toMatch(/^2026-03-1\dT\d\d:00:00.000Z$/);
    expect(valueFor('text', ' a ')).toBe('a');
    expect(valueFor('time', 'soon')).toBe('soon');
  });
});
