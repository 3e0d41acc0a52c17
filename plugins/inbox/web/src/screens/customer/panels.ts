// What other screens show beside a customer. A folder of screens/ that has a customer-panel.ts is found by itself; its
// default export says in which order it stands, and loads a component that gets `customer`.
import type { Component } from 'svelte';
import type { Customer } from '../../api/types';

export interface CustomerPanel {
  name: string;
  order: number;
  load: () => Promise<{ default: Component<{ customer: Customer }> }>;
}
const found = import.meta.glob<{ default: CustomerPanel }>('../*/customer-panel.ts', { eager: true });
export const panels: CustomerPanel[] = Object.values(found)
  .map((one) => one.default)
  .sort((a, b) => a.order - b.order);
