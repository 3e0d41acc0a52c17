// check.mjs NODE_MODULES DOCUMENT: whether somebody else's validator takes the program's OpenAPI document.
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {pathToFileURL} from 'node:url';

const [modules, file] = process.argv.slice(2);
const found = createRequire(`${modules}/`).resolve('@seriousme/openapi-schema-validator');
const {Validator} = await import(pathToFileURL(found));
const document = JSON.parse(readFileSync(file, 'utf8'));
const validator = new Validator();
const result = await validator.validate(document);
const operations = Object.values(document.paths).flatMap((path) => Object.keys(path)).length;
if (!result.valid) console.error(JSON.stringify(result.errors, null, 1));
console.log(`OpenAPI ${validator.version}, ${operations} operations: ${result.valid ? 'valid' : 'not valid'}`);
process.exit(result.valid && operations > 100 ? 0 : 1);
