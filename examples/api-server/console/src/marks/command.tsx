import { CopyButton } from './copy-button.tsx';

/** A line for the terminal. */
export function Command({ line }: { line: string }) {
  return (
    <span class="command">
      <code>{line}</code>
      <CopyButton text={line} what="the command" />
    </span>
  );
}
