// Packs the built app for the program: embed.mjs DIST TABLE.cc BUNDLE.bin
// The bundle holds every file plain, by gzip and by brotli, one behind the other; the table says where each begins.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { extname, join, relative } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const [dist, table, bundle] = process.argv.slice(2);
const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.png': 'image/png',
  '.txt': 'text/plain; charset=utf-8',
};

const parts = [];
let end = 0;
function place(bytes) {
  const at = end;
  parts.push(bytes);
  end += bytes.length;
  return `part(${at}, ${bytes.length})`;
}

const files = readdirSync(dist, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
  .sort();
const rows = files.map((file) => {
  const type = types[extname(file)];
  if (!type) throw new Error(`${file}: its kind has no media type here`);
  const plain = readFileSync(file);
  const smaller = (bytes) => (bytes.length < plain.length ? place(bytes) : 'std::string_view()');
  const path = '/' + relative(dist, file).replaceAll('\\', '/');
  const hash = createHash('sha256').update(plain).digest('hex').slice(0, 32);
  const gzip = gzipSync(plain, { level: 9 });
  const brotli = brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: plain.length } });
  return `    {"${path}", "${type}", "${hash}",\n     ${place(plain)}, ${smaller(gzip)}, ${smaller(brotli)}, ${path.startsWith('/assets/')}},`;
});

writeFileSync(bundle, Buffer.concat(parts));
writeFileSync(
  table,
  `#include <span>

#include "core/plugin/asset.h"

asm(".section .rodata\\n"
    "amends_inbox_files:\\n"
    ".incbin \\"${bundle}\\"\\n"
    ".previous\\n");
extern "C" const char amends_inbox_files[];

namespace amends::plugins::inbox {
namespace {

std::string_view part(std::size_t from, std::size_t size) { return {amends_inbox_files + from, size}; }

const plugin::Asset kFiles[] = {
${rows.join('\n')}
};

}  // namespace

extern const std::span<const plugin::Asset> assets;
const std::span<const plugin::Asset> assets = kFiles;

}  // namespace amends::plugins::inbox
`,
);
