// Text of others inside Slack's mrkdwn: https://docs.slack.dev/messaging/formatting-message-text#escaping

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Escapes what would otherwise begin a link, a mention or an entity; what comes out has at most so many characters, and no entity cut in two. */
export function escaped(text: string, maxCharacters = 500): string {
  let out = '';
  for (const point of text) {
    const next = entities[point] ?? point;
    if (out.length + next.length >= maxCharacters) return `${out}…`;
    out += next;
  }
  return out;
}

/** Inside a code span nothing can end it. */
export function code(text: string, maxCharacters = 200): string {
  return `\`${escaped(text.replaceAll('`', "'"), maxCharacters)}\``;
}

/** A link; the URL is ours, its label is not. */
export function link(url: string, label: string): string {
  const target = url.replaceAll('|', '%7C').replaceAll('<', '%3C').replaceAll('>', '%3E').replaceAll('&', '&amp;');
  return `<${target}|${escaped(label, 100)}>`;
}

/** Plain text of at most so many characters. Cut by code points: half a surrogate pair is no text. */
export function cut(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text;
  let out = '';
  for (const point of text) {
    if (out.length + point.length >= maxCharacters) break;
    out += point;
  }
  return `${out}…`;
}
