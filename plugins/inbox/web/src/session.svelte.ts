// Who is signed in and for which brand they work. `session.me` is null until somebody is.
import { call, dropAhead, Problem, whenSignedOut, workIn } from './api/client';
import { startLive, stopLive } from './api/live';
import type { Brand, Me } from './api/types';
import { forget, keep, kept } from './lib/kept';

export type Permission = NonNullable<Me['memberships']>[number]['permissions'] extends (infer P)[] | undefined ? P : never;

class Session {
  state = $state<'asking' | 'out' | 'in' | 'unreachable'>('asking');
  me = $state.raw<Me | null>(null);
  brands = $state.raw<Brand[]>([]);
  brand = $state.raw<Brand | null>(null);

  /** At the start of the page: is there a session? */
  async look(): Promise<void> {
    try {
      // Both at once: the second is in vain only for who isn't signed in.
      const brands = call('list_brands').catch(() => null);
      await this.enter(await call('read_me'), (await brands)?.items);
    } catch (error) {
      this.state = error instanceof Problem && error.status === 401 ? 'out' : 'unreachable';
    }
  }
  async enter(me: Me, known?: Brand[]): Promise<void> {
    // Who has to set up a second factor first may see nothing else yet.
    this.brands = known ?? (await call('list_brands').catch(() => null))?.items ?? [];
    const last = kept('brand');
    const brand = this.brands.find((b) => b.key === last) ?? this.brands[0] ?? null;
    this.me = me;
    this.take(brand);
    this.state = 'in';
  }
  take(brand: Brand | null): void {
    this.brand = brand;
    workIn(brand?.key ?? '');
    if (brand) {
      keep('brand', brand.key);
      startLive(brand.key);
    }
  }
  async leave(): Promise<void> {
    await call('sign_out').catch(() => undefined);
    this.over();
  }
  over(): void {
    stopLive();
    dropAhead();
    this.me = null;
    this.brand = null;
    this.state = 'out';
    forget('recent');
  }
  /** Whether the person may, in the brand they work in. Admins may everything. */
  may(permission: Permission): boolean {
    if (!this.me) return false;
    if (this.me.admin) return true;
    const one = this.me.memberships?.find((m) => m.brand === this.brand?.key);
    return one?.permissions?.includes(permission) ?? false;
  }
}

export const session = new Session();
whenSignedOut(() => session.over());
