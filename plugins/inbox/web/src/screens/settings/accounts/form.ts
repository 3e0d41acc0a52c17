// The form of an account, made of what its channel says. Pure.
import type { AccountSetting, ChannelSetting } from '../../../api/types';

export type Typed = Record<string, string>;

// Ports, choices and whatever has a usual value: few need them, so they don't stand between a person and a first success.
const usual = (one: ChannelSetting) => one.advanced || (!one.required && (['port', 'choice', 'flag', 'number'].includes(one.kind) || one.fallback !== null));

/** What a person fills in here, in the channel's order; the rest only at the console. */
export function partsOf(settings: readonly ChannelSetting[]): { plain: ChannelSetting[]; advanced: ChannelSetting[]; console: ChannelSetting[] } {
  return {
    plain: settings.filter((one) => !one.console_only && !usual(one)),
    advanced: settings.filter((one) => !one.console_only && usual(one)),
    console: settings.filter((one) => one.console_only),
  };
}

/** What the boxes begin with: a secret never comes back, so its box is empty. */
export function beginning(settings: readonly ChannelSetting[], held: readonly AccountSetting[] = []): Typed {
  const out: Typed = {};
  for (const one of settings) {
    const was = held.find((h) => h.key === one.key);
    const value = was?.secret ? '' : (was?.value ?? '');
    out[one.key] = one.kind === 'list' ? linesOf(value) : value;
  }
  return out;
}
export const isHeld = (key: string, held: readonly AccountSetting[] = []) => held.some((one) => one.key === key && one.set);

const linesOf = (value: string) =>
  value
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean)
    .join('\n');
/** A list is written an entry a line and kept with commas. */
export const plainOf = (setting: ChannelSetting, typed: string) =>
  setting.kind === 'list'
    ? typed
        .split(/[\n,]/)
        .map((one) => one.trim())
        .filter(Boolean)
        .join(', ')
    : setting.kind === 'secret'
      ? typed
      : typed.trim();

/** What is sent: what differs from what is held; "" takes one away. A secret's empty box leaves it as it is. */
export function changesOf(settings: readonly ChannelSetting[], typed: Typed, held: readonly AccountSetting[] = [], removed: readonly string[] = []): Typed {
  const out: Typed = {};
  for (const one of settings) {
    if (one.console_only) continue;
    const now = plainOf(one, typed[one.key] ?? '');
    const was = held.find((h) => h.key === one.key);
    if (one.kind === 'secret') {
      if (now) out[one.key] = now;
      else if (removed.includes(one.key) && was?.set) out[one.key] = '';
    } else if (now !== plainOf(one, was?.value ?? '')) out[one.key] = now;
  }
  return out;
}

/** Needed and empty. */
export function missingOf(settings: readonly ChannelSetting[], typed: Typed, held: readonly AccountSetting[] = [], removed: readonly string[] = []): string[] {
  return settings
    .filter((one) => one.required && !one.console_only && !plainOf(one, typed[one.key] ?? ''))
    .filter((one) => !(one.kind === 'secret' && isHeld(one.key, held) && !removed.includes(one.key)))
    .map((one) => one.key);
}

/** A name for a new account that nobody bears yet: "email", "email-2" … */
export function freeName(channel: string, taken: readonly string[]): string {
  const base = channel.toLowerCase().replace(/[^a-z0-9_-]/g, '-');
  if (!taken.includes(base)) return base;
  let n = 2;
  while (taken.includes(`${base}-${n}`)) n++;
  return `${base}-${n}`;
}

/** Which setting a refusal speaks of: the program names keys in quotes or as settings.key. */
export function problemsBySetting(settings: readonly ChannelSetting[], fields: readonly { field: string; message: string }[], detail: string): Record<string, string> {
  const out: Record<string, string> = {};
  for (const one of settings) {
    const field = fields.find((f) => f.field === one.key || f.field.endsWith('.' + one.key));
    if (field) out[one.key] = field.message;
    else if (detail.includes(`"${one.key}"`) || detail.includes(`"${one.label}"`)) out[one.key] = detail;
  }
  return out;
}
