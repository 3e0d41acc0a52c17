/** The secret in an otpauth:// address, in groups of four to be typed. Pure. */
export function secretOf(uri: string): string {
  const found = /[?&]secret=([A-Z2-7]+)/i.exec(uri)?.[1] ?? '';
  return found.toUpperCase().replace(/(.{4})(?=.)/g, '$1 ');
}
/** A browser's name out of what it calls itself: "Firefox, Linux". Pure. */
export function browserOf(agent: string): string {
  const browser = /Edg\//.test(agent) ? 'Edge' : /Firefox\//.test(agent) ? 'Firefox' : /Chrom(e|ium)\//.test(agent) ? 'Chrome' : /Safari\//.test(agent) ? 'Safari' : agent.split(/[\s/]/)[0];
  const system = /Android/.test(agent) ? 'Android' : /iPhone|iPad/.test(agent) ? 'iOS' : /Windows/.test(agent) ? 'Windows' : /Mac OS X/.test(agent) ? 'macOS' : /Linux/.test(agent) ? 'Linux' : '';
  return [browser, system].filter(Boolean).join(', ');
}
