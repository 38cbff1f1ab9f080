/** Text from elsewhere as a terminal may show it: control characters, which could move its cursor or change its title, become `?`. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu, (character) => (character === '\n' ? '\n' : '?'));
}
