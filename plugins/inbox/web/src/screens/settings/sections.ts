// The sections of the settings: address, words, who may see them, and what shows them.
import type { Component } from 'svelte';
import type { Permission } from '../../session.svelte';
import type { IconName } from '../../ui/icons';
import type en from './words/en';

export type SectionId = keyof (typeof en)['sections'];
export interface SectionRow {
  id: SectionId;
  icon: IconName;
  group: 'channels' | 'work' | 'people' | 'system';
  permission?: Permission;
  /** Gets what follows in the address as `rest`. */
  load: () => Promise<{ default: Component<any> }>;
}

export const sections: SectionRow[] = [
  { id: 'accounts', icon: 'plug', group: 'channels', permission: 'read', load: () => import('./accounts/Accounts.svelte') },
  { id: 'quarantine', icon: 'warning', group: 'channels', permission: 'quarantine', load: () => import('./Quarantine.svelte') },
  { id: 'imports', icon: 'upload', group: 'channels', permission: 'import', load: () => import('./Imports.svelte') },
  { id: 'outbox', icon: 'send', group: 'work', permission: 'read', load: () => import('./Outbox.svelte') },
  { id: 'templates', icon: 'note', group: 'work', permission: 'read', load: () => import('./Templates.svelte') },
  { id: 'people', icon: 'people', group: 'people', permission: 'read', load: () => import('./people/People.svelte') },
  { id: 'teams', icon: 'person', group: 'people', permission: 'read', load: () => import('./people/Teams.svelte') },
  { id: 'webhooks', icon: 'link', group: 'system', permission: 'webhooks', load: () => import('./webhooks/Webhooks.svelte') },
  { id: 'tokens', icon: 'lock', group: 'system', load: () => import('./Tokens.svelte') },
  { id: 'audit', icon: 'shield', group: 'system', permission: 'audit', load: () => import('./Audit.svelte') },
  { id: 'health', icon: 'chart', group: 'system', permission: 'settings', load: () => import('./Health.svelte') },
];
