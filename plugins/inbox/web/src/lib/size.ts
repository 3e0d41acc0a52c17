/** A number of bytes as people say it: "4.7 kB". Pure. */
export function sizeOf(bytes: number, language: string): string {
  const steps = ['byte', 'kilobyte', 'megabyte', 'gigabyte'];
  let at = 0;
  let value = bytes;
  while (value >= 1000 && at < steps.length - 1) {
    value /= 1000;
    at++;
  }
  return new Intl.NumberFormat(language, { style: 'unit', unit: steps[at], unitDisplay: 'short', maximumFractionDigits: at && value < 10 ? 1 : 0 }).format(value);
}
