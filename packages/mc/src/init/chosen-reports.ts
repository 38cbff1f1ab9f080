/** Reports that a pipeline may leave out, as its files are named. Where a gate requires one (`standard`: the scan), it holds without it. */
export const optionalReports = 'lcov.info, scan.json (Grype, Trivy or SARIF; production requires a scan) and provenance.json';

/** Lines of a shell that make `$@` the options of the reports that there are; the bill and the tests must be. */
export function chosenReports(indent: string): string {
  const lines = ['set -- --sbom reports/bom.json --junit reports/junit.xml'];
  for (const [option, file] of [
    ['--coverage', 'lcov.info'],
    ['--scan', 'scan.json'],
    ['--provenance', 'provenance.json'],
  ])
    lines.push(`if [ -f reports/${file} ]; then set -- "$@" ${option} reports/${file}; fi`);
  return lines.map((line) => indent + line).join('\n');
}
