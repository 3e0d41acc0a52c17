// Writes src/api/types.ts from the program's OpenAPI document: every shape as a type, every operation as a row.
//   npm run types -- http://127.0.0.1:8460/api/v1/openapi.json      (or a file)
import { readFile, writeFile } from 'node:fs/promises';

const source = process.argv[2] ?? 'http://127.0.0.1:8460/api/v1/openapi.json';
const text = /^https?:/.test(source) ? await (await fetch(source)).text() : await readFile(source, 'utf8');
const document = JSON.parse(text);

const pad = (n) => '  '.repeat(n);
const name_of = (ref) => ref.replace('#/components/schemas/', '');

function type_of(schema, depth = 0) {
  if (!schema) return 'unknown';
  if (schema.$ref) return name_of(schema.$ref);
  if (schema.enum) return schema.enum.map((v) => JSON.stringify(v)).join(' | ');
  const any = schema.oneOf ?? schema.anyOf;
  if (any) return any.map((s) => type_of(s, depth)).join(' | ');
  const types = Array.isArray(schema.type) ? schema.type : [schema.type];
  return types
    .map((type) => {
      if (type === 'string') return schema.enum ? type_of({ enum: schema.enum }) : 'string';
      if (type === 'integer' || type === 'number') return 'number';
      if (type === 'boolean') return 'boolean';
      if (type === 'null') return 'null';
      if (type === 'array') {
        const inner = type_of(schema.items, depth);
        return /[|]/.test(inner) ? `(${inner})[]` : `${inner}[]`;
      }
      if (type === 'object') return schema.properties ? object_of(schema, depth) : 'Record<string, unknown>';
      return 'unknown';
    })
    .join(' | ');
}

function object_of(schema, depth) {
  const needed = new Set(schema.required ?? []);
  const lines = Object.entries(schema.properties ?? {}).map(([key, value]) => {
    const words = value.description ? `${pad(depth + 1)}/** ${value.description} */\n` : '';
    const quoted = /^[a-z_]\w*$/i.test(key) ? key : JSON.stringify(key);
    return `${words}${pad(depth + 1)}${quoted}${needed.has(key) ? '' : '?'}: ${type_of(value, depth + 1)};`;
  });
  return `{\n${lines.join('\n')}\n${pad(depth)}}`;
}

const out = [
  "// Generated from the program's OpenAPI document by `npm run types`. Don't edit.",
  '/* eslint-disable */',
  '',
];
for (const [name, schema] of Object.entries(document.components.schemas)) {
  out.push(schema.properties ? `export interface ${name} ${object_of(schema, 0)}` : `export type ${name} = ${type_of(schema)};`);
}

const rows = [];
const shapes = [];
for (const [path, operations] of Object.entries(document.paths)) {
  for (const [method, operation] of Object.entries(operations)) {
    if (!path.startsWith('/api/')) continue;
    rows.push(`  ${operation.operationId}: '${method.toUpperCase()} ${path.replace('/api/v1', '')}',`);
    const parameters = operation.parameters ?? [];
    const list = (where) =>
      parameters
        .filter((p) => p.in === where && p.name !== 'brand')
        .map((p) => `${p.name}${p.required ? '' : '?'}: ${type_of(p.schema)}`);
    const body = operation.requestBody?.content?.['application/json']?.schema;
    const file = operation.requestBody?.content?.['application/octet-stream'];
    const good = Object.entries(operation.responses).find(([status]) => /^2/.test(status))?.[1];
    const answer = good?.content?.['application/json']?.schema;
    shapes.push(
      `  ${operation.operationId}: {\n    path: { ${list('path').join('; ')} };\n    query: { ${list('query').join('; ')} };\n` +
        `    body: ${body ? type_of(body, 2) : file ? 'Blob' : 'undefined'};\n    answer: ${answer ? type_of(answer, 2) : 'undefined'};\n  };`,
    );
  }
}
out.push(`export interface Operations {\n${shapes.join('\n')}\n}`);
out.push(`export const operations = {\n${rows.join('\n')}\n} as const satisfies Record<keyof Operations, string>;`);
await writeFile(new URL('../src/api/types.ts', import.meta.url), out.join('\n') + '\n');
console.log(`${rows.length} operations, ${Object.keys(document.components.schemas).length} shapes`);
