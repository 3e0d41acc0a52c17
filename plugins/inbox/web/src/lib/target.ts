// How soon a customer should hear from us, by where they wrote and how they rated. Pure: `now` comes in.
// Public words and conversations age fastest; most people who complain in public expect an answer within hours, and a reviewer
// within two days.
import { day, hour } from './when';

export interface Asked {
  kind: string;
  rating: number | null;
  /** When the customer's last word came. */
  at: string;
}
const targets: Record<string, number> = {
  mention: 4 * hour,
  comment: 4 * hour,
  direct_message: 4 * hour,
  call: 4 * hour,
  mail: 24 * hour,
  form: 24 * hour,
  review: 24 * hour,
};

export function targetOf(asked: Pick<Asked, 'kind' | 'rating'>): number {
  if (asked.rating !== null && asked.rating >= 4) return 7 * day;
  if (asked.rating !== null && asked.rating <= 2) return 4 * hour;
  return targets[asked.kind] ?? 24 * hour;
}

export interface Clock {
  age: number;
  target: number;
  /** Time left; negative when it's over. */
  left: number;
  tone: 'calm' | 'near' | 'over';
}
/** Half the time gone is worth a look; past it is late. */
export function clockOf(asked: Asked, now: number): Clock {
  const target = targetOf(asked);
  const age = Math.max(0, now - Date.parse(asked.at));
  const left = target - age;
  return { age, target, left, tone: left < 0 ? 'over' : age > target / 2 ? 'near' : 'calm' };
}
