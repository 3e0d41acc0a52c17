// Files that go with an answer: what the program takes of them, and their bytes as it takes them.
export interface OutFile {
  key: number;
  name: string;
  type: string;
  size: number;
  /** base64 */
  data: string;
}
/** What the program takes with one answer, all files together. */
export const mostBytes = 20 * 1024 * 1024;
export const mostFiles = 50;

export interface Judged {
  fit: File[];
  tooMany: number;
  tooLarge: string[];
}
export function judge(files: readonly File[], has: readonly OutFile[]): Judged {
  const out: Judged = { fit: [], tooMany: 0, tooLarge: [] };
  let sum = has.reduce((all, one) => all + one.size, 0);
  for (const file of files) {
    if (has.length + out.fit.length >= mostFiles) out.tooMany++;
    else if (sum + file.size > mostBytes) out.tooLarge.push(file.name);
    else {
      sum += file.size;
      out.fit.push(file);
    }
  }
  return out;
}

let last = 0;
export async function readFile(file: File): Promise<OutFile> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = '';
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return { key: ++last, name: file.name || 'file', type: file.type, size: file.size, data: btoa(text) };
}
