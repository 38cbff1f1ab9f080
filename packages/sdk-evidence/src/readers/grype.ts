// Grype's JSON (`grype -o json`), databases of schema 5 and 6.
import { quoted } from '../fault-list.ts';
import { pointerOf } from '../json-pointer.ts';
import { type ReportedFinding, severityOf } from './finding.ts';
import { optionalTime } from './report-time.ts';
import { fieldsOf, scannerOf, textOf, type ScanFormat } from './scan-format.ts';

export const grype: ScanFormat = {
  format: 'grype',
  collect(faults, warnings) {
    const findings: ReportedFinding[] = [];
    let descriptor: Record<string, unknown> = {};
    let listed = false;
    let ignored = 0;
    return {
      recognises: () => descriptor['name'] === 'grype',
      open([list]) {
        if (list === 'matches') listed = true;
      },
      value(value, path) {
        const [list] = path;
        if (path.length === 1) {
          if (list === 'descriptor') descriptor = fieldsOf(value);
        } else if (list === 'ignoredMatches') ignored++;
        else if (list === 'matches') {
          const { vulnerability, relatedVulnerabilities, artifact } = fieldsOf(value);
          const { id, severity, fix } = fieldsOf(vulnerability);
          const name = textOf(id);
          if (name === null) return faults.add(pointerOf([...path, 'vulnerability', 'id']), 'required', `must be an id, not ${quoted(id)}`);
          const related = Array.isArray(relatedVulnerabilities) ? relatedVulnerabilities : [];
          const versions = fieldsOf(fix)['versions'];
          findings.push({
            id: name,
            aliases: related.map((other) => textOf(fieldsOf(other)['id'])).filter((alias) => alias !== null),
            purl: textOf(fieldsOf(artifact)['purl']),
            severity: severityOf(severity),
            fixedIn: Array.isArray(versions) ? versions.map(textOf).filter((version) => version !== null) : [],
          });
        }
      },
      summary() {
        if (!listed) faults.add('/matches', 'required', 'must be a list; without it nothing is known to be found or not found');
        if (ignored > 0)
          warnings.add('/ignoredMatches', 'ignored_by_scanner', `${ignored} matches are left out by the scanner's own rules`);
        const db = fieldsOf(descriptor['db']);
        const [status, at] = 'status' in db ? [fieldsOf(db['status']), '/descriptor/db/status'] : [db, '/descriptor/db'];
        const problem = textOf(status['error']);
        if (status['valid'] === false || problem !== null)
          faults.add(at, 'invalid_database', `says that the database cannot be relied on: ${quoted(problem ?? 'not valid')}`);
        return {
          scanner: scannerOf('grype', descriptor['version']),
          databaseBuiltAt: optionalTime(status['built'], `${at}/built`, faults)?.until ?? null,
          observed: optionalTime(descriptor['timestamp'], '/descriptor/timestamp', faults),
          findings,
        };
      },
    };
  },
};
