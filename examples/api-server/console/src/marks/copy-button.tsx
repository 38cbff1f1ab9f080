import { useState } from 'preact/hooks';

/** Copies text, and says whether it did. `what` names it for whoever cannot see what it stands beside. */
export function CopyButton({ text, what }: { text: string; what: string }) {
  const [said, setSaid] = useState('Copy');
  const copy = async () => {
    const done = await navigator.clipboard?.writeText(text).then(
      () => true,
      () => false,
    );
    setSaid(done === true ? 'Copied' : 'Not copied');
    setTimeout(() => setSaid('Copy'), 2000);
  };
  return (
    <button type="button" class="copy" onClick={() => void copy()}>
      <span aria-live="polite">{said}</span>
      <span class="visually-hidden"> {what}</span>
    </button>
  );
}
