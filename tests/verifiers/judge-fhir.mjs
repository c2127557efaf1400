// judge-fhir.mjs FILE : what the package fhir finds wrong in a bundle, as JSON: so many resources, and what is an error in them.
import { createRequire } from 'node:module';
import fs from 'node:fs';
const { Fhir } = createRequire(import.meta.url)('fhir');

const bundle = JSON.parse(fs.readFileSync(process.argv[2]));
const judge = new Fhir();
const documents = bundle.type === 'collection' ? bundle.entry.map(({ resource }) => resource) : [bundle];
const errors = new Set();
let resources = 0;
for (const document of documents) {
    resources += document.entry.length;
    const { valid, messages } = judge.validate(document);
    // Codes of SNOMED are in no value set that it knows: it warns of them.
    if (!valid) messages.filter(({ severity }) => severity === 'error').forEach((m) => errors.add(`${m.location}: ${m.message}`));
}
console.log(JSON.stringify({ documents: documents.length, resources, errors: [...errors].slice(0, 20) }));
