// Trivy's JSON (`trivy … --format json`), schema version 2.
import { quoted } from '../fault-list.ts';
import { pointerOf } from '../json-pointer.ts';
import { type ReportedFinding, severityOf } from './finding.ts';
import { optionalTime } from './report-time.ts';
import { fieldsOf, scannerOf, textOf, type ScanFormat } from './scan-format.ts';

const knownSchema = 2;

/** Lists of a result that hold findings, and the field that names one. Licences are counted by no scale of vulnerabilities. */
const findingLists: Readonly<Record<string, string>> = { Vulnerabilities: 'VulnerabilityID', Misconfigurations: 'ID', Secrets: 'RuleID' };

export const trivy: ScanFormat = {
  format: 'trivy',
  collect(faults, warnings) {
    const findings: ReportedFinding[] = [];
    const head: Record<string, unknown> = {};
    let results = 0;
    let licences = 0;
    let modified = 0;
    return {
      recognises: () => 'SchemaVersion' in head && ('ArtifactName' in head || 'Results' in head),
      open(path) {
        if (path.length === 1) head[path[0] as string] = [];
        if (path[0] === 'Results' && path.length === 2) results++;
      },
      value(value, path) {
        const [list, , kind] = path;
        if (path.length === 1) head[list as string] = value;
        else if (list !== 'Results') return;
        else if (path.length === 2) faults.add(pointerOf(path), 'invalid_type', 'must be an object');
        else if (path.length === 3 && Object.hasOwn(findingLists, kind as string) && value !== null)
          faults.add(pointerOf(path), 'invalid_type', 'must be a list');
        else if (path.length === 4 && kind === 'Licenses') licences++;
        else if (path.length === 4 && kind === 'ExperimentalModifiedFindings') modified++;
        else if (path.length === 4 && Object.hasOwn(findingLists, kind as string)) {
          const fields = fieldsOf(value);
          // A check that passed, or that an exception covers, is listed too when asked for.
          if (kind === 'Misconfigurations' && (fields['Status'] === 'PASS' || fields['Status'] === 'EXCEPTION')) return;
          const nameField = findingLists[kind as string] as string;
          const id = textOf(fields[nameField]);
          if (id === null) {
            faults.add(pointerOf([...path, nameField]), 'required', `must be an id, not ${quoted(fields[nameField])}`);
            return;
          }
          const fixed = textOf(fields['FixedVersion']);
          findings.push({
            id,
            aliases: Array.isArray(fields['VendorIDs']) ? fields['VendorIDs'].map(textOf).filter((alias) => alias !== null) : [],
            purl: textOf(fieldsOf(fields['PkgIdentifier'])['PURL']),
            severity: severityOf(fields['Severity']),
            fixedIn:
              fixed === null
                ? []
                : fixed
                    .split(',')
                    .map((version) => version.trim())
                    .filter((version) => version !== ''),
          });
        }
      },
      summary() {
        const schema = head['SchemaVersion'];
        if (!Number.isInteger(schema) || (schema as number) < knownSchema)
          faults.add('/SchemaVersion', 'unsupported_version', `must be ${knownSchema}, not ${quoted(schema)}`);
        else if ((schema as number) > knownSchema)
          warnings.add('/SchemaVersion', 'unknown_version', `${schema as number} is newer than what is known, ${knownSchema}`);
        if (results === 0) faults.add('/Results', 'nothing_scanned', 'lists no target: nothing was found that could be scanned');
        if (licences > 0) warnings.add('/Results', 'licences_not_counted', `${licences} findings about licences are not counted`);
        if (modified > 0) warnings.add('/Results', 'ignored_by_scanner', `${modified} findings are left out by the scanner's own rules`);
        return {
          scanner: scannerOf('trivy', fieldsOf(head['Trivy'])['Version']),
          databaseBuiltAt: null,
          observed: optionalTime(head['CreatedAt'], '/CreatedAt', faults),
          findings,
        };
      },
    };
  },
};
