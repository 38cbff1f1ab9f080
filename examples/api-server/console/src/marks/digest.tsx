import { CopyButton } from './copy-button.tsx';

/** A digest short enough to compare by eye; the whole of it is copied. */
export function Digest({ value, what }: { value: string; what: string }) {
  const hex = value.replace(/^sha256:/, '');
  return (
    <span class="digest">
      <code title={value}>{hex.slice(0, 12)}</code>
      <CopyButton text={value} what={what} />
    </span>
  );
}
