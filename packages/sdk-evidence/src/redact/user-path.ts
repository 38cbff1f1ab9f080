// Home directories name a person; the accounts that every build machine of a kind has do not.

/** The account in a home directory of Linux, macOS or Windows; a route such as `GET /home/orders` or a URL's path is none. */
export const userDirectory =
  /(?<=(?<![A-Za-z0-9_.\]-]|\b(?:GET|PUT|POST|HEAD|PATCH|DELETE) )\/(?:home|Users)\/|\b[A-Za-z]:\\{1,4}Users\\{1,4})[A-Za-z0-9_][A-Za-z0-9_.@-]{0,63}/g;

const buildAccounts: ReadonlySet<string> = new Set([
  ...['runner', 'runneradmin', 'github', 'gitlab-runner', 'vsts', 'vsts_azpcontainer', 'circleci', 'jenkins', 'travis', 'buildkite-agent'],
  ...['node', 'app', 'ubuntu', 'vscode', 'Public', 'Default', 'Shared', 'ContainerAdministrator'],
]);

export function isPerson(account: string): boolean {
  return !buildAccounts.has(account);
}
