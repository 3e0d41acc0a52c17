import { describe, expect, it } from 'vitest';
import { browserOf, secretOf } from './totp';

describe('secretOf', () => {
  it('is typed in groups of four', () => expect(secretOf('otpauth://totp/Amends:noor?secret=ABCDEFGHIJ&issuer=Amends')).toBe('ABCD EFGH IJ'));
  it('is empty where there is none', () => expect(secretOf('otpauth://totp/x')).toBe(''));
});
describe('browserOf', () => {
  it('names browser and system', () => {
    expect(browserOf('Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0')).toBe('Firefox, Linux');
    expect(browserOf('Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0')).toBe('Edge, Windows');
    expect(browserOf('curl/8.1')).toBe('curl');
  });
});
