/** What went wrong, in words, and the one thing to do about it. */
export function Problem({ text, retry }: { text: string; retry: () => void }) {
  return (
    <p role="alert" class="notice">
      {text}{' '}
      <button type="button" onClick={retry}>
        Try again
      </button>
    </p>
  );
}
